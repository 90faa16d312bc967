/** OSPF's numbers with Wireshark's names: RFC 2328 appendix A, RFC 3101, RFC 5250. */
import { type Names, names, type PartFormat, shows } from '@dmvpn/wire'
import { flagText } from './flag-text.ts'

export const ospfMessageNames: Names = names({
  1: 'Hello Packet',
  2: 'DB Description',
  3: 'LS Request',
  4: 'LS Update',
  5: 'LS Acknowledge',
})

/** Types of link state advertisement, RFC 2328 §A.4.1 and RFC 3101. */
export const ospfLsaType = {
  router: 1,
  network: 2,
  summaryNetwork: 3,
  summaryBoundary: 4,
  external: 5,
  nssa: 7,
  opaqueLink: 9,
  opaqueArea: 10,
  opaqueSystem: 11,
} as const

export const ospfLsaNames: Names = names({
  1: 'Router-LSA',
  2: 'Network-LSA',
  3: 'Summary-LSA (IP network)',
  4: 'Summary-LSA (ASBR)',
  5: 'AS-External-LSA (ASBR)',
  6: 'Group Membership LSA',
  7: 'NSSA AS-External-LSA',
  8: 'External Attributes LSA',
  9: 'Opaque LSA, Link-local scope',
  10: 'Opaque LSA, Area-local scope',
  11: 'Opaque LSA, AS-local scope',
})

export const opaqueTypeNames: Names = names({
  1: 'Traffic Engineering LSA',
  2: 'Sycamore Optical Topology Descriptions',
  3: 'grace-LSA',
  4: 'Router Information (RI)',
  5: 'L1VPN LSA',
  6: 'Inter-AS-TE-v2 LSA',
  7: 'OSPFv2 Extended Prefix Opaque LSA',
  8: 'OSPFv2 Extended Link Opaque LSA',
  9: 'TTZ LSA',
})

/** What a router's link leads to, RFC 2328 §A.4.2. */
export const ospfLinkType = { pointToPoint: 1, transit: 2, stub: 3, virtual: 4 } as const

export const ospfLinkNames: Names = names({
  1: 'Point-to-point connection to another router',
  2: 'Connection to a transit network',
  3: 'Connection to a stub network',
  4: 'Virtual link',
})

/** How a link's line calls its type. */
export const ospfLinkTitles: Names = names({ 1: 'PTP', 2: 'Transit', 3: 'Stub', 4: 'Virtual' })

/** Authentication types, RFC 2328 appendix D. */
export const ospfAuthenticationNames: Names = names({ 0: 'Null', 1: 'Simple password', 2: 'Cryptographic' })

/** Bits of the options, RFC 2328 §A.2, RFC 5250 and RFC 5613; bit 3 is N in hellos and P in NSSA advertisements. */
export const ospfOption = {
  multiTopology: 0x01,
  external: 0x02,
  multicast: 0x04,
  nssa: 0x08,
  linkLocalSignaling: 0x10,
  demandCircuits: 0x20,
  opaque: 0x40,
  down: 0x80,
} as const

const yes = ['Yes', 'No'] as const
const capable = ['Capable', 'Not capable'] as const
const supported = ['Supported', 'Not supported'] as const
const set = ['Set', 'Not set'] as const

