/** Capture files built octet by octet, for the tests: nothing here goes through the code that is tested. */

export type Order = 'little' | 'big'

/** Octets of numbers in one order: `u(16, 1)`, and of bytes and text as they are. */
export function packed(
  order: Order,
  ...parts: readonly (readonly [8 | 16 | 32, number] | Uint8Array | string)[]
): Uint8Array {
  const octets: number[] = []
  for (const part of parts) {
    if (typeof part === 'string') octets.push(...new TextEncoder().encode(part))
    else if (part instanceof Uint8Array) octets.push(...part)
    else {
      const [width, value] = part
      const number = Array.from({ length: width / 8 }, (_, i) => Math.floor(value / 256 ** i) & 255)
      octets.push(...(order === 'little' ? number : number.reverse()))
    }
  }
  return Uint8Array.from(octets)
}

/** `length` octets of an Ethernet frame with a protocol nobody has, told apart by `seed`. */
export function frame(length: number, seed: number): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 255)
  if (length >= 14) bytes.set([0x88, 0xb5], 12)
  return bytes
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

export interface PcapShape {
  readonly magic?: number
  readonly version?: readonly [number, number]
  readonly snapLength?: number
  readonly network?: number
  readonly modified?: boolean
}

export interface Seen {
  readonly seconds: number
  readonly fraction: number
  readonly bytes: Uint8Array
  readonly original?: number
}

export function pcapFile(order: Order, shape: PcapShape, records: readonly Seen[]): Uint8Array {
  const [major, minor] = shape.version ?? [2, 4]
  const header = packed(
    order,
    [32, shape.magic ?? 0xa1b2c3d4],
    [16, major],
    [16, minor],
    [32, 0],
    [32, 0],
    [32, shape.snapLength ?? 65535],
    [32, shape.network ?? 1],
  )
  const body = records.map(({ seconds, fraction, bytes, original }) => {
    const modified = shape.modified ? packed(order, [32, 3], [16, 0x0800], [8, 4], [8, 0]) : new Uint8Array(0)
    const start = packed(order, [32, seconds], [32, fraction], [32, bytes.length], [32, original ?? bytes.length])
    return joined(start, modified, bytes)
  })
  return joined(header, ...body)
}

/** Blocks of one byte order. */
export class Blocks {
  readonly order: Order

  constructor(order: Order) {
    this.order = order
  }

  block(type: number, ...body: Parameters<typeof packed>[1][]): Uint8Array {
    const inside = padded(packed(this.order, ...body))
    const length = inside.length + 12
    return packed(this.order, [32, type], [32, length], inside, [32, length])
  }

  section(...options: readonly Uint8Array[]): Uint8Array {
    const all = joined(...options)
    return this.block(0x0a0d0d0a, [32, 0x1a2b3c4d], [16, 1], [16, 0], [32, 0xffffffff], [32, 0xffffffff], all)
  }

  interface(linkType: number, snapLength: number, ...options: readonly Uint8Array[]): Uint8Array {
    return this.block(1, [16, linkType], [16, 0], [32, snapLength], joined(...options))
  }

  packet(
    port: number,
    time: bigint,
    bytes: Uint8Array,
    original: number = bytes.length,
    ...options: Uint8Array[]
  ): Uint8Array {
    return this.block(
      6,
      [32, port],
      ...this.#times(time),
      [32, bytes.length],
      [32, original],
      padded(bytes),
      joined(...options),
    )
  }

  obsoletePacket(port: number, time: bigint, bytes: Uint8Array, ...options: Uint8Array[]): Uint8Array {
    const { length } = bytes
    return this.block(
      2,
      [16, port],
      [16, 7],
      ...this.#times(time),
      [32, length],
      [32, length],
      padded(bytes),
      joined(...options),
    )
  }

  simplePacket(bytes: Uint8Array, original: number = bytes.length): Uint8Array {
    return this.block(3, [32, original], bytes)
  }

  statistics(port: number, time: bigint, ...options: readonly Uint8Array[]): Uint8Array {
    return this.block(5, [32, port], ...this.#times(time), joined(...options))
  }

  names(...records: readonly Uint8Array[]): Uint8Array {
    return this.block(4, joined(...records), [32, 0])
  }

  /** An option, or a record of a name block: code, length, padded value. */
  option(code: number, ...value: Parameters<typeof packed>[1][]): Uint8Array {
    const inside = packed(this.order, ...value)
    return joined(packed(this.order, [16, code], [16, inside.length]), padded(inside))
  }

  get end(): Uint8Array {
    return new Uint8Array(4)
  }

  #times(time: bigint): (readonly [32, number])[] {
    return [
      [32, Number(time >> 32n)],
      [32, Number(time & 0xffffffffn)],
    ]
  }
}

