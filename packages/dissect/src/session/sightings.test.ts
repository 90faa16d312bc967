import { expect, it } from 'vitest'
import { type Exchange, keyOf, markOf, resolutionKind, type Sighting } from './exchange.ts'
import { duplicateIn, predecessorIn, successorIn } from './sightings.ts'

let seed = 5

function chance(below: number): number {
  seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x3c6ef372
  return (seed >>> 8) % below
}

/** A packet as some station sent it within some seconds; hop counts reach both ends of their range. */
function sighting(ordinal: number): Sighting {
  return {
    ordinal,
    frame: ordinal + 1,
    time: 20e6 * chance(40),
    type: 1 + chance(2),
    hopCount: (254 + chance(4)) & 255,
    print: chance(2),
    source: chance(2),
    destination: chance(2),
    identification: chance(3) - 1,
    interface: chance(2),
    quote: 0,
    code: 0,
    wantsReply: true,
    duplicateOf: undefined,
    retransmissionOf: undefined,
    responseIn: undefined,
    responseTo: undefined,
    forwardedFrom: undefined,
    forwardedAs: undefined,
    indicationIn: undefined,
    resolutionIn: undefined,
    errorTo: undefined,
    errorIn: undefined,
  }
}

function exchangeWith(sightings: Sighting[]): Exchange {
  const keys = sightings.map(({ type, hopCount }) => keyOf(type, hopCount))
  const times = sightings.map(({ time }) => time)
  return {
    kind: resolutionKind,
    requestId: 1,
    sourceNbma: undefined,
    sourceProtocol: undefined,
    destinationProtocol: undefined,
    sightings,
    keys,
    times,
    firstOpen: 0,
    hasOpenReply: false,
    latest: Math.max(...times),
    marks: keys.reduce((marks, key) => marks | markOf(key), 0),
  }
}

it('finds by marks and by the latest time what it finds by looking at every packet', () => {
  let found = 0
  for (let round = 0; round < 2000; round++) {
    const exchange = exchangeWith(Array.from({ length: 1 + chance(5) }, (_, i) => sighting(i)))
    const whole: Exchange = { ...exchange, latest: Number.POSITIVE_INFINITY, marks: -1 }
    const packet = sighting(9)
    for (const relation of [duplicateIn, predecessorIn, successorIn]) {
      const other = relation(exchange, packet)
      expect(other).toBe(relation(whole, packet))
      if (other !== undefined) found++
    }
  }
  expect(found).toBeGreaterThan(150)
})
