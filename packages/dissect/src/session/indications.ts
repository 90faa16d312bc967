/** Traffic Indications, and which of them led to a Resolution Request. */
import type { Address } from '@dmvpn/wire'
import { foldAddress, spread } from './ends.ts'
import type { Sighting } from './exchange.ts'

/** An indication leads to a resolution at once: nanoseconds that it may take. */
const longest = 5e9

export class Indications {
  /** The latest by what it is about and whom it was sent to. */
  private readonly table = new Map<number, Sighting>()
  private readonly most: number

  /** At most so many are held. */
  constructor(most: number) {
    this.most = most
  }

  /** Takes note of an indication by the packet that it quotes. */
  add(indication: Sighting, quote: Uint8Array): void {
    const { table } = this
    const target = targetOf(quote)
    if (target === undefined) return
    if (table.size >= this.most) {
      for (const oldest of table.keys()) {
        table.delete(oldest)
        break
      }
    }
    const place = target ^ (indication.destination === undefined ? 0 : spread(foldAddress(indication.destination)))
    table.delete(place)
    table.set(place, indication)
  }

  /** The indication that led to a request for this address. */
  before(request: Sighting, destination: Address | undefined): Sighting | undefined {
    if (typeof destination !== 'number' && typeof destination !== 'bigint') return undefined
    if (this.table.size === 0) return undefined
    const target = spread(foldAddress(destination))
    const place = target ^ (request.source === undefined ? 0 : spread(foldAddress(request.source)))
    const indication = this.table.get(place)
    if (indication === undefined) return undefined
    const after = request.time - indication.time
    return after >= 0 && after <= longest ? indication : undefined
  }
}

/** The destination of a quoted IP packet, in 32 bits. */
function targetOf(quote: Uint8Array): number | undefined {
  const view = new DataView(quote.buffer, quote.byteOffset, quote.byteLength)
  const version = quote.length === 0 ? 0 : quote[0]! >>> 4
  if (version === 4 && quote.length >= 20) return spread(view.getUint32(16))
  if (version !== 6 || quote.length < 40) return undefined
  return spread((view.getUint32(24) ^ view.getUint32(28) ^ view.getUint32(32) ^ view.getUint32(36)) >>> 0)
}
