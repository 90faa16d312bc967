export { type Ip, type Spelled } from './addresses.ts'
export { type Assignment, assignmentOf, fieldOf } from './assignment.ts'
export { type Composed, compose, recordAt, type SynthFrame, type SynthRecord } from './compose.ts'
export { type Decapsulated, decapsulated } from './decapsulate.ts'
export { type EncapsulationOptions, encapsulated, type Link, messageFrame } from './encapsulate.ts'
export { type HexPacket, packetsOfHex, writeHexDump } from './hex-dump.ts'
export { lie } from './lie.ts'
export {
  type OptionDescription,
  optionsFor,
  type PacketKind,
  type PacketOptions,
  packetKinds,
  packetOptions,
  writtenName,
} from './options.ts'
export { counted, packetFrame } from './packet.ts'
export { type PlainOptions, type PlainPacket, plainPacket } from './plain-packet.ts'
export { tunnelledData } from './recipes/data.ts'
export { type ErrorOptions, errorIndication } from './recipes/error.ts'
export { forwarded } from './recipes/forward.ts'
export { keepalive, keepaliveReply } from './recipes/keepalive.ts'
export { type PurgeAnswer, type PurgeOptions, purgeReply, purgeRequest } from './recipes/purge.ts'
export { type RedirectOptions, trafficIndication } from './recipes/redirect.ts'
export {
  type RegistrationAnswer,
  type RegistrationOptions,
  registrationReply,
  registrationRequest,
} from './recipes/registration.ts'
export {
  type ResolutionAnswer,
  type ResolutionOptions,
  resolutionReply,
  resolutionRequest,
} from './recipes/resolution.ts'
export {
  type FieldValues,
  type Occasion,
  occasionRecords,
  type Script,
  ScriptError,
  type ScriptPacket,
  scriptRecords,
} from './script.ts'
export { sealed } from './sealed.ts'
export { setField } from './set-field.ts'
export { spanOf, spanPattern, timeOf } from './span.ts'
export { type Manner, type Station, usualProfile } from './station.ts'
