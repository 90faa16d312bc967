import { expect, test } from 'vitest'
import { parseAction } from './action.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { BadStory, storyOf } from './story.ts'

test.each([
  ['250us', 250],
  ['20ms', 20_000],
  ['1.5s', 1_500_000],
  ['3m', 180_000_000],
  ['1h', 3_600_000_000],
])('%s', (text, span) => {
  expect(parseDuration(text)).toBe(span)
  expect(parseDuration(formatDuration(span))).toBe(span)
})

test.each(['', '3', 'm', '-3s', '3 s', '3d'])('%j is no duration', text => expect(parseDuration(text)).toBeUndefined())

test.each([
  ['R3: ping 10.0.2.2', { order: 'ping', destination: 0x0a000202 }],
  [
    'R3: ping 10.0.2.2 source 10.0.3.3 repeat 2 size 64 timeout 1s interval 700ms',
    {
      order: 'ping',
      destination: 0x0a000202,
      source: 0x0a000303,
      count: 2,
      size: 64,
      timeout: 1_000_000,
      interval: 700_000,
    },
  ],
  ['R3: shutdown Loopback1', { order: 'shutdown', interface: 'Loopback1' }],
  ['R3:  no  shutdown Loopback1', { order: 'no shutdown', interface: 'Loopback1' }],
  ['R3: clear nhrp', { order: 'clear nhrp', prefix: undefined }],
  ['R3: clear nhrp 10.0.2.0/24', { order: 'clear nhrp', prefix: { address: 0x0a000200, length: 24 } }],
  [
    'R3: no address lan0 10.0.3.1/24',
    { order: 'remove address', interface: 'lan0', address: { address: 0x0a000301, length: 24 } },
  ],
  ['R3: reload', { order: 'reload' }],
])('%s', (line, order) => expect(parseAction(line)).toEqual({ action: 'order', router: 'R3', order }))

test.each([
  'ping 10.0.2.2',
  'R3: ping',
  'R3: ping 10.0.2.2 source',
  'R3: ping 10.0.2',
  'R3: show ip nhrp',
  'R3: link loss 2',
  'R3: link loss',
])('%j is none of ours', line => expect(parseAction(line)).toBeUndefined())

test('links and cables', () => {
  expect(parseAction('R3: unplug')).toEqual({ action: 'unplug', router: 'R3' })
  expect(parseAction('R3: link loss 0.2 delay 80ms')).toEqual({
    action: 'impair',
    router: 'R3',
    changes: { loss: 0.2, delay: 80_000 },
  })
})

test('a story has defaults', () => {
  const story = storyOf({
    about: 'x',
    routers: { R1: {}, R2: { config: 'spoke.cfg', start: '10s', 'first-request-id': 9 } },
    events: [{ at: '1s', do: 'R1: show ip nhrp' }],
  })
  expect(story).toMatchObject({
    until: 60_000_000,
    seed: 1,
    routers: [
      { name: 'R1', config: 'R1.cfg', start: 0 },
      { config: 'spoke.cfg', start: 10_000_000, firstRequestId: 9 },
    ],
  })
  expect(story.events).toEqual([{ at: 1_000_000, line: 'R1: show ip nhrp', action: undefined }])
})

test.each([
  [{}, 'routers'],
  [{ routers: [] }, 'routers'],
  [{ routers: { R1: { start: 'soon' } } }, 'routers.R1.start'],
  [{ routers: { R1: { nat: { inside: '1.2.3' } } } }, 'routers.R1.nat.inside'],
  [{ routers: {}, cloud: { loss: 2 } }, 'cloud'],
  [{ routers: {}, events: [{ at: '1s' }] }, 'events[0].do'],
  [{ routers: {}, seed: -1 }, 'seed'],
])('%j is wrong at %s', (document, where) => {
  expect(() => storyOf(document)).toThrow(BadStory)
  expect(() => storyOf(document)).toThrow(where)
})
