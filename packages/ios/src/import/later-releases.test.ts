/** Lines of IOS 15 and IOS XE: in the form of public logs, with addresses of documentation. */
import { ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { importLog } from './import-log.ts'

const registration = `*Mar 31 12:45:46.676: NHRP: Receive Registration Request via Tunnel0 vrf global(0x0), packet size: 92
*Mar 31 12:45:46.676:  (F) afn: AF_IP(1), type: IP(800), hop: 255, ver: 1
*Mar 31 12:45:46.676:      shtl: 4(NSAP), sstl: 0(NSAP)
*Mar 31 12:45:46.676:      pktsz: 92 extoff: 52
*Mar 31 12:45:46.676:  (M) flags: "unique nat ", reqid: 3
*Mar 31 12:45:46.676:      src NBMA: 192.0.2.3
*Mar 31 12:45:46.676:      src protocol: 172.16.0.3, dst protocol: 172.16.0.1
*Mar 31 12:45:46.676:  (C-1) code: no error(0)
*Mar 31 12:45:46.676:        prefix: 32, mtu: 17916, hd_time: 7200
*Mar 31 12:45:46.676:        addr_len: 0(NSAP), subaddr_len: 0(NSAP), proto_len: 0, pref: 0
*Mar 31 12:45:46.676: NHRP: Tunnel0: Cache add for target 172.16.0.3/32 next-hop 172.16.0.3
*Mar 31 12:45:46.676:            192.0.2.3`

const indication = `NHRP-ATTR: ext_type: 32775, ext_len : 11
NHRP: Receive Traffic Indication via Tunnel100 vrf global(0x0), packet size: 87
 (F) afn: AF_IP(1), type: IP(800), hop: 1, ver: 1
     shtl: 4(NSAP), sstl: 0(NSAP)
     pktsz: 87 extoff: 68
 (M) traffic code: redirect(0)
     src NBMA: 192.0.2.1
     src protocol: 172.16.0.1, dst protocol: 10.0.101.2
     Contents of nhrp traffic indication packet:
        45 00 00 54 28 15 00 00 3E 01 74 90 0A 00 65 02
        0A 00 67 02 00 00 12 E3 15 28 00
Authentication Extension(7):
  type:Cleartext(1), data:test123
NHRP-DETAIL: netid_in = 1, to_us = 0`

describe('a registration of IOS 15', () => {
  const { packets, faults } = importLog(registration)
  const [{ message, difference, profile, printed } = packets[0]!] = packets

  it('has the NAT extension, whose size the flag explains', () => {
    expect(faults).toEqual([])
    expect([difference, profile]).toEqual([undefined, 'ios15'])
    expect(message).toMatchObject({ flags: 0x8002, requestId: 3, entries: [{ prefixLength: 32, mtu: 17_916 }] })
    expect(message.extensions.map(({ kind }) => kind)).toEqual([
      'responder-address',
      'forward-transit',
      'reverse-transit',
      'nat-address',
      'end',
    ])
  })

  it('has the time its lines say', () => {
    expect(printed.time).toEqual({
      seconds: Date.UTC(1970, 2, 31, 12, 45, 46) / 1000,
      nanoseconds: 676_000_000,
      since: 'date without year',
    })
  })

  it('may say more in between', () => {
    const more = registration.replace('vrf global', 'vrf: global').replace('no error(0)', 'no error(0), flags: none')
    expect(importLog(more).packets.map(each => each.message)).toEqual([message])
  })

  it('is checked against its other numbers', () => {
    const own = importLog(registration.replace('pktsz: 92', 'pktsz: 93')).packets[0]!
    expect(own.difference).toBe('pktsz says 93 octets, the first line 92')
    const offset = importLog(registration.replace('extoff: 52', 'extoff: 60')).packets[0]!
    expect(offset.difference).toBe('extoff says 60, the printed fields end at 52')
  })
})

describe('a traffic indication', () => {
  const [{ message, difference, assumptions } = undefined!] = importLog(indication).packets

  it('has the packet it quotes, and the password that was printed', () => {
    expect(difference).toBeUndefined()
    expect(message).toMatchObject({ kind: 'traffic-indication', trafficCode: 0, hopCount: 1 })
    expect(message.kind === 'traffic-indication' && message.quote).toHaveLength(28)
    expect(message.extensions).toMatchObject([
      { kind: 'authentication', key: new TextEncoder().encode('test123') },
      { kind: 'end' },
    ])
  })

  it('says which octet of the quote was not printed, and keeps the password to itself', () => {
    expect(assumptions).toContain('1 octets of the quoted packet are not printed: zeros')
    expect(assumptions.join()).not.toContain('test123')
  })
})

it('an error quotes as much as its size says', () => {
  const error = `NHRP: Send Error Indication via Tunnel0 vrf 0, packet size: 121
  src: 172.16.0.1, dst: 172.16.0.3
 (F) afn: IPv4(1), type: IP(800), hop: 255, ver: 1
     shtl: 4(NSAP), sstl: 0(NSAP)
 (M) error code: loop detected(3), offset: 56
     src NBMA: 192.0.2.1
     src protocol: 172.16.0.1, dst protocol: 172.16.0.3`
  const [{ message, size, assumptions } = undefined!] = importLog(error).packets
  expect(message).toMatchObject({
    kind: 'error-indication',
    errorCode: 3,
    errorOffset: 56,
    sourceNbma: ip('192.0.2.1'),
  })
  expect([size, assumptions[0]]).toEqual([121, '81 octets of the quoted packet are not printed: zeros'])
})
