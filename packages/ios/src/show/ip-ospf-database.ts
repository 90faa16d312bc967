/** `show ip ospf database`: the advertisements of every area, a table for each type. */
import { ageOfLsa, type Instant, type OspfArea, type RouterState, type StoredLsa } from '@dmvpn/core'
import { ospfLsaType } from '@dmvpn/protocols'
import { formatIpv4 } from '@dmvpn/wire'

export function showIpOspfDatabase(router: RouterState, now: Instant): readonly string[] {
  return router.ospf.flatMap(({ routerId, settings, areas, domain }) => {
    if (routerId === 0) return []
    const title = `            OSPF Router with ID (${formatIpv4(routerId)}) (Process ID ${settings.processId})`
    const sorted = [...areas.values()].sort((one, other) => one.id - other.id)
    return ['', title, ...sorted.flatMap(area => areaLines(area, now)), ...externalLines(domain, now)]
  })
}

const titles = [
  [ospfLsaType.router, 'Router'],
  [ospfLsaType.network, 'Net'],
  [ospfLsaType.summaryNetwork, 'Summary Net'],
  [ospfLsaType.summaryBoundary, 'Summary ASB'],
] as const

function areaLines(area: OspfArea, now: Instant): readonly string[] {
  return titles.flatMap(([type, title]) =>
    table(area, type, now, `${title} Link States (Area ${area.id})`, type === ospfLsaType.router ? ' Link count' : ''),
  )
}

function externalLines(domain: OspfArea, now: Instant): readonly string[] {
  return table(domain, ospfLsaType.external, now, 'Type-5 AS External Link States', ' Tag')
}

function table({ database }: OspfArea, type: number, now: Instant, title: string, last: string): readonly string[] {
  const found = [...database.values()].filter(({ lsa }) => lsa.type === type)
  if (found.length === 0) return []
  found.sort((one, other) => one.lsa.id - other.lsa.id || one.lsa.advertisingRouter - other.lsa.advertisingRouter)
  return [
    '',
    `                ${title}`,
    '',
    `Link ID         ADV Router      Age         Seq#       Checksum${last}`,
    ...found.map(each => rowOf(each, now)),
  ]
}

function rowOf(stored: StoredLsa, now: Instant): string {
  const { lsa, header } = stored
  const columns = [
    formatIpv4(lsa.id).padEnd(15),
    formatIpv4(lsa.advertisingRouter).padEnd(15),
    String(ageOfLsa({ now }, stored)).padEnd(11),
    `0x${hex(lsa.sequence, 8)}`,
    `0x${hex(header.checksum, 6)}`,
  ]
  const { body } = lsa
  if (body.kind === 'router') columns.push(String(body.links.length))
  if (body.kind === 'external') columns.push(String(body.routes[0]?.tag ?? 0))
  return columns.join(' ')
}

const hex = (value: number, digits: number): string => (value >>> 0).toString(16).toUpperCase().padStart(digits, '0')
