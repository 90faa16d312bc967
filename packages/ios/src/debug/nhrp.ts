/** `debug nhrp`: what a router decides about NHRP, one step after another. */
import type { CacheEntry, Step } from '@dmvpn/core'
import { debugLine } from '../debug-line.ts'
import { decisionLines as says } from '../debug-lines.ts'
import { shortInterfaceName } from '../interface-name.ts'

/** A station's first registration: it gets copies of multicast packets from now on. */
const multicastCreated = debugLine('NHRP: <tunnel:word>: Creating dynamic multicast mapping  NBMA: <nbma:ipv4>')

/** The lines of a step; none where the router says nothing of it. */
export function debugNhrp(step: Step): readonly string[] {
  switch (step.step) {
    case 'encapsulation wanted':
      return [
        says.encapsulationWanted.print({
          in: step.from ?? 'null',
          networkIn: step.fromNetwork,
          out: step.tunnel,
          networkOut: step.network,
        }),
      ]
    case 'delayed event looked up':
      return [says.delayedEvent.print(step), ...(step.found ? [] : [says.noNode.print({})])]
    case 'data sent to server':
      return [says.sentToServer.print(step)]
    case 'send attempted':
      return [says.attempt.print({ via: step.via === 'server' ? 'NHS' : 'DEST', address: step.address })]
    case 'encapsulation succeeded':
      return [says.encapsulated.print(step)]
    case 'encapsulation failed':
      return [says.notEncapsulated.print(step)]
    case 'octets out':
      return [says.octetsOut.print(step)]
    case 'message addressed':
      return [says.addressed.print({ networkIn: step.networkIn, toUs: step.toUs ? 1 : 0 })]
    case 'nat checked':
      return step.matched ? [says.natMatched.print({ nbma: step.claimed })] : []
    case 'multicast mapping':
      return [
        (step.known ? says.multicastKnown : multicastCreated).print({
          tunnel: shortInterfaceName(step.tunnel),
          nbma: step.nbma,
        }),
      ]
    case 'route looked up':
      return step.interface === undefined ? [] : [says.routeLookup.print({ interface: step.interface })]
    case 'networks compared':
      return [says.networks.print(step)]
    case 'cache looked up':
      return [says.cacheLookup.print({ entry: placeOf(step.entry) })]
    case 'egress':
      return [says.egress.print(step)]
    case 'route watched':
      return [says.watched.print(step)]
    case 'watched route changed':
      return [says.routeChanged.print(step)]
    case 'mappings invalidated':
      return [says.invalidated.print(step)]
    case 'resolution not delayed':
      return [says.notDelayed.print({ source: step.sourceNbma, destination: step.destinationNbma })]
    default:
      return []
  }
}

/** Where an entry would lie in a router's memory: each has a place of its own. */
function placeOf(entry: CacheEntry | undefined): string {
  if (entry === undefined) return '0x0'
  return `0x${(memory + entry.token * entrySize).toString(16).toUpperCase()}`
}

const memory = 0x85_00_00_00
const entrySize = 0xc0
