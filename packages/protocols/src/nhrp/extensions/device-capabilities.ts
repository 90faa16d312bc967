/**
 * Device Capabilities, type 9 and exactly eight octets, RFC 2735 §3.
 *
 *  |                     Source Capabilities                     |V|
 *  |                  Destination Capabilities                   |V|
 */
import { type Layout, layout, shows, u32 } from '@dmvpn/wire'
import { type ExtensionCodec, type ExtensionHead, extension } from './extension.ts'

export interface DeviceCapabilities extends ExtensionHead {
  readonly kind: 'device-capabilities'
  /** The least significant bit says VPN-aware. */
  readonly source: number
  readonly destination: number
}

interface Capabilities {
  readonly source: number
  readonly destination: number
}

const truth = ['Yes', 'No'] as const

const capabilities: Layout<Capabilities> = layout<Capabilities>('nhrp.devcap_ext', 'Device Capabilities', {
  source: u32('nhrp.devcap_ext.srccap', 'Source Capabilities', {
    base: 'hex',
    shows: [shows(31, 1, 'nhrp.devcap_ext.srccap.V', 'VPN-aware', 'boolean', { truth })],
  }),
  destination: u32('nhrp.devcap_ext.dstcap', 'Destination Capabilities', {
    base: 'hex',
    shows: [shows(31, 1, 'nhrp.devcap_ext.dstcap.V', 'VPN-aware', 'boolean', { truth })],
  }),
})

export const deviceCapabilities: ExtensionCodec<DeviceCapabilities> = extension<DeviceCapabilities>({
  type: 9,
  kind: 'device-capabilities',
  label: 'Device Capabilities Extension',
  fields: [capabilities],
  defaults: { kind: 'device-capabilities', compulsory: false, reserved: false, source: 0, destination: 0 },
  recognises: (_c, length) => length === capabilities.size,

  walk(c, { compulsory, reserved }) {
    const { source, destination } = c.take(capabilities)
    return { kind: 'device-capabilities', compulsory, reserved, source, destination }
  },

  size: () => capabilities.size,

  write(w, each) {
    w.put(capabilities, each)
  },
})
