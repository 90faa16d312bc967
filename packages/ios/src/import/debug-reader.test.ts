import { ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { importLog } from './import-log.ts'

/** A registration as IOS 12.4 prints it, without a password: 68 octets. */
const block = `NHRP: Receive Registration Request via Tunnel0 vrf 0, packet size: 68
 (F) afn: IPv4(1), type: IP(800), hop: 255, ver: 1
     shtl: 4(NSAP), sstl: 0(NSAP)
 (M) flags: "unique", reqid: 26
     src NBMA: 192.0.2.3
     src protocol: 172.16.0.3, dst protocol: 172.16.0.1
 (C-1) code: no error(0)
       prefix: 255, mtu: 1514, hd_time: 60
       addr_len: 0(NSAP), subaddr_len: 0(NSAP), proto_len: 0, pref: 0`.split('\n')

const facts = {
  kind: 'registration-request',
  hopCount: 255,
  flags: 0x8000,
  requestId: 26,
  sourceNbma: ip('192.0.2.3'),
  sourceProtocol: ip('172.16.0.3'),
  destinationProtocol: ip('172.16.0.1'),
  entries: [{ prefixLength: 255, mtu: 1514, holdingTime: 60 }],
}

function only(lines: readonly string[], end = '\n') {
  const { packets, faults } = importLog(lines.join(end))
  return { faults, packets, one: packets[0]! }
}

describe('a packet is found', () => {
  it.each([
    ['as it is printed', block],
    ['with times', block.map(line => `*Mar  1 00:12:01.123: ${line}`)],
    ['with sequence numbers', block.map((line, index) => `0000${index + 10}: *Mar  1 00:12:01.123: ${line}`)],
    ['without indents and with empty lines', block.flatMap(line => [line.trim(), ''])],
    ['among other lines', block.flatMap(line => [line, '%SYS-5-CONFIG_I: Configured from console by console', 'R1#'])],
    ['quoted on a page', ['```', ...block, '```']],
  ])('%s', (_how, lines) => {
    const { faults, packets, one } = only(lines)
    expect(faults).toEqual([])
    expect(packets).toHaveLength(1)
    expect(one.message).toMatchObject(facts)
    expect([one.size, one.difference, one.profile]).toEqual([68, undefined, 'ios12'])
  })

  it('whatever ends lines', () => {
    expect(only(block, '\r\n').one.message).toMatchObject(facts)
    expect(only(block, '\r').one.message).toMatchObject(facts)
  })

  it.each([30, 40, 50, 60, 80])('on a terminal of %d columns', columns => {
    const lines = block.flatMap(line => line.match(new RegExp(`.{1,${columns}}`, 'g'))!)
    const { faults, one } = only(lines)
    expect(faults).toEqual([])
    expect(one.message).toMatchObject(facts)
    expect(one.size).toBe(68)
  })

  it('where a number is cut in two', () => {
    const cut = block.map(line => line.replace('size: 68', 'size: 6\n8').replace('hd_time: 60', 'hd_time: 6\n0'))
    const { one } = only(cut)
    expect([one.printed.size, one.difference]).toEqual([68, undefined])
    expect(one.message).toMatchObject(facts)
  })

  it('where several routers speak at once', () => {
    const other = block.map(line => line.replace('172.16.0.3', '172.16.0.2').replace('192.0.2.3', '192.0.2.2'))
    const mixed = block.flatMap((line, index) => [
      `Mar  1 00:12:01 R1 7: *Mar  1 00:12:01: ${line}`,
      `Mar  1 00:12:01 R2 9: *Mar  1 00:12:01: ${other[index]!}`,
    ])
    const { faults, packets } = only(mixed)
    expect(faults).toEqual([])
    expect(packets.map(({ printed }) => [printed.router, printed.sourceProtocol])).toEqual([
      ['R1', ip('172.16.0.3')],
      ['R2', ip('172.16.0.2')],
    ])
  })

  it('twice, where it is printed twice', () => {
    expect(only([...block, ...block]).packets).toHaveLength(2)
  })
})

describe('what is not understood is named', () => {
  it('a line of the packet', () => {
    const broken = block.map(line => line.replace('hop: 255', 'hop: 256'))
    expect(only(broken).faults).toEqual([
      {
        line: 1,
        text: 'Receive registration-request',
        expected:
          'in the packet that begins here, a line (F) afn: <family>(<familyNumber>), type: <protocol>(<protocolType>), hop: <hopCount>, ver: <version>',
      },
      {
        line: 2,
        text: '(F) afn: IPv4(1), type: IP(800), hop: 256, ver: 1',
        expected:
          '(F) afn: <family>(<familyNumber>), type: <protocol>(<protocolType>), hop: <hopCount>, ver: <version>',
      },
    ])
  })

  it('a line that is missing', () => {
    const { faults, packets } = only(block.filter(line => !line.includes('addr_len')))
    expect(packets).toEqual([])
    expect(faults).toMatchObject([{ line: 1, expected: expect.stringContaining('a line addr_len: <nbma>') as string }])
  })

  it('a flag that messages of that kind do not have', () => {
    const { faults } = only(block.map(line => line.replace('"unique"', '"unique router"')))
    expect(faults).toMatchObject([{ line: 4, expected: 'no flag of such a message is called router' }])
  })

  it('lengths that are not those of the addresses', () => {
    const { faults } = only(block.map(line => line.replace('proto_len: 0', 'proto_len: 4')))
    expect(faults).toMatchObject([
      {
        expected: 'in the packet that begins here, a client protocol address of 4 octets, as proto_len says; it has 0',
      },
    ])
  })

  it('a size that nothing explains, which is no fault of the text', () => {
    const { faults, one } = only(block.map(line => line.replace('size: 68', 'size: 70')))
    expect(faults).toEqual([])
    expect(one.difference).toBe(
      'printed 70 octets, rebuilt 52: behind its fields, 52 octets, 18 are left, which no known extensions fill',
    )
  })
})

describe('the size tells the extensions', () => {
  const withSize = (size: number): ReturnType<typeof only>['one'] =>
    only(block.map(line => line.replace('size: 68', `size: ${size}`))).one

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('a password of %d octets', length => {
    const { message, difference } = withSize(68 + 8 + length)
    expect(difference).toBeUndefined()
    expect(message.extensions.map(({ kind }) => kind)).toEqual([
      'responder-address',
      'forward-transit',
      'reverse-transit',
      'authentication',
      'end',
    ])
    expect(message.extensions[3]).toMatchObject({ key: new Uint8Array(length) })
  })

  it('none at all', () => {
    expect(withSize(52).message.extensions).toEqual([])
  })
})
