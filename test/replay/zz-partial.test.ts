import { test } from 'vitest'
import { judgeRecords, recordAt } from './judge-capture.ts'
import { sceneNames, sceneOf } from './scenes.ts'
import { captureFiles } from '../samples.ts'
import { readCaptureFile, keep } from '@dmvpn/capture'
import { basename } from 'node:path'
test('partial', async () => {
  const sets: [string, any[], string?][] = []
  for (const n of sceneNames) { const s = await sceneOf(n); sets.push([n, s.frames.map(recordAt), s.keyText || undefined]) }
  for (const f of captureFiles()) sets.push([basename(f), [...readCaptureFile(f)].map(keep)])
  const src = (r: any) => { const b = r.buffer.subarray(r.start, r.end); const o = r.linkType === 1 ? 14 : 0; return [b.subarray(o + 12, o + 16).join('.'), b.subarray(o + 16, o + 20).join('.')] }
  for (const [name, records, keyText] of sets) {
    const how = keyText ? { keyText } : {}
    const sig = (v: any) => `${v.rule} ${v.station}`
    const whole = new Set(judgeRecords(records, how).verdicts.filter(v => v.verdict === 'fail').map(sig))
    const ways: [string, any[]][] = []
    for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) { ways.push([`tail ${part}`, records.slice(Math.floor(records.length * part))]); ways.push([`head ${part}`, records.slice(0, Math.floor(records.length * part))]) }
    if (records[0].linkType !== 113) {
      const ends = new Set(records.flatMap(src))
      for (const e of [...ends].filter(e => /^(150|198|192)\./.test(e))) { ways.push([`from ${e}`, records.filter(r => src(r)[0] === e)]); ways.push([`link ${e}`, records.filter(r => src(r).includes(e))]); ways.push([`to ${e}`, records.filter(r => src(r)[1] === e)]) }
    }
    for (const [way, list] of ways) {
      if (list.length === 0) continue
      const bad = judgeRecords(list, how).verdicts.filter(v => v.verdict === 'fail' && !whole.has(sig(v)))
      const seen = new Set<string>()
      for (const v of bad) if (!seen.has(sig(v))) { seen.add(sig(v)); console.log('PARTIAL', name, '|', way, '|', v.rule, v.station, JSON.stringify(v.frames), v.because) }
    }
  }
}, 500000)