function padded(bytes: Uint8Array): Uint8Array {
  return joined(bytes, new Uint8Array(-bytes.length & 3))
}

/** 2026-08-01 00:00:00 UTC and a bit, in units of a power of ten or two. */
export function instant(units: bigint, nanoseconds: bigint = 123_456_789n): bigint {
  return 1_785_542_400n * units + (nanoseconds * units) / 1_000_000_000n
}

/** pcapng in every manner the format knows, each in both byte orders. */
export const pcapngVariants: readonly { readonly name: string; readonly bytes: Uint8Array }[] = (
  ['little', 'big'] as const
).flatMap(order => {
  const b = new Blocks(order)
  const other = new Blocks(order === 'little' ? 'big' : 'little')
  const micro = 1_000_000n
  const resolution = (value: number) => b.option(9, [8, value])
  return [
    {
      name: `${order}: several interfaces, resolutions of ten and two, offsets`,
      bytes: joined(
        b.section(
          b.option(1, 'a file'),
          b.option(2, 'hardware'),
          b.option(3, 'system'),
          b.option(4, 'made by hand'),
          b.end,
        ),
        b.interface(1, 65535, b.option(2, 'eth0'), b.option(3, 'the first'), b.end),
        b.interface(101, 0, b.option(2, 'tun0'), resolution(9), b.end),
        b.interface(1, 262144, resolution(3), b.end),
        b.interface(1, 262144, resolution(0), b.end),
        b.interface(1, 262144, resolution(0x80 | 10), b.end),
        b.interface(1, 262144, resolution(0x80 | 20), b.end),
        b.interface(
          1,
          262144,
          resolution(8),
          b.option(14, [32, order === 'little' ? 3600 : 0], [32, order === 'little' ? 0 : 3600]),
          b.end,
        ),
        b.packet(0, instant(micro), frame(60, 1)),
        b.packet(1, instant(10n ** 9n), frame(61, 2)),
        b.packet(2, instant(1000n), frame(62, 3)),
        b.packet(3, instant(1n), frame(63, 4)),
        b.packet(4, instant(1024n), frame(64, 5)),
        b.packet(5, instant(1n << 20n), frame(65, 6), 1500),
        b.packet(6, instant(10n ** 8n), frame(0, 7), 14),
      ),
    },
    {
      name: `${order}: packet options, flags, comments, statistics, names, secrets, custom and unknown blocks`,
      bytes: joined(
        b.section(),
        b.block(0x0bad, [32, 32473], 'anything'),
        b.interface(
          1,
          96,
          b.option(13, [8, 32]),
          b.option(8, [32, 1], [32, 2]),
          b.option(11, [8, 0], 'proto gre'),
          b.end,
        ),
        b.packet(
          0,
          instant(micro),
          frame(60, 1),
          60,
          b.option(1, 'first'),
          b.option(2, [32, 0x81]),
          b.option(1, 'größer'),
          b.end,
        ),
        b.names(b.option(1, Uint8Array.of(10, 0, 0, 1), 'hub\0hub.example\0'), b.option(2, frame(16, 0), 'six\0')),
        b.block(0x80000001, 'unknown to all'),
        b.packet(
          0,
          instant(micro, 5000n),
          frame(61, 2),
          61,
          b.option(2989, [32, 32473], Uint8Array.of(1, 2, 3)),
          b.end,
        ),
        b.block(10, [32, 0x544c534b], [32, 5], 'CLIENT\0\0'.slice(0, 5)),
        b.statistics(0, instant(micro), b.option(4, [32, 1], [32, 0]), b.end),
        b.block(0x40000bad, [32, 32473], 'not to be copied'),
      ),
    },
    {
      name: `${order}: simple and obsolete packets`,
      bytes: joined(
        b.section(),
        b.interface(1, 64),
        b.simplePacket(frame(64, 1), 100),
        b.simplePacket(frame(61, 2)),
        b.obsoletePacket(0, instant(micro), frame(60, 3), b.option(2, [32, 1]), b.option(1, 'old'), b.end),
        b.packet(0, instant(micro), frame(33, 4)),
      ),
    },
    {
      name: `${order}: sections in both byte orders`,
      bytes: joined(
        b.section(),
        b.interface(1, 0),
        b.packet(0, instant(micro), frame(60, 1)),
        other.section(),
        other.interface(101, 0, other.option(9, [8, 9]), other.end),
        other.interface(1, 0),
        other.packet(0, instant(10n ** 9n), frame(20, 2)),
        other.packet(1, instant(micro), frame(70, 3)),
        b.section(),
        b.interface(113, 0),
        b.packet(0, instant(micro), frame(80, 4)),
      ),
    },
  ]
})
