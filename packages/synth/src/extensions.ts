/** The extensions of a message, in the order and with the contents of a manner. */
import type { ExtensionKind } from '@dmvpn/core'
import { type Cie, ciscoVendor, type Extension, octetsOf } from '@dmvpn/protocols'
import { type Manner, profileOf } from './station.ts'

/** What is in extensions that are not empty. */
export interface ExtensionContents {
  readonly nat?: readonly Cie[]
  /** The NHRP group that Cisco's registrations may name. */
  readonly group?: string | undefined
}

/** Those of the kinds that the manner has, in its order, and the End extension. */
export function extensionsOf(
  manner: Manner,
  kinds: readonly ExtensionKind[],
  contents: ExtensionContents = {},
): Extension[] {
  const extensions: Extension[] = []
  for (const kind of profileOf(manner).extensionOrder) {
    const made = kinds.includes(kind) ? extensionOf(kind, manner, contents) : undefined
    if (made !== undefined) extensions.push(made)
  }
  return [...extensions, { kind: 'end', ...compulsory, value: new Uint8Array(0) }]
}

const compulsory = { compulsory: true, reserved: false } as const
const optional = { compulsory: false, reserved: false } as const

function extensionOf(kind: ExtensionKind, manner: Manner, { nat, group }: ExtensionContents): Extension | undefined {
  switch (kind) {
    case 'responder-address':
    case 'forward-transit':
    case 'reverse-transit':
      return { kind, ...compulsory, entries: [] }
    case 'authentication':
      return authenticationOf(manner)
    case 'nat-address':
      return profileOf(manner).natExtension ? { kind, ...optional, entries: nat ?? [] } : undefined
    case 'vendor-private':
      return group === undefined ? undefined : groupOf(group)
    default:
      return kind satisfies never
  }
}

/** The password in clear text; undefined without one. Throws RangeError where it is longer than Cisco's eight octets. */
export function authenticationOf({ authentication }: Manner): Extension | undefined {
  if (authentication === undefined) return undefined
  const key = octetsOf(authentication)
  if (key.length < 1 || key.length > longestKey) {
    throw new RangeError(`the password has ${key.length} octets, not 1 to ${longestKey}`)
  }
  return { kind: 'authentication', form: 'cleartext', ...compulsory, key }
}

const longestKey = 8

/** Cisco's sub-TLV 1: a type, a length, a name. */
function groupOf(group: string): Extension {
  const name = octetsOf(group)
  if (name.length > 0xff) throw new RangeError(`the group's name has ${name.length} octets, more than 255`)
  return { kind: 'vendor-private', ...optional, vendor: ciscoVendor, data: Uint8Array.of(1, name.length, ...name) }
}
