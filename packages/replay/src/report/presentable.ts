/** Verdicts as they may be shown: secrets masked, and nothing in them that moves a terminal's cursor. */
import { fieldsOf } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import type { Discrepancy, Verdict } from '../verdict.ts'

const mask = '*****'

/** A verdict whose passwords and keys are masked, in its sentence as well as in its differences. */
export function presentable(verdict: Verdict): Verdict {
  const { differences } = verdict
  if (differences === undefined) return { ...verdict, because: visible(verdict.because) }
  const secrets = differences.filter(({ field }) => secretFields().has(field)).flatMap(valuesOf)
  return {
    ...verdict,
    because: visible(secrets.reduce((text, secret) => text.replaceAll(secret, mask), verdict.because)),
    differences: differences.map(shown),
  }
}

/** A text in which every character is one that shows: controls and unpaired surrogates become `\xNN`. */
export function visible(text: string): string {
  return hidden.test(text) ? text.replaceAll(allHidden, coded) : text
}

// Controls of both halves, line and paragraph separators, marks that turn the direction of writing, half surrogates.
// oxlint-disable-next-line no-control-regex -- it is control characters that are looked for
const hidden = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/u
const allHidden = new RegExp(hidden.source, 'gu')

function coded(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}

function valuesOf({ expected, observed }: Discrepancy): readonly string[] {
  return [expected, observed].filter(each => each !== undefined && each !== '') as string[]
}

function shown(difference: Discrepancy): Discrepancy {
  const { field, expected, observed } = difference
  const say = secretFields().has(field) ? () => mask : visible
  return { ...difference, observed: say(observed), ...(expected === undefined ? {} : { expected: say(expected) }) }
}

let known: ReadonlySet<string> | undefined

/** The names of all fields that hold a password or a key. */
function secretFields(): ReadonlySet<string> {
  known ??= new Set(
    dmvpn.protocols
      .flatMap(fieldsOf)
      .filter(each => each.secret)
      .map(({ name }) => name),
  )
  return known
}
