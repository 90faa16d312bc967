/** Addresses said with their names, where any are known, in what was written already. */
import { hostNames, type Sink } from '@dmvpn/wire'

/** Rewrites what stands in the sink since `from`: `hub (150.1.1.1)`, or the names alone where there is little room. */
export function nameAddresses(s: Sink, from: number, alone = false): void {
  const text = new TextDecoder().decode(s.bytes.subarray(from, s.length))
  s.length = from
  s.text(hostNames.inText(text, alone))
}
