import { judgeFile } from '/work/main/test/replay/judge-capture.ts'
import { basename } from 'node:path'
import { test } from 'vitest'
test('x', () => {
  const keys = process.env.KEYS
  for (const file of process.env.FILES!.split(' ')) {
    const { judge, verdicts } = judgeFile(file, keys ? { keys } : {})
    const c = judge.counts
    const sum = (k: string) => Object.values(c).reduce((s, x: any) => s + x[k], 0)
    console.log('=====', basename(file), 'pass', sum('pass'), 'fail', sum('fail'), 'dev', sum('deviates'), 'cannot', sum('cannot-judge'), JSON.stringify(judge.stations.map(s=>s.station+' '+s.profile)), judge.copies)
    const seen = new Map<string, [number, any]>()
    for (const v of verdicts) {
      if (v.verdict === 'pass') continue
      const key = [v.verdict, v.rule, v.station, 'obstacle' in v ? v.obstacle : '', 'profile' in v ? v.profile:''].join(' ')
      const e = seen.get(key)
      if (e) e[0]++
      else seen.set(key, [1, v])
    }
    const only = process.env.ONLY
    for (const [k, [n, v]] of seen) if (!only || only.split(',').includes(v.verdict)) console.log(`${k} x${n} ${v.severity[0]} [${v.frames.join(' ')}] ${v.because} ${JSON.stringify(v.differences ?? '')}`)
    if (process.env.COUNTS) for (const [k, v] of Object.entries(c)) console.log(k, JSON.stringify(v))
  }
})
