import { dmvpn, ethernet, gre } from '@dmvpn/protocols'
import { describe, expect, it } from 'vitest'
import { dissect } from './dissect.ts'
import { recordOf } from './frame-record.ts'
import { leafRanges } from './leaf-ranges.ts'
import { sampleRecords, tunnelledBytes } from './sample-frames.test.data.ts'
import type { TreeNode } from './tree.ts'
import { TreeWitness } from './tree-witness.ts'

const ethernetLink = 1
const tunnelled = recordOf(tunnelledBytes, ethernetLink)

function find(nodes: readonly TreeNode[], name: string): TreeNode {
  const found = all(nodes).find(node => node.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

function all(nodes: readonly TreeNode[]): readonly TreeNode[] {
  return nodes.flatMap(node => [node, ...all(node.children)])
}

describe('a dissection', () => {
  const dissection = dissect(dmvpn, tunnelled)

  it('has the layers at its top, the frame first', () => {
    expect(dissection.tree.map(node => node.name)).toEqual(['frame', 'eth', 'ip', 'gre', 'ip', 'data'].slice(0, 5))
  })

  it('knows where a field lies, and which of its bits', () => {
    const proto = find(dissection.tree, 'gre.proto')
    expect([proto.at, proto.length, proto.value, proto.bit]).toEqual([36, 2, 0x0800, undefined])
    const key = find(dissection.tree, 'gre.flags.key')
    expect([key.at, key.length, key.value, key.bit]).toEqual([34, 1, true, { first: 2, width: 1 }])
    const offset = find(dissection.tree, 'ip.frag_offset')
    expect([offset.at, offset.length, offset.bit]).toEqual([20, 2, { first: 3, width: 13 }])
  })

  it('titles nodes as tshark does', () => {
    expect(find(dissection.tree, 'frame').title).toBe(
      'Frame 1: 62 bytes on wire (496 bits), 62 bytes captured (496 bits)',
    )
    expect(find(dissection.tree, 'ip.hdr_len').title).toBe('.... 0101 = Header Length: 20 bytes (5)')
    expect(find(dissection.tree, 'ip.frag_offset').title).toBe('...0 0000 0000 0000 = Fragment Offset: 0')
    expect(find(dissection.tree, 'ip.id').title).toBe('Identification: 0xe4c6 (58566)')
    expect(find(dissection.tree, 'gre.flags.key').title).toBe('..1. .... .... .... = Key Bit: Yes')
    expect(find(dissection.tree, 'gre.key').title).toBe('Key: 0x0000007b')
    expect(find(dissection.tree, 'frame.protocols').title).toBe('[Protocols in frame: eth:ethertype:ip:gre:ip]')
  })

  it('leads from a layer to its node', () => {
    const layer = dissection.frame.layers.find(each => each.protocol === gre)
    expect(layer && dissection.nodeOf(layer)?.at).toBe(34)
  })

  it('puts a status behind what it judges', () => {
    const ip = dissection.tree[2]!
    const names = ip.children.map(node => node.name)
    expect(names[names.indexOf('ip.checksum') + 1]).toBe('ip.checksum.status')
  })

  it('shows hidden further names as siblings', () => {
    const ip = dissection.tree[2]!
    const addresses = ip.children.filter(node => node.name === 'ip.addr')
    expect(addresses.map(node => node.hidden)).toEqual([true, true])
  })
})

describe('a dissection that stops', () => {
  it('ends with the malformed node, and says where and why', () => {
    const { tree } = dissect(dmvpn, recordOf(tunnelledBytes.subarray(0, 37), ethernetLink))
    expect(tree.at(-1)!.title).toBe('[Malformed Packet: GRE]')
    expect(all(tree).map(node => node.name)).toContain('gre.flags_and_version')
    expect(all(tree).map(node => node.name)).not.toContain('gre.proto')
  })

  it('tells a cut capture from a malformed packet', () => {
    const cut = recordOf(tunnelledBytes.subarray(0, 37), ethernetLink, { originalLength: 62 })
    expect(dissect(dmvpn, cut).tree.at(-1)!.title).toBe('[Packet size limited during capture: GRE truncated]')
  })

  it('has the tree of every prefix begin as the whole tree does', () => {
    const whole = all(dissect(dmvpn, tunnelled).tree.slice(1)).filter(node => !node.generated)
    for (let length = 0; length < tunnelledBytes.length; length++) {
      const { tree } = dissect(dmvpn, recordOf(tunnelledBytes.subarray(0, length), ethernetLink))
      const part = all(tree.slice(1, -1)).filter(node => !node.generated && node.kind === 'row')
      const rows = whole.filter(node => node.kind === 'row').slice(0, part.length)
      expect(part.map(node => node.name)).toEqual(rows.map(node => node.name))
    }
  })
})

describe('leaf ranges', () => {
  it('cover the headers of a frame bit by bit, in order', () => {
    const { witness } = dissect(dmvpn, tunnelled)
    let bit = 0
    for (const { from, to } of leafRanges(witness)) {
      expect(from).toBe(bit)
      bit = to
    }
    expect(bit).toBe(8 * tunnelledBytes.length)
  })
})

describe('one witness for many frames', () => {
  it('gives each frame the tree it has with a witness of its own', () => {
    const witness = new TreeWitness()
    for (const record of sampleRecords('captures/01-reg-auth-frr10.hub-link.pcap')) {
      const shared = all(dissect(dmvpn, record, { witness }).tree).map(node => node.title)
      const own = all(dissect(dmvpn, record).tree).map(node => node.title)
      expect(shared).toEqual(own)
    }
  })

  it('changes nothing in what is decoded', () => {
    for (const record of sampleRecords('captures/01-reg-auth-frr10.hub-link.pcap')) {
      const { frame } = dissect(dmvpn, record)
      const bytes = record.buffer.subarray(record.start, record.end)
      expect(frame.find(ethernet)).toEqual(dmvpn.decode(bytes, record.linkType).find(ethernet))
      expect(frame.layers.length).toBe(dmvpn.decode(bytes, record.linkType).layers.length)
    }
  })
})
