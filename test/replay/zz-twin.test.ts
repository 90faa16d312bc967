import { test } from 'vitest'
import { judgeFile } from './judge-capture.ts'
test('t', () => {
  const folder = '/work/main/samples/captures/'
  for (const [file, keys, client] of [['07a-esp.cbc256-sha256.s1-link', '07a-esp','150.1.2.2'],['07a-esp.gcm256.s2-link', '07a-esp','150.1.3.3'],['07a-esp.null-sha1.s3-link', '07a-esp','150.1.4.4'],['07b-esp.3des-md5.s2-link', '07b-esp','150.1.3.3'],['07b-esp.cbc128-sha1-tunnel.s3-link', '07b-esp','150.1.4.4'],['07b-esp.udp-cbc128-sha256.s1-link', '07b-esp','150.1.2.2'],['09-ikev2-strongswan-frr10.hub-link', '09-ikev2-strongswan-frr10','']] as const) {
    const opened = judgeFile(`${folder}${file}.pcap`, { keys: `${folder}${keys}.esp_sa` })
    const twin = judgeFile(`${folder}${keys}.plaintext-hub-gre1.pcap`)
    const f = (vs: any, only: (s: any) => boolean) => new Set(vs.filter((v: any) => only(v.station)).map((v: any) => `${v.rule} ${v.verdict} ${v.station}`)) as Set<string>
    const only = (s: any) => client === '' ? true : s === client
    const a = f(opened.verdicts, only), b = f(twin.verdicts, only)
    console.log('TWIN', file, 'ours only', [...a].filter(x => !b.has(x)).join(', '), '| theirs only', [...b].filter(x => !a.has(x)).join(', '), '| both', [...a].filter(x => b.has(x)).length)
  }
})
