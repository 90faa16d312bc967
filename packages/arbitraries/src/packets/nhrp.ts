/** NHRP packets of every kind: dependent fields right by construction, everything else as odd as the wire allows. */
import {
  kindOfType,
  type Cie,
  type Extension,
  type Nhrp,
  type NhrpCommon,
  type NhrpErrorIndication,
  type NhrpExchange,
  type NhrpTrafficIndication,
} from '@dmvpn/protocols'
import fc from 'fast-check'
import { bitsOf } from '../of-layout.ts'
import { anyAddress, anySubaddress } from './addresses.ts'

const octet = bitsOf(8)
const word = bitsOf(16)

/** A client information entry. */
export function anyCie(): fc.Arbitrary<Cie> {
  return fc.record(
    {
      code: fc.oneof(fc.constantFrom(0, 4, 5, 11, 12, 13, 14), octet),
      prefixLength: fc.oneof(fc.constantFrom(0, 24, 32, 128, 255), octet),
      unused: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: word }),
      mtu: fc.oneof(fc.constantFrom(0, 1360, 1400, 1500, 1514, 17912, 17916), word),
      holdingTime: fc.oneof(fc.constantFrom(0, 60, 360, 600, 7200), word),
      preference: fc.oneof(fc.constantFrom(0, 255), octet),
      nbmaType: fc.nat(3),
      subaddressType: fc.nat(3),
      nbma: anyAddress(),
      subaddress: anySubaddress(),
      protocol: anyAddress(),
    },
    { noNullPrototype: true },
  )
}

const entries = fc.array(anyCie(), { maxLength: 3 })

/** Octets of a clear-text password: Cisco allows eight. */
export function anyKey(): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ min: 0x21, max: 0x7e, minLength: 1, maxLength: 8 })
}

/** Any extension but End; a hash's source address is as long as the packet's source protocol address. */
export function anyExtension(source: NhrpCommon['sourceProtocol']): fc.Arbitrary<Extension> {
  const head = { compulsory: fc.boolean(), reserved: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()) }
  const hash = {
    ...head,
    unused: word,
    spi: fc.oneof(fc.constant(0x100), word.filter(spi => spi !== 1)),
    source: sameLength(source),
    data: fc.uint8Array({ minLength: 9, maxLength: 32 }),
  }
  const value = fc.uint8Array({ maxLength: 24 })
  const record = <K extends Extension['kind']>(kind: K) =>
    fc.record({ kind: fc.constant(kind), ...head, entries }, { noNullPrototype: true })
  return fc.oneof(
    record('responder-address'),
    record('forward-transit'),
    record('reverse-transit'),
    record('nat-address'),
    fc.record(
      { kind: fc.constant('authentication' as const), form: fc.constant('cleartext' as const), ...head, key: anyKey() },
      { noNullPrototype: true },
    ),
    fc.record(
      { kind: fc.constant('authentication' as const), form: fc.constant('hash' as const), ...hash },
      { noNullPrototype: true },
    ),
    fc.record({ kind: fc.constant('mobile-authentication' as const), ...hash }, { noNullPrototype: true }),
    fc.record(
      {
        kind: fc.constant('vendor-private' as const),
        ...head,
        vendor: fc.oneof(fc.constant(0x00000c), bitsOf(24)),
        data: value,
      },
      { noNullPrototype: true },
    ),
    fc.record(
      { kind: fc.constant('device-capabilities' as const), ...head, source: bitsOf(32), destination: bitsOf(32) },
      { noNullPrototype: true },
    ),
    fc.record(
      {
        kind: fc.constant('unrecognised' as const),
        ...head,
        type: fc.oneof(fc.constantFrom(1, 2, 6, 0x1000, 0x1200, 0x3801, 0x3fff), fc.integer({ min: 11, max: 0x3fff })),
        value,
      },
      { noNullPrototype: true },
    ),
  ) as fc.Arbitrary<Extension>
}

function sameLength(address: NhrpCommon['sourceProtocol']): fc.Arbitrary<NhrpCommon['sourceProtocol']> {
  if (address === undefined) return fc.constant(undefined)
  if (typeof address === 'number') return bitsOf(32)
  if (typeof address === 'bigint') return fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })
  return fc.uint8Array({ minLength: address.length, maxLength: address.length })
}

