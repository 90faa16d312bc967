/** What `convert`, `merge` and `decap` write opens in Wireshark's tools without a complaint, and is what those write. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf, linkType, readCaptureFile, recordOf, writePcap } from '@dmvpn/capture'
import { run as dmvpn, exitCode, type Io, MemoryOutput } from '@dmvpn/cli'
import { formatHex } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { run, tsharkVersion } from '../tshark/tshark.ts'

async function command(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const out = new MemoryOutput()
  const lines: string[] = []
  const io: Io = { out, err: line => lines.push(line), stdin: nobody(), env: {}, isTTY: false }
  const code = await dmvpn(words, io)
  return { code, out: out.text, err: lines.join('\n') }
}

async function* nobody(): AsyncGenerator<Uint8Array> {}

/** Runs without an error, and without a word about it. */
async function succeeds(...words: readonly string[]): Promise<void> {
  expect(await command(...words)).toMatchObject({ code: exitCode.done, err: '' })
}

function named(part: string): string {
  return captureFiles().find(file => file.includes(part))!
}

/** A folder that is gone when the promise is settled. */
async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dmvpn-test-'))
  try {
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('a capture that is decoded and encoded again is the file it was', () => {
  test.each(captureFiles().map(file => [file.slice(file.lastIndexOf('/') + 1), file]))('%s', async (name, file) => {
    await inFolder(async folder => {
      const again = join(folder, name)
      await succeeds('convert', file, again, '--recode')
      expect(readFileSync(again).equals(readFileSync(file))).toBe(true)
    })
  })

  test('in the other byte order, with nanoseconds, and with a snap length', async () => {
    await inFolder(async folder => {
      const records = [...readCaptureFile(named('06-nat'))].map(record =>
        recordOf(bytesOf(record).slice(), {
          seconds: record.seconds,
          nanoseconds: record.nanoseconds + 7,
          linkType: record.linkType,
        }),
      )
      const file = join(folder, 'a.pcap')
      writeFileSync(file, writePcap(records, { order: 'big', nanoseconds: true, snapLength: 4096 }))
      await succeeds('convert', file, join(folder, 'b.pcap'), '--recode')
      expect(readFileSync(join(folder, 'b.pcap')).equals(readFileSync(file))).toBe(true)
    })
  })
})

describe.skipIf(tsharkVersion === undefined)('Wireshark’s tools', () => {
  /** Opens files with capinfos; throws where it complains. */
  function opens(...files: readonly string[]): void {
    const { status, stderr } = spawnSync('capinfos', files, { encoding: 'utf8' })
    expect({ files, status, stderr }).toEqual({ files, status: 0, stderr: '' })
  }

  /** Times, lengths and octets of every record. */
  function listed(file: string): readonly string[] {
    return [...readCaptureFile(file)].map(record => {
      const { seconds, nanoseconds, linkType: type, originalLength } = record
      return `${seconds}.${nanoseconds} ${type} ${originalLength} ${formatHex(bytesOf(record))}`
    })
  }

  test('merge: the order of mergecap', async () => {
    await inFolder(async folder => {
      // Times that are equal, and times that go back.
      const made = [
        [1, 2, 2, 5, 3],
        [2, 2, 4, 1],
        [2, 9],
      ].map((times, which) => {
        const file = join(folder, `${which}.pcap`)
        const records = times.map((seconds, index) =>
          recordOf(Uint8Array.of(0x45, 0, 0, 20, which, index, ...Array<number>(14).fill(0)), {
            seconds,
            nanoseconds: 0,
            linkType: linkType.raw,
          }),
        )
        writeFileSync(file, writePcap(records))
        return file
      })
      const labs = [named('multi-if'), named('06-nat'), named('hub-gre1.pcap'), named('91-derived')]
      for (const inputs of [made, labs]) {
        const [ours, theirs] = [join(folder, 'ours.pcapng'), join(folder, 'theirs.pcapng')]
        await succeeds('merge', ...inputs, '-w', ours)
        run('mergecap', ['-w', theirs, ...inputs])
        expect(listed(ours)).toEqual(listed(theirs))
        opens(ours)
        await succeeds('merge', '-a', ...inputs, '-w', ours)
        run('mergecap', ['-a', '-w', theirs, ...inputs])
        expect(listed(ours)).toEqual(listed(theirs))
      }
    })
  })

  test('convert --snaplen, --shift-time, --split: the files of editcap', async () => {
    await inFolder(async folder => {
      const input = named('06-nat')
      const [ours, theirs] = [join(folder, 'ours.pcap'), join(folder, 'theirs.pcap')]
      for (const shift of ['-1.5', '86400.000001']) {
        await succeeds('convert', input, ours, '--snaplen', '60', '--shift-time', shift)
        run('editcap', ['-F', 'pcap', '-s', '60', '-t', shift, input, theirs])
        expect(listed(ours)).toEqual(listed(theirs))
        opens(ours)
      }
      await succeeds('convert', named('multi-if'), join(folder, 'part.pcapng'), '--split', '50')
      run('editcap', ['-c', '50', named('multi-if'), join(folder, 'their.pcapng')])
      const parts = readdirSync(folder).sort()
      const [mine, edited] = ['part_', 'their_'].map(stem => parts.filter(name => name.startsWith(stem)))
      expect(mine).toHaveLength(edited!.length)
      opens(...mine!.map(part => join(folder, part)))
      for (const [index, part] of mine!.entries()) {
        expect(listed(join(folder, part))).toEqual(listed(join(folder, edited![index]!)))
      }
    })
  })

  test('convert: from one format to the other and back', async () => {
    await inFolder(async folder => {
      const [ng, back] = [join(folder, 'a.pcapng'), join(folder, 'b.pcap')]
      for (const input of [named('06-nat'), named('91-derived'), named('90-derived')]) {
        await succeeds('convert', input, ng)
        opens(ng)
        await succeeds('convert', ng, back)
        opens(back)
        expect(listed(back)).toEqual(listed(input))
      }
      const mixed = await command('convert', named('multi-if'), back)
      expect(mixed.code).toBe(exitCode.done)
    })
  })

  test('decap: plain IP, also out of ESP', async () => {
    await inFolder(async folder => {
      const inside = join(folder, 'inside.pcap')
      const columns = ['-T', 'fields', '-e', 'ip.src', '-e', 'ip.id', '-e', 'ip.len']
      const plain = await command('decap', named('02a-phase3-auth-frr10.hub-link'), inside)
      expect(plain).toMatchObject({ code: exitCode.done })
      expect(plain.err).toMatch(/26 packets written to .*; 83 carry no IP packet in a tunnel/)
      opens(inside)
      expect(run('capinfos', ['-E', inside])).toContain('Raw IP')
      const input = named('02a-phase3-auth-frr10.hub-link')
      const inner = run('tshark', ['-n', '-r', input, '-Y', 'gre.proto == 0x0800', '-E', 'occurrence=l', ...columns])
      expect(run('tshark', ['-n', '-r', inside, ...columns])).toBe(inner)
      const keys = named('07a-esp.gcm256').replace(/\.gcm256.*/, '.esp_sa')
      const opened = join(folder, 'opened.pcapng')
      await command('decap', named('07a-esp.gcm256'), opened, '--esp-keys', keys)
      opens(opened)
      expect(run('tshark', ['-n', '-r', opened, '-Y', 'icmp.checksum.status == 1']).trimEnd().split('\n')).toHaveLength(
        16,
      )
    })
  })

  test('hex dumps: the packets of text2pcap', async () => {
    await inFolder(async folder => {
      const [text, ours, theirs] = ['a.txt', 'ours.pcap', 'theirs.pcap'].map(name => join(folder, name)) as [
        string,
        string,
        string,
      ]
      const input = named('06-nat')
      const hexes = (file: string): string[] => [...readCaptureFile(file)].map(record => formatHex(bytesOf(record)))
      writeFileSync(text, run('tshark', ['-n', '-r', input, '-x']))
      await succeeds('convert', text, ours)
      run('text2pcap', ['-q', '-F', 'pcap', text, theirs])
      expect(hexes(ours)).toEqual(hexes(input))
      expect(hexes(theirs)).toEqual(hexes(input))
      const made = 'synth keepalive --nbma 192.0.2.1 --hub-nbma 192.0.2.2 --count 3 --time 7'.split(' ')
      writeFileSync(text, (await command(...made)).out)
      run('text2pcap', ['-q', '-F', 'pcap', '-l', '101', text, theirs])
      await succeeds('convert', text, ours)
      expect(hexes(ours)).toEqual(hexes(theirs))
      expect(hexes(ours)).toHaveLength(3)
      expect(listed(ours).at(-1)).toMatch(/^9\.0 101 /)
    })
  })

  test.skipIf(spawnSync('tcpdump', ['--version']).status !== 0)(
    'hex dumps: packets and times of tcpdump -xx',
    async () => {
      await inFolder(async folder => {
        const [text, ours, input] = [join(folder, 'a.txt'), join(folder, 'ours.pcap'), named('06-nat')]
        const { stdout } = spawnSync('tcpdump', ['-xx', '-tttt', '-n', '-r', input], {
          encoding: 'utf8',
          env: { TZ: 'UTC' },
        })
        writeFileSync(text, stdout)
        await succeeds('convert', text, ours)
        expect(listed(ours)).toEqual(listed(input))
      })
    },
  )
})
