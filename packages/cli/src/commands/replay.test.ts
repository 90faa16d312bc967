import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MemoryOutput } from '../output.ts'
import { run } from '../program.ts'
import { framesDropped } from './frames-dropped.ts'

const samples = new URL('../../../../samples/captures/', import.meta.url)
const sample = (name: string): string => new URL(name, samples).pathname
const quiet = sample('01-reg-auth-frr10.hub-link.pcap')
const odd = sample('04a-auth-errors-frr10.hub-link.trimmed.pcap')

async function command(words: readonly string[], stdin?: Uint8Array) {
  const out = new MemoryOutput()
  const errors: string[] = []
  const input = (async function* (): AsyncGenerator<Uint8Array> {
    if (stdin !== undefined) yield stdin
  })()
  const code = await run(words, { out, err: line => errors.push(line), stdin: input, env: {}, isTTY: false })
  return { code, out: out.text, err: errors.join('\n') }
}

describe('dmvpn replay', () => {
  it('ends with 0 where nothing of the severity failed, and with 1 where something did', async () => {
    expect((await command(['replay', quiet, '--severity', 'information'])).code).toBe(0)
    expect((await command(['replay', odd])).code).toBe(0)
    expect((await command(['replay', odd, '--severity', 'warning'])).code).toBe(1)
    expect((await command(['replay', odd, '--profile', 'rfc2332'])).code).toBe(1)
  })

  it('says who failed, at which frame', async () => {
    const { out } = await command(['replay', odd])
    expect(out).toContain('N68  warning, 150.1.2.2, frames 3, 12')
  })

  it('names the profile of every station and its evidence', async () => {
    const { out } = await command(['replay', quiet, '--format', 'json'])
    const { stations } = JSON.parse(out) as { stations: { profile: string; evidence: string[] }[] }
    expect(stations).toHaveLength(4)
    expect(stations[0]).toMatchObject({
      profile: 'frr',
      evidence: ['registration request with hop count 1 in frame 3'],
    })
  })

  it('counts every rule, judged or not', async () => {
    const { rules } = JSON.parse((await command(['replay', quiet, '--format', 'json'])).out) as {
      rules: { id: string; pass: number }[]
    }
    expect(rules.find(({ id }) => id === 'N01')?.pass).toBe(40)
    expect(rules.find(({ id }) => id === 'N53')).toBeDefined()
    expect(rules.length).toBeGreaterThan(84)
  })

  it('lists what deviates once a station, and all of it where asked', async () => {
    const deviations = async (...more: string[]): Promise<number> => {
      const { verdicts } = JSON.parse((await command(['replay', quiet, '--format', 'json', ...more])).out) as {
        verdicts: { verdict: string }[]
      }
      return verdicts.filter(({ verdict }) => verdict === 'deviates').length
    }
    expect(await deviations()).toBe(4)
    expect(await deviations('--all')).toBe(40)
  })

  it('lists passes where asked', async () => {
    const { out } = await command(['replay', quiet, '--format', 'json', '--passes', '--rule', 'N41'])
    const { verdicts } = JSON.parse(out) as { verdicts: { rule: string; verdict: string }[] }
    expect(verdicts).toHaveLength(20)
    expect(verdicts.every(({ rule, verdict }) => rule === 'N41' && verdict === 'pass')).toBe(true)
  })

  it('judges several files, each by itself', async () => {
    const { out } = await command(['replay', quiet, odd, '--format', 'json'])
    const { files, verdicts } = JSON.parse(out) as { files: object[]; verdicts: { file: string; rule: string }[] }
    expect(files).toEqual([
      { name: quiet, frames: 44 },
      { name: odd, frames: 252 },
    ])
    expect(new Set(verdicts.filter(({ rule }) => rule === 'N68').map(({ file }) => file))).toEqual(new Set([odd]))
  })

  it('reads standard input', async () => {
    const { code, out } = await command(['replay', '-'], readFileSync(quiet))
    expect(code).toBe(0)
    expect(out).toContain('44 frames')
  })

  it('opens ESP with keys', async () => {
    const words = ['replay', sample('07a-esp.cbc256-sha256.s1-link.pcap'), '--format', 'json']
    const judged = async (...more: string[]): Promise<number> => {
      const { rules } = JSON.parse((await command([...words, ...more])).out) as {
        rules: { id: string; pass: number }[]
      }
      return rules.find(({ id }) => id === 'N01')!.pass
    }
    expect(await judged()).toBe(0)
    expect(await judged('--esp-keys', sample('07a-esp.esp_sa'))).toBeGreaterThan(10)
  })

  it('explains a rule', async () => {
    const { code, out } = await command(['replay', '--explain', 'n53'])
    expect(code).toBe(0)
    expect(out).toMatch(
      /^N53 \(error\): .*unique.*\nSource: RFC 2332 §5\.2\.4\nKnown to depart from it: frr, opennhrp\n$/,
    )
  })

  it('refuses rules and profiles there are not, no file at all, and files that cannot be read', async () => {
    expect(await command(['replay', '--explain', 'N999'])).toMatchObject({ code: 2 })
    expect(await command(['replay', quiet, '--profile', 'ios9'])).toMatchObject({ code: 2 })
    expect(await command(['replay'])).toMatchObject({ code: 2, err: expect.stringContaining('no capture file') })
    expect(await command(['replay', '/nowhere.pcap'])).toMatchObject({ code: 3 })
  })

  it('says that a file is damaged', async () => {
    const { code, out, err } = await command(['replay', '-'], readFileSync(quiet).subarray(0, 900))
    expect(code).toBe(1)
    expect(err).toContain('damaged')
    expect(out).toMatch(/^-: 6 frames; ./)
  })
})

describe('frames dropped', () => {
  const block = (kind: 'statistics' | 'custom', code: number) => {
    const bytes = new Uint8Array(20 + 12 + 4 + 4)
    const view = new DataView(bytes.buffer)
    view.setUint16(20, code, true)
    view.setUint16(22, 8, true)
    view.setBigUint64(24, 7n, true)
    return { kind, type: 5, order: 'little', bytes, description: undefined, fileOffset: 0 } as const
  }

  it('are those of an interface’s statistics', () => {
    expect(framesDropped(block('statistics', 5))).toBe(7)
    expect(framesDropped(block('statistics', 4))).toBe(0)
    expect(framesDropped(block('custom', 5))).toBe(0)
  })
})
