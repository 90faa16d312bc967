import { bytesOf, readCaptureFile } from '@dmvpn/capture'
import { recordOf } from '@dmvpn/dissect'
import { departs } from '@dmvpn/replay'
import { test } from 'vitest'
import { compareWithCore, configuredStations } from './compare-with-core.ts'
import { recordAt } from './judge-capture.ts'
import { sceneOf } from './scenes.ts'

function recordsIn(file: string) {
  return [...readCaptureFile(new URL(`../../samples/captures/${file}`, import.meta.url))].map(record =>
    recordOf(bytesOf(record).slice(), record.linkType, {
      seconds: record.seconds,
      nanoseconds: record.nanoseconds,
      originalLength: record.originalLength,
      interface: record.interface,
    }),
  )
}
function show(name: string, c: any) {
  console.log('##', name, JSON.stringify(c.counts))
  for (const v of c.verdicts.filter(departs).slice(0, 5))
    console.log(
      (v.time / 1e9).toFixed(3),
      v.station,
      v.frame,
      v.verdict,
      v.subject,
      '|',
      v.because,
      JSON.stringify(v.differences ?? ''),
    )
  if (process.env.SHOW) for (const [a, b] of c.inferred) console.log('   ', a, b)
}
const scenes: any[] = []
const caps: any[] = [
  ['02a-phase3-auth-frr10.multi-if.pcapng', 0.25],
  ['05c-ipv6-over-gre-frr10.hub-link.pcap', 0.25],
  ['06-nat-frr10.hub-link.pcap', 0.25],
  ['06-nat-frr10.hub-link.pcap', 0.4],
]
test('x', async () => {
  for (const [n, p] of scenes) {
    const { frames } = await sceneOf(n)
    const rest = frames.slice(Math.floor(frames.length * p))
    show(
      `${n} ${p} inferred`,
      compareWithCore(() => rest.map(recordAt)),
    )
    show(
      `${n} ${p} given`,
      compareWithCore(() => rest.map(recordAt), { stations: configuredStations(n) }),
    )
  }
  for (const [n, p] of caps) {
    const all = recordsIn(n)
    const rest = all.slice(Math.floor(all.length * p))
    show(
      `${n} ${p}`,
      compareWithCore(() => rest),
    )
  }
}, 60000)
