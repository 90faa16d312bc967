/** The shape of `writeJson`'s output as JSON Schema 2020-12. */
import type { RemarkTopic } from '../diagnosis/remark.ts'
import type { Obstacle, Severity, Verdict } from '../verdict.ts'
import { severities } from './report-options.ts'

const text = { type: 'string' } as const
const texts = { type: 'array', items: text } as const
const count = { type: 'integer', minimum: 0 } as const

const obstacles: Readonly<Record<Obstacle, true>> = {
  'began-before-capture': true,
  'ended-after-capture': true,
  'one-side-only': true,
  encrypted: true,
  'cut-short': true,
  'frames-lost': true,
  'not-configured': true,
  'profile-unknown': true,
}

const topics: Readonly<Record<RemarkTopic, true>> = {
  shortcut: true,
  registration: true,
  refusal: true,
  'address-translation': true,
  mismatch: true,
  errors: true,
  'holding-time': true,
  fragments: true,
}

const severity = { enum: [...severities] satisfies Severity[] } as const
const ruleId = { type: 'string', pattern: '^[A-Z]+[0-9]+[a-z]?$' } as const

const judged = {
  rule: ruleId,
  severity,
  frames: { type: 'array', items: { type: 'integer', minimum: 1 } },
  file: text,
  station: text,
  because: text,
  differences: { type: 'array', items: { $ref: '#/$defs/difference' } },
}
const judgedAlways = ['rule', 'verdict', 'severity', 'frames', 'because']

function verdictShape(kinds: readonly Verdict['verdict'][], more: Readonly<Record<string, object>> = {}): object {
  return {
    type: 'object',
    properties: { ...judged, verdict: { enum: kinds }, ...more },
    required: [...judgedAlways, ...Object.keys(more)],
    additionalProperties: false,
  }
}

function listOf(properties: Readonly<Record<string, object>>, required: readonly string[]): object {
  return { type: 'array', items: { type: 'object', properties, required, additionalProperties: false } }
}

/** What `writeJson` writes. */
export function reportSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A judgement of dmvpn replay',
    type: 'object',
    properties: {
      verdicts: { type: 'array', items: { $ref: '#/$defs/verdict' } },
      unlisted: {
        type: 'object',
        properties: { error: count, warning: count, information: count },
        required: ['error', 'warning', 'information'],
        additionalProperties: false,
      },
      rules: listOf(
        {
          id: ruleId,
          statement: text,
          source: text,
          severity,
          pass: count,
          fail: count,
          deviates: count,
          'cannot-judge': count,
        },
        ['id', 'statement', 'source', 'severity', 'pass', 'fail', 'deviates', 'cannot-judge'],
      ),
      remarks: listOf(
        {
          topic: { enum: Object.keys(topics) },
          severity,
          stations: texts,
          text,
          steps: listOf({ time: count, frame: { type: 'integer', minimum: 1 }, text }, ['time', 'frame', 'text']),
          file: text,
        },
        ['topic', 'severity', 'stations', 'text', 'steps'],
      ),
      stations: listOf({ station: text, name: text, addresses: texts, profile: text, evidence: texts }, [
        'station',
        'profile',
        'evidence',
      ]),
      files: listOf({ name: text, frames: count, damage: text }, ['name', 'frames']),
    },
    required: ['verdicts', 'remarks', 'rules', 'stations', 'files'],
    additionalProperties: false,
    $defs: {
      verdict: {
        anyOf: [
          verdictShape(['pass', 'fail']),
          verdictShape(['deviates'], { profile: text }),
          verdictShape(['cannot-judge'], { obstacle: { enum: Object.keys(obstacles) } }),
        ],
      },
      difference: {
        type: 'object',
        properties: {
          field: text,
          expected: text,
          observed: text,
          range: { type: 'array', prefixItems: [count, count], items: false, minItems: 2 },
        },
        required: ['field', 'observed'],
        additionalProperties: false,
      },
    },
  }
}
