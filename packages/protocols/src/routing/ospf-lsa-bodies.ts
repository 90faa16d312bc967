/**
 * What advertisements say, RFC 2328 §A.4.2 to §A.4.5.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |     Flags     |       0       |        Number of Links        |  router
 *  |                            Link ID                            |    each link
 *  |                           Link Data                           |
 *  |     Type      |Number of TOSes|            Metric             |
 *  |      TOS      |       0       |          TOS Metric           |      each TOS
 *
 *  |                         Network Mask                          |  network, summary, external
 *  |                        Attached Router                        |    network: each router
 *  |      TOS      |                    Metric                     |    summary: each TOS
 *  |E|     TOS     |                    Metric                     |    external: each TOS
 *  |                      Forwarding Address                       |
 *  |                       External Route Tag                      |
 */
import {
  bits,
  expert,
  type Field,
  field,
  flag,
  formatIpv4,
  type Ipv4,
  ipv4,
  type Layout,
  layout,
  type Outline,
  u8,
  u16,
  u24,
  u32,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { ospfLinkNames, ospfLinkTitles, ospfLsaType, routerFlagsFormat } from './ospf-codes.ts'
import type { OspfExternalRoute, OspfLink, OspfLsaBody, OspfTosMetric } from './ospf-lsas.ts'

interface RouterStart {
  readonly flags: number
  readonly reserved: number
  readonly links: number
}

export const ospfRouterStart: Layout<RouterStart> = layout<RouterStart>('ospf.lsa.router', 'Router LSA', {
  flags: u8('ospf.v2.router.lsa.flags', 'Flags', routerFlagsFormat),
  reserved: u8('ospf.lsa.router.reserved', 'Reserved', { hidden: true }),
  links: u16('ospf.lsa.number_of_links', 'Number of Links'),
})

interface LinkWords {
  readonly id: Ipv4
  readonly data: Ipv4
  readonly type: number
  readonly tosCount: number
  readonly metric: number
}

export const ospfLink: Layout<LinkWords> = layout<LinkWords>('ospf.lsa.router', 'Link', {
  id: ipv4('ospf.lsa.router.linkid', 'Link ID'),
  data: ipv4('ospf.lsa.router.linkdata', 'Link Data'),
  type: u8('ospf.lsa.router.linktype', 'Link Type', { names: ospfLinkNames }),
  tosCount: u8('ospf.lsa.router.nummetrics', 'Number of Metrics', { unit: ' - TOS' }),
  metric: u16('ospf.lsa.router.metric0', '0 Metric'),
})

export const ospfTosMetric: Layout<OspfTosMetric> = layout<OspfTosMetric>('ospf.ls', 'TOS metric', {
  tos: u8('ospf.ls.tos', 'TOS'),
  reserved: u8('ospf.ls.reserved', 'Reserved', { hidden: true }),
  metric: u16('ospf.ls.metric', 'Metric', { type: 'uint32' }),
})

const maskOf = (name: string): Layout<{ readonly mask: Ipv4 }> =>
  layout(name, 'Network mask', { mask: ipv4(`${name}.netmask`, 'Netmask') })
const networkMask = maskOf('ospf.lsa.network')
// Wireshark's name, also for summaries of networks.
const summaryMask = maskOf('ospf.lsa.asbr')
const externalMask = maskOf('ospf.lsa.asext')

export const ospfSummaryMetric: Layout<{ readonly tos: number; readonly metric: number }> = layout(
  'ospf.lsa.summary',
  'Metric',
  { tos: u8('ospf.lsa.tos', 'TOS'), metric: u24('ospf.metric', 'Metric', { type: 'uint32' }) },
)

export const ospfExternalRoute: Layout<OspfExternalRoute> = layout<OspfExternalRoute>(
  'ospf.lsa.asext',
  'External route',
  {
    typeTwo: flag('ospf.lsa.asext.type', 'External Type', {
      truth: [
        'Type 2 (metric is larger than any other link state path)',
        'Type 1 (metric is specified in the same units as interface cost)',
      ],
    }),
    tos: bits(7, 'ospf.lsa.tos', 'TOS'),
    metric: u24('ospf.metric', 'Metric', { type: 'uint32' }),
    forwardingAddress: ipv4('ospf.lsa.asext.fwdaddr', 'Forwarding Address'),
    tag: u32('ospf.lsa.asext.extrttag', 'External Route Tag'),
  },
)

const attachedRouter: Layout<{ readonly router: Ipv4 }> = layout('ospf.lsa.network', 'Attached router', {
  router: ipv4('ospf.lsa.network.attchrtr', 'Attached Router'),
})
const octets: Field = field('ospf.lsa.body', 'Advertisement', 'bytes')
const rest: Field = field('ospf.lsa.rest', 'Octets behind the advertisement', 'bytes')
const unknownType: Field = expert('ospf.lsa.unknown_type', 'Unknown LSA Type', 'warning')

export const ospfLsaBodyFields: readonly (Outline | Field)[] = [
  ospfRouterStart,
  ospfLink,
  ospfTosMetric,
  networkMask,
  attachedRouter,
  summaryMask,
  ospfSummaryMetric,
  externalMask,
  ospfExternalRoute,
  octets,
  rest,
  unknownType,
]

/** The body of an advertisement of `type`: all that is left of the region. */
export function walkOspfLsaBody(c: PacketCursor, type: number): OspfLsaBody {
  const body = walkBody(c, type)
  return c.left === 0 || body.kind === 'unrecognised' ? body : { ...body, rest: c.takeRest(rest) }
}

function walkBody(c: PacketCursor, type: number): OspfLsaBody {
  switch (type) {
    case ospfLsaType.router: {
      const { flags, reserved, links: count } = c.take(ospfRouterStart)
      const links: OspfLink[] = []
      for (let i = 0; i < count; i++) links.push(walkLink(c))
      return { kind: 'router', flags, reserved, links }
    }
    case ospfLsaType.network: {
      const { mask } = c.take(networkMask)
      const attachedRouters: Ipv4[] = []
      while (c.left > 0) attachedRouters.push(c.take(attachedRouter).router)
      return { kind: 'network', mask, attachedRouters }
    }
    case ospfLsaType.summaryNetwork:
    case ospfLsaType.summaryBoundary: {
      const { mask } = c.take(summaryMask)
      const metrics: { readonly tos: number; readonly metric: number }[] = []
      while (c.left > 0) metrics.push(c.take(ospfSummaryMetric))
      return { kind: 'summary', mask, metrics }
    }
    case ospfLsaType.external:
    case ospfLsaType.nssa: {
      const { mask } = c.take(externalMask)
      const routes: OspfExternalRoute[] = []
      while (c.left > 0) routes.push(c.take(ospfExternalRoute))
      return { kind: 'external', mask, routes }
    }
    default:
      if (type < ospfLsaType.opaqueLink || type > ospfLsaType.opaqueSystem)
        c.note(unknownType, 'Unknown LSA Type', c.at - 2)
      return { kind: 'unrecognised', octets: c.takeRest(octets) }
  }
}

function walkLink(c: PacketCursor): OspfLink {
  c.need('ospf.lsa.router', ospfLink.size)
  c.open('Link')
  const { id, data, type, tosCount, metric } = c.take(ospfLink)
  const tosMetrics: OspfTosMetric[] = []
  for (let i = 0; i < tosCount; i++) tosMetrics.push(c.take(ospfTosMetric))
  if (c.witness !== undefined) {
    const name = (ospfLinkTitles.nameOf(type) ?? 'Unknown').padEnd(8)
    c.close(`Type: ${name} ID: ${formatIpv4(id).padEnd(15)} Data: ${formatIpv4(data).padEnd(15)} Metric: ${metric}`)
  }
  return { id, data, type, metric, tosMetrics }
}

/** Octets of a body. */
export function sizeOfOspfLsaBody(body: OspfLsaBody): number {
  switch (body.kind) {
    case 'router':
      return body.links.reduce(
        (size, link) => size + ospfLink.size + link.tosMetrics.length * ospfTosMetric.size,
        ospfRouterStart.size + sizeOfRest(body),
      )
    case 'network':
      return networkMask.size + body.attachedRouters.length * attachedRouter.size + sizeOfRest(body)
    case 'summary':
      return summaryMask.size + body.metrics.length * ospfSummaryMetric.size + sizeOfRest(body)
    case 'external':
      return externalMask.size + body.routes.length * ospfExternalRoute.size + sizeOfRest(body)
    default:
      body satisfies { readonly kind: 'unrecognised' }
      return body.octets.length
  }
}

function sizeOfRest({ rest: octets }: { readonly rest?: Uint8Array }): number {
  return octets?.length ?? 0
}

/** Writes a body, its counts true. */
export function writeOspfLsaBody(w: Writer, body: OspfLsaBody): void {
  switch (body.kind) {
    case 'router':
      w.put(ospfRouterStart, { flags: body.flags, reserved: body.reserved, links: body.links.length })
      for (const { id, data, type, metric, tosMetrics } of body.links) {
        w.put(ospfLink, { id, data, type, metric, tosCount: tosMetrics.length })
        for (const tosMetric of tosMetrics) w.put(ospfTosMetric, tosMetric)
      }
      break
    case 'network':
      w.put(networkMask, body)
      for (const router of body.attachedRouters) w.put(attachedRouter, { router })
      break
    case 'summary':
      w.put(summaryMask, body)
      for (const metric of body.metrics) w.put(ospfSummaryMetric, metric)
      break
    case 'external':
      w.put(externalMask, body)
      for (const route of body.routes) w.put(ospfExternalRoute, route)
      break
    default:
      body satisfies { readonly kind: 'unrecognised' }
      w.putBytes(body.octets)
      return
  }
  if (body.rest !== undefined) w.putBytes(body.rest)
}
