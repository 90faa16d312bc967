/** What a session says of an echo: the frame of its request or reply, and the time between them in milliseconds. */
import { expert, type Field, generated } from '@dmvpn/wire'

export interface EchoFields {
  readonly responseIn: Field
  readonly responseTo: Field
  readonly time: Field
  readonly noResponse: Field
  readonly notFound: Field
  /** What the note says. */
  readonly unanswered: string
}

const milliseconds = { text: (time: number) => `${time.toFixed(3)} ms` } as const

export const icmpEcho: EchoFields = {
  responseIn: generated('icmp.resp_in', 'Response frame', 'frame-number'),
  responseTo: generated('icmp.resp_to', 'Request frame', 'frame-number'),
  time: generated('icmp.resptime', 'Response time', 'double', milliseconds),
  noResponse: generated('icmp.no_resp', 'No response seen', 'none'),
  notFound: expert('icmp.resp_not_found', 'Response not found', 'warning'),
  unanswered: 'No response seen to ICMP request',
}

export const icmpv6Echo: EchoFields = {
  responseIn: generated('icmpv6.resp_in', 'Response In', 'frame-number'),
  responseTo: generated('icmpv6.resp_to', 'Response To', 'frame-number'),
  time: generated('icmpv6.resptime', 'Response Time', 'double', milliseconds),
  noResponse: generated('icmpv6.no_resp', 'No response seen', 'none'),
  notFound: expert('icmpv6.resp_not_found', 'Response not found', 'warning'),
  unanswered: 'No response seen to ICMPv6 request',
}

/** For the catalogues of both. */
export function echoFieldList({ responseIn, responseTo, time, noResponse, notFound }: EchoFields): readonly Field[] {
  return [responseIn, responseTo, time, noResponse, notFound]
}
