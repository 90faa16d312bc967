/** Why a walk stopped: the bytes ran out, or they contradict the protocol. */

/**
 * Fewer octets than the named field needs.
 * `at` counts octets from the start of the source (the frame, a reassembled datagram, opened bytes);
 * `limitedBy` is `'capture'` where the capture ends, otherwise the Wireshark name of the length field that ends sooner.
 */
export interface Truncated {
  readonly fault: 'truncated'
  readonly reading: string
  readonly at: number
  readonly need: number
  readonly have: number
  readonly limitedBy: string
}

/** A value that makes reading on impossible; `rule` cites the paragraph it breaks. */
export interface Malformed {
  readonly fault: 'malformed'
  readonly reading: string
  readonly at: number
  readonly because: string
  readonly rule: string | undefined
}

export type Fault = Truncated | Malformed

/** Whether a decoder's answer is a fault rather than a packet. */
export function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null || !('fault' in value)) return false
  return value.fault === 'truncated' || value.fault === 'malformed'
}

/** One sentence: where, what was needed, what was there and whose length ran out. */
export function describe(fault: Fault): string {
  if (fault.fault === 'malformed') {
    const rule = fault.rule === undefined ? '' : ` (${fault.rule})`
    return `${fault.reading} at ${fault.at}: ${fault.because}${rule}`
  }
  const limit = fault.limitedBy === 'capture' ? 'the capture' : fault.limitedBy
  return `${fault.reading}: ${octets(fault.need)} needed at ${fault.at}, ${fault.have} there, limited by ${limit}`
}

function octets(count: number): string {
  return count === 1 ? '1 octet' : `${count} octets`
}

/** How a cursor leaves a walk: thrown by the cursor alone, caught by `decode` and `attempt` alone. Not an Error: no stack is wanted. */
export class Stopped {
  readonly fault: Fault
  constructor(fault: Fault) {
    this.fault = fault
  }
}
