import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readCaptureFile } from '@dmvpn/capture'
import { decodeRecord, Session } from '@dmvpn/dissect'
import { parseConfiguration } from '@dmvpn/ios'
import { AssociationTable, IpsecSession, readKeys } from '@dmvpn/ipsec'
import { dmvpn } from '@dmvpn/protocols'
import { Judge } from '@dmvpn/replay'
import { formatIp } from '@dmvpn/wire'
import { test } from 'vitest'
import { AgainstCore } from '../../packages/replay/src/against-core/against-core.ts'
import { SettingsInference } from '../../packages/replay/src/against-core/infer-settings.ts'
import { recordAt } from './judge-capture.ts'
import { sceneNames, sceneOf } from './scenes.ts'

const root = fileURLToPath(new URL('../../samples/scenarios/', import.meta.url))
const caps = fileURLToPath(new URL('../../samples/captures/', import.meta.url))
function reading(records: any[], keyText: string) {
  const session = new Session()
  let security
  if (keyText) {
    security = new IpsecSession(new AssociationTable(readKeys(keyText).associations))
    session.openers.push(security)
  }
  const judge = new Judge(session, { rules: [], onVerdict() {} }, security)
  return {
    judge,
    run() {
      for (const r of records) judge.take(decodeRecord(dmvpn, r, session), r)
      judge.end()
    },
  }
}
function go(name: string, records: any[], keyText: string, given: Map<any, any> | undefined, fromStart: boolean) {
  const first = reading(records, keyText)
  const inference = new SettingsInference(first.judge.network)
  first.judge.watch(inference)
  first.run()
  let stations = given
  if (!stations) {
    const inferred = inference.stations()
    if (process.env.SHOW)
      for (const i of inferred) console.log(formatIp(i.nbma), '\n    ' + i.inferences.join('\n    '))
    stations = new Map(inferred.map(i => [i.nbma, i]))
  }
  const second = reading(records, keyText)
  const out: any[] = []
  const core = new AgainstCore({
    network: second.judge.network,
    known: first.judge.network,
    stations,
    fromStart,
    onVerdict: v => out.push(v),
  })
  second.judge.watch(core)
  second.run()
  core.end()
  console.log('##', name, given ? 'GIVEN' : 'INFERRED', records.length)
  for (const [k, c] of core.counts) console.log(formatIp(k), JSON.stringify(c))
  const why = new Map<string, number>()
  for (const v of out)
    if (v.verdict === 'cannot-judge') {
      const k = `${v.obstacle}: ${v.because.replace(/\d+/g, '#')}`
      why.set(k, (why.get(k) ?? 0) + 1)
    }
  console.log([...why].map(([k, n]) => `   ${n} ${k}`).join('\n'))
  for (const v of out.filter(v => v.verdict !== 'agrees' && v.verdict !== 'cannot-judge').slice(0, 15))
    console.log(
      v.station,
      v.frame,
      (v.time / 1e9).toFixed(3),
      v.verdict,
      v.subject,
      '|',
      v.because,
      JSON.stringify(v.differences ?? ''),
    )
  if (process.env.UNJ)
    for (const v of out.filter(v => v.verdict == 'cannot-judge' && v.obstacle !== 'not-modelled').slice(0, 40))
      console.log(v.station, v.frame, (v.time / 1e9).toFixed(3), v.verdict, v.subject, '|', v.obstacle, v.because)
}
const only = process.env.ONLY?.split(',')
for (const name of sceneNames)
  if (!only || only.includes(name))
    test(name, async () => {
      const scene = await sceneOf(name)
      const stations = new Map()
      for (const f of readdirSync(root + name))
        if (f.endsWith('.cfg')) {
          const { settings } = parseConfiguration(readFileSync(`${root}${name}/${f}`, 'utf8'), {
            hostname: f.replace('.cfg', ''),
          })
          for (const each of settings.interfaces)
            if (each.kind === 'tunnel') {
              const s = each.source
              const a =
                s?.kind === 'address'
                  ? s.address
                  : settings.interfaces.find(i => i.name === (s as any)?.name)?.addresses[0]?.address
              if (a !== undefined) stations.set(a, { settings, isInferred: false })
            }
        }
      const records = scene.frames.map(recordAt)
      go(name, records, scene.keyText, stations, true)
      go(name, records, scene.keyText, undefined, true)
    }, 60000)
for (const name of [
  '01-reg-auth-frr10.hub-link.pcap',
  '02a-phase3-auth-frr10.hub-link.pcap',
  '02a-phase3-auth-frr10.multi-if.pcapng',
  '02a-phase3-auth-frr10.s1-link.pcap',
  '03-purge-opennhrp.hub-link.pcap',
  '04a-auth-errors-frr10.hub-link.trimmed.pcap',
  '05a-nokey-ospf-frr10.hub-link.pcap',
  '05c-ipv6-over-gre-frr10.hub-link.pcap',
  '06-nat-frr10.hub-link.pcap',
  '08-gre-variants.vlan100.s1-link.pcap',
  '07a-esp.plaintext-hub-gre1.pcap',
])
  if (!only || only.includes(name.slice(0, 3).replace('-', '')))
    test(name, () => {
      const records = [...readCaptureFile(caps + name)].map(r => ({
        ...r,
        buffer: r.buffer.slice(),
        view: new DataView(r.buffer.slice().buffer),
      }))
      go(name, records, '', undefined, false)
    }, 60000)
