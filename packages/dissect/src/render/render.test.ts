import { dmvpn, encodeLayers, recode } from '@dmvpn/protocols'
import { Sink } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { dissect } from '../dissect.ts'
import { recordOf } from '../frame-record.ts'
import { sampleRecords, tunnelledBytes } from '../sample-frames.test.data.ts'
import { Session } from '../session/session.ts'
import { decodeRecord } from '../summary.ts'
import { writeHex } from './hex.ts'
import { JsonExport } from './json.ts'
import { PacketsExport, packetOf } from './packets.ts'
import { packetsSchema } from './packets-schema.ts'
import { TreeTextExport } from './tree-text.ts'

const record = recordOf(tunnelledBytes, 1)
const written = (write: (s: Sink) => void): string => {
  const s = new Sink()
  write(s)
  return s.toString()
}

describe('tree text', () => {
  it('indents by four and ends with an empty line', () => {
    const lines = written(s => new TreeTextExport().frame(s, dissect(dmvpn, record))).split('\n')
    expect(lines).toContain('Generic Routing Encapsulation (IP)')
    expect(lines).toContain('    Flags and Version: 0x2000')
    expect(lines).toContain('        ..1. .... .... .... = Key Bit: Yes')
    expect(lines.slice(-2)).toEqual(['', ''])
  })

  it('shows only the wanted protocols whole', () => {
    const lines = written(s => new TreeTextExport({ only: new Set(['gre']) }).frame(s, dissect(dmvpn, record))).split(
      '\n',
    )
    expect(lines[1]).toMatch(/^Ethernet II/)
    expect(lines[2]).toMatch(/^Internet Protocol/)
    expect(lines).toContain('    Key: 0x0000007b')
  })

  it('says what is malformed, where and why', () => {
    const text = written(s =>
      new TreeTextExport().frame(s, dissect(dmvpn, recordOf(tunnelledBytes.subarray(0, 37), 1))),
    )
    expect(text).toContain('[Malformed Packet: GRE]\n    [Expert Info (Error/Malformed)')
    expect(text).toContain('gre.proto: 2 octets needed at 36, 1 there')
  })
})

describe('hex', () => {
  it('shows sixteen octets a line and marks those of a field', () => {
    const lines = written(s => writeHex(s, dissect(dmvpn, record), { mark: 'gre.key' })).split('\n')
    expect(lines[0]).toBe('0000  02 00 00 00 00 01 02 00 00 00 00 03 08 00 45 00   ..............E.')
    expect(lines[2]).toMatch(/^0020 {2}01 01 20 00 08 00 00 00 00 7b /)
    expect(lines[3]).toBe(`${' '.repeat(24)}^^^^^^^^^^^`)
  })
})

describe('JSON', () => {
  const json = (bytes: Uint8Array): unknown => {
    const s = new Sink()
    const all = new JsonExport()
    all.begin(s)
    all.frame(s, dissect(dmvpn, recordOf(bytes, 1)))
    all.end(s)
    const [frame] = JSON.parse(s.toString()) as { _source: { layers: unknown } }[]
    return frame?._source.layers
  }

  it('has tshark’s shape: strings, trees beside values, arrays for what repeats', () => {
    expect(json(tunnelledBytes)).toMatchObject({
      frame: { 'frame.number': '1', 'frame.protocols': 'eth:ethertype:ip:gre:ip' },
      ip: [
        { 'ip.version': '4', 'ip.addr': ['150.1.3.3', '150.1.1.1'], 'ip.dsfield': '0x00', 'ip.dsfield_tree': {} },
        { 'ip.src': '10.0.0.3' },
      ],
      gre: {
        'gre.flags_and_version': '0x2000',
        'gre.flags_and_version_tree': { 'gre.flags.key': '1' },
        'gre.key': '0x0000007b',
      },
    })
  })

  it('names what is malformed', () => {
    expect(json(tunnelledBytes.subarray(0, 37))).toMatchObject({
      '_ws.malformed': {
        '_ws.expert': { '_ws.malformed.expert': '', '_ws.expert.severity': '8388608' },
        '_ws.malformed.reason': 'gre.proto: 2 octets needed at 36, 1 there, limited by the capture',
      },
    })
  })
})

describe('packets', () => {
  it('rebuild their frames', () => {
    const packets = new PacketsExport(dmvpn)
    const session = new Session()
    for (const each of sampleRecords('captures/01-reg-auth-frr10.hub-link.pcap')) {
      const frame = decodeRecord(dmvpn, each, session)
      const s = new Sink()
      packets.write(s, frame, each, session)
      const packet = packetOf(JSON.parse(s.toString()), dmvpn)
      expect(packet.bytes).toEqual(frame.bytes)
      expect(encodeLayers(packet.layers)).toEqual(recode(frame))
      expect([packet.seconds, packet.nanoseconds]).toEqual([each.seconds, each.nanoseconds])
    }
  })

  it('are refused with a place where they are not packets', () => {
    const good = { time: '0.000000000', linkType: 1, originalLength: 0, layers: [], bytes: '' }
    expect(() => packetOf(7, dmvpn)).toThrow('packet: not an object')
    expect(() => packetOf({ ...good, time: 'now' }, dmvpn)).toThrow('time')
    expect(() => packetOf({ ...good, layers: [{ protocol: 'nope' }] }, dmvpn)).toThrow('layers[0].protocol')
    const wrong = { protocol: 'ip', facts: { source: { ipv4: '1.2.3' } } }
    expect(() => packetOf({ ...good, layers: [wrong] }, dmvpn)).toThrow('layers[0].facts.source: 1.2.3 is not ipv4')
  })

  it('have a published schema (vitest -u writes it anew)', async () => {
    const schema = `${JSON.stringify(packetsSchema(dmvpn), undefined, 2)}\n`
    await expect(schema).toMatchFileSnapshot('../../schema/packets.schema.json')
  })
})
