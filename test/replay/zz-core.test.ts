import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Session, decodeRecord } from '@dmvpn/dissect'
import { AssociationTable, IpsecSession, readKeys } from '@dmvpn/ipsec'
import { dmvpn } from '@dmvpn/protocols'
import { Judge } from '@dmvpn/replay'
import { parseConfiguration } from '@dmvpn/ios'
import { formatIp } from '@dmvpn/wire'
import { test } from 'vitest'
import { AgainstCore } from '../../packages/replay/src/against-core/against-core.ts'
import { recordAt } from './judge-capture.ts'
import { sceneOf, sceneNames } from './scenes.ts'
const root = fileURLToPath(new URL('../../samples/scenarios/', import.meta.url))
for (const name of sceneNames) test(name, async () => {
  const only = process.env.ONLY
  if (only && !only.split(',').includes(name)) return
  const scene = await sceneOf(name)
  const stations = new Map()
  for (const f of readdirSync(root + name)) if (f.endsWith('.cfg')) {
    const { settings } = parseConfiguration(readFileSync(`${root}${name}/${f}`, 'utf8'), { hostname: f.replace('.cfg', '') })
    for (const each of settings.interfaces) if (each.kind === 'tunnel') {
      const s = each.source
      const a = s?.kind === 'address' ? s.address : settings.interfaces.find(i => i.name === (s as any)?.name)?.addresses[0]?.address
      if (a !== undefined) stations.set(a, settings)
    }
  }
  const session = new Session()
  let security
  if (scene.keyText) { security = new IpsecSession(new AssociationTable(readKeys(scene.keyText).associations)); session.openers.push(security) }
  const judge = new Judge(session, { rules: [], onVerdict() {} }, security)
  const out: any[] = []
  const core = new AgainstCore({ network: judge.network, stations, fromStart: true, onVerdict: v => out.push(v) })
  judge.watch(core)
  for (const f of scene.frames) { const r = recordAt(f); judge.take(decodeRecord(dmvpn, r, session), r) }
  judge.end(); core.end()
  console.log(name, scene.frames.length)
  for (const [k, c] of core.counts) console.log(formatIp(k), JSON.stringify(c))
  const why = new Map<string, number>()
  for (const v of out) if (v.verdict === 'cannot-judge') { const k = `${v.obstacle}: ${v.because.replace(/\d+/g,'#')}`; why.set(k, (why.get(k) ?? 0) + 1) }
  console.log([...why].map(([k, n]) => `   ${n} ${k}`).join('\n'))
  for (const v of out.filter(v => v.verdict !== 'agrees' && v.verdict !== 'cannot-judge').slice(0, 15)) console.log(v.station, v.frame, (v.time/1e9).toFixed(3), v.verdict, v.subject, '|', v.because, JSON.stringify(v.differences ?? ''))
}, 60000)
