import { describe, expect, it } from 'vitest'
import { LogReader } from './log-line.ts'

function read(line: string) {
  const { text, router, time } = new LogReader().read(line)
  return { text, router, time: time === undefined ? undefined : [time.seconds, time.nanoseconds, time.since] }
}

const march = Date.UTC(1970, 2, 1, 0, 12, 1) / 1000
const text = 'NHRP: 81 bytes out Tunnel0'

describe('what stands around a line is taken off', () => {
  it.each([
    [text, undefined, undefined],
    [`   ${text}\r`, undefined, undefined],
    [`*Mar  1 00:12:01.123: ${text}`, undefined, [march, 123_000_000, 'date without year']],
    [`.Mar  1 00:12:01: ${text}`, undefined, [march, 0, 'date without year']],
    [`000047: *Mar  1 00:12:01.123: ${text}`, undefined, [march, 123_000_000, 'date without year']],
    [`Mar  1 2021 00:12:01.5 UTC: ${text}`, undefined, [Date.UTC(2021, 2, 1, 0, 12, 1) / 1000, 500_000_000, 'date']],
    [`00:12:01: ${text}`, undefined, [721, 0, 'start']],
    [`1d02h: ${text}`, undefined, [93_600, 0, 'start']],
    [`3w4d: ${text}`, undefined, [25 * 86_400, 0, 'start']],
    [`R1#${text}`, 'R1', undefined],
    [`Rack1R1(config-if)# ${text}`, 'Rack1R1', undefined],
    [`<189>47: *Mar  1 00:12:01.123: ${text}`, undefined, [march, 123_000_000, 'date without year']],
    [`R1: *Mar  1 00:12:01.123: ${text}`, 'R1', [march, 123_000_000, 'date without year']],
    [
      `Mar  1 00:12:02 192.0.2.1 47: R1: *Mar  1 00:12:01.123: ${text}`,
      'R1',
      [march, 123_000_000, 'date without year'],
    ],
    [`Mar  1 00:12:01 hub ${text}`, 'hub', [march, 0, 'date without year']],
    [`2024-07-22T09:21:05.096+02:00 hub ${text}`, 'hub', [Date.UTC(2024, 6, 22, 7, 21, 5) / 1000, 96_000_000, 'date']],
    [`2019/08/17 02:34:14 ${text}`, undefined, [Date.UTC(2019, 7, 17, 2, 34, 14) / 1000, 0, 'date']],
  ])('%s', (line, router, time) => {
    expect(read(line)).toEqual({ text, router, time })
  })

  it('a prompt tells whose the next lines are', () => {
    const reader = new LogReader('first')
    expect(reader.read(text).router).toBe('first')
    expect(reader.read('R2#show clock')).toMatchObject({ router: 'R2', text: 'show clock', number: 2 })
    expect(reader.read(text).router).toBe('R2')
    expect(reader.read(`Mar  1 00:12:01 hub ${text}`).router).toBe('hub')
    expect(reader.read(text)).toMatchObject({ router: 'R2', number: 5 })
  })

  it('what a page or its scanner did is put right', () => {
    expect(read('  src: 10.0.0.2, dst: 10.0.0.3    <-- the spokes').text).toBe('src: 10.0.0.2, dst: 10.0.0.3')
    expect(read('    sht1: 4(NSAP), sst1: 0(NSAP)').text).toBe('shtl: 4(NSAP), sstl: 0(NSAP)')
    expect(read('bclient protocol: 10.0.0.3').text).toBe('client protocol: 10.0.0.3')
    expect(read('(M) flags: “unique nat “, reqid: 3').text).toBe('(M) flags: "unique nat ", reqid: 3')
  })

  it('words that look like a time or a name are left', () => {
    for (const line of [
      'prefix: 32, mtu: 17916, hd_time: 7200',
      '(C-1) code: no error(0)',
      'src: 10.0.0.1, dst: 10.0.0.3',
      'src: 600::, dst: 12:34:56::1',
    ])
      expect(read(line)).toEqual({ text: line, router: undefined, time: undefined })
  })

  it('of a line without end only the beginning counts', () => {
    expect(read(`${text}${'x'.repeat(1_000_000)}`).text.length).toBeLessThanOrEqual(1000)
  })
})
