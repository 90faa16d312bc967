import type { Settings } from '@dmvpn/core'

/**
 * What became of a line: `understood` changed the settings; `irrelevant` says nothing about tunnels and routing;
 * `not-yet` does, but is not modelled; `questionable` was recognised and cannot be meant; the rest is `unrecognised`.
 */
export type LineState = 'understood' | 'irrelevant' | 'not-yet' | 'questionable' | 'unrecognised'

/** One line of a configuration that is not empty. */
export interface Line {
  /** From 1, in the text as given. */
  readonly number: number
  readonly text: string
  readonly state: LineState
  /** Why, where the state is not `understood`. */
  readonly because: string | undefined
  /** The command with its abbreviations written out; undefined where none was recognised. */
  readonly command: string | undefined
  /** The command that opened the mode the line was read in, written out; empty in global mode. */
  readonly section: string
}

/** A configuration as read: what it means and what became of its lines. */
export interface Configuration {
  readonly dialect: 'ios' | 'frr' | 'opennhrp'
  readonly settings: Settings
  readonly lines: readonly Line[]
}

/** What a command says instead of changing the settings, or besides. */
export interface Remark {
  readonly state: Exclude<LineState, 'understood' | 'unrecognised'>
  readonly because: string
}

/** The command was recognised but cannot be meant as it stands. */
export function questionable(because: string): Remark {
  return { state: 'questionable', because }
}

/** The command means something that is not modelled. */
export function notModelled(because: string): Remark {
  return { state: 'not-yet', because }
}

/** The command means nothing for tunnels and routing. */
export function ofNoInterest(because: string): Remark {
  return { state: 'irrelevant', because }
}
