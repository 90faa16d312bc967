/** What `dmvpn ladder` draws. */
import { bytesOf, keep, readCaptureFile, writePcap } from '@dmvpn/capture'
import { MemoryOutput, run } from '@dmvpn/cli'
import { dmvpn, nhrp } from '@dmvpn/protocols'
import { usualRows } from '@dmvpn/replay'
import { describe, expect, it, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { type Element, elements, readXml } from './xml.ts'

const files = [...captureFiles(), ...captureFiles('vectors')]
const file = (name: string): string => files.find(each => each.endsWith(name))!
const phase3 = file('02a-phase3-auth-frr10.hub-link.pcap')
const severalLinks = file('02a-phase3-auth-frr10.multi-if.pcapng')

async function ladder(words: readonly string[], captures?: Readonly<Record<string, Uint8Array | string>>) {
  const out = new MemoryOutput()
  const errors: string[] = []
  const octets = (each: Uint8Array | string) => (typeof each === 'string' ? new TextEncoder().encode(each) : each)
  const known = captures && new Map(Object.entries(captures).map(([name, each]) => [name, octets(each)] as const))
  const io = { out, err: (line: string) => errors.push(line), stdin: nothing(), files: known, env: {}, isTTY: false }
  const code = await run(['ladder', ...words], io)
  return { code, out: out.text, err: errors.join('\n') }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The capture without the frames of some message types. */
function without(path: string, ...types: readonly number[]): Uint8Array {
  const records = [...readCaptureFile(path)].map(keep)
  return writePcap(
    records.filter(each => {
      const message = dmvpn.decode(bytesOf(each), each.linkType).find(nhrp)
      return message === undefined || !types.includes(message.type)
    }),
  )
}

describe('text', () => {
  it('has a column for each station, the server in the middle, and an arrow for each message', async () => {
    const { code, out } = await ladder([phase3, '-Y', 'frame.number <= 6'])
    expect(code).toBe(0)
    expect(out.split('\n').map(line => line.trimEnd())).toEqual([
      '                         150.1.2.2       150.1.1.1       150.1.3.3',
      '         time  frame     10.0.0.2        10.0.0.1        10.0.0.3',
      '    10.211370  3             │──────────────▶│               │        Registration Request, ID=1, 10.0.0.2 is at 150.1.2.2 for 30 s',
      '    10.212463  4             │◀╌╌╌╌╌╌╌╌╌╌╌╌╌╌│               │        Registration Reply, ID=1, 10.0.0.2 is at 150.1.2.2 for 30 s [answers 3 after 1.1 ms]',
      '    11.283942  5             │               │◀──────────────│        Registration Request, ID=1, 10.0.0.3 is at 150.1.3.3 for 30 s',
      '    11.326190  6             │               │╌╌╌╌╌╌╌╌╌╌╌╌╌╌▶│        Registration Reply, ID=1, 10.0.0.3 is at 150.1.3.3 for 30 s [answers 5 after 42.2 ms]',
      '',
    ])
  })

  it('folds data, and says what led to what', async () => {
    const { out } = await ladder([file('08-gre-variants.vlan100.s1-link.pcap')])
    expect(out).toMatch(/^ +7\.183857 {2}18–22 .*3 × ICMP, 10\.0\.2\.1 → 10\.0\.3\.1, over 1\.474 s$/m)
    expect(out).toMatch(/ 14 +│─+▶│ .*Resolution Request, ID=3, who has 10\.0\.3\.1\?.* \[because of 13\]$/m)
    expect((await ladder([phase3])).out).toMatch(/Resolution Request.*\[passed on from \d+\]/)
  })

  it('marks what was sent again, and what nobody answered', async () => {
    const deaf = without(file('04a-auth-errors-frr10.hub-link.trimmed.pcap'), 2, 4, 6, 7, 8)
    const { out } = await ladder(['deaf'], { deaf })
    const requests = out.split('\n').filter(line => line.includes('Registration Request'))
    expect(requests.length).toBeGreaterThan(8)
    // The last ones came a moment before the end: they might still have been answered.
    const end = Number.parseFloat(requests.at(-1)!)
    const isLate = (line: string): boolean => Number.parseFloat(line) > end - 5
    expect(requests.filter(isLate).length).toBeGreaterThan(1)
    for (const line of requests) {
      expect(line).toMatch(isLate(line) ? /^[^✕]*[[ ]open where the capture ends\]$/ : /✕.*unanswered\]$/)
    }
    expect(requests[1]).toContain('[again, first in 3; unanswered]')
    // With its answers the same capture has only the few unanswered that it ends with.
    const whole = await ladder([phase3])
    expect(whole.out).not.toContain('unanswered')
  })

  it('shows refusals with their codes, and errors with what they are about', async () => {
    const { out } = await ladder([file('vectors-dlt101.pcap'), '-Y', 'frame.number in {13, 22, 25}'])
    expect(out).toContain('Registration Reply, ID=40, Code=Unique Internetworking Layer Address Already Registered')
    expect(out).toMatch(/Error Indication, Authentication Failure, ID=26 \[about 22\]/)
  })

  it('draws a packet once that several interfaces saw, in the order of time', async () => {
    const { out } = await ladder([severalLinks])
    const times = [...out.matchAll(/^ +(\d+\.\d{6}) /gm)].map(([, time]) => Number(time))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    const registrations = out.match(/Registration Request, ID=1, 10\.0\.0\.2/g)
    expect(registrations).toHaveLength(1)
  })

  it('knows the ends of a capture taken on a tunnel interface', async () => {
    const { out } = await ladder([file('01-reg-auth-frr10.hub-gre1.pcap'), '--rows', '4'])
    expect(out).toMatch(/^ +0\.000000 {2}1 +│─+▶│ .*Registration Request, ID=1, 10\.0\.0\.3/m)
    expect(out).toMatch(/\(\d+ more messages not shown\)\n$/)
  })

  it('says names', async () => {
    const { out } = await ladder([phase3, '--names', 'hosts', '-Y', 'frame.number == 3'], {
      hosts: '150.1.1.1 hub\n10.0.0.2 spoke-2\n',
      [phase3]: new Uint8Array(writePcap([...readCaptureFile(phase3)].map(keep))),
    })
    expect(out).toContain('hub')
    expect(out).toContain('spoke-2 is at 150.1.2.2')
  })

  it('opens ESP with keys', async () => {
    const esp = file('07b-esp.3des-md5.s2-link.pcap')
    const opened = await ladder([esp, '--esp-keys', esp.replace('3des-md5.s2-link.pcap', 'esp_sa')])
    expect(opened.out).toContain('Registration Request')
    const closed = await ladder([esp])
    expect(closed.out).not.toContain('Registration')
    expect(closed.out).toMatch(/\d+ × ESP, over/)
  })

  it('says where there is nothing to draw', async () => {
    const { code, out } = await ladder([phase3, '-Y', 'arp'])
    expect(code).toBe(0)
    expect(out).toContain('No NHRP and no tunnel in this capture.')
  })
})

describe('limits', () => {
  it('has as many rows as asked for, and counts the rest', async () => {
    const { out } = await ladder([phase3, '--rows', '10'])
    expect(out.match(/^ +\d+\.\d{6} /gm)).toHaveLength(10)
    expect(out).toMatch(/\(\d+ more messages and \d+ more data frames not shown\)/)
  })

  it('stays bounded by itself', async () => {
    const { out } = await ladder([file('04a-auth-errors-frr10.hub-link.trimmed.pcap')])
    expect(out.match(/^ +\d+\.\d{6} /gm)).toHaveLength(usualRows)
  })

  it('puts all further stations into one column', async () => {
    const [record] = [...readCaptureFile(file('vectors-dlt101.pcap'))].map(keep)
    const records = Array.from({ length: 40 }, (_, i) => {
      const octets = bytesOf(record!).slice()
      // The outer source address: its checksum is not looked at.
      octets[15] = i + 1
      return { ...record!, buffer: octets, view: new DataView(octets.buffer), start: 0, end: octets.length }
    })
    const { out } = await ladder(['many'], { many: writePcap(records) })
    expect(out).toContain('all others')
    expect(out.split('\n')[0]!.match(/\d+\.\d+\.\d+\.\d+/g)).toHaveLength(11)
  })

  it('refuses nonsense', async () => {
    expect(await ladder([phase3, '--rows', '0'])).toMatchObject({ code: 2 })
    expect(await ladder([phase3, '--format', 'gif'])).toMatchObject({ code: 2 })
    expect(await ladder([phase3, '-Y', 'nope'])).toMatchObject({ code: 2 })
    expect(await ladder(['none'], {})).toMatchObject({ code: 3 })
  })
})

describe('mermaid', () => {
  test.each(files.map(path => [path.slice(path.lastIndexOf('/') + 1), path]))(
    '%s is a sequence diagram',
    async (_, path) => {
      const { code, out } = await ladder([path, '--format', 'mermaid', '--rows', '60'])
      expect(code).toBe(0)
      const [first, ...lines] = out.trimEnd().split('\n')
      expect(first).toBe('sequenceDiagram')
      const text = '(?:[^#;<>&"]|#\\d+;|<br/>)+'
      const line = new RegExp(
        `^ {2}(?:participant s\\d+ as ${text}|s\\d+(?:->>|-->>|-x|-\\))s\\d+: ${text}|Note over s\\d+(?:,s\\d+)?: ${text})$`,
      )
      for (const each of lines) expect(each).toMatch(line)
    },
  )
})

describe('svg', () => {
  test.each(files.map(path => [path.slice(path.lastIndexOf('/') + 1), path]))(
    '%s stands alone, nothing overlaps',
    async (name, path) => {
      const { code, out } = await ladder([path, '--format', 'svg', '--rows', '60'])
      expect(code).toBe(0)
      const root = readXml(out)
      expect(root).toMatchObject({ name: 'svg', attributes: { xmlns: 'http://www.w3.org/2000/svg' } })
      expect(out.match(/https?:/g)).toHaveLength(1)
      expect(elements(root, 'title')[0]!.text).toBe(name)
      const [width, height] = [Number(root.attributes['width']), Number(root.attributes['height'])]
      const boxes = elements(root, 'text').map(boxOf)
      for (const { left, right, top, bottom } of boxes) {
        expect(left).toBeGreaterThanOrEqual(0)
        expect(right).toBeLessThanOrEqual(width)
        expect(top).toBeGreaterThanOrEqual(0)
        expect(bottom).toBeLessThanOrEqual(height)
      }
      const crossing = boxes.flatMap((one, i) =>
        boxes
          .slice(i + 1)
          .filter(other => overlap(one, other))
          .map(other => [one.text, other.text]),
      )
      expect(crossing).toEqual([])
    },
  )

  it('says the same as the text', async () => {
    const { out } = await ladder([phase3, '--format', 'svg', '-Y', 'frame.number in {3, 4}'])
    const words = elements(readXml(out), 'text').map(each => each.text)
    expect(words).toContain('Registration Request, ID=1')
    expect(words).toContain('10.0.0.2 is at 150.1.2.2 for 30 s · answers 3 after 1.1 ms')
    expect(words).toContain('frame 4')
    expect(words.filter(each => each === '150.1.1.1')).toHaveLength(2)
  })
})

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly text: string
}

/** Where a text stands, in a font whose letters are 0.57 of its size wide on average, as those of DejaVu Sans are. */
function boxOf({ attributes, text }: Element): Box {
  const kind = attributes['class'] ?? ''
  const size = kind.includes('small') ? 11 : kind.includes('name') ? 16 : 13
  const [x, y] = [Number(attributes['x']), Number(attributes['y'])]
  const width = text.length * size * (kind.includes('bold') || kind.includes('name') ? 0.62 : 0.55)
  const left = kind.includes('mid') ? x - width / 2 : kind.includes('end') ? x - width : x
  return { left, right: left + width, top: y - 0.78 * size, bottom: y + 0.22 * size, text }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
