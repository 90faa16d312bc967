/** N53, N57, N72, N88: what a server holds of its clients, RFC 2332 §5.2.3 and §5.2.4. */
import type { Registration } from './network.ts'
import {
  addressText,
  entriesOf,
  ipIn,
  isExchange,
  isPositive,
  isRelayed,
  nameOf,
  sameAddress,
  second,
} from './parts.ts'
import type { Rule } from './rule.ts'
import { difference } from './shapes.ts'

/** `show` truncates, and so do holding times: seconds. */
export const rounding = 1

const unique: Rule = {
  id: 'N53',
  statement: 'An address registered as unique is refused to another NBMA address, with code 14, until it expires.',
  source: 'RFC 2332 §5.2.4',
  severity: 'error',
  profiles: ['frr', 'opennhrp'],
  check: bench => ({
    message(seen) {
      const { packet, frame, time, source } = seen
      if (packet.kind !== 'registration-reply' || !isExchange(packet) || isRelayed(packet) || source === undefined)
        return
      const protocol = ipIn(packet.entries[0]?.protocol ?? packet.sourceProtocol)
      const nbma = ipIn(packet.sourceNbma)
      if (protocol === undefined || nbma === undefined) return
      const held = bench.network.registrations.get(bench.network.stationOf(source), protocol)
      const code = packet.entries.find(each => each.code !== 0)?.code ?? 0
      const conflict =
        held !== undefined && held.unique && held.nbma !== nbma && held.expires > time + rounding * second
      const who = addressText(protocol)
      if (conflict) {
        const matter = { frames: [frame, held.frame], station: source }
        const left = ((held.expires - time) / second).toFixed(1)
        const ofBoth = bench.network.options.profile !== 'rfc2332' || (packet.flags & 0x8000) !== 0
        if (code !== 0)
          bench.pass(() => ({
            ...matter,
            because: `${who} is held by ${addressText(held.nbma)} for ${left} s more, and refused to ${addressText(nbma)}`,
          }))
        else if (!ofBoth)
          bench.pass(() => ({ ...matter, because: `the new registration of ${who} is not unique itself` }))
        else {
          const differences = [difference(seen, 'nhrp.code', 0, 14)]
          bench.fail({
            ...matter,
            because: `${who} is held by ${addressText(held.nbma)} as unique for ${left} s more, and given to ${addressText(nbma)}`,
            differences,
            habitOf: ['frr', 'opennhrp'],
          })
        }
      } else if (code === 14) {
        const because = `${who} is refused to ${addressText(nbma)}; who holds it was not seen`
        const matter = { frames: [frame], station: source, because }
        if (held === undefined) bench.cannotJudge(matter, 'began-before-capture')
        else
          bench.fail({
            ...matter,
            because: `${who} is refused to ${addressText(nbma)}, and nobody else holds it as unique`,
          })
      } else if (held !== undefined)
        bench.pass(() => ({
          frames: [frame, held.frame],
          station: source,
          because: `nobody else holds ${who} as unique`,
        }))
    },
  }),
}

const registersAgain: Rule = {
  id: 'N57',
  statement: 'A client registers again before its holding time is over.',
  source: 'RFC 2332 §5.2.3',
  severity: 'warning',
  profiles: [],
  check: bench => {
    // The next request alone: those after it wait for their own answer.
    const judged = new WeakSet<Registration>()
    return {
      message(seen) {
        const { packet, frame, time, destination } = seen
        if (packet.kind !== 'registration-request' || isRelayed(packet)) return
        const client = ipIn(packet.sourceNbma)
        const protocol = ipIn(packet.entries[0]?.protocol ?? packet.sourceProtocol)
        if (client === undefined || protocol === undefined || destination === undefined) return
        const held = bench.network.registrations.get(bench.network.stationOf(destination), protocol)
        if (held === undefined || held.nbma !== client || judged.has(held)) return
        judged.add(held)
        const gap = (time - held.accepted) / second
        const because = `${nameOf(packet)} comes ${gap.toFixed(1)} s after the registration accepted in frame ${held.frame}, whose holding time is ${held.holdingTime} s`
        const matter = { frames: [frame, held.frame], station: client, because }
        if (gap <= held.holdingTime + rounding) bench.pass(() => matter)
        else bench.fail({ ...matter, needs: [client] })
      },
    }
  },
}

const natTold: Rule = {
  id: 'N72',
  statement:
    'A client seen at another address than it claims is told so in the NAT extension of its Registration Reply.',
  source: 'captures; FRR',
  severity: 'warning',
  profiles: ['ios12'],
  check: bench => ({
    episode({ requests, replies }) {
      const request = requests.find(({ seen }) => seen.packet.kind === 'registration-request')
      const reply = replies.find(
        ({ seen: { packet } }) => isExchange(packet) && packet.kind === 'registration-reply' && isPositive(packet),
      )
      const source = request?.seen.source
      const claimed = ipIn(request?.seen.packet.sourceNbma)
      if (
        request === undefined ||
        reply === undefined ||
        source === undefined ||
        claimed === undefined ||
        source === claimed
      )
        return
      const { packet, frame } = reply.seen
      const told = (entriesOf(packet, 'nat-address') ?? []).slice(1).some(({ nbma }) => sameAddress(nbma, source))
      const matter = { frames: [frame, request.seen.frame], station: reply.seen.source }
      if (told)
        bench.pass(() => ({
          ...matter,
          because: `the client at ${addressText(claimed)} is told that it is seen at ${addressText(source)}`,
        }))
      else {
        const because = `the client claims ${addressText(claimed)} and is seen at ${addressText(source)}; the reply does not say so`
        const without = entriesOf(packet, 'nat-address') === undefined
        bench.fail({ ...matter, because, habitOf: without ? ['ios12'] : [] })
      }
    },
  }),
}

const serverNamed: Rule = {
  id: 'N88',
  statement: 'The reply to a client that does not know its server names the server.',
  source: 'RFC 2332 §5.2.3',
  severity: 'warning',
  profiles: [],
  check: bench => ({
    episode({ requests, replies }) {
      const request = requests.find(
        ({ seen: { packet } }) =>
          packet.kind === 'registration-request' && sameAddress(packet.sourceProtocol, packet.destinationProtocol),
      )
      const reply = replies.find(
        ({ seen: { packet } }) => isExchange(packet) && packet.kind === 'registration-reply' && isPositive(packet),
      )
      if (request === undefined || reply === undefined) return
      const { packet, frame, source } = reply.seen
      const matter = { frames: [frame, request.seen.frame], station: source }
      const named = addressText(packet.destinationProtocol)
      if (!sameAddress(packet.destinationProtocol, packet.sourceProtocol))
        bench.pass(() => ({ ...matter, because: `the client asked without knowing its server, and is told ${named}` }))
      else
        bench.fail({
          ...matter,
          because: `the client asked without knowing its server, and is told its own address ${named}`,
        })
    },
  }),
}

export const registrationRules: readonly Rule[] = [unique, registersAgain, natTold, serverNamed]
