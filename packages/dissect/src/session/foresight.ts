/** What a first pass over a capture leaves to the second: for every packet of a kind, what only later frames say of it. */
import { ExchangeForesight } from './exchange-foresight.ts'
import { Ledger } from './ledger.ts'

export class Foresight {
  /** By the order of a TCP connection: `tcp.completeness` at its end. */
  readonly events: Ledger = new Ledger()
  /** By the number of an echo request: the frame of its reply. */
  readonly echoes: Ledger = new Ledger()
  readonly echoes6: Ledger = new Ledger()
  /** By the number of a fragment: the frame that completes its datagram. */
  readonly datagrams: Ledger = new Ledger()
  /** By the number of an NHRP packet. */
  readonly exchanges: ExchangeForesight

  constructor(exchanges: ExchangeForesight = new ExchangeForesight()) {
    this.exchanges = exchanges
  }
}
