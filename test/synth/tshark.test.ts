/** tshark reads every recipe's packet without a complaint: one run over one file. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordOf, writePcapng } from '@dmvpn/capture'
import { describe, expect, test } from 'vitest'
import { inTemporaryFolder, run, tsharkVersion } from '../tshark/tshark.ts'
import { everyRecipe } from './every-recipe.ts'

/**
 * What tshark 4.0 says of packets that are as their makers write them: the name of the recipe, and the whole line. FRR
 * quotes no more than a message's head, OpenNHRP gives errors extensions and sixteen octets behind them, and of a quoted
 * packet tshark takes the extensions behind it for a part.
 */
const expected: readonly (readonly [recipe: RegExp, line: RegExp])[] = [
  [
    /^error .*"frr"/,
    /^\[Malformed Packet: NHRP\],_ws\.malformed\|Malformed Packet \(Exception occurred\)\|1\|\|{4}1,2$/,
  ],
  [
    /^error .*"opennhrp"/,
    /^_ws\.malformed,_ws\.malformed\|Extensions not allowed per RFC2332 section 5\.2\.7,Unknown Data \(16 bytes\)\|1\|\|{4}1,1$/,
  ],
  [/^redirect .*"udp".*"ios/, /^\|Bad checksum \[should be 0x[0-9a-f]{4}\]\|1,1\|0\|{4}1$/],
]

const fields = [
  '_ws.malformed',
  '_ws.expert.message',
  'ip.checksum.status',
  'udp.checksum.status',
  'icmp.checksum.status',
  'icmpv6.checksum.status',
  'gre.checksum.status',
  'nhrp.hdr.chksum.status',
]
const bad = '0'

describe.skipIf(tsharkVersion === undefined)('tshark', () => {
  const made = everyRecipe()
  const lines = inTemporaryFolder(folder => {
    const file = join(folder, 'all.pcapng')
    writeFileSync(
      file,
      writePcapng(
        made.map(({ frame }, i) => recordOf(frame.bytes, { seconds: i, nanoseconds: 0, linkType: frame.linkType })),
      ),
    )
    const checks = ['ip', 'udp'].flatMap(name => ['-o', `${name}.check_checksum:TRUE`])
    return run('tshark', [
      '-n',
      '-r',
      file,
      ...checks,
      '-T',
      'fields',
      '-E',
      'separator=|',
      ...fields.flatMap(name => ['-e', name]),
    ])
      .trimEnd()
      .split('\n')
  })

  test('reads them all', () => {
    expect(lines).toHaveLength(made.length)
  })

  test('has nothing to say but what is expected', () => {
    const seen = new Set<number>()
    const complaints = lines.flatMap((line, index) => {
      const [malformed = '', experts = '', ...statuses] = line.split('|')
      if (malformed === '' && experts === '' && !statuses.some(status => status.split(',').includes(bad))) return []
      const { name } = made[index]!
      const found = expected.findIndex(([recipe, said]) => recipe.test(name) && said.test(line))
      seen.add(found)
      return found < 0 ? [`${name}: ${line}`] : []
    })
    expect(complaints).toEqual([])
    expect(seen.size).toBe(expected.length)
  })
})
