/** The packet list with times and columns of one's choice, as tshark prints it: `-t`, `-u`, `gui.column.format`, PSML. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linkType, readCaptureFile, recordOf, writePcap } from '@dmvpn/capture'
import { MemoryOutput, run as runCommand } from '@dmvpn/cli'
import { timeStyles } from '@dmvpn/dissect'
import { afterAll, describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { psmlPackets } from './pdml-reader.ts'
import { run, tsharkVersion } from './tshark.ts'

async function ours(words: readonly string[]): Promise<string> {
  const out = new MemoryOutput()
  const err: string[] = []
  const io = { out, err: (line: string) => err.push(line), stdin: nothing(), env: {}, isTTY: false }
  const code = await runCommand(['dissect', ...words], io)
  expect([code, err]).toEqual([0, []])
  return out.text
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const folder = mkdtempSync(join(tmpdir(), 'dmvpn-columns-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sample = captureFiles().find(file => file.endsWith('06-nat-frr10.hub-link.pcap'))!
const nanoseconds = captureFiles().find(file => file.includes('91-derived-nsec'))!
const tagged = captureFiles().find(file => file.includes('08-gre-variants.vlan100'))!

/** Frames a second, a minute, an hour, a day apart, and one that is earlier than the one before. */
function farApart(): string {
  const file = join(folder, 'far-apart.pcap')
  const [frame] = [...readCaptureFile(sample)]
  const bytes = frame!.buffer.slice(frame!.start, frame!.end)
  const times = [
    [0, 0],
    [59, 999_999],
    [60, 0],
    [3599, 5],
    [3600, 1],
    [90_061, 123_456],
    [90_060, 0],
  ] as const
  const records = times.map(([seconds, micros]) =>
    recordOf(bytes, { seconds: 1_234_567_890 + seconds, nanoseconds: micros * 1000, linkType: linkType.ethernet }),
  )
  writeFileSync(file, writePcap(records))
  return file
}

describe.skipIf(tsharkVersion === undefined)(`the packet list as tshark ${tsharkVersion} prints it`, () => {
  test.each(timeStyles)('-t %s, also with -u hms', async style => {
    const hms = timeStyles.indexOf(style) % 2 === 0 ? ['-u', 'hms'] : []
    const words = [
      '-n',
      '-r',
      farApart(),
      '-t',
      style,
      ...hms,
      '-o',
      'gui.column.format:"No.","%m","Time","%t","S","%s"',
    ]
    expect(await ours(words)).toBe(run('tshark', words))
  })

  test('differences as hours, minutes and seconds, and times to the nanosecond', async () => {
    const columns = 'gui.column.format:"1","%Rt","2","%Tt","3","%Gt","4","%At","5","%YDOYt","6","%Yut"'
    for (const words of [
      ['-r', farApart(), '-u', 'hms'],
      ['-r', nanoseconds, '-c', '12'],
    ]) {
      const all = ['-n', ...words, '-o', columns]
      expect(await ours(all)).toBe(run('tshark', all))
    }
  })

  test('columns of every format there is, and of fields', async () => {
    const formats = '%m %t %Rt %Tt %Gt %At %Yt %YDOYt %Aut %Yut %YDOYut %s %d %hs %hd %ns %nd %S %D %L %B %p %f'
    const named = formats.split(' ').map((format, index) => `"${index}","${format}"`)
    const fields = [
      'ip.ttl:-1:R',
      'ip.addr:2:R',
      'ip.proto:1:R',
      'ip.proto:1:U',
      'nhrp.hdr.op.type||gre.key||arp.opcode',
      'ip.flags.df',
    ]
    const custom = fields.map((field, index) => `"c${index}","%Cus:${field}"`)
    const words = ['-n', '-o', `gui.column.format:${[...named, ...custom].join(',')}`, '-T', 'psml']
    const [theirs, own] = [run('tshark', ['-r', sample, ...words]), await ours(['-r', sample, ...words])].map(
      psmlPackets,
    )
    expect(own).toHaveLength(theirs!.length)
    for (const [i, packet] of theirs!.entries()) expect(own![i]).toEqual(packet)
  })

  test('tabs between columns, arrows between ends, VLANs', async () => {
    const columns =
      '"a","%s","b","%d","c","%d","d","%s","e","%hs","f","%hd","g","%us","h","%rd","i","%ns","j","%d","k","%q"'
    for (const type of ['text', 'tabs']) {
      const words = ['-n', '-r', tagged, '-c', '5', '-T', type, '-o', `gui.column.format:${columns}`]
      expect(await ours(words)).toBe(run('tshark', words))
    }
  })
})
