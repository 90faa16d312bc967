/** Which fields of two captures are compared: what chance, the clock and ciphers make of them says nothing. */
import { Catalogue, UnknownFieldError } from '@dmvpn/dissect'
import type { Stack } from '@dmvpn/protocols'

/** Not compared unless asked for by name: fields, and protocols with all that is theirs. */
export const usuallyIgnored: readonly string[] = [
  // What the capture file says of a frame: number, times, interface, comments.
  'frame',
  'pkt_comment',
  // Identifications that their senders count up or draw.
  'nhrp.reqid',
  'ip.id',
  'ipv6.fraghdr.ident',
  'icmp.ident',
  'icmp.ident_le',
  'icmpv6.echo.identifier',
  // Sequence numbers that began before the capture.
  'gre.sequence_number',
  'gre.ack_number',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'eigrp.seq',
  'eigrp.ack',
  'eigrp.auth.keyseq',
  'ospf.lsa.seqnum',
  'ospf.db.dd_sequence',
  'ospf.auth.crypt.seq_nbr',
  'ospf.v2.lls.sequence_number',
  'rip.seq_num',
  // Times and ages.
  'icmp.data_time',
  'icmp.data_time_relative',
  'icmp.originate_timestamp',
  'icmp.receive_timestamp',
  'icmp.transmit_timestamp',
  'tcp.options.timestamp.tsval',
  'tcp.options.timestamp.tsecr',
  'erspan.timestamp',
  'ospf.lsa.age',
  // Sums over all of the above.
  'ip.checksum',
  'udp.checksum',
  'tcp.checksum',
  'icmp.checksum',
  'icmpv6.checksum',
  'igmp.checksum',
  'gre.checksum',
  'nhrp.hdr.chksum',
  'eigrp.checksum',
  'eigrp.auth.digest',
  'ospf.checksum',
  'ospf.lsa.chksum',
  'ospf.lls.checksum',
  'ospf.auth.crypt.data',
  'ospf.v2.lls.auth_data',
  'pim.cksum',
  'rip.auth.data',
  'rip.authentication_data',
  'cdp.checksum',
  // What is drawn or comes out of a cipher.
  'esp.spi',
  'esp.sequence',
  'esp.sequence_high',
  'esp.iv',
  'esp.icv',
  'esp.encrypted_data',
  // What these hold is compared as the packet it is.
  'esp.decrypted_data',
  'esp.contained_data',
  'ah.spi',
  'ah.sequence',
  'ah.sequence_high',
  'ah.icv',
  'isakmp.ispi',
  'isakmp.rspi',
  'isakmp.spi',
  'isakmp.delete.spi',
  'isakmp.nonce',
  'isakmp.hash',
  'isakmp.sig',
  'isakmp.key_exchange.data',
  'isakmp.auth.data',
  'isakmp.ike.nat_hash',
  'isakmp.enc.iv',
  'isakmp.enc.data',
]

/** In a Resolution Reply the holding time is what is left of a registration's: it counts down. */
const remaining = 'nhrp.htime'
const resolutionReply = 2

/** Only in Resolution Replies not compared: what `describeIgnored` says of it. */
const remainingText = `${remaining} of Resolution Replies`

export interface FieldChoice {
  /** Fields and protocols that may differ, beyond the usual ones. */
  readonly ignore?: readonly string[]
  /** Fields and protocols that are compared, and nothing else; a field named here is compared though it usually is not. */
  readonly only?: readonly string[]
}

export class ComparedFields {
  private readonly ignored: ReadonlySet<string>
  private readonly only: ReadonlySet<string>
  private readonly asked: ReadonlySet<string>
  /** Protocols nothing of which is compared. */
  private readonly whole: ReadonlySet<string>

  /** Throws UnknownFieldError where the stack shows nothing of a name. */
  constructor(stack: Stack, { ignore = [], only = [] }: FieldChoice = {}) {
    const catalogue = new Catalogue(stack)
    const expand = (name: string): readonly string[] => {
      const entry = catalogue.find(name)
      if (entry === undefined) throw new UnknownFieldError(name, catalogue.suggestions(name))
      return entry.type === 'protocol' ? catalogue.ofProtocol(name).map(each => each.name) : [name]
    }
    this.only = new Set(only.flatMap(expand))
    const usual = usuallyIgnored.flatMap(expand)
    this.asked = new Set(only.flatMap(name => (usuallyIgnored.includes(name) ? expand(name) : [name])))
    const unasked = usual.filter(name => !this.asked.has(name))
    this.ignored = new Set([...unasked, ...ignore.flatMap(expand)])
    const protocols = catalogue.entries.filter(({ type, name }) => type === 'protocol' && this.ignored.has(name))
    this.whole = new Set(
      protocols
        .map(({ name }) => name)
        .filter(name => catalogue.ofProtocol(name).every(each => this.ignored.has(each.name))),
    )
  }

  /** Whether a field is compared; `message` is the type of the NHRP message it is in, 0 outside of one. */
  compares(name: string, message: number): boolean {
    if (this.ignored.has(name) || (this.only.size > 0 && !this.only.has(name))) return false
    return name !== remaining || message !== resolutionReply || this.asked.has(remaining)
  }

  /** Whether somebody asked for a field by its name. */
  names(name: string): boolean {
    return this.asked.has(name)
  }

  /** Whether a layer has nothing that is compared, whatever it holds: a protocol that is ignored as a whole. */
  skips(protocol: string): boolean {
    return this.whole.has(protocol)
  }

  /** What is not compared, for a report: names of fields, sorted. */
  describeIgnored(): readonly string[] {
    const names = [...this.ignored]
    if (!this.asked.has(remaining) && !this.ignored.has(remaining)) names.push(remainingText)
    return names.sort()
  }
}
