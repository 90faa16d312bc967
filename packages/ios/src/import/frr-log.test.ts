/** Lines in the forms of public logs of FRRouting 7 to 10, with addresses of documentation. */
import { ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { importLog } from './import-log.ts'

const debug = '2024-07-22 09:21:05.096 [DEBG] nhrpd: '
const lines = [
  `${debug}[K0534-5VD2M] PACKET: Recv 192.0.2.11 -> 192.0.2.100`,
  `${debug}[PTQ80-8JY6C] Recv Resolution-Request(1) 172.16.0.11 -> 10.0.103.2`,
  `${debug}[KNPB6-NP2Y4] lookup 10.0.103.2/32: zebra route dev tun100`,
  `${debug}[PTQ80-8JY6C] Send Resolution-Request(1) 172.16.0.11 -> 10.0.103.2`,
  `${debug}[WSA6E-5GM0H] PACKET: Send 192.0.2.100 -> 192.0.2.13`,
  `${debug}[K0534-5VD2M] PACKET: Recv 192.0.2.13 -> 192.0.2.100`,
  `${debug}[PTQ80-8JY6C] Recv Registration-Request(3) 172.16.0.13 -> 172.16.0.1`,
  `${debug}[PTQ80-8JY6C] !LOCAL Registration-Request(3) 172.16.0.13 -> 172.16.0.1`,
]

describe('what nhrpd logs of messages', () => {
  it('is a timeline of kinds and addresses', () => {
    const { events, packets, faults } = importLog(lines.join('\n'))
    expect([packets, faults]).toEqual([[], []])
    expect(events).toMatchObject([
      { line: 2, direction: 'received', kind: 'resolution-request', source: ip('172.16.0.11'), isForUs: false },
      { line: 4, direction: 'sent', type: 1, from: ip('192.0.2.100'), to: ip('192.0.2.13') },
      { line: 7, direction: 'received', type: 3, from: ip('192.0.2.13'), to: ip('192.0.2.100'), isForUs: true },
    ])
    expect(events[0]).toMatchObject({ from: ip('192.0.2.11'), to: ip('192.0.2.100') })
    expect(events[0]!.time).toEqual({
      seconds: Date.UTC(2024, 6, 22, 9, 21, 5) / 1000,
      nanoseconds: 96_000_000,
      since: 'date',
    })
  })

  it.each([
    ['Mar 22 18:06:28 hub nhrpd[20021]: ', 'hub'],
    ['2019/08/17 02:34:14 NHRP: ', undefined],
    ['2021/08/17 02:34:14.123456 NHRP: [PTQ80-8JY6C] ', undefined],
  ])('behind %s', (prefix, router) => {
    const { events } = importLog(`${prefix}Recv Registration-Reply(4) 172.16.0.1 -> 172.16.0.5`)
    expect(events).toMatchObject([{ kind: 'registration-reply', router, source: ip('172.16.0.1') }])
  })

  it('what others log is passed over', () => {
    const { events } = importLog('Mar 22 18:06:28 hub zebra[1]: Recv Registration-Reply(4) 172.16.0.1 -> 172.16.0.5')
    expect(events).toEqual([])
  })
})
