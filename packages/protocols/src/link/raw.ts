/** Frames without a link header (LINKTYPE_RAW, 101; 12 and 14 in files of some systems): the IP version decides. */
import { type Protocol, protocol } from '../protocol.ts'

/** There is nothing to know. */
export type Raw = Readonly<Record<never, never>>

export const raw: Protocol<Raw> = protocol<Raw>({
  name: 'raw',
  label: 'Raw packet data',
  short: 'N/A',
  over: [
    { table: 'link', key: 101 },
    { table: 'link', key: 12 },
    { table: 'link', key: 14 },
  ],
  fields: [],
  defaults: {},
  info: s => {
    s.text('Raw packet data')
  },
  endpoints: () => ({ kind: 'none', source: undefined, destination: undefined }),

  walk(c) {
    if (c.left === 0) return nothing
    const version = c.bytes[c.at]! >>> 4
    if (version === 4) c.carries('ethertype', 0x0800)
    else if (version === 6) c.carries('ethertype', 0x86dd)
    // Some point-to-point devices leave PPP's address and control octets in place.
    else if (c.left >= 2 && c.view.getUint16(c.at) === 0xff03) c.carries('link', 9)
    else c.carries('ip.version', version)
    return nothing
  },

  size: () => 0,
  write: () => {},
})

const nothing: Raw = {}
