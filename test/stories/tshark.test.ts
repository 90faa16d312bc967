/** Wireshark reads every simulated frame: nothing malformed, no bad checksum. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordOf, writePcap } from '@dmvpn/capture'
import { seconds } from '@dmvpn/core'
import { ipv4Of as ip } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { inTemporaryFolder, run, tsharkVersion } from '../tshark/tshark.ts'
import { articleRouter, type LabOptions } from './articles.ts'
import { lab } from './lab.ts'

const labs: Record<string, LabOptions> = {
  'phase 1': { hubRoutes: 'summary', spokeMode: 'point-to-point' },
  'phase 2': { holdingTime: 360 },
  process: { hubRoutes: 'self', spokeSwitching: 'process' },
  'phase 3': { profile: 'ios15', hubRoutes: 'summary', redirect: true },
  ipsec: { hubRoutes: 'self', spokeSwitching: 'process', protection: true },
}

test.skipIf(tsharkVersion === undefined).each(Object.keys(labs))('%s', name => {
  const of = lab([1, 2, 3].map(n => ({ name: `R${n}`, settings: articleRouter(n, labs[name]) })))
  of.simulation.at(seconds(20), () =>
    of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2'), source: ip('10.0.3.3') }),
  )
  of.simulation.at(seconds(40), () => of.station('R3').perform({ order: 'shutdown', interface: 'Loopback1' }))
  of.simulation.run({ until: seconds(50) })
  const records = of.frames.map(({ at, bytes }) =>
    recordOf(bytes, { linkType: 228, seconds: Math.floor(at / 1_000_000), nanoseconds: (at % 1_000_000) * 1000 }),
  )
  const wrong = inTemporaryFolder(folder => {
    const file = join(folder, 'cloud.pcap')
    writeFileSync(file, writePcap(records))
    const verify = ['ip', 'udp'].flatMap(protocol => ['-o', `${protocol}.check_checksum:TRUE`])
    return run('tshark', [
      '-r',
      file,
      ...verify,
      '-Y',
      '_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || nhrp.hdr.chksum.status == 0 || eigrp.checksum.status == 0 || icmp.checksum.status == 0',
    ])
  })
  expect(wrong).toBe('')
})
