/** `dmvpn synth script`: a YAML file of packets with times. Every mistake is told with its line and column. */
import { type Script, ScriptError, type ScriptPacket, type SynthRecord, scriptRecords } from '@dmvpn/synth'
import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { CommandError, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { readText } from '../text-file.ts'
import { fieldNameProblem } from './field-names.ts'
import { instantOf } from './instant.ts'
import { scriptSchema, type WrittenScript } from './script-schema.ts'
import { type SealFlags, sealedRecords } from './seal.ts'
import { type WriteFlags, writeRecords } from './write-records.ts'

/** Runs the command. Throws CommandError where the script is wrong, or a file cannot be read or written. */
export async function writeScript(file: string, flags: WriteFlags & SealFlags, io: Io): Promise<ExitCode> {
  const records = recordsOfScript(await readText(file, io), file)
  return writeRecords(await sealedRecords(records, flags, io), flags, io)
}

type Path = readonly (string | number)[]

/** The records of a script's text. Throws CommandError with a line for every mistake. */
export function recordsOfScript(text: string, file: string): readonly SynthRecord[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const refuse = (mistakes: readonly (readonly [offset: number, message: string])[]): never => {
    const told = mistakes.map(([offset, message]) => {
      const { line, col } = lines.linePos(offset)
      return `${file}:${line}:${col}: ${message}`
    })
    throw new CommandError(told.join('\n'))
  }
  if (document.errors.length > 0) refuse(document.errors.map(({ pos, message }) => [pos[0], message]))
  const parsed = scriptSchema.safeParse(document.toJS())
  if (!parsed.success) {
    return refuse(
      parsed.error.issues.flatMap(issue =>
        placesOf(issue).map(path => [offsetOf(document, path, issue.code !== 'unrecognized_keys'), wordsOf(issue)]),
      ),
    )
  }
  const script = scriptOf(parsed.data)
  const unknown = unknownFields(script)
  if (unknown.length > 0) refuse(unknown.map(([path, message]) => [offsetOf(document, path), message]))
  try {
    return [...scriptRecords(script)]
  } catch (error) {
    if (error instanceof ScriptError) return refuse([[offsetOf(document, error.path), error.message]])
    throw error
  }
}

type Issue = z.core.$ZodIssue

/** Where an issue is: a key that should not be there is pointed at itself. */
function placesOf(issue: Issue): readonly Path[] {
  const path = issue.path.filter(key => typeof key !== 'symbol')
  return issue.code === 'unrecognized_keys' ? issue.keys.map(key => [...path, key]) : [path]
}

function wordsOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return 'there is no such option here'
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return missing ? `${String(issue.path.at(-1) ?? 'the script')} is missing` : issue.message
}

/** The nearest place in the text that the path leads to: the value, or the key before it. */
function offsetOf(document: Document, path: Path, value = false): number {
  let node: unknown = document.contents
  let offset = rangeOf(node) ?? 0
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(item => isPair(item) && isScalar(item.key) && item.key.value === key)
      if (pair === undefined) break
      offset = rangeOf(pair.key) ?? offset
      node = pair.value
    } else {
      const item: unknown = (node as { readonly items?: readonly unknown[] } | null)?.items?.[Number(key)]
      if (item === undefined) break
      offset = rangeOf(item) ?? offset
      node = item
    }
  }
  return (value ? rangeOf(node) : undefined) ?? offset
}

function rangeOf(node: unknown): number | undefined {
  return (node as { readonly range?: readonly number[] | null } | null)?.range?.[0]
}

function scriptOf({ start, defaults, packets }: WrittenScript): Script {
  return {
    start: start === undefined ? 0n : instantOf(String(start))!,
    defaults: camel(defaults ?? {}),
    packets: packets.map((written): ScriptPacket => {
      const { packet, at, after, count, every, comment, set, lie, ...options } = written
      return { packet, at, after, count, every, comment, set, lie, options: camel(options) }
    }),
  }
}

/** `hub-nbma` is `hubNbma` in recipes. */
function camel(options: Readonly<Record<string, unknown>>): ScriptPacket['options'] {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  )
}

function unknownFields({ packets }: Script): readonly (readonly [Path, string])[] {
  return packets.flatMap((packet, index) =>
    (['set', 'lie'] as const).flatMap(how =>
      Object.keys(packet[how] ?? {}).flatMap((name): (readonly [Path, string])[] => {
        const problem = fieldNameProblem(name.replace(/#\d+$/, ''))
        return problem === undefined ? [] : [[['packets', index, how, name], problem]]
      }),
    ),
  )
}