/** How the options octet is shown, in an NSSA advertisement or elsewhere. */
export function optionsFormat(inNssa: boolean): PartFormat {
  const bitThree = inNssa
    ? shows(4, 1, 'ospf.v2.options.p', '(P) Propagate', 'boolean', { truth: set })
    : shows(4, 1, 'ospf.v2.options.n', '(N) NSSA', 'boolean', { truth: supported })
  return {
    base: 'hex',
    text: flagText(2, [
      [ospfOption.down, 'DN'],
      [ospfOption.opaque, 'O'],
      [ospfOption.demandCircuits, '(DC) Demand Circuits'],
      [ospfOption.linkLocalSignaling, '(L) LLS Data block'],
      [ospfOption.nssa, inNssa ? '(P) Propagate' : '(N) NSSA'],
      [ospfOption.multicast, '(MC) Multicast'],
      [ospfOption.external, '(E) External Routing'],
      [ospfOption.multiTopology, '(MT) Multi-Topology Routing'],
    ]),
    shows: [
      shows(0, 1, 'ospf.v2.options.dn', 'DN', 'boolean', { truth: set }),
      shows(1, 1, 'ospf.v2.options.o', 'O', 'boolean', { truth: set }),
      shows(2, 1, 'ospf.v2.options.dc', '(DC) Demand Circuits', 'boolean', { truth: supported }),
      shows(3, 1, 'ospf.v2.options.l', '(L) LLS Data block', 'boolean', { truth: ['Present', 'Not Present'] }),
      bitThree,
      shows(5, 1, 'ospf.v2.options.mc', '(MC) Multicast', 'boolean', { truth: capable }),
      shows(6, 1, 'ospf.v2.options.e', '(E) External Routing', 'boolean', { truth: capable }),
      shows(7, 1, 'ospf.v2.options.mt', '(MT) Multi-Topology Routing', 'boolean', { truth: yes }),
    ],
  }
}

/** Bits of a database description, RFC 2328 §A.3.3 and RFC 4811. */
export const ospfDescriptionFlag = { master: 1, more: 2, init: 4, outOfBandResync: 8 } as const

export const descriptionFlagsFormat: PartFormat = {
  base: 'hex',
  text: flagText(2, [
    [ospfDescriptionFlag.outOfBandResync, '(R) OOBResync'],
    [ospfDescriptionFlag.init, '(I) Init'],
    [ospfDescriptionFlag.more, '(M) More'],
    [ospfDescriptionFlag.master, '(MS) Master'],
  ]),
  shows: [
    shows(4, 1, 'ospf.dbd.r', '(R) OOBResync', 'boolean', { truth: set }),
    shows(5, 1, 'ospf.dbd.i', '(I) Init', 'boolean', { truth: set }),
    shows(6, 1, 'ospf.dbd.m', '(M) More', 'boolean', { truth: set }),
    shows(7, 1, 'ospf.dbd.ms', '(MS) Master', 'boolean', { truth: yes }),
  ],
}

/** Bits of a router advertisement, RFC 2328 §A.4.2. */
export const ospfRouterFlag = {
  areaBorder: 1,
  boundary: 2,
  virtual: 4,
  wildcard: 8,
  nssaTranslator: 16,
  host: 128,
} as const

export const routerFlagsFormat: PartFormat = {
  base: 'hex',
  text: flagText(2, [
    [ospfRouterFlag.host, '(H) flag'],
    [ospfRouterFlag.nssaTranslator, '(N) flag'],
    [ospfRouterFlag.wildcard, '(W) Wild-card multicast receiver'],
    [ospfRouterFlag.virtual, '(V) Virtual link endpoint'],
    [ospfRouterFlag.boundary, '(E) AS boundary router'],
    [ospfRouterFlag.areaBorder, '(B) Area border router'],
  ]),
  shows: [
    shows(0, 1, 'ospf.v2.router.lsa.flags.h', '(H) flag', 'boolean', { truth: yes }),
    shows(3, 1, 'ospf.v2.router.lsa.flags.n', '(N) flag', 'boolean', { truth: yes }),
    shows(4, 1, 'ospf.v2.router.lsa.flags.w', '(W) Wild-card multicast receiver', 'boolean', { truth: yes }),
    shows(5, 1, 'ospf.v2.router.lsa.flags.v', '(V) Virtual link endpoint', 'boolean', { truth: yes }),
    shows(6, 1, 'ospf.v2.router.lsa.flags.e', '(E) AS boundary router', 'boolean', { truth: yes }),
    shows(7, 1, 'ospf.v2.router.lsa.flags.b', '(B) Area border router', 'boolean', { truth: yes }),
  ],
}
