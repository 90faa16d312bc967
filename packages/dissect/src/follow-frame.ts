/**
 * Frames that somebody else shows, for a session that shows others: what spans frames goes on as if they were shown
 * here, and no tree is made. Of frames whose shape is known no more is read than the session wants of them.
 */
import {
  type AnyProtocol,
  Frame,
  icmp,
  ipv4,
  ipv4Header,
  ipv6,
  nhrp,
  PacketCursor,
  type Stack,
  udp,
} from '@dmvpn/protocols'
import type { Titled, Witness } from '@dmvpn/wire'
import type { FrameRecord } from './frame-record.ts'
import type { Session } from './session/session.ts'
import type { Shape } from './shapes/shape.ts'
import { Shapes } from './shapes/shapes.ts'
import { quotingProtocols } from './watched-protocols.ts'

/** Where the frames of a shape have the one header that is followed, and the IPv4 header around it. */
interface Place {
  readonly protocol: AnyProtocol
  readonly at: number
  readonly around: number
}

/** What the frames of a shape are to a session. */
type Meaning =
  /** Nothing that is followed is in them. */
  | 'silent'
  /** They have to be walked. */
  | 'walked'
  /** They have one NHRP packet, of which a first pass has told all there is. */
  | 'foreseen'
  | Place

export class FrameFollower {
  private readonly stack: Stack
  private readonly shapes: Shapes
  /** By the number of the shape, of one session. */
  private meanings: (Meaning | undefined)[] = []
  private session: Session | undefined = undefined
  /** As the session finds it in the middle of a walk: the header's ends are all that it looks for. */
  private readonly c: PacketCursor
  private readonly ends = { source: 0, destination: 0, identification: 0 }

  constructor(stack: Stack) {
    this.stack = stack
    this.shapes = new Shapes(stack, [])
    const frame = new Frame(new Uint8Array(0), 0, 0)
    frame.layers.push({ protocol: ipv4, packet: this.ends, at: 0, body: 0, end: 0, source: 0 })
    this.c = new PacketCursor(stack, frame)
  }

  /** Shows a session its next record, of which it learns what it learns where the record is dissected. */
  follow(record: FrameRecord, session: Session): void {
    const { shapes } = this
    const shape = shapes.find(record)
    const meaning = shape === undefined ? 'walked' : this.meaningOf(shape, session)
    session.begin(record)
    if (meaning === 'walked') {
      const frame = walkBlindly(this.stack, record, session)
      if (shape === undefined) shapes.learn(record, frame)
    } else if (meaning === 'foreseen') session.passForeseen()
    else if (meaning !== 'silent') this.tell(meaning, record, session)
  }

  private tell({ protocol, at, around }: Place, { buffer, view, start, end }: FrameRecord, session: Session): void {
    const { c, ends } = this
    const { source, destination } = ipv4Header.lens
    ends.source = source.read(view, start + around)
    ends.destination = destination.read(view, start + around)
    c.reset(buffer, view, start + at, end)
    session.amid(c, protocol, start + at)
  }

  private meaningOf(shape: Shape, session: Session): Meaning {
    if (session !== this.session) this.meanings = []
    this.session = session
    return (this.meanings[shape.id] ??= meaningOf(shape, session))
  }
}

function meaningOf({ protocols, at }: Shape, session: Session): Meaning {
  const followed = protocols.filter(protocol => session.follows(protocol))
  const [protocol] = followed
  if (protocol === undefined) return 'silent'
  if (followed.length > 1) return 'walked'
  if (protocol === nhrp) return session.foresees ? 'foreseen' : 'walked'
  const index = protocols.indexOf(protocol)
  const around = protocols.slice(0, index).lastIndexOf(ipv4)
  const isPlain = (protocol === udp || protocol === icmp) && around >= 0 && !protocols.includes(ipv6)
  return isPlain ? { protocol, at: at[index]!, around: at[around]! } : 'walked'
}

/** Walks a record that the session has begun. */
export function walkBlindly(stack: Stack, record: FrameRecord, session: Session): Frame {
  const { buffer, view, start, end, linkType, fcsLength, originalLength } = record
  const missing = Math.max(0, originalLength - (end - start))
  return stack.decodeIn(buffer, view, start, end, linkType, { witness, session, fcsLength, missing, time: record })
}

const nothing = (): void => {}

/** Sees nothing. But it is there: a quoted packet, which belongs to a stream as well, is not walked where nobody watches. */
const witness: Witness = {
  watches: (protocol: Titled): boolean => quotingProtocols.has(protocol),
  wants: () => false,
  beginLayer: nothing,
  endLayer: nothing,
  reopenLayer: nothing,
  beginSource: nothing,
  rows: nothing,
  value: nothing,
  below: nothing,
  open: nothing,
  openField: nothing,
  close: nothing,
  note: nothing,
  beginQuote: nothing,
  endQuote: nothing,
  stopped: nothing,
}
