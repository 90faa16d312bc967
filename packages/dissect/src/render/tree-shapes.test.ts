import { dmvpn, encodeLayers, ethernet, ipv4, layer, udp } from '@dmvpn/protocols'
import { ipv4Of } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { dissect } from '../dissect.ts'
import { framePseudoLayer } from '../frame-layer.ts'
import { recordOf } from '../frame-record.ts'
import { TreeWitness } from '../tree-witness.ts'
import { TreeShapes } from './tree-shapes.ts'

/** Shapes numbered as they come. */
const numbered = (): TreeShapes<number> => {
  let made = 0
  return new TreeShapes(() => ++made)
}

const empty = new Uint8Array(64)
const view = new DataView(empty.buffer)

/** A tree that is a layer with these titles in it. */
function titled(witness: TreeWitness, titles: readonly string[]): TreeWitness {
  witness.reset(empty, view, 0, empty.length)
  witness.beginPseudoLayer(framePseudoLayer, undefined, 0, empty.length)
  for (const title of titles) {
    witness.open(title, 0)
    witness.close(1)
  }
  witness.close(empty.length)
  return witness
}

describe('shapes', () => {
  const frame = (source: string, port: number): Uint8Array =>
    encodeLayers([
      layer(ethernet, { destination: 0x020000000001, source: 0x020000000003 }),
      layer(ipv4, { source: ipv4Of(source), destination: ipv4Of('150.1.1.1') }),
      layer(udp, { sourcePort: port, destinationPort: port }),
    ])

  it('are the same where only values differ', () => {
    const shapes = numbered()
    const of = (bytes: Uint8Array): number => shapes.of(dissect(dmvpn, recordOf(bytes, 1)).witness)
    expect(of(frame('150.1.3.3', 5000))).toBe(1)
    expect(of(frame('10.0.0.7', 6000))).toBe(1)
    expect(of(frame('10.0.0.7', 6000).subarray(0, 40))).toBe(2)
    expect(of(frame('150.1.3.3', 5000).subarray(0, 40))).toBe(2)
    expect(of(frame('150.1.3.3', 5000))).toBe(1)
  })

  it('tell apart who has twins', () => {
    const shapes = numbered()
    const of = (...titles: readonly string[]): number => shapes.of(titled(new TreeWitness(), titles))
    expect(of('Entry 1', 'Entry 2', 'Entry 3')).toBe(1)
    expect(of('Entry 7', 'Entry 8', 'Entry 9')).toBe(1)
    expect(of('Entry 1', 'Entry 1', 'Entry 3')).toBe(2)
    expect(of('Entry 1', 'Entry 2', 'Entry 1')).toBe(3)
    expect(of('Entry 1', 'Entry 2', 'Entry 2')).toBe(4)
    expect(of('Entry 5', 'Entry 6', 'Entry 6')).toBe(4)
    expect(of('entry', 'Entry 6', 'Entry 6')).toBe(5)
  })

  it.each([3, 31, 32, 33, 90])('tell apart who has twins among many, at %i', place => {
    const shapes = numbered()
    const titles = (from: number): string[] => Array.from({ length: 100 }, (_, index) => `Entry ${from + index}`)
    const of = (all: readonly string[]): number => shapes.of(titled(new TreeWitness(), all))
    expect(of(titles(0))).toBe(1)
    expect(of(titles(1000))).toBe(1)
    const twins = (from: number): string[] => titles(from).with(95, `Entry ${from + place}`)
    expect(of(twins(0))).toBe(2)
    expect(of(twins(500))).toBe(2)
    expect(of(titles(7).with(95, `Entry ${7 + place + 1}`))).toBe(3)
  })

  it('of very many titles are found without comparing each with each', () => {
    const titles = Array.from({ length: 100_000 }, (_, index) => `Entry ${index}`)
    const shapes = numbered()
    expect(shapes.of(titled(new TreeWitness(), titles))).toBe(1)
  })

  it('are forgotten when there are too many', () => {
    const shapes = numbered()
    const witness = new TreeWitness()
    const of = (title: string): number => shapes.of(titled(witness, [title]))
    expect(of('t0')).toBe(1)
    for (let i = 0; i < 500; i++) of(`t${i}`)
    expect(of('t0')).toBe(1)
    for (let i = 0; i < 600; i++) of(`t${i}`)
    expect(of('t0')).toBeGreaterThan(600)
  })

  it('are forgotten when they are too large together', () => {
    const shapes = numbered()
    const witness = new TreeWitness()
    const titles = Array.from({ length: 50_000 }, (_, index) => `Entry ${index}`)
    const of = (first: string): number => shapes.of(titled(witness, [first, ...titles]))
    expect([of('a'), of('a'), of('b'), of('c'), of('a')]).toEqual([1, 1, 2, 3, 4])
  })
})
