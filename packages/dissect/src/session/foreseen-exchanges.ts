/** The NHRP packets of a second pass: each of them is shown with what the first one learnt of it. */
import type { Nhrp, PacketCursor } from '@dmvpn/protocols'
import type { ExchangeForesight } from './exchange-foresight.ts'
import { showForeseen } from './exchange-show.ts'

export class ForeseenExchanges {
  private readonly known: ExchangeForesight
  private frame = 0
  /** Packets in the frames before, in the present one, and in the present walk of it so far. */
  private before = 0
  private here = 0
  private passed = 0

  constructor(known: ExchangeForesight) {
    this.known = known
  }

  /** A walk of a frame begins: the same frame again has the same packets. */
  begin(frame: number): void {
    this.passed = 0
    if (frame === this.frame) return
    this.frame = frame
    this.before += this.here
    this.here = 0
  }

  /** A packet that nobody sees. */
  pass(): void {
    this.passed++
    if (this.passed > this.here) this.here = this.passed
  }

  /** Shows a packet that was read to its end. */
  take(c: PacketCursor, packet: Nhrp): void {
    const ordinal = this.before + this.passed
    this.pass()
    if (c.witness !== undefined) showForeseen(c, ordinal, packet, this.known)
  }
}
