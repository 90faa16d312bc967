/** Caches of a capture as a router's `show ip nhrp` would have them, and what became of each binding. */
import { formatIp, type Sink } from '@dmvpn/wire'
import type { Ip } from '../observation.ts'
import type { Binding, BindingEvent } from './binding.ts'

export interface ShownBindings {
  /** Nanoseconds since the first frame: the instant the caches are shown at. */
  readonly at: number
  /** A person's name for an address. */
  readonly nameOf?: (address: Ip) => string | undefined
}

/** Writes caches, station by station: `10.0.0.2/32 via 10.0.0.2 created 00:01:05, expire 00:00:55` and what belongs to it. */
export function writeBindings(s: Sink, bindings: readonly Binding[], { at, nameOf }: ShownBindings): void {
  let holder: Ip | undefined
  for (const each of bindings) {
    if (each.holder !== holder) {
      if (holder !== undefined) s.text('\n')
      holder = each.holder
      s.text(`${titleOf(holder, nameOf)}\n`)
    }
    writeBinding(s, each, at)
  }
}

function titleOf(holder: Ip, nameOf: ShownBindings['nameOf']): string {
  const name = nameOf?.(holder)
  return name === undefined ? `${formatIp(holder)}:` : `${name} (${formatIp(holder)}):`
}

function writeBinding(s: Sink, each: Binding, at: number): void {
  const { network, prefixLength, via, nbma, claimed, created, expires, events } = each
  const life = expires === undefined ? 'never expire' : `expire ${clock(expires - at)}`
  s.text(`  ${formatIp(network)}/${prefixLength} via ${formatIp(via)} created ${clock(at - created)}, ${life}\n`)
  if (nbma === undefined) {
    const refused = events.findLast(({ change }) => change === 'refused')
    s.text(`    Type: incomplete, Flags: negative${refused === undefined ? '' : ` (refused: ${refused.because})`}\n`)
    return
  }
  s.text(`    Type: ${each.origin === 'server' ? 'static' : 'dynamic'}, Flags: ${flagsOf(each).join(' ')}\n`)
  s.text(`    NBMA address: ${formatIp(nbma)}\n`)
  if (claimed !== undefined && claimed !== nbma) s.text(`      (Claimed NBMA address: ${formatIp(claimed)})\n`)
}

/** In the order a router prints them. */
function flagsOf({ origin, unique, used, nbma, claimed }: Binding): readonly string[] {
  const flags: readonly (readonly [boolean, string])[] = [
    [origin === 'resolved' || origin === 'implicit', 'router'],
    [origin === 'registered' || origin === 'server', 'authoritative'],
    [origin === 'implicit', 'implicit'],
    [unique, 'unique'],
    [origin === 'registered', 'registered'],
    [nbma !== claimed, 'nat'],
    [used, 'used'],
  ]
  return flags.flatMap(([is, word]) => (is ? [word] : []))
}

/** Writes the history of bindings: a title for each, and a line for each thing that became of it. */
export function writeTimelines(s: Sink, bindings: readonly Binding[], nameOf?: ShownBindings['nameOf']): void {
  for (const each of bindings) {
    const flaps = each.flaps === 0 ? '' : `, ${each.flaps} ${each.flaps === 1 ? 'flap' : 'flaps'}`
    const way = each.nbma === undefined ? 'no way known' : `at ${formatIp(each.nbma)}`
    s.text(
      `${titleOf(each.holder, nameOf)} ${formatIp(each.network)}/${each.prefixLength} ${way}, ${each.origin}${flaps}\n`,
    )
    for (const event of each.events) s.text(`  ${lineOf(event)}\n`)
  }
}

function lineOf({ change, time, frame, because }: BindingEvent): string {
  const where = frame === undefined ? '' : `  frame ${frame}`
  return `${(time / 1e9).toFixed(6).padStart(12)}  ${change}${because === undefined ? '' : ` (${because})`}${where}`
}

/** `00:01:05`; hours go on beyond a day. */
function clock(nanoseconds: number): string {
  const all = Math.max(0, Math.floor(nanoseconds / 1e9))
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(all / 3600))}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`
}
