/** NHRP's extensions, one by one and in lists. */
import { ciscoVendor, type Extension, type NhrpCommon } from '@dmvpn/protocols'
import type { Address } from '@dmvpn/wire'
import fc from 'fast-check'
import { bitsOf, commonly, facts, long, mostly, noOctets, octets, word } from '../values.ts'
import { anyCie } from './nhrp-cie.ts'

const head = { compulsory: fc.boolean(), reserved: mostly(false, fc.boolean(), 9) }
const entries = fc.array(anyCie(), { maxLength: 3 })

/** Octets of a clear-text password: Cisco allows eight. */
export function anyKey(): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ min: 0x21, max: 0x7e, minLength: 1, maxLength: 8 })
}

// SPI 1 with a short hash is what a clear-text password looks like.
const hash = {
  ...head,
  unused: word,
  spi: commonly([0x100], word).filter(spi => spi !== 1),
  source: fc.uint8Array({ minLength: 63, maxLength: 63 }).map((value): Address => value),
  data: octets(32, 9),
}

/** Entries, now and then with fewer octets behind them than an entry has. */
function record<K extends Extension['kind']>(kind: K, leftovers: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Extension> {
  const whole = facts({ kind: fc.constant(kind), ...head, entries }) as unknown as fc.Arbitrary<Extension>
  return fc
    .tuple(whole, mostly<Uint8Array>(noOctets, leftovers, 12))
    .map(([extension, leftover]) => (leftover.length === 0 ? extension : { ...extension, leftover }))
}

const kinds: readonly fc.Arbitrary<Extension>[] = [
  record('responder-address', octets(11, 1)),
  record('forward-transit', octets(11, 1)),
  record('reverse-transit', octets(11, 1)),
  // Eight octets would be device capabilities.
  record('nat-address', octets(7, 1)),
  facts<Extension>({ kind: fc.constant('authentication'), form: fc.constant('cleartext'), ...head, key: anyKey() }),
  facts<Extension>({ kind: fc.constant('authentication'), form: fc.constant('hash'), ...hash }),
  facts<Extension>({ kind: fc.constant('mobile-authentication'), ...hash }),
  facts<Extension>({
    kind: fc.constant('vendor-private'),
    ...head,
    vendor: commonly([ciscoVendor], bitsOf(24)),
    data: octets(24),
  }),
  facts<Extension>({ kind: fc.constant('device-capabilities'), ...head, source: long, destination: long }),
  facts<Extension>({
    kind: fc.constant('unrecognised'),
    ...head,
    type: commonly([0x3801, 1, 2, 6, 0x1000, 0x1200, 0x3fff], fc.integer({ min: 11, max: 0x3fff })),
    value: octets(24),
  }),
]

/** Any extension but End; the source address of a hash is as long as the packet's source protocol address. */
export function anyExtension(source: NhrpCommon['sourceProtocol']): fc.Arbitrary<Extension> {
  return fc.oneof(...kinds).map(each => withSourceOf(each, source))
}

/** The extension with a source address, where it has one, of the same kind and length as the packet's. */
export function withSourceOf(extension: Extension, address: NhrpCommon['sourceProtocol']): Extension {
  const hashed = extension.kind === 'mobile-authentication' || ('form' in extension && extension.form === 'hash')
  if (!hashed) return extension
  return { ...extension, source: likeAddress(address, extension.source) } as Extension
}

/** The octets of `model` as an address of the kind of `address`; one that is already of this kind stays. */
function likeAddress(address: Address | undefined, model: Address | undefined): Address | undefined {
  if (address === undefined || !(model instanceof Uint8Array)) return address === undefined ? undefined : model
  if (typeof address === 'object') return model.slice(0, address.length)
  const octetsOf = typeof address === 'number' ? 4 : 16
  const value = model.subarray(0, octetsOf).reduce((sum, each) => (sum << 8n) | BigInt(each), 0n)
  return typeof address === 'number' ? Number(value) : value
}

const end = facts<Extension>({
  kind: fc.constant('end'),
  compulsory: mostly(true, fc.boolean(), 9),
  reserved: mostly(false, fc.boolean(), 9),
  value: mostly<Uint8Array>(noOctets, octets(4, 1), 9),
})

/** None, a list closed by End, or one that is not closed. Sources still fit no packet: see `withSourceOf`. */
export function anyExtensions(): fc.Arbitrary<readonly Extension[]> {
  const one = fc.oneof(...kinds)
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.constant<readonly Extension[]>([]) },
    { weight: 5, arbitrary: fc.tuple(fc.array(one, { maxLength: 6 }), end).map(([list, last]) => [...list, last]) },
    { weight: 1, arbitrary: fc.array(one, { minLength: 1, maxLength: 2 }) },
  )
}
