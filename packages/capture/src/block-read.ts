/** The bodies of the pcapng blocks that describe: sections, interfaces, names. */
import { formatHex, formatIpv4, formatIpv6, readIpv6 } from '@dmvpn/wire'
import type { NamedAddress, SectionDescription } from './block.ts'
import type { InterfaceDescription } from './interface-description.ts'
import { interfaceOption, option, sectionOption, textOf, walkOptions } from './options.ts'
import type { Window } from './window.ts'

/** Comments kept of one block: a block can hold millions of empty ones. */
export const mostComments = 1024

/**
 * Section Header Block, §4.1:
 *
 *   +---------------------------------------------------------------+
 *   |                  Byte-Order Magic: 1a2b3c4d                   |
 *   +-------------------------------+-------------------------------+
 *   |       Major Version: 1        |       Minor Version: 0        |
 *   +-------------------------------+-------------------------------+
 *   |             Section Length, 64 bits; -1: not said             |
 *   +---------------------------------------------------------------+
 *   |                            Options                            |
 *   +---------------------------------------------------------------+
 */
export function readSection({ bytes, view }: Window, at: number, end: number, little: boolean): SectionDescription {
  const comments: string[] = []
  const text: Record<number, string> = {}
  walkOptions(view, at + 24, end - 4, little, (code, start, stop) => {
    if (code === option.comment) keepComment(comments, bytes, start, stop)
    else if (code <= sectionOption.application) text[code] ??= textOf(bytes, start, stop)
  })
  return {
    order: little ? 'little' : 'big',
    hardware: text[sectionOption.hardware],
    operatingSystem: text[sectionOption.operatingSystem],
    application: text[sectionOption.application],
    comments,
  }
}

/**
 * Interface Description Block, §4.2:
 *
 *   +-------------------------------+-------------------------------+
 *   |           LinkType            |           Reserved            |
 *   +-------------------------------+-------------------------------+
 *   |                            SnapLen                            |
 *   +---------------------------------------------------------------+
 *   |                            Options                            |
 *   +---------------------------------------------------------------+
 */
export function readInterface(
  { bytes, view }: Window,
  at: number,
  end: number,
  little: boolean,
  index: number,
): InterfaceDescription {
  const comments: string[] = []
  const text: Record<number, string> = {}
  let resolution = 6
  let offset = 0
  let speed: number | undefined
  let fcsLength: number | undefined
  const stop = walkOptions(view, at + 16, end - 4, little, (code, start, stop) => {
    const length = stop - start
    if (code === option.comment) keepComment(comments, bytes, start, stop)
    else if (code === interfaceOption.resolution && length >= 1) resolution = view.getUint8(start)
    else if (code === interfaceOption.offset && length >= 8) offset = Number(view.getBigInt64(start, little))
    else if (code === interfaceOption.speed && length >= 8) speed = Number(view.getBigUint64(start, little))
    else if (code === interfaceOption.fcsLength && length >= 1) fcsLength = fcsOctets(view.getUint8(start))
    else if (code <= interfaceOption.hardware) text[code] ??= textOf(bytes, start, stop)
  })
  return {
    index,
    linkType: view.getUint16(at + 8, little),
    snapLength: view.getUint32(at + 12, little),
    fcsLength,
    resolution,
    offset,
    name: text[interfaceOption.name],
    description: text[interfaceOption.description],
    filter: filterOf(text[interfaceOption.filter]),
    hardware: text[interfaceOption.hardware],
    operatingSystem: text[interfaceOption.operatingSystem],
    speed,
    comments,
    options: { bytes: bytes.slice(at + 16, stop), order: little ? 'little' : 'big' },
  }
}

/**
 * Name Resolution Block, §4.5: records like options, an address and then names that each end in a zero.
 *
 *   +-------------------------------+-------------------------------+
 *   |          Record Type          |         Record Length         |
 *   +-------------------------------+-------------------------------+
 *   |                Address and names, padded                      |
 *   +---------------------------------------------------------------+
 */
export function readNames(
  { bytes, view }: Window,
  at: number,
  end: number,
  little: boolean,
  found: (name: NamedAddress) => void,
): void {
  walkOptions(view, at + 8, end - 4, little, (code, start, stop) => {
    const length = addressLengths[code]
    if (length === undefined || start + length > stop) return
    const names = textOf(bytes, start + length, stop)
      .split('\0')
      .filter(name => name !== '')
    found({ address: addressText(view, bytes, code, start, length), names })
  })
}

/** Adds a comment while the list is of sensible length. */
export function keepComment(comments: string[], bytes: Uint8Array, start: number, end: number): void {
  if (comments.length < mostComments) comments.push(textOf(bytes, start, end))
}

/** IPv4, IPv6, EUI-48, EUI-64. */
const addressLengths: Readonly<Record<number, number>> = { 1: 4, 2: 16, 3: 6, 4: 8 }

function addressText(view: DataView, bytes: Uint8Array, code: number, at: number, length: number): string {
  if (code === 1) return formatIpv4(view.getUint32(at))
  if (code === 2) return formatIpv6(readIpv6(view, at))
  return formatHex(bytes.subarray(at, at + length), ':')
}

/** `if_fcslen` is in bits by the draft, but writers also put octets: no frame check sequence has fewer than 16 bits. */
function fcsOctets(value: number): number {
  return value >= 16 ? value >>> 3 : value
}

/** `if_filter` begins with an octet that says what follows: 0 is text, 1 is BPF code, which is not shown. */
function filterOf(text: string | undefined): string | undefined {
  return text?.startsWith('\0') ? text.slice(1) : undefined
}
