/** Keys of `-T ek`: the protocol that a field belongs to, then the field, dots as underscores. */
import type { Stack } from '@dmvpn/protocols'

export class EkKeys {
  private readonly known = new Map<string, string>()
  private readonly protocols: ReadonlySet<string>

  constructor(stack: Stack) {
    this.protocols = new Set(['frame', ...stack.protocols.map(({ name }) => name)])
  }

  /** `nhrp_nhrp_hdr_afn`. */
  ofField(name: string): string {
    let key = this.known.get(name)
    if (key === undefined) {
      key = `${underscored(this.ownerOf(name))}_${underscored(name)}`
      this.known.set(name, key)
    }
    return key
  }

  /** The protocol whose name begins the field's. */
  private ownerOf(name: string): string {
    if (name.startsWith('_ws.')) return name.split('.').slice(0, 2).join('.')
    for (let at = name.lastIndexOf('.'); at > 0; at = name.lastIndexOf('.', at - 1)) {
      if (this.protocols.has(name.slice(0, at))) return name.slice(0, at)
    }
    return name.slice(0, name.indexOf('.') + 1 || undefined).replace('.', '')
  }
}

export function underscored(name: string): string {
  return name.replaceAll('.', '_')
}
