/** A tap on a cloud: every datagram in its middle, once, with the time. */
import type { Instant } from '@dmvpn/core'

export interface Seen {
  readonly at: Instant
  readonly bytes: Uint8Array
}

export class Tap {
  private readonly now: () => Instant
  private readonly keep: (seen: Seen) => void

  constructor(now: () => Instant, keep: (seen: Seen) => void) {
    this.now = now
    this.keep = keep
  }

  see(bytes: Uint8Array): void {
    this.keep({ at: this.now(), bytes: bytes.slice() })
  }
}
