/** N32, N33, N36: replies and the requests they answer, RFC 2332 §5.2 and §5.3.2. */
import type { Ip } from '../observation.ts'
import { predecessorOf } from './episode.ts'
import { horizon } from './pairs.ts'
import { addressText, type Cie, entriesOf, ipIn, isRelayed, nameOf, sameAddress } from './parts.ts'
import type { Message, Rule } from './rule.ts'
import { authorOf, difference } from './shapes.ts'

const matched: Rule = {
  id: 'N32',
  statement: 'Every reply answers an earlier request of its id and source addresses.',
  source: 'RFC 2332 §5.2',
  severity: 'error',
  profiles: [],
  check: bench => ({
    episode(episode) {
      for (const reply of episode.replies) {
        const { seen } = reply
        const { packet, frame, time, source } = seen
        const request = reply.sighting.responseTo
        if (predecessorOf(reply, episode) !== undefined) continue
        const name = nameOf(packet)
        const station = authorOf(seen)
        if (request !== undefined) {
          bench.pass(() => ({
            frames: [frame, request.frame],
            station,
            because: `${name} answers frame ${request.frame}`,
          }))
          continue
        }
        const matter = { frames: [frame], station, because: `${name} answers no request that was seen` }
        const requester = ipIn(packet.sourceNbma)
        const early =
          time < horizon &&
          (requester === undefined || !('requestId' in packet) || bench.network.mayPrecede(requester, packet.requestId))
        if (early) bench.cannotJudge(matter, 'began-before-capture')
        else bench.fail({ ...matter, needs: seen.device ? [] : [source] })
      }
    },
  }),
}

/** Requests remembered for replies whose source was changed. */
const mostOpen = 1024
/** Of one type and number, on different ways. */
const mostAlike = 64

/** Requests by type, number and way. */
class OpenRequests {
  private readonly byNumber = new Map<number, Message[]>()

  get(type: number, requestId: number, from: Ip | undefined, to: Ip | undefined): Message | undefined {
    const alike = this.byNumber.get(requestId * 8 + type)
    return alike?.find(({ source, destination }) => source === from && destination === to)
  }

  set(type: number, requestId: number, from: Ip | undefined, to: Ip | undefined, seen: Message): void {
    const { byNumber } = this
    const key = requestId * 8 + type
    let alike = byNumber.get(key)
    if (alike === undefined) {
      if (byNumber.size >= mostOpen) byNumber.delete(byNumber.keys().next().value!)
      alike = []
    } else byNumber.delete(key)
    byNumber.set(key, alike)
    const same = alike.findIndex(({ source, destination }) => source === from && destination === to)
    if (same >= 0) alike[same] = seen
    else if (alike.length < mostAlike) alike.push(seen)
    else alike[seen.frame % mostAlike] = seen
  }
}

const sourcePreserved: Rule = {
  id: 'N33',
  statement: 'A reply has the Source NBMA and Source Protocol addresses of its request, octet for octet.',
  source: 'RFC 2332 §5.2',
  severity: 'error',
  profiles: [],
  check: bench => {
    const open = new OpenRequests()
    return {
      message(seen) {
        const { packet } = seen
        if (!('requestId' in packet) || packet.type > 6) return
        if (packet.type % 2 === 1) {
          if (seen.destination === undefined) return
          open.set(packet.type, packet.requestId, seen.source, seen.destination, seen)
          return
        }
        const request = open.get(packet.type - 1, packet.requestId, seen.destination, seen.source)
        if (request === undefined || seen.time - request.time > horizon) return
        const { sourceNbma, sourceProtocol } = request.packet
        const differences = [
          ...(sameAddress(sourceNbma, packet.sourceNbma)
            ? []
            : [
                difference(
                  seen,
                  'nhrp.src.nbma.addr',
                  addressText(packet.sourceNbma),
                  addressText(sourceNbma),
                  [28, 4],
                ),
              ]),
          ...(sameAddress(sourceProtocol, packet.sourceProtocol)
            ? []
            : [
                difference(seen, 'nhrp.src.prot.addr', addressText(packet.sourceProtocol), addressText(sourceProtocol)),
              ]),
        ]
        const matter = { frames: [seen.frame, request.frame], station: authorOf(seen) }
        if (differences.length === 0)
          bench.pass(() => ({ ...matter, because: `${nameOf(packet)} keeps the source addresses` }))
        // A relayed request of another station may go the same way under the same number.
        else if (
          seen.sighting?.responseTo === undefined &&
          sameAddress(packet.destinationProtocol, request.packet.destinationProtocol)
        ) {
          bench.fail({
            ...matter,
            because: `${nameOf(packet)} has other source addresses than its request`,
            differences,
          })
        }
      },
    }
  },
}

const forwardRecordEchoed: Rule = {
  id: 'N36',
  statement: 'A reply has the forward record of the request as it reached the responder.',
  source: 'RFC 2332 §5.3.2',
  severity: 'error',
  profiles: [],
  check: bench => ({
    episode(episode) {
      for (const reply of episode.replies) {
        const { packet, source, frame, time } = reply.seen
        const record = entriesOf(packet, 'forward-transit')
        if (isRelayed(packet) || record === undefined) continue
        const copy = episode.requests.filter(({ seen }) => seen.destination === source && seen.time <= time).at(-1)
        const asked = copy && entriesOf(copy.seen.packet, 'forward-transit')
        if (copy === undefined || asked === undefined || source === undefined) continue
        const matter = { frames: [frame, copy.seen.frame], station: source }
        const text = (entries: readonly Cie[]): string =>
          entries.map(({ nbma, protocol }) => `${addressText(nbma)} ${addressText(protocol)}`).join(', ')
        if (text(record) === text(asked))
          bench.pass(() => ({ ...matter, because: `${nameOf(packet)} has the forward record it was asked with` }))
        else {
          const differences = [
            difference(reply.seen, 'nhrp.ext.forward_transit', text(record) || 'empty', text(asked) || 'empty'),
          ]
          bench.fail({
            ...matter,
            because: `${nameOf(packet)} has another forward record than its request`,
            differences,
          })
        }
      }
    },
  }),
}

export const pairingRules: readonly Rule[] = [matched, sourcePreserved, forwardRecordEchoed]
