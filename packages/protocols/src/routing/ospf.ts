/**
 * Open Shortest Path First: version 2 (RFC 2328) as a whole, of version 3 (RFC 5340) the header. It rides on IP as
 * protocol 89. `ospf-header.ts` draws what both versions begin with.
 */
import type { Ipv4 } from '@dmvpn/wire'
import { type Protocol, protocol } from '../protocol.ts'
import { ospfNoAuthentication } from './ospf-authentication.ts'
import { ospfMessageNames } from './ospf-codes.ts'
import { ospfHeaderClaims, ospfHeaderFields, ospfSender, walkOspfKind } from './ospf-header.ts'
import { ospfTypeOf } from './ospf-message.ts'
import {
  type OspfVersion2,
  ospfVersion2Claims,
  ospfVersion2Fields,
  sizeOfOspfVersion2,
  walkOspfVersion2,
  writeOspfVersion2,
} from './ospf-version-2.ts'
import {
  type OspfVersion3,
  ospfVersion3Fields,
  sizeOfOspfVersion3,
  walkOspfVersion3,
  writeOspfVersion3,
} from './ospf-version-3.ts'

export type Ospf = OspfVersion2 | OspfVersion3

/** Where every router listens: 224.0.0.5. */
export const ospfAllRouters: Ipv4 = 0xe0000005
/** Where designated routers listen: 224.0.0.6. */
export const ospfDesignatedRouters: Ipv4 = 0xe0000006

export const ospf: Protocol<Ospf> = protocol<Ospf>({
  name: 'ospf',
  label: 'Open Shortest Path First',
  short: 'OSPF',
  over: [{ table: 'ip.proto', key: 89 }],
  fields: [...ospfHeaderFields, ...ospfVersion2Fields, ...ospfVersion3Fields],
  defaults: {
    version: 2,
    router: 0,
    area: 0,
    authentication: ospfNoAuthentication,
    message: { kind: 'acknowledgement', headers: [] },
    linkLocal: undefined,
  },
  claims: packet => (packet.version === 2 ? ospfVersion2Claims(packet) : ospfHeaderClaims),
  title: s => {
    s.text('Open Shortest Path First')
  },
  info: (s, packet) => {
    const type = packet.version === 2 ? ospfTypeOf(packet.message) : packet.type
    const name = ospfMessageNames.nameOf(type)
    if (name === undefined) s.text('Unknown (').dec(type).text(')')
    else s.text(name)
  },

  walk(c) {
    const at = c.at
    const { version, type } = walkOspfKind(c)
    if (version !== 2 && version !== 3) c.malformed('ospf.version', `is ${version}, not 2 or 3`, 'RFC 2328 §A.3.1', at)
    const sender = c.take(ospfSender)
    return version === 2 ? walkOspfVersion2(c, at, type, sender) : walkOspfVersion3(c, at, type, sender)
  },

  size: packet => (packet.version === 2 ? sizeOfOspfVersion2(packet) : sizeOfOspfVersion3(packet)),

  write(w, packet, around) {
    if (packet.version === 2) writeOspfVersion2(w, packet)
    else writeOspfVersion3(w, packet, around)
  },
})
