/** A script: packets with times, each a recipe, its options, and fields set or lied about. */
import { type Assignment, fieldOf } from './assignment.ts'
import { recordAt, type SynthFrame, type SynthRecord } from './compose.ts'
import { lie } from './lie.ts'
import { optionsFor, type PacketKind, type PacketOptions } from './options.ts'
import { counted, packetFrame } from './packet.ts'
import { setField } from './set-field.ts'
import { spanOf, timeOf } from './span.ts'

/** Fields by Wireshark name (`nhrp.htime#2` for the second) and what they are to be. */
export type FieldValues = Readonly<Record<string, string | number | boolean>>

/** When, how often, and what is done to a packet after its recipe. */
export interface Occasion {
  /** Since the script's start: `1.5s`, `20ms`, or seconds. */
  readonly at?: string | number | undefined
  /** Since the packet before; 0 where neither is said. */
  readonly after?: string | number | undefined
  /** How many; request ids, identifications and sequence numbers count on. */
  readonly count?: number | undefined
  /** From one of them to the next; one second where left out. */
  readonly every?: string | number | undefined
  /** Lengths and checksums follow. */
  readonly set?: FieldValues | undefined
  /** Nothing follows. */
  readonly lie?: FieldValues | undefined
  /** Kept in pcapng files. */
  readonly comment?: string | undefined
}

export interface ScriptPacket extends Occasion {
  readonly packet: PacketKind
  readonly options: PacketOptions
}

export interface Script {
  /** Nanoseconds since 1970 from which `at` counts. */
  readonly start: bigint
  /** For every packet whose recipe knows the option and does not say otherwise. */
  readonly defaults: PacketOptions
  readonly packets: readonly ScriptPacket[]
}

/** Which part of a script is wrong, by its keys. */
export class ScriptError extends RangeError {
  override readonly name = 'ScriptError'
  readonly path: readonly (string | number)[]

  constructor(message: string, path: readonly (string | number)[]) {
    super(message)
    this.path = path
  }
}

/** The records of a script, in its order. Throws ScriptError where a packet cannot be made. */
export function* scriptRecords({ start, defaults, packets }: Script): Generator<SynthRecord, void, void> {
  let now = start
  for (const [index, each] of packets.entries()) {
    const path = ['packets', index]
    const { at, after = 0 } = each
    now =
      at === undefined
        ? now + located([...path, 'after'], () => spanOf(after))
        : start + located([...path, 'at'], () => spanOf(at))
    const options = { ...known(defaults, each.packet), ...each.options }
    for (const record of occasionRecords(each.packet, options, each, now, path)) {
      now = record.at
      yield record.record
    }
  }
}

/** What a packet's recipe and occasion give, from `start` on. Throws ScriptError with a path behind `path`. */
export function* occasionRecords(
  packet: PacketKind,
  options: PacketOptions,
  occasion: Occasion,
  start: bigint,
  path: readonly (string | number)[] = [],
): Generator<{ readonly at: bigint; readonly record: SynthRecord }, void, void> {
  const { count = 1, every = 1, comment } = occasion
  const step = located([...path, 'every'], () => spanOf(every))
  for (let repeats = 0; repeats < count; repeats++) {
    const made = located(path, () => packetFrame(packet, repeats === 0 ? options : counted(options, repeats)))
    const frame = lied(changed(made, occasion.set, [...path, 'set']), occasion.lie, [...path, 'lie'])
    const at = start + step * BigInt(repeats)
    const { seconds, nanoseconds } = timeOf(at)
    yield { at, record: recordAt(frame, seconds, nanoseconds, comment === undefined ? [] : [comment]) }
  }
}

/** Those of the defaults that the recipe knows. */
function known(defaults: PacketOptions, packet: PacketKind): PacketOptions {
  return Object.fromEntries(optionsFor(packet).map(name => [name, defaults[name]]))
}

function changed(frame: SynthFrame, values: FieldValues | undefined, path: readonly (string | number)[]): SynthFrame {
  return assignmentsOf(values, path).reduce(
    (before, each) => located([...path, each.key], () => setField(before, each)),
    frame,
  )
}

function lied(frame: SynthFrame, values: FieldValues | undefined, path: readonly (string | number)[]): SynthFrame {
  return assignmentsOf(values, path).reduce(
    (before, each) => located([...path, each.key], () => lie(before, each)),
    frame,
  )
}

function assignmentsOf(
  values: FieldValues | undefined,
  path: readonly (string | number)[],
): readonly (Assignment & { readonly key: string })[] {
  return Object.entries(values ?? {}).map(([key, value]) => ({
    key,
    ...located([...path, key], () => fieldOf(key)),
    value: String(value),
  }))
}

function located<T>(path: readonly (string | number)[], make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof RangeError && !(error instanceof ScriptError)) throw new ScriptError(error.message, path)
    throw error
  }
}
