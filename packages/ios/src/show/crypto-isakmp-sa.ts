/** `show crypto isakmp sa`: main mode with every station, done or under way. The responder is the destination. */
import type { CryptoPeer, Instant, Negotiation, RouterState } from '@dmvpn/core'
import { formatIpv4 } from '@dmvpn/wire'

interface Row {
  readonly initiator: boolean
  readonly state: string
  readonly connection: number
  readonly status: string
}

export function showCryptoIsakmpSa(router: RouterState, now: Instant): readonly string[] {
  const rows = [...router.crypto.peers.values()].flatMap(peer => rowsOf(peer, now).map(row => ({ peer, row })))
  rows.sort((one, other) => one.peer.peer - other.peer.peer)
  const lines = rows.map(({ peer: { local, peer }, row }) => {
    const [destination, source] = row.initiator ? [peer, local] : [local, peer]
    const columns = [formatIpv4(destination).padEnd(15), formatIpv4(source).padEnd(15), row.state.padEnd(14)]
    return `${columns.join(' ')} ${String(row.connection).padStart(7)} ${'0'.padStart(4)} ${row.status}`
  })
  return ['dst             src             state          conn-id slot status', ...lines]
}

function rowsOf({ isakmp, negotiations }: CryptoPeer, now: Instant): readonly Row[] {
  const done =
    isakmp === undefined || isakmp.expires <= now
      ? []
      : [{ initiator: isakmp.initiator, state: 'QM_IDLE', connection: isakmp.connection, status: 'ACTIVE' }]
  const begun = [...negotiations.values()].filter(({ mode, expects }) => mode === 'main' && expects !== undefined)
  return [...begun.map(each => ({ ...each, state: stateOf(each), connection: 0, status: 'ACTIVE' })), ...done]
}

/** By the message that is awaited next. */
function stateOf({ expects = 0 }: Negotiation): string {
  if (expects <= 2) return 'MM_NO_STATE'
  return expects <= 4 ? 'MM_SA_SETUP' : 'MM_KEY_EXCH'
}
