import { test } from 'vitest'
import { Simulation } from '@dmvpn/sim'
import { seconds, milliseconds, formatPrefix } from '@dmvpn/core'
import { ipv4Of as ip, formatIp } from '@dmvpn/wire'
import { dmvpn, nhrp, eigrp } from '@dmvpn/protocols'
import { articleRouter, type LabOptions } from './articles.ts'

const labs: Record<string, LabOptions> = {
  cef: { holdingTime: 360, registrationTimeout: undefined },
  self: { holdingTime: 360, hubRoutes: 'self' },
  process: { holdingTime: 360, hubRoutes: 'self', spokeSwitching: 'process', registrationTimeout: undefined },
  phase1: { hubRoutes: 'summary', spokeMode: 'point-to-point' },
  phase3: { hubRoutes: 'summary', redirect: true, profile: 'ios15' },
}
for (const [name, lab] of Object.entries(labs)) test(name, () => {
  const sim = new Simulation({ seed: 7 })
  const r = [1, 2, 3].map(n => sim.router(`R${n}`, articleRouter(n, lab)))
  const cloud = sim.cloud(r, { delay: milliseconds(20) })
  const seen = sim.tap(cloud)
  sim.watch((step, at, station) => {
    if (step.step === 'neighbor' || step.step === 'ping finished' || (step.step === 'packet' && step.disposition.startsWith('dropped'))) console.log(at / 1e6, station.name, JSON.stringify(step))
  })
  sim.at(seconds(20), () => r[2]!.perform({ order: 'ping', destination: ip('10.0.2.2'), source: ip(name === 'cef' ? '10.0.0.3' : '10.0.3.3') }))
  sim.at(seconds(25), () => r[2]!.perform({ order: 'shutdown', interface: 'Loopback1' }))
  sim.run({ until: seconds(30) })
  for (const s of seen) {
    const f = dmvpn.decode(s.bytes, 228)
    const m = f.find(nhrp)
    const e = f.find(eigrp)
    if (s.at < seconds(1) || m) console.log(s.at / 1e6, f.fault ?? '', m ? `${m.kind} size ${nhrp.size(m)} hop ${m.hopCount} flags ${(m as any).flags?.toString(16)} id ${(m as any).requestId} ${formatIp(m.sourceNbma as number)} ${formatIp(m.sourceProtocol as number)}>${formatIp(m.destinationProtocol as number)} ${JSON.stringify((m as any).entries?.map((e: any) => [e.prefixLength, e.mtu, e.holdingTime]))}` : f.layers.map(l => l.protocol.name).join(':') + (e ? ` op ${e.opcode} fl ${e.flags} s ${e.sequence} a ${e.acknowledge} ${JSON.stringify(e.tlvs.map(t => t.kind === 'ipv4-internal' ? `${formatIp(t.destinations[0]!.prefix)} nh ${formatIp(t.nextHop)}` : t.kind))}` : ''))
  }
  for (const s of r) {
    for (const e of s.router!.state.tunnels[0]!.cache.sorted()) console.log(s.name, formatPrefix(e.prefix), e.kind, formatIp(e.nbma ?? 0), Object.entries(e.flags).filter(([, v]) => v).map(([k]) => k).join(' '))
    for (const e of s.router!.state.routes.sorted()) console.log(s.name, formatPrefix(e.prefix), e.source, e.distance, e.metric, formatIp(e.nextHop ?? 0), e.interface, JSON.stringify(e.detail))
  }
})
test('ipsec', () => {
  const sim = new Simulation({ seed: 7 })
  const r = [1, 2, 3].map(n => sim.router(`R${n}`, articleRouter(n, { holdingTime: 360, registrationTimeout: undefined, hubRoutes: 'self', spokeSwitching: 'process', protection: true })))
  const cloud = sim.cloud(r, { delay: milliseconds(20) })
  const seen = sim.tap(cloud)
  sim.watch((step, at, station) => {
    if (['negotiation', 'association opened', 'association closed', 'resolution delayed', 'ping finished', 'neighbor', 'server state'].includes(step.step) || (step.step === 'packet' && step.disposition.startsWith('dropped'))) console.log(at / 1e6, station.name, JSON.stringify(step))
  })
  sim.at(seconds(20), () => r[2]!.perform({ order: 'ping', destination: ip('10.0.2.2') }))
  sim.run({ until: seconds(500) })
  for (const s of seen) {
    const f = dmvpn.decode(s.bytes, 228)
    if (s.at < seconds(3) || (s.at > seconds(19.9) && s.at < seconds(23))) console.log(s.at / 1e6, f.fault ?? '', formatIp((f.layers[0]!.packet as any).source), formatIp((f.layers[0]!.packet as any).destination), f.layers.map(l => l.protocol.name).join(':'), s.bytes.length)
  }
  for (const s of r) {
    for (const e of s.router!.state.tunnels[0]!.cache.sorted()) console.log(s.name, formatPrefix(e.prefix), e.kind, formatIp(e.nbma ?? 0), Object.entries(e.flags).filter(([, v]) => v).map(([k]) => k).join(' '))
  }
})
