/** A station that sends under associations: it picks the one a packet's addresses call for, and counts its packets. */
import { createHmac } from 'node:crypto'
import { formatIp } from '@dmvpn/wire'
import { fits } from './address-pattern.ts'
import type { SecurityAssociation } from './association.ts'
import { type Datagram, datagramAt } from './datagram.ts'
import { protect } from './protect.ts'
import { spiOf } from './seal.ts'

export interface SealerOptions {
  /** Of associations whose keys do not say: transport where left out, as DMVPN has it. */
  readonly mode?: 'transport' | 'tunnel' | undefined
  /** The number of the first packet under each association: 1 where left out. */
  readonly sequence?: number | bigint | undefined
}

/** Repeatable: the same associations, options and packets give the same octets. */
export class Sealer {
  private readonly associations: readonly SecurityAssociation[]
  private readonly next = new Map<SecurityAssociation, bigint>()
  private readonly first: bigint

  constructor(associations: Iterable<SecurityAssociation>, options: SealerOptions = {}) {
    const { mode = 'transport' } = options
    this.associations = Array.from(associations, each => (each.mode === undefined ? { ...each, mode } : each))
    this.first = BigInt(options.sequence ?? 1)
  }

  /**
   * The IP packet that carries `datagram` under the first association whose addresses fit. Throws RangeError where none
   * does, where that one cannot seal, or where `datagram` is no whole IP packet.
   */
  seal(datagram: Uint8Array): Uint8Array {
    const inner = datagramAt(datagram, 0, datagram.length)
    if (inner === undefined) throw new RangeError('not a whole IPv4 or IPv6 packet')
    const association = this.associationFor(inner)
    const sequence = this.next.get(association) ?? this.first
    const iv = (length: number): Uint8Array => repeatableVector(association, sequence, length)
    const { source, destination } = inner
    const sealed = protect(association, datagram, { sequence, iv, outer: outerOf(association, source, destination) })
    this.next.set(association, sequence + 1n)
    return sealed
  }

  private associationFor({ source, destination }: Datagram): SecurityAssociation {
    const found = this.associations.find(each => fits(each.source, source) && fits(each.destination, destination))
    if (found !== undefined) return found
    throw new RangeError(`no association from ${formatIp(source)} to ${formatIp(destination)}`)
  }
}

/** Between the gateways the association names, or between the packet's own ends where it leaves them open. */
function outerOf(association: SecurityAssociation, source: Datagram['source'], destination: Datagram['destination']) {
  return { source: association.source.exact ?? source, destination: association.destination.exact ?? destination }
}

/**
 * An initialization vector that no other packet under the key has: the sequence number for those transforms that only
 * ask for that (RFC 3686 §3.1, RFC 4106 §3.1), and for CBC what nobody without the key foresees (RFC 3602 §3).
 */
function repeatableVector(association: SecurityAssociation, sequence: bigint, length: number): Uint8Array {
  const counter = new Uint8Array(16)
  const view = new DataView(counter.buffer)
  view.setUint32(4, spiOf(association))
  view.setBigUint64(8, sequence)
  if (!association.encryption.algorithm.endsWith('-cbc')) return counter.slice(16 - length)
  return new Uint8Array(createHmac('sha256', association.encryption.key).update(counter).digest().subarray(0, length))
}
