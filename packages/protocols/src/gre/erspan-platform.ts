/** ERSPAN type III's platform specific sub-header, draft-foschiano-erspan-03 §4.5: one form, many meanings. */
import { bits, type Layout, layout, type Outline, u32 } from '@dmvpn/wire'

export interface PlatformInformation {
  /** Which kind of switch sent it, 0…63: what the rest means. */
  readonly platform: number
  /** The rest of the first word, 26 bits. */
  readonly first: number
  readonly second: number
}

const identifier = bits(6, 'erspan.platid', 'Platform ID', { type: 'uint32' })
const wide = { type: 'uint32' } as const

export const platformInformation: Layout<PlatformInformation> = layout<PlatformInformation>(
  'erspan',
  'Platform specific information',
  {
    platform: identifier,
    first: bits(26, 'erspan.pid.first', 'Platform specific information', wide),
    second: u32('erspan.pid.second', 'Platform specific information'),
  },
)

/** Wireshark takes the last 26 bits of an unknown sub-header for its reserved ones. */
const unknown: Outline = layout('erspan', 'Platform specific information', {
  platform: identifier,
  first: bits(26, 'erspan.pid.first', 'Platform specific information', wide),
  second: bits(6, 'erspan.pid.second', 'Platform specific information', wide),
  reserved: bits(26, 'erspan.pid.rsvd', 'Reserved', { type: 'uint64' }),
})

interface Split {
  readonly platform: number
  readonly high: number
  readonly low: number
  readonly second: number
}

function split(number: number, width: number, high: Name, low: Name, second: Name): Outline {
  const name = ([short]: Name): string => `erspan.pid${number}.${short}`
  return layout<Split>('erspan', 'Platform specific information', {
    platform: identifier,
    high: bits(width, name(high), high[1], wide),
    low: bits(26 - width, name(low), low[1], wide),
    second: u32(name(second), second[1]),
  })
}

type Name = readonly [string, string]

const reserved: Name = ['rsvd1', 'Reserved']
const port: Name = ['port_index', 'Port ID/Index']
const upper: Name = ['timestamp', 'Upper 32-bit Timestamp']

/** What a witness is shown, by platform. */
export const platformRows: readonly Outline[] = Array.from({ length: 64 }, (_, platform) => {
  switch (platform) {
    case 1:
      return split(1, 14, reserved, ['vsmid', 'VSM Domain ID'], port)
    case 3:
      return split(3, 12, reserved, port, upper)
    case 4:
      return split(4, 12, reserved, ['rsvd2', 'Reserved'], ['rsvd3', 'Reserved'])
    case 5:
    case 6:
      return split(5, 10, ['switchid', 'Switch ID'], port, ['timestamp', 'Timestamp (seconds)'])
    case 7:
      return split(7, 6, reserved, ['source_index', 'Source Index'], upper)
    default:
      return unknown
  }
})
