/** Linux' cooked capture, version 1, and version 2 where the link type says so. */
import type { LinuxCooked } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place, selector, unknownKey } from '../place.ts'
import { commonly, exactly, facts, long, mostly, octet, word } from '../values.ts'

const version2 = 276
const greDevice = 778
/** Linux' own protocol numbers end here; higher ones are Ethertypes. */
const largestLinux = 0x0600

export function anyLinuxCooked(place: Place = alone): fc.Arbitrary<LinuxCooked> {
  const second = place.reached?.table === 'link' && place.reached.key === version2
  const parts = fc.tuple(anyDevice(place), exactly(8), commonly([6, 0, 4, 8], fc.nat(8)))
  return parts.chain(([device, slot, length]) =>
    facts<LinuxCooked>({
      packetType: second ? octet : commonly([0, 1, 2, 3, 4], word),
      hardwareType: fc.constant(device.hardwareType),
      address: fc.constant(slot.slice(0, length)),
      unused: fc.constant(slot.slice(length)),
      protocol: fc.constant(device.protocol),
      interfaceIndex: second ? long : fc.constant(undefined),
      reserved: second ? mostly(0, word) : fc.constant(0),
    }),
  )
}

type Device = Pick<LinuxCooked, 'hardwareType' | 'protocol'>

function anyDevice(place: Place): fc.Arbitrary<Device> {
  const { carries } = place
  const table = typeof carries === 'object' ? carries.table : undefined
  const tunnel = facts<Device>({
    hardwareType: fc.constant(greDevice),
    protocol: selector(place, 'gre.proto', 16, 0x0800),
  })
  const others = commonly([1, 65534], word).filter(type => type !== greDevice)
  const ethernet = facts<Device>({
    hardwareType: others,
    protocol: selector(place, 'ethertype', 16, 0x0800).filter(type => type > largestLinux),
  })
  if (table === 'gre.proto') return tunnel
  if (table === 'ethertype') return ethernet
  const own = carries === 'data' ? unknownKey('sll.ltype', 16) : selector(place, 'sll.ltype', 16, 1)
  const linux = facts<Device>({ hardwareType: others, protocol: own.filter(type => type <= largestLinux) })
  return table === 'sll.ltype' ? linux : fc.oneof(ethernet, tunnel, linux)
}
