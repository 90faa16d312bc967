/** Names of addresses, as hosts files, captures and configurations tell them: known to the whole process, as a resolver is. */
import { formatIp, type Ipv4, type Ipv6 } from './address.ts'

/** Names remembered at most. */
const most = 1 << 16

export class HostNames {
  private readonly byText = new Map<string, string>()

  /** How many addresses have a name. */
  get size(): number {
    return this.byText.size
  }

  /** Names an address; the first name it is given stays. */
  add(address: Ipv4 | Ipv6, name: string): void {
    const text = formatIp(address)
    if (this.byText.size < most && !this.byText.has(text)) this.byText.set(text, name)
  }

  nameOf(address: Ipv4 | Ipv6): string | undefined {
    return this.byText.size === 0 ? undefined : this.byText.get(formatIp(address))
  }

  /** A text in which every address that has a name is said with it: `hub (150.1.1.1)`, or by its name alone. */
  inText(text: string, alone = false): string {
    if (this.byText.size === 0) return text
    return text.replaceAll(addresses, address => {
      const name = this.byText.get(address)
      if (name === undefined) return address
      return alone ? name : `${name} (${address})`
    })
  }

  /** Forgets every name. */
  clear(): void {
    this.byText.clear()
  }
}

/** What looks like an IPv4 or IPv6 address and is no part of a longer word. */
const addresses = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{0,4}(?::[\da-f]{0,4}){2,7})(?![\w:]|\.\d)/g

/** The names known at present. */
export const hostNames: HostNames = new HostNames()

/** An address by its name, or as it is. */
export function hostText(address: Ipv4 | Ipv6): string {
  return hostNames.nameOf(address) ?? formatIp(address)
}
