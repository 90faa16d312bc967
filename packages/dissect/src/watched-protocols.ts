/** Of which protocols a witness has to see the layers that wants a few fields. */
import { type AnyProtocol, icmp, icmpv6, nhrp } from '@dmvpn/protocols'
import type { Titled } from '@dmvpn/wire'
import { fieldsOf } from './catalogue.ts'

/** What these quote may be anything. */
export const quotingProtocols: ReadonlySet<Titled> = new Set<Titled>([icmp, icmpv6, nhrp])

/** Shown in layers of all protocols. */
const everywhere = ['data.trailing', 'data.cut']

export class WatchedProtocols {
  private readonly wanted: ReadonlySet<string>
  private readonly all: boolean
  private readonly known = new Map<Titled, boolean>()

  /** The names of protocols and fields; all protocols are watched where `all`. */
  constructor(wanted: Iterable<string>, all: boolean) {
    this.wanted = new Set(wanted)
    this.all = all || everywhere.some(name => this.wanted.has(name))
  }

  has(protocol: Titled): boolean {
    let known = this.known.get(protocol)
    if (known === undefined) {
      known =
        this.all ||
        quotingProtocols.has(protocol) ||
        this.wanted.has(protocol.name) ||
        this.shows(protocol as AnyProtocol)
      this.known.set(protocol, known)
    }
    return known
  }

  private shows(protocol: AnyProtocol): boolean {
    return fieldsOf(protocol).some(({ name }) => this.wanted.has(name))
  }
}
