/** A frame of a capture with its NHRP message changed. */
import { dmvpn, encodeLayers, type Gre, gre, layersOf, type Nhrp, type NhrpExchange, nhrp } from '@dmvpn/protocols'
import type { Timed } from './judge-capture.ts'

/** The frame with its message changed, everything that follows from it true. */
export function changed(picked: Timed, change: (message: NhrpExchange) => Partial<NhrpExchange>): Timed {
  const { bytes, linkType } = picked.frame
  const layers = layersOf(dmvpn.decode(bytes, linkType)).map(each => {
    if (each.protocol !== nhrp) return { ...each, claims: {} }
    const message = each.packet as NhrpExchange
    return { ...each, claims: {}, packet: { ...message, ...change(message) } as Nhrp }
  })
  return { ...picked, frame: { ...picked.frame, bytes: encodeLayers(layers) } }
}

/** The frame in the tunnel of another key. */
export function rekeyed(picked: Timed, key: number): Timed {
  const { bytes, linkType } = picked.frame
  const layers = layersOf(dmvpn.decode(bytes, linkType)).map(each =>
    each.protocol === gre ? { ...each, claims: {}, packet: { ...(each.packet as Gre), key } } : { ...each, claims: {} },
  )
  return { ...picked, frame: { ...picked.frame, bytes: encodeLayers(layers) } }
}
