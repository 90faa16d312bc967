/** A judgement as SARIF 2.1.0 (OASIS), the form in which code scanning and editors take the findings of tools. */
import type { Sink } from '@dmvpn/wire'
import { type JudgedRule, type Judgement } from '../judgement.ts'
import type { Severity, Verdict } from '../verdict.ts'
import { presentable, visible } from './presentable.ts'
import type { ReportOptions } from './report-options.ts'
import { differenceText } from './text.ts'

/** Writes the judgement as a log of one run. A capture's frame is a logical location; passes are left out by default. */
export function writeSarif(s: Sink, judgement: Judgement, options: ReportOptions = {}): void {
  const { rules, verdicts, files } = judgement
  const indexes = new Map(rules.map(({ id }, index) => [id, index]))
  const artifacts = files.map(({ name }) => name).filter(name => name !== '-')
  const shown = verdicts.filter(({ verdict }) => verdict !== 'pass' || options.passes === true)
  const driver = {
    name: 'dmvpn replay',
    ...(options.version === undefined ? {} : { version: options.version }),
    rules: rules.map(descriptorOf),
  }
  const run = {
    tool: { driver },
    invocations: [{ executionSuccessful: files.every(({ damage }) => damage === undefined) }],
    artifacts: artifacts.map(name => ({ location: { uri: uriOf(name) } })),
    results: shown.map(each => {
      const file = each.file ?? files[0]?.name ?? '-'
      return resultOf(presentable(each), indexes.get(each.rule), file, artifacts.indexOf(file))
    }),
  }
  s.text(`${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, undefined, 2)}\n`)
}

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'note' }

/** §3.27.9: what the rule's evaluation came to; §3.27.10: whatever is no failure has the level `none`. */
const kinds: Readonly<Record<Verdict['verdict'], string>> = {
  pass: 'pass',
  fail: 'fail',
  deviates: 'informational',
  'cannot-judge': 'open',
}

/** §3.49: a rule, with what a person needs to understand its findings. */
function descriptorOf({ id, statement, source, severity }: JudgedRule): object {
  return {
    id,
    shortDescription: { text: statement },
    help: { text: `${statement}\nSource: ${source}`, markdown: `${escaped(statement)}\n\nSource: ${escaped(source)}` },
    defaultConfiguration: { level: levels[severity] },
  }
}

function resultOf(verdict: Verdict, ruleIndex: number | undefined, file: string, artifact: number): object {
  const { frames, station, because, differences = [] } = verdict
  const text = visible([because, ...differences.map(differenceText)].join('; '))
  const [first, ...others] = frames.map(frame => locationOf(frame, file, artifact))
  return {
    ruleId: verdict.rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    kind: kinds[verdict.verdict],
    level: verdict.verdict === 'fail' ? levels[verdict.severity] : 'none',
    message: { text: station === undefined ? text : `${visible(station)}: ${text}` },
    ...(first === undefined ? {} : { locations: [first] }),
    ...(others.length === 0 ? {} : { relatedLocations: others }),
    properties: propertiesOf(verdict),
  }
}

/** §3.28: the file is the physical location; where in it a frame is, only its number says. */
function locationOf(frame: number, file: string, artifact: number): object {
  return {
    ...(artifact < 0 ? {} : { physicalLocation: { artifactLocation: { uri: uriOf(file), index: artifact } } }),
    logicalLocations: [{ name: `frame ${frame}`, fullyQualifiedName: `${file}#${frame}`, kind: 'frame' }],
  }
}

function propertiesOf(verdict: Verdict): object {
  const { frames, station, severity, differences } = verdict
  return {
    frames,
    severity,
    ...(station === undefined ? {} : { station }),
    ...(differences === undefined ? {} : { differences }),
    ...(verdict.verdict === 'deviates' ? { profile: verdict.profile } : {}),
    ...(verdict.verdict === 'cannot-judge' ? { obstacle: verdict.obstacle } : {}),
  }
}

/** RFC 3986: a relative path stays relative, so that it is found in a repository; an absolute one is a file's URI. */
function uriOf(name: string): string {
  const path = name.split('/').map(encodeURIComponent).join('/')
  if (path.startsWith('/')) return `file://${path}`
  return path
}

/** Characters that Markdown would take for its own. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|~]/g, '\\$&')
}
