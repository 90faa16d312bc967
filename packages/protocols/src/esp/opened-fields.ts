/** What is shown in an ESP or AH layer by whoever has the keys, and by whoever watches its sequence numbers. */
import { expert, type Field, field, generated } from '@dmvpn/wire'
import { ipProtocolNames } from '../ip/numbers.ts'

export const espIv: Field = field('esp.iv', 'ESP IV', 'bytes')
export const espEncryptedData: Field = field('esp.encrypted_data', 'ESP Encrypted Data', 'bytes')
export const espDecryptedData: Field = field('esp.decrypted_data', 'ESP Decrypted Data', 'bytes')
export const espContainedData: Field = field('esp.contained_data', 'ESP Contained Data', 'bytes')
export const espPad: Field = field('esp.pad', 'Pad', 'bytes')
export const espPadLength: Field = field('esp.pad_len', 'ESP Pad Length', 'uint8')
export const espNextHeader: Field = field('esp.protocol', 'ESP Next Header', 'uint8', {
  base: 'hex',
  names: ipProtocolNames,
})
export const espIcv: Field = field('esp.icv', 'ESP ICV', 'bytes')
export const espIcvGood: Field = generated('esp.icv_good', 'Good', 'boolean')
export const espIcvBad: Field = generated('esp.icv_bad', 'Bad', 'boolean')

export const espExpectedSequence: Field = generated('esp.sequence-analysis.expected-sn', 'Expected SN', 'uint32')
export const espPreviousFrame: Field = generated(
  'esp.sequence-analysis.previous-frame',
  'Previous Frame',
  'frame-number',
)
export const espWrongSequence: Field = expert(
  'esp.sequence-analysis.wrong-sequence-number',
  'Wrong Sequence Number',
  'warning',
)

/** What became of the packet: one of a closed list. */
export const espVerdict: Field = generated('esp.verdict', 'Verdict', 'string')
/** Why it could not be opened. */
export const espVerdictReason: Field = generated('esp.verdict.reason', 'Reason', 'string')
/** The upper half of an extended sequence number, which is not sent. */
export const espSequenceHigh: Field = generated('esp.sequence_high', 'ESP Sequence, upper half', 'uint32')
/** What an anti-replay window of RFC 4303 §3.4.3 makes of the packet, where it is not simply new. */
export const espReplay: Field = generated('esp.replay', 'Anti-replay window', 'string')
/** How sure it is that the packet is not encrypted, where no association says so: 0 to 1. */
export const espNullConfidence: Field = generated(
  'esp.null_confidence',
  'Confidence that nothing is encrypted',
  'string',
)

export const ahVerdict: Field = generated('ah.verdict', 'Verdict', 'string')
export const ahVerdictReason: Field = generated('ah.verdict.reason', 'Reason', 'string')
export const ahSequenceHigh: Field = generated('ah.sequence_high', 'AH Sequence, upper half', 'uint32')
export const ahReplay: Field = generated('ah.replay', 'Anti-replay window', 'string')

/** For the catalogue of ESP. */
export const espOpenedFields: readonly Field[] = [
  espIv,
  espEncryptedData,
  espDecryptedData,
  espContainedData,
  espPad,
  espPadLength,
  espNextHeader,
  espIcv,
  espIcvGood,
  espIcvBad,
  espExpectedSequence,
  espPreviousFrame,
  espWrongSequence,
  espVerdict,
  espVerdictReason,
  espSequenceHigh,
  espReplay,
  espNullConfidence,
]

/** For the catalogue of AH. */
export const ahVerifiedFields: readonly Field[] = [ahVerdict, ahVerdictReason, ahSequenceHigh, ahReplay]
