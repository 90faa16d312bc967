export { all, dmvpn } from './all.ts'
export { type Data, data, trailing } from './data.ts'
export {
  claimsOf,
  encode,
  encodeInto,
  encodeLayers,
  encodeLayersInto,
  type LayerOptions,
  type LayerToEncode,
  layer,
  layersOf,
  recode,
} from './encode.ts'
export { type Esp, esp } from './esp/esp.ts'
export {
  ahReplay,
  ahSequenceHigh,
  ahVerdict,
  ahVerdictReason,
  ahVerifiedFields,
  espContainedData,
  espDecryptedData,
  espEncryptedData,
  espExpectedSequence,
  espIcv,
  espIcvBad,
  espIcvGood,
  espIv,
  espNextHeader,
  espNullConfidence,
  espOpenedFields,
  espPad,
  espPadLength,
  espPreviousFrame,
  espReplay,
  espSequenceHigh,
  espVerdict,
  espVerdictReason,
  espWrongSequence,
} from './esp/opened-fields.ts'
export { type UdpEncapsulation, udpEncapsulation } from './esp/udp-encapsulation.ts'
export { Frame, type Layer, type Source } from './frame.ts'
export { type Cdp, cdp } from './gre/cdp.ts'
export { type CiscoMetadata, ciscoMetadata } from './gre/cisco-metadata.ts'
export { type Erspan, type ErspanType1, type ErspanType2, type ErspanType3, erspan } from './gre/erspan.ts'
export type { PlatformInformation } from './gre/erspan-platform.ts'
export { type Gre, gre } from './gre/gre.ts'
export { greProtocolNames } from './gre/protocol-types.ts'
export type { SourceRouteEntry } from './gre/routing.ts'
export type { WccpRedirect } from './gre/wccp.ts'
export { type Isakmp, type IsakmpPayload, isakmp } from './ike/isakmp.ts'
export { type Ah, ah } from './ip/ah.ts'
export { type EchoFields, echoFieldList, icmpEcho, icmpv6Echo } from './ip/echo-fields.ts'
export { type Icmp, type IcmpError, type IcmpOther, type IcmpQuery, icmp } from './ip/icmp.ts'
export { icmpCodeNames, icmpTypeNames } from './ip/icmp-names.ts'
export { type Icmpv6, type Icmpv6Echo, type Icmpv6Error, type Icmpv6Other, icmpv6 } from './ip/icmpv6.ts'
export { icmpv6CodeNames, icmpv6TypeNames } from './ip/icmpv6-names.ts'
export { type Igmp, igmp } from './ip/igmp.ts'
export { type Ipv4Packet, ipv4 } from './ip/ipv4.ts'
export { ipv4Header } from './ip/ipv4-header.ts'
export { type Ipv6Packet, ipv6 } from './ip/ipv6.ts'
export { ipv6DestinationOptions } from './ip/ipv6-destination-options.ts'
export { type Ipv6Fragment, ipv6Fragment } from './ip/ipv6-fragment.ts'
export { type Ipv6Header, ipv6Header } from './ip/ipv6-header.ts'
export { ipv6HopByHop } from './ip/ipv6-hop-by-hop.ts'
export type { Ipv6Options } from './ip/ipv6-options-header.ts'
export { type Ipv6Routing, ipv6Routing } from './ip/ipv6-routing.ts'
export { ipProtocolNames } from './ip/numbers.ts'
export { promisedBehind } from './ip/promised.ts'
export { ipv4Reassembled, ipv6Reassembled, type ReassembledFields } from './ip/reassembled-fields.ts'
export {
  tcpCompleteness,
  tcpEvent,
  tcpStream,
  tcpStreamFields,
  tcpTimeDelta,
  tcpTimeRelative,
  udpStream,
  udpStreamFields,
  udpTimeDelta,
  udpTimeRelative,
} from './ip/stream-fields.ts'
export { type Tcp, tcp } from './ip/tcp.ts'
export type { TcpFlags } from './ip/tcp-header.ts'
export { type Udp, udp } from './ip/udp.ts'
export { type Arp, arp } from './link/arp.ts'
export type { CookedSource } from './link/cooked-source.ts'
export {
  duplicateAddressAge,
  duplicateAddressDetected,
  duplicateAddressFields,
  duplicateAddressFrame,
} from './link/duplicate-address-fields.ts'
export { etherTypeNames } from './link/ether-types.ts'
export { type Ethernet, ethernet } from './link/ethernet.ts'
export { type Lcp, lcp } from './link/lcp.ts'
export { type LinuxCooked, linuxCooked } from './link/linux-cooked.ts'
export { type Llc, llc } from './link/llc.ts'
export { type Mpls, mpls } from './link/mpls.ts'
export { familyOf, type Null, nullLoopback } from './link/null.ts'
export { type Ppp, ppp } from './link/ppp.ts'
export { type Pppoe, pppoeSession } from './link/pppoe.ts'
export { type PppoeDiscovery, type PppoeTag, pppoeDiscovery } from './link/pppoe-discovery.ts'
export { type ProviderTag, type ProviderVlan, providerVlan } from './link/provider-vlan.ts'
export { type Raw, raw } from './link/raw.ts'
export { type Vlan, vlan } from './link/vlan.ts'
export { type Cie, emptyCie } from './nhrp/cie.ts'
export {
  addressFamilyNames,
  cieCode,
  cieCodeNames,
  errorCode,
  errorCodeNames,
  kindOfType,
  messageTypeNames,
  typeOfKind,
} from './nhrp/codes.ts'
export { extensions } from './nhrp/extensions/all.ts'
export {
  type Authentication,
  authentication,
  type ClearTextAuthentication,
  type HashAuthentication,
} from './nhrp/extensions/authentication.ts'
export type { DeviceCapabilities } from './nhrp/extensions/device-capabilities.ts'
export type { End } from './nhrp/extensions/end.ts'
export {
  type AnyExtensionCodec,
  type Extension,
  type ExtensionCodec,
  type ExtensionHead,
  extension,
} from './nhrp/extensions/extension.ts'
export type { NatAddress } from './nhrp/extensions/nat-address.ts'
export type { ForwardTransit, ResponderAddress, ReverseTransit } from './nhrp/extensions/records.ts'
export type { Unrecognised } from './nhrp/extensions/unrecognised.ts'
export { ciscoVendor, type VendorPrivate } from './nhrp/extensions/vendor-private.ts'
export { purgeFlag, registrationFlag, resolutionFlag } from './nhrp/flags.ts'
export { latin1, octetsOf, spells } from './nhrp/latin1.ts'
export {
  defaultMessage,
  type Nhrp,
  type NhrpCommon,
  type NhrpErrorIndication,
  type NhrpExchange,
  type NhrpKind,
  type NhrpTrafficIndication,
} from './nhrp/message.ts'
export { nhrp, nhrpWith } from './nhrp/nhrp.ts'
export { type QuotedPacket, quotedPacket } from './nhrp/quoted-packet.ts'
export {
  nhrpDuplicateOf,
  nhrpErrorIn,
  nhrpErrorTo,
  nhrpForwardedAs,
  nhrpForwardedFrom,
  nhrpIndicationIn,
  nhrpResolutionIn,
  nhrpResponseIn,
  nhrpResponseTo,
  nhrpRetransmission,
  nhrpTime,
  nhrpTransactionFields,
  nhrpUnanswered,
} from './nhrp/transaction-fields.ts'
export { type CaptureTime, type Continuation, PacketCursor, type Session } from './packet-cursor.ts'
export { PacketMemory } from './packet-memory.ts'
export {
  type AnyProtocol,
  type Claims,
  type Edge,
  type Endpoints,
  type Protocol,
  protocol,
  type Surroundings,
} from './protocol.ts'
export { type Bgp, type BgpMessage, type BgpOpen, type BgpOther, bgp } from './routing/bgp.ts'
export { type Eigrp, eigrp, eigrpGroup, eigrpHeaderSize } from './routing/eigrp.ts'
export {
  eigrpAuthenticationType,
  eigrpExternalProtocol,
  eigrpFlag,
  eigrpOpcode,
  eigrpOpcodeNames,
  eigrpRouteFlag,
  eigrpStub,
  eigrpTlvType,
} from './routing/eigrp-codes.ts'
export {
  type EigrpDestination,
  type EigrpExternal,
  type EigrpMetric,
  octetsOfPrefix,
} from './routing/eigrp-routes.ts'
export { eigrpTypeOf, sizeOfEigrpTlv } from './routing/eigrp-tlv.ts'
export type {
  EigrpAuthentication,
  EigrpIpv4External,
  EigrpIpv4Internal,
  EigrpNextMulticastSequence,
  EigrpParameters,
  EigrpPeerStub,
  EigrpPeerTermination,
  EigrpSequence,
  EigrpSoftwareVersion,
  EigrpTlv,
  EigrpTlvKind,
  EigrpUnrecognised,
} from './routing/eigrp-tlvs.ts'
export { fletcherChecksum } from './routing/fletcher.ts'
export { type Ospf, ospf, ospfAllRouters, ospfDesignatedRouters } from './routing/ospf.ts'
export {
  type OspfAuthentication,
  type OspfCryptographicAuthentication,
  type OspfNullAuthentication,
  type OspfSimpleAuthentication,
  type OspfUnrecognisedAuthentication,
  ospfNoAuthentication,
} from './routing/ospf-authentication.ts'
export {
  ospfDescriptionFlag,
  ospfLinkType,
  ospfLsaNames,
  ospfLsaType,
  ospfMessageNames,
  ospfOption,
  ospfRouterFlag,
} from './routing/ospf-codes.ts'
export type { OspfLinkLocalSignaling, OspfLinkLocalTlv } from './routing/ospf-link-local.ts'
export { ospfLsaHeaderOf, ospfLsaHeaderSize, sizeOfOspfLsa } from './routing/ospf-lsa.ts'
export type {
  OspfExternalBody,
  OspfExternalRoute,
  OspfLink,
  OspfLsa,
  OspfLsaBody,
  OspfLsaHeader,
  OspfLsaStart,
  OspfNetworkBody,
  OspfRouterBody,
  OspfSummaryBody,
  OspfTosMetric,
  OspfUnrecognisedBody,
} from './routing/ospf-lsas.ts'
export { ospfTypeOf, sizeOfOspfMessage } from './routing/ospf-message.ts'
export type {
  OspfDatabaseDescription,
  OspfHello,
  OspfLinkStateAcknowledgement,
  OspfLinkStateRequest,
  OspfLinkStateUpdate,
  OspfMessage,
  OspfRequest,
  OspfUnrecognisedMessage,
} from './routing/ospf-messages.ts'
export { type OspfVersion2, ospfHeaderSize } from './routing/ospf-version-2.ts'
export type { OspfVersion3 } from './routing/ospf-version-3.ts'
export { type Pim, type PimHello, type PimOther, type PimRegister, pim } from './routing/pim.ts'
export type { PimOption } from './routing/pim-hello.ts'
export { type Rip, type RipEntry, rip } from './routing/rip.ts'
export type { RipAuthentication } from './routing/rip-authentication.ts'
export { type DecodeAs, decode, deepest, Stack, stack, type WalkOptions } from './stack.ts'
export { type CommonLayers, type OwnFacts, type StackEncoder, stackEncoder } from './stack-encoder.ts'
