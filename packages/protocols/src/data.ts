/** Octets nobody here knows: what no protocol of the stack claims. */
import { type Field, field, Literal } from '@dmvpn/wire'
import { type Protocol, protocol } from './protocol.ts'

export interface Data {
  readonly bytes: Uint8Array
}

const octets: Field = field('data.data', 'Data', 'bytes')
const length: Field = field('data.len', 'Length', 'int32', { generated: true })

/** Octets behind what a layer carries, where its protocol has no name for them. */
export const trailing: Field = field('data.trailing', 'Octets behind the payload', 'bytes')

/** The octets of a quoted packet from where it stops making sense: too few for the field that would be next. */
export const cut: Field = field('data.cut', 'Octets cut short', 'bytes')

const begin = new Literal('Data (')
const one = new Literal(' byte)')
const several = new Literal(' bytes)')

export const data: Protocol<Data> = protocol<Data>({
  name: 'data',
  label: 'Data',
  short: 'DATA',
  over: [],
  fields: [octets, length, cut, trailing],
  defaults: { bytes: new Uint8Array(0) },
  title: (s, packet, length = packet.bytes.length) => {
    s.put(begin)
      .dec(length)
      .put(length === 1 ? one : several)
  },

  isQuiet: () => true,

  walk(c) {
    const { at, shown } = c
    c.shown = 0
    c.at = Math.min(c.end, at + shown)
    const rest = c.takeRest(octets)
    c.show(length, rest.length, c.at - rest.length)
    return { bytes: shown === 0 ? rest : c.octets(at, c.at) }
  },

  size: packet => packet.bytes.length,

  write(w, packet) {
    w.putBytes(packet.bytes)
  },
})
