/** What the reports of a judgement say, and that programs can read them. */
import { MemoryOutput, run } from '@dmvpn/cli'
import { type Judgement, type ReportFormat, reportFormats, reportSchema, writeReport } from '@dmvpn/replay'
import { Sink } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { captureFiles } from '../samples.ts'
import { departure } from '../schema/json-schema.ts'
import { judgement, password } from './judgement.ts'
import { sarifSchema } from './sarif-schema.ts'
import { elements, readXml } from './xml.ts'

const schemaFile = '../../packages/replay/schema/report.schema.json'

function report(format: ReportFormat, options = {}, of: Judgement = judgement): string {
  const s = new Sink()
  writeReport(s, of, format, options)
  return s.toString()
}

describe.each(reportFormats)('%s', format => {
  it('never prints a secret, whether in a difference or in a sentence', () => {
    const text = report(format)
    expect(text).not.toContain('123')
    expect(text).not.toContain('secret')
    expect(text).toContain('the key is *****')
    expect(text).toContain(format === 'json' ? '"observed":"*****"' : 'is *****, not *****')
    expect(password).toContain('123')
  })

  it('has no character that a terminal obeys', () => {
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(report(format)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })

  it('says an empty judgement', () => {
    const empty: Judgement = { files: [], rules: [], counts: {}, verdicts: [], stations: [], remarks: [] }
    const text = report(format, {}, empty)
    expect(text.endsWith('\n')).toBe(true)
    if (format === 'text') expect(text).toContain('No failure')
    else if (format === 'junit') expect(readXml(text).attributes).toMatchObject({ tests: '0', failures: '0' })
    else expect(JSON.parse(text)).toBeDefined()
  })
})

describe('text', () => {
  it('says the worst first, then whom, then how much', () => {
    const text = report('text')
    expect(text).toContain('captures/hub & spoke.pcap: 148 frames\nsecond.pcap: 2 frames; the file is cut')
    expect(text).toContain('  N53  error, 10.0.0.1, frames 41, 44\n    the entry of 10.0.0.2')
    expect(text).toContain('    nhrp.code is 0, not 14 (octet 52)\n    nhrp.htime is 7200\n')
    expect(text).toContain('  N53  error, frame 2 of second.pcap\n')
    expect(text).toContain('  N53  frr, frame 50\n')
    expect(text).toContain('  N82  encrypted\n    no keys\n')
    expect(text).toContain('  hub (10.0.0.1)  frr, also 150.1.1.1\n')
    expect(text).toMatch(/^N53 +3 +2 +1 +0$/m)
    expect(text).toContain('Nothing to judge by: N70\n')
    expect(text).toContain('4 failures: 3 errors, 1 warning.\n')
    expect(text.indexOf('Failures')).toBeLessThan(text.indexOf('Stations'))
  })

  it('lists passes where they are asked for', () => {
    expect(report('text')).not.toContain('Passes')
    expect(report('text', { passes: true })).toContain('Passes\n  N01  pass, 10.0.0.1, frame 1\n')
  })

  it('counts failures that were too many to be kept', () => {
    const many = { ...judgement, unlisted: { error: 5, warning: 0, information: 2 } }
    expect(report('text', {}, many)).toContain(
      '11 failures: 8 errors, 1 warning, 2 information; 4 of them are listed.\n',
    )
    const none = { ...many, verdicts: [] }
    expect(report('text', {}, none)).toContain('7 failures: 5 errors, 2 information; 0 of them are listed.\n')
    const json = JSON.parse(report('json', {}, many))
    expect(json.unlisted).toEqual(many.unlisted)
    expect(departure(json, reportSchema())).toBeUndefined()
  })

  it('says where no failure is severe enough', () => {
    const mild = { ...judgement, verdicts: judgement.verdicts.filter(({ rule }) => rule === 'N57') }
    expect(report('text', {}, mild)).toContain('1 failure: 1 warning, none of them severe enough to fail.')
    expect(report('text', { severity: 'warning' }, mild)).toContain('1 failure: 1 warning.')
  })
})

describe('json', () => {
  const published = reportSchema()

  it('has a published schema (vitest -u writes it anew)', async () => {
    await expect(`${JSON.stringify(reportSchema(), undefined, 2)}\n`).toMatchFileSnapshot(schemaFile)
  })

  it('follows it', () => {
    const read = JSON.parse(report('json')) as typeof judgement
    expect(departure(read, published)).toBeUndefined()
    expect(read.verdicts[2]).toMatchObject({ rule: 'N53', verdict: 'fail', frames: [41, 44], station: '10.0.0.1' })
    expect(read.rules[2]).toMatchObject({ id: 'N53', pass: 3, fail: 2, deviates: 1, 'cannot-judge': 0 })
    expect(read.rules[4]).toMatchObject({ id: 'N70', pass: 0, fail: 0 })
    expect(read.stations).toEqual(judgement.stations)
    expect(read.remarks).toEqual(judgement.remarks)
  })

  it.each([
    ['an unknown verdict', { verdict: 'maybe' }],
    ['a frame 0', { frames: [0] }],
    ['no obstacle', { verdict: 'cannot-judge' }],
    ['an obstacle nobody knows', { verdict: 'cannot-judge', obstacle: 'tired' }],
    ['a profile on a pass', { profile: 'frr' }],
    ['a rule that is none', { rule: '53' }],
  ])('its schema refuses %s', (_, wrong) => {
    const verdicts = [{ ...judgement.verdicts[0]!, ...wrong }]
    expect(
      departure({ verdicts: [judgement.verdicts[0]], remarks: [], rules: [], stations: [], files: [] }, published),
    ).toBe(undefined)
    expect(departure({ verdicts, remarks: [], rules: [], stations: [], files: [] }, published)).toContain(
      '$.verdicts[0]',
    )
  })
})

describe('junit', () => {
  it('is well-formed, and counts what it holds', () => {
    const root = readXml(report('junit'))
    expect(root).toMatchObject({ name: 'testsuites' })
    const totals = { tests: '6', failures: '2', errors: '0', skipped: '2' }
    expect(root.attributes).toMatchObject(totals)
    expect(root.children[0]).toMatchObject({ name: 'testsuite', attributes: totals })
    expect(elements(root, 'testcase')).toHaveLength(6)
    expect(elements(root, 'failure')).toHaveLength(2)
    expect(elements(root, 'skipped').map(each => each.attributes['message'])).toEqual(['nothing to judge', 'no keys'])
  })

  it('tells every failure of a rule, and of what is no failure in its output', () => {
    const tests = elements(readXml(report('junit')), 'testcase')
    const unique = tests.find(each => each.attributes['classname'] === 'dmvpn.replay.N53')!
    expect(unique.attributes['name']).toBe('N53 A *unique* entry stays <as it is>')
    const [failure] = elements(unique, 'failure')
    expect(failure!.attributes['message']).toContain('(and 1 more)')
    expect(failure!.text).toContain('\\x1b[31m"150.1.9.9" & others\\x00')
    expect(failure!.text).toContain('frame 2 of second.pcap: again')
    expect(failure!.text).toContain('RFC 2332 §5.2.4')
    expect(elements(unique, 'system-out')[0]!.text).toBe('deviates: frame 50: overwrites without U')
    const late = tests.find(each => each.attributes['classname'] === 'dmvpn.replay.N57')!
    expect(elements(late, 'failure')).toHaveLength(0)
    expect(elements(late, 'system-out')[0]!.text).toContain('fail: 10.0.0.3: frame 60: refreshed')
  })

  it('fails on what the severity asks for', () => {
    const root = readXml(report('junit', { severity: 'warning' }))
    expect(root.attributes).toMatchObject({ failures: '3' })
  })
})

describe('sarif', () => {
  interface Log {
    readonly runs: readonly [
      {
        readonly tool: { readonly driver: { readonly version: string; readonly rules: readonly { id: string }[] } }
        readonly results: readonly Record<string, unknown>[]
        readonly artifacts: readonly { location: { uri: string } }[]
        readonly invocations: readonly object[]
      },
    ]
  }
  const log = JSON.parse(report('sarif', { version: '1.2.3' })) as Log
  const [run] = log.runs

  it('has the structure of the standard', () => {
    expect(departure(log, sarifSchema)).toBeUndefined()
    expect(departure({ ...log, version: '2.0.0' }, sarifSchema)).toContain('$.version')
    const wrong = { ...run, results: [{ ...run.results[0], message: {} }] }
    expect(departure({ ...log, runs: [wrong] }, sarifSchema)).toContain('message has no text')
  })

  it('names every rule with a text that helps, and points at it from every result', () => {
    expect(run.tool.driver.version).toBe('1.2.3')
    expect(run.tool.driver.rules[2]).toMatchObject({
      id: 'N53',
      help: { text: expect.stringContaining('RFC 2332 §5.2.4'), markdown: expect.stringContaining('A \\*unique\\*') },
      defaultConfiguration: { level: 'error' },
    })
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex as number]!.id).toBe(ruleId)
  })

  it('says verdicts in its own words', () => {
    const words = run.results.map(({ kind, level }) => `${kind as string}/${level as string}`)
    expect(words).toEqual(['fail/error', 'fail/error', 'fail/error', 'informational/none', 'fail/warning', 'open/none'])
    expect(JSON.parse(report('sarif', { passes: true }))).toMatchObject({
      runs: [{ results: [{ kind: 'pass', level: 'none' }, ...run.results.map(() => expect.anything())] }],
    })
  })

  it('places a result in its capture and its frame', () => {
    expect(run.artifacts[0]!.location.uri).toBe('captures/hub%20%26%20spoke.pcap')
    expect(run.results[1]).toMatchObject({
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'captures/hub%20%26%20spoke.pcap', index: 0 } },
          logicalLocations: [{ name: 'frame 41', fullyQualifiedName: 'captures/hub & spoke.pcap#41' }],
        },
      ],
      relatedLocations: [{ logicalLocations: [{ name: 'frame 44' }] }],
    })
    expect(run.results[2]).toMatchObject({
      locations: [{ physicalLocation: { artifactLocation: { uri: 'second.pcap', index: 1 } } }],
    })
    expect(run.results[5]).not.toHaveProperty('locations')
    expect(run.invocations).toEqual([{ executionSuccessful: false }])
  })

  it('names no file for standard input', () => {
    const piped = { ...judgement, files: [{ name: '-', frames: 148 }] }
    const { runs } = JSON.parse(report('sarif', {}, piped)) as Log
    expect(runs[0].artifacts).toEqual([])
    expect(departure({ ...log, runs }, sarifSchema)).toBeUndefined()
  })
})

describe('of captures', () => {
  const names = [
    '06-nat-frr10.hub-link.pcap',
    '04a-auth-errors-frr10.hub-link.trimmed.pcap',
    '07a-esp.gcm256.s2-link.pcap',
  ]

  async function replay(file: string, format: ReportFormat): Promise<string> {
    const out = new MemoryOutput()
    await run(['replay', file, '--format', format], { out, err: () => {}, stdin: nothing(), env: {}, isTTY: false })
    return out.text
  }

  async function* nothing(): AsyncGenerator<Uint8Array> {}

  it.each(captureFiles().filter(file => names.some(name => file.endsWith(name))))('%s', async file => {
    const json = JSON.parse(await replay(file, 'json')) as Judgement
    expect(departure(json, reportSchema())).toBeUndefined()
    expect(json.rules.length).toBeGreaterThan(80)
    expect(departure(JSON.parse(await replay(file, 'sarif')), sarifSchema)).toBeUndefined()
    const junit = readXml(await replay(file, 'junit'))
    expect(elements(junit, 'testcase')).toHaveLength(json.rules.length)
    expect(await replay(file, 'text')).toMatch(/^Rule +pass +fail/m)
  })
})
