/** Which association a packet belongs to: RFC 4301 §4.1, with the wildcards of Wireshark's table. */
import type { Ipv4, Ipv6 } from '@dmvpn/wire'
import { fits } from './address-pattern.ts'
import { type SecurityAssociation, wholeSpi } from './association.ts'

interface Entry {
  readonly order: number
  readonly association: SecurityAssociation
}

/** Associations in the order they were given: of several that fit, the first counts, as in Wireshark. */
export class AssociationTable {
  readonly associations: readonly SecurityAssociation[]
  private readonly bySpi: Map<number, Entry[]> = new Map()
  private readonly open: Entry[] = []

  constructor(associations: Iterable<SecurityAssociation> = []) {
    this.associations = [...associations]
    for (const [order, association] of this.associations.entries()) {
      const { value, mask } = association.spi
      const entry = { order, association }
      if (mask !== wholeSpi) this.open.push(entry)
      else if (this.bySpi.has(value)) this.bySpi.get(value)!.push(entry)
      else this.bySpi.set(value, [entry])
    }
  }

  /**
   * The association of a packet. Where none fits both addresses, the first that fits the destination: a receiver looks
   * at nothing else (RFC 4301 §4.1), and translation changes the source.
   */
  find(
    protocol: 'esp' | 'ah',
    spi: number,
    destination: Ipv4 | Ipv6,
    source?: Ipv4 | Ipv6,
  ): SecurityAssociation | undefined {
    let found: Entry | undefined
    let otherSource: Entry | undefined
    for (const entries of [this.bySpi.get(spi), this.open]) {
      if (entries === undefined) continue
      for (const entry of entries) {
        const { association } = entry
        if (association.protocol !== protocol || ((spi ^ association.spi.value) & association.spi.mask) !== 0) continue
        if (!fits(association.destination, destination)) continue
        if (source === undefined || fits(association.source, source)) found = earlier(found, entry)
        else otherSource = earlier(otherSource, entry)
      }
    }
    return (found ?? otherSource)?.association
  }
}

function earlier(a: Entry | undefined, b: Entry): Entry {
  return a === undefined || b.order < a.order ? b : a
}
