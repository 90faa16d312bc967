/** `-z io,phs`: how often each protocol stands in each other, and in how many octets. */
import {
  type AnyProtocol,
  arp,
  data,
  esp,
  type Frame,
  type Icmp,
  icmp,
  icmpv6,
  type Stack,
  udp,
} from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import type { Shape } from '../shapes/shape.ts'
import type { Outline } from './outline.ts'
import type { Statistic } from './statistic.ts'

/** A protocol below those around it. */
export interface HierarchyNode {
  readonly protocol: string
  frames: number
  bytes: number
  readonly children: HierarchyNode[]
}

const width = 40
const rule = '==================================================================='

export class ProtocolHierarchy implements Statistic {
  readonly name = 'hierarchy'
  readonly fields: readonly string[] = ['arp.duplicate-address-frame']
  readonly decodes: readonly string[] = ['arp']
  private readonly stack: Stack
  private readonly filter: string
  private readonly roots: HierarchyNode[] = []
  /** Frames of each shape since the last report: they have the same layers and the same length. */
  private readonly shapes: Shape[] = []
  private readonly ofShape: number[] = []
  private hidden = 0
  private bytes = 0
  private times = 1

  constructor(stack: Stack, filter = '') {
    this.stack = stack
    this.filter = filter
  }

  take(outline: Outline, record: FrameRecord, session: Session): void {
    const { shape } = outline
    if (shape !== undefined) {
      this.shapes[shape.id] = shape
      this.ofShape[shape.id] = (this.ofShape[shape.id] ?? 0) + 1
      return
    }
    if (outline.hidden) {
      this.hidden++
      return
    }
    this.bytes = record.originalLength
    this.times = 1
    let level = this.roots
    if (outline.comments) level = this.enter(level, 'pkt_comment')
    const { count, protocols, frame } = outline
    for (let i = 0; i < count; i++) {
      const protocol = protocols[i]!
      // What an echo carries, and ciphertext, is part of it.
      if (protocol === data && i > 0 && keepsData(protocols[i - 1]!)) continue
      level = this.enter(level, protocol.name)
      if (protocol === arp) for (let j = session.duplicates; j > 0; j--) level = this.enter(level, 'text')
      else if (protocol === icmp && frame !== undefined) level = this.quoted(level, frame, i)
    }
    if (outline.stopped !== undefined) this.enter(level, `_ws.${outline.stopped}`)
  }

  get remark(): string | undefined {
    if (this.hidden === 0) return undefined
    const frames = this.hidden === 1 ? '1 frame is' : `${this.hidden} frames are`
    return `${frames} not in the hierarchy, as tshark has it: an error quotes a packet in part`
  }

  /** The next capture numbers its shapes anew. */
  end(): void {
    // Only shapes met again are in the list: it has holes.
    this.shapes.forEach(({ protocols, length }, id) => {
      this.times = this.ofShape[id]!
      this.bytes = this.times * length
      let level = this.roots
      for (const [i, protocol] of protocols.entries()) {
        if (protocol !== data || i === 0 || !keepsData(protocols[i - 1]!)) level = this.enter(level, protocol.name)
      }
    })
    this.shapes.length = 0
    this.ofShape.length = 0
  }

  report(): readonly HierarchyNode[] {
    return this.roots
  }

  /** As tshark writes it. */
  write(s: Sink): void {
    s.text(`\n${rule}\nProtocol Hierarchy Statistics\nFilter: ${this.filter}\n\n`)
    for (const root of this.roots) writeNode(s, root, 0)
    s.text(`${rule}\n`)
  }

  private enter(level: HierarchyNode[], protocol: string): HierarchyNode[] {
    for (let i = 0; i < level.length; i++) {
      const known = level[i]!
      if (known.protocol !== protocol) continue
      known.frames += this.times
      known.bytes += this.bytes
      return known.children
    }
    const node: HierarchyNode = { protocol, frames: this.times, bytes: this.bytes, children: [] }
    level.push(node)
    return node.children
  }

  /** Wireshark shows what a quoted UDP datagram carries beside the layers, not within ICMP. */
  private quoted(level: HierarchyNode[], frame: Frame, index: number): HierarchyNode[] {
    const packet = frame.layers[index]?.packet as Icmp | undefined
    if (packet?.kind !== 'error') return level
    const ip = this.stack.next('ethertype', 0x0800)!
    const { quoted } = packet
    const view = new DataView(quoted.buffer, quoted.byteOffset, quoted.byteLength)
    const { layers } = this.stack.walk(quoted, view, 0, quoted.length, ip, {})
    const at = layers.findIndex(({ protocol }) => protocol === udp)
    let below = level
    if (at >= 0) for (const { protocol } of layers.slice(at + 1)) below = this.enter(below, protocol.name)
    return below
  }
}

function keepsData(protocol: AnyProtocol): boolean {
  return protocol === icmp || protocol === icmpv6 || protocol === esp
}

function writeNode(s: Sink, { protocol, frames, bytes, children }: HierarchyNode, depth: number): void {
  s.text(`${'  '.repeat(depth)}${protocol}`.padEnd(width)).text(` frames:${frames} bytes:${bytes}\n`)
  for (const child of children) writeNode(s, child, depth + 1)
}
