export {
  type AddressPattern,
  anyAddress,
  anyOf,
  exactly,
  fits,
  formatAddressPattern,
  parseAddressPattern,
} from './address-pattern.ts'
export {
  type AssociationFacts,
  type Encapsulation,
  type Encryption,
  type Integrity,
  type SecurityAssociation,
  type SpiPattern,
  securityAssociation,
  transformName,
  usualReplayWindow,
  wholeSpi,
  wrongLengths,
} from './association.ts'
export {
  type AssociationCounts,
  AssociationRecord,
  type AssociationReport,
  type Replay,
  replayText,
  reportOf,
} from './association-record.ts'
export { AssociationTable } from './association-table.ts'
export { type Authenticated, icvOf, type Verified, verifyAuthenticationHeader } from './authentication-header.ts'
export { type Datagram, datagramAt } from './datagram.ts'
export { guessNull, type NullGuess, nullConfidence } from './esp-null.ts'
export { type Finding, IpsecSession, type IpsecSessionOptions } from './ipsec-session.ts'
export { readXfrmKeys, writeXfrmKeys } from './keys/ip-xfrm.ts'
export type { KeyFile, KeyFormat, KeyProblem, LeftOut, WrittenKeys } from './keys/key-file.ts'
export { readKeyList, writeKeyList } from './keys/list.ts'
export { keyFormats, readKeys, recogniseKeys, writeKeys } from './keys/recognise.ts'
export { readStrongswanKeys, writeStrongswanKeys } from './keys/strongswan.ts'
export { readWiresharkKeys, type WiresharkKeyOptions, writeWiresharkKeys } from './keys/wireshark-esp-sa.ts'
export { immutableHeader } from './mutable-fields.ts'
export { cutShort, type Opened, type OpenOptions, open, type Refusal, withoutAssociation } from './open.ts'
export { convincing, evidence } from './plausible.ts'
export { type OuterHeader, type ProtectOptions, protect } from './protect.ts'
export { type Arrival, ReplayWindow } from './replay-window.ts'
export { type SealOptions, sealEsp, type VectorSource } from './seal.ts'
export { Sealer, type SealerOptions } from './sealer.ts'
export { SequenceAnalysis, type WrongSequence } from './sequence-analysis.ts'
export { SequenceSearch } from './sequence-search.ts'
export { confidenceText } from './show-esp.ts'
export { transformOf } from './transform-of.ts'
export {
  type EncryptionAlgorithm,
  type EncryptionName,
  encryptionAlgorithms,
  type IntegrityAlgorithm,
  type IntegrityName,
  integrityAlgorithms,
  materialLengths,
  whyNot,
} from './transforms/algorithms.ts'
export type { Deciphered, IcvStatus, Transform } from './transforms/transform.ts'
export { authenticationVerdictText, type Verdict, verdicts, verdictText } from './verdict.ts'
