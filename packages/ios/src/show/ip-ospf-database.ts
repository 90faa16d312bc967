/** `show ip ospf database`: the advertisements of every area, a table for each type. */
import { ageOfLsa, type Instant, type OspfArea, type RouterState, type StoredLsa } from '@dmvpn/core'
import { ospfLsaType } from '@dmvpn/protocols'
import { formatIpv4 } from '@dmvpn/wire'

export function showIpOspfDatabase(router: RouterState, now: Instant): readonly string[] {
  return router.ospf.flatMap(({ routerId, settings, areas }) => {
    if (routerId === 0) return []
    const title = `            OSPF Router with ID (${formatIpv4(routerId)}) (Process ID ${settings.processId})`
    const sorted = [...areas.values()].sort((one, other) => one.id - other.id)
    return ['', title, ...sorted.flatMap(area => areaLines(area, now))]
  })
}

const titles = [
  [ospfLsaType.router, 'Router'],
  [ospfLsaType.network, 'Net'],
  [ospfLsaType.summaryNetwork, 'Summary Net'],
  [ospfLsaType.summaryBoundary, 'Summary ASB'],
] as const

function areaLines({ id, database }: OspfArea, now: Instant): readonly string[] {
  return titles.flatMap(([type, title]) => {
    const found = [...database.values()].filter(({ lsa }) => lsa.type === type)
    if (found.length === 0) return []
    found.sort((one, other) => one.lsa.id - other.lsa.id || one.lsa.advertisingRouter - other.lsa.advertisingRouter)
    const last = type === ospfLsaType.router ? ' Link count' : ''
    return [
      '',
      `                ${title} Link States (Area ${id})`,
      '',
      `Link ID         ADV Router      Age         Seq#       Checksum${last}`,
      ...found.map(each => rowOf(each, now)),
    ]
  })
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
  return `${columns.join(' ')}${lsa.body.kind === 'router' ? ` ${lsa.body.links.length}` : ''}`
}

const hex = (value: number, digits: number): string => (value >>> 0).toString(16).toUpperCase().padStart(digits, '0')
