/** What a session says of an NHRP packet: which others in the capture belong to it. Wireshark has none of these. */
import { type Field, generated } from '@dmvpn/wire'

/** On a request: the frame with the reply that came back on the same way. */
export const nhrpResponseIn: Field = generated('nhrp.response_in', 'Response in frame', 'frame-number')
/** On a reply: the frame with the request, its first copy where it was sent again. */
export const nhrpResponseTo: Field = generated('nhrp.response_to', 'Response to the request in frame', 'frame-number')
/** On a reply or an Error Indication: since that frame. */
export const nhrpTime: Field = generated('nhrp.time', 'Time since the request', 'relative-time', { unit: ' seconds' })
/** On a request sent again: the frame in which it was sent first. */
export const nhrpRetransmission: Field = generated(
  'nhrp.retransmission',
  'Retransmission of the request in frame',
  'frame-number',
)
/** On a request that wants a reply, where the capture has none. */
export const nhrpUnanswered: Field = generated('nhrp.unanswered', 'No response in this capture', 'boolean')
/** On a packet that somebody passed on: the frame in which it came to that station. */
export const nhrpForwardedFrom: Field = generated('nhrp.forwarded_from', 'Forwarded from frame', 'frame-number')
/** On a packet that was passed on: the frame in which it left that station. */
export const nhrpForwardedAs: Field = generated('nhrp.forwarded_as', 'Forwarded as frame', 'frame-number')
/** On a Resolution Request: the Traffic Indication that led to it. */
export const nhrpIndicationIn: Field = generated(
  'nhrp.indication_in',
  'Led to by the indication in frame',
  'frame-number',
)
/** On a Traffic Indication: the Resolution Request it led to. */
export const nhrpResolutionIn: Field = generated('nhrp.resolution_in', 'Led to the resolution in frame', 'frame-number')
/** On an Error Indication: the frame with the packet it quotes. */
export const nhrpErrorTo: Field = generated('nhrp.error_to', 'Quotes the packet in frame', 'frame-number')
/** On any packet: the Error Indication that quotes it. */
export const nhrpErrorIn: Field = generated('nhrp.error_in', 'Quoted by the error in frame', 'frame-number')
/** On a packet that was captured before, on another interface: the frame in which it was seen first. */
export const nhrpDuplicateOf: Field = generated('nhrp.duplicate_of', 'Same packet as in frame', 'frame-number')

/** For the catalogue of NHRP. */
export const nhrpTransactionFields: readonly Field[] = [
  nhrpResponseIn,
  nhrpResponseTo,
  nhrpTime,
  nhrpRetransmission,
  nhrpUnanswered,
  nhrpForwardedFrom,
  nhrpForwardedAs,
  nhrpIndicationIn,
  nhrpResolutionIn,
  nhrpErrorTo,
  nhrpErrorIn,
  nhrpDuplicateOf,
]
