/** N67, N68: passwords, RFC 2332 §5.3.4. */
import type { Ip } from '../observation.ts'
import { most } from './bounds.ts'
import { isError, isExchange, isPositive, isRelayed, isRequest, nameOf, passwordOf } from './parts.ts'
import type { Rule } from './rule.ts'

const passwordChecked: Rule = {
  id: 'N67',
  statement: 'A message with a wrong password, or none, is not answered positively.',
  source: 'RFC 2332 §5.3.4',
  severity: 'error',
  profiles: [],
  check: bench => ({
    episode({ requests, replies }) {
      for (const { seen, sighting } of replies) {
        if (!isExchange(seen.packet) || !isPositive(seen.packet) || isRelayed(seen.packet)) continue
        const request = requests.find(each => each.sighting === sighting.responseTo)
        if (request === undefined || !isRequest(request.seen.packet)) continue
        const asked = passwordOf(request.seen.packet)
        const own = passwordOf(seen.packet)
        if (asked === undefined || own === undefined || (asked === '' && own === '')) continue
        const matter = { frames: [seen.frame, request.seen.frame], station: seen.source }
        const name = nameOf(seen.packet)
        if (asked === own) bench.pass(() => ({ ...matter, because: `${name} answers one with the same password` }))
        else
          bench.fail({
            ...matter,
            because: `${name} is positive, and its request has ${asked === '' ? 'no password' : 'another password'}`,
          })
      }
    },
  }),
}

/** What was said before a server's own password was seen. */
interface Overlay {
  readonly reference: { password: string; frame: number } | undefined
  readonly before: { readonly station: Ip | undefined; readonly password: string; readonly frame: number }[]
  readonly blamed: Set<string>
}

const onePassword: Rule = {
  id: 'N68',
  statement: 'All messages of one tunnel carry the same password.',
  source: 'captures',
  severity: 'warning',
  profiles: [],
  check: bench => {
    const overlays = new Map<string, { -readonly [K in keyof Overlay]: Overlay[K] }>()
    const judge = (overlay: Overlay, { station, password, frame }: Overlay['before'][number]): void => {
      const { reference, blamed } = overlay
      if (reference === undefined) return
      const frames = [frame, reference.frame]
      if (password === reference.password)
        bench.pass(() => ({ frames, station, because: 'the password is the tunnel’s' }))
      else if (!blamed.has(`${station} ${password}`) && blamed.size < most) {
        blamed.add(`${station} ${password}`)
        bench.fail({
          frames,
          station,
          because:
            password === ''
              ? `no password; in frame ${reference.frame} there is one`
              : `another password than in frame ${reference.frame}`,
        })
      }
    }
    return {
      message(seen) {
        const { packet, source, destination, frame, gre } = seen
        const password = passwordOf(packet)
        // Some leave errors without a password; what is passed on, its passer has signed.
        if (password === undefined || isError(packet) || source === undefined) return
        const { network } = bench
        const from = network.stationOf(source)
        const to = destination === undefined ? from : network.stationOf(destination)
        const server = network.isServer(from) ? from : network.isServer(to) ? to : undefined
        const ends = server ?? (from < to ? `${from} ${to}` : `${to} ${from}`)
        const key = `${ends} ${gre?.packet.key} ${packet.protocolType}`
        let overlay = overlays.get(key)
        if (overlay === undefined) {
          if (overlays.size >= most) return
          overlay = { reference: undefined, before: [], blamed: new Set() }
          overlays.set(key, overlay)
        }
        const said = { station: from, password, frame }
        if (overlay.reference === undefined && server === said.station) {
          overlay.reference = { password, frame }
          for (const each of overlay.before) judge(overlay, each)
          overlay.before.length = 0
        }
        if (overlay.reference !== undefined) judge(overlay, said)
        else if (overlay.before.length < most) overlay.before.push(said)
      },
      end() {
        for (const overlay of overlays.values()) {
          const [first] = overlay.before
          if (overlay.reference !== undefined || first === undefined) continue
          for (const { station, password, frame } of overlay.before) {
            const matter = { frames: [frame, first.frame], station }
            if (password === first.password) bench.pass(() => ({ ...matter, because: 'the password is everybody’s' }))
            else
              bench.cannotJudge(
                { ...matter, because: `another password than in frame ${first.frame}; the server’s was not seen` },
                'one-side-only',
              )
          }
        }
      },
    }
  },
}

export const passwordRules: readonly Rule[] = [passwordChecked, onePassword]
