/** What the information column says of group membership. */
import { formatIpv4, type Sink } from '@dmvpn/wire'

interface Message {
  readonly type: number
  /** Everything behind the checksum. */
  readonly body: Uint8Array
}

/** `version` is undefined where the type is no version's. */
export function igmpInfo(s: Sink, packet: Message, version: number | undefined, name: string | undefined): void {
  const { type, body } = packet
  if (version === undefined) {
    if (name === undefined) s.text('Unknown Type:0x').hex(type, 2)
    else s.text(name)
    return
  }
  s.text(name!)
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  if (type === 0x22) reportInfo(s, view)
  else if (version === 1 || body.length < 4) return
  else if (type !== 0x11) s.text(type === 0x16 ? ' group ' : ' ').ipv4(view.getUint32(0))
  else if (view.getUint32(0) === 0) s.text(', general')
  else {
    s.text(', specific for group ').ipv4(view.getUint32(0))
    const sources = version === 3 ? addresses(view, 8, view.getUint16(6)) : []
    if (sources.length > 0) s.text(`, sources {${sources.join(', ')}}`)
  }
}

function reportInfo(s: Sink, view: DataView): void {
  const count = view.byteLength < 4 ? 0 : view.getUint16(2)
  if (count === 0) s.text(' - General query')
  let at = 4
  for (let i = 0; i < count && at + 8 <= view.byteLength; i++) {
    const number = view.getUint16(at + 2)
    const sources = addresses(view, at + 8, number)
    s.text(` / ${recordInfo(view.getUint8(at), formatIpv4(view.getUint32(at + 4)), sources)}`)
    at += 8 + 4 * number + 4 * view.getUint8(at + 1)
  }
}

/** RFC 3376 §4.2.12: including nobody is leaving, excluding nobody is joining. */
function recordInfo(type: number, group: string, sources: readonly string[]): string {
  const list = `{${sources.join(', ')}}`
  switch (type) {
    case 1:
    case 3:
      return sources.length === 0 ? `Leave group ${group}` : `Join group ${group} for source${plural(sources)} ${list}`
    case 2:
    case 4:
      return sources.length === 0
        ? `Join group ${group} for any sources`
        : `Join group ${group}, not for source${plural(sources)} ${list}`
    case 5:
      return `Group ${group}, new source${plural(sources)} ${list}`
    case 6:
      return `Group ${group}, block source${plural(sources)} ${list}`
    default:
      return `Group ${group}, mode unknown (0x${type.toString(16).padStart(2, '0')})`
  }
}

function plural(list: readonly string[]): string {
  return list.length === 1 ? '' : 's'
}

function addresses(view: DataView, at: number, count: number): string[] {
  const list: string[] = []
  for (let i = 0; i < count && at + 4 * i + 4 <= view.byteLength; i++) list.push(formatIpv4(view.getUint32(at + 4 * i)))
  return list
}
