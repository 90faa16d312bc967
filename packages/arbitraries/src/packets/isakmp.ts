/** IKE messages of both versions: chains of payloads, ciphertext, and chains that make no sense from somewhere on. */
import type { Isakmp, IsakmpPayload } from '@dmvpn/protocols'
import fc from 'fast-check'
import { bitsOf, commonly, exactly, facts, long, mostly, noOctets, octet, octets } from '../values.ts'

/** Payloads whose contents are named by their own header, and that are therefore the last. */
const encrypted: ReadonlySet<number> = new Set([46, 53])

interface Draft extends Isakmp {
  /** How the chain ends: as it should; cut off behind a payload that names another; in octets that are no payload. */
  readonly ending: 'closed' | 'open' | 'bogus'
}

const payload = facts<IsakmpPayload>({
  type: commonly([33, 34, 40, 41, 43, 46, 53, 1, 4, 5, 8, 10, 11, 13], octet).filter(type => type !== 0),
  reserved: mostly(0, octet),
  body: octets(40),
})

export function anyIsakmp(): fc.Arbitrary<Isakmp> {
  return facts<Draft>({
    initiatorSpi: exactly(8),
    responderSpi: exactly(8),
    majorVersion: commonly([2, 1], bitsOf(4)),
    minorVersion: mostly(0, bitsOf(4)),
    exchangeType: commonly([34, 35, 36, 37, 2, 4, 5, 32], octet),
    flags: commonly([0x08, 0x20, 0, 1], octet),
    messageId: long,
    payloads: fc.array(payload, { maxLength: 4 }),
    lastNext: octet,
    rest: mostly<Uint8Array>(noOctets, octets(20)),
    ending: fc.constantFrom('closed', 'closed', 'open', 'bogus'),
  }).map(agreeing)
}

function agreeing({ ending, ...draft }: Draft): Isakmp {
  // In version 1 a flag says that everything behind the header is ciphertext.
  if (draft.majorVersion === 1 && (draft.flags & 1) !== 0) return { ...draft, payloads: [] }
  const closing = draft.majorVersion === 2 ? draft.payloads.findIndex(({ type }) => encrypted.has(type)) : -1
  if (closing >= 0) return { ...draft, payloads: draft.payloads.slice(0, closing + 1) }
  if (ending === 'closed') return { ...draft, lastNext: 0 }
  const lastNext = Math.max(1, draft.lastNext)
  if (ending === 'open') return { ...draft, lastNext, rest: noOctets }
  // A payload's length counts its own four octets: fewer are none.
  const rest = draft.rest.slice()
  rest.fill(0, 2, Math.min(4, rest.length))
  return { ...draft, lastNext, rest }
}