function anyExtensions(source: NhrpCommon['sourceProtocol']): fc.Arbitrary<readonly Extension[]> {
  const end: fc.Arbitrary<Extension> = fc.constant({
    kind: 'end',
    compulsory: true,
    reserved: false,
    value: new Uint8Array(0),
  })
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    {
      weight: 5,
      arbitrary: fc.tuple(fc.array(anyExtension(source), { maxLength: 6 }), end).map(([list, last]) => [...list, last]),
    },
    { weight: 1, arbitrary: fc.array(anyExtension(source), { minLength: 1, maxLength: 2 }) },
  )
}

/** What stands behind the End extension, where there is one. */
function anyAfterEnd(extensions: readonly Extension[]): fc.Arbitrary<Uint8Array> {
  if (extensions.at(-1)?.kind !== 'end') return fc.constant(new Uint8Array(0))
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant(new Uint8Array(0)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 16 }) },
  )
}

function anyCommon(): fc.Arbitrary<NhrpCommon> {
  return anyAddress().chain(sourceProtocol =>
    anyExtensions(sourceProtocol).chain(extensions =>
      fc.record(
        {
          addressFamily: fc.oneof(fc.constantFrom(1, 2, 8, 15), word),
          protocolType: fc.oneof(fc.constantFrom(0x0800, 0x86dd, 0x0080), word),
          snapOui: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, bitsOf(24)),
          snapPid: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, word),
          hopCount: fc.oneof(fc.constantFrom(0, 1, 16, 64, 254, 255), octet),
          version: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, octet),
          sourceNbmaType: fc.nat(3),
          sourceSubaddressType: fc.nat(3),
          sourceNbma: anyAddress(),
          sourceSubaddress: anySubaddress(),
          sourceProtocol: fc.constant(sourceProtocol),
          destinationProtocol: anyAddress(),
          extensions: fc.constant(extensions),
          afterEnd: anyAfterEnd(extensions),
        },
        { noNullPrototype: true },
      ),
    ),
  )
}

/** The messages of types 1 to 6, and those of types nobody knows. */
export function anyExchange(): fc.Arbitrary<NhrpExchange> {
  const type = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 6 }) }, fc.constantFrom(0, 9, 128, 255))
  return fc
    .tuple(anyCommon(), type, fc.oneof(fc.constantFrom(0x8000, 0x8002, 0xc800, 0xc802, 0xf800), word), bitsOf(32), entries)
    .chain(([common, number, flags, requestId, list]) =>
      leftoverOf().map(leftover => ({
        ...common,
        kind: kindOfType(number) as NhrpExchange['kind'],
        type: number,
        flags,
        requestId,
        entries: list,
        leftover,
      })),
    )
}

function leftoverOf(): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant(new Uint8Array(0)) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 11 }) },
  )
}

export function anyErrorIndication(): fc.Arbitrary<NhrpErrorIndication> {
  return fc
    .tuple(anyCommon(), word, fc.oneof(fc.constantFrom(1, 2, 3, 6, 7, 11, 15), word), word, fc.uint8Array({ maxLength: 120 }))
    .map(([common, unused, errorCode, errorOffset, quote]) => ({
      ...common,
      kind: 'error-indication' as const,
      type: 7 as const,
      unused,
      errorCode,
      errorOffset,
      quote,
    }))
}

export function anyTrafficIndication(): fc.Arbitrary<NhrpTrafficIndication> {
  return fc
    .tuple(anyCommon(), word, fc.oneof(fc.constant(0), word), word, fc.uint8Array({ maxLength: 80 }))
    .map(([common, unused, trafficCode, unused2, quote]) => ({
      ...common,
      kind: 'traffic-indication' as const,
      type: 8 as const,
      unused,
      trafficCode,
      unused2,
      quote,
    }))
}

/** Any NHRP packet that `encode` accepts and `decode` reads back. */
export function anyNhrp(): fc.Arbitrary<Nhrp> {
  return fc.oneof(
    { weight: 6, arbitrary: anyExchange() },
    { weight: 1, arbitrary: anyErrorIndication() },
    { weight: 1, arbitrary: anyTrafficIndication() },
  )
}
