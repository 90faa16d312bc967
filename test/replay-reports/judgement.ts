/** A judgement with one verdict of every kind, and texts that every report has to escape. */
import type { Judgement } from '@dmvpn/replay'

export const password = 'cisco<"&123'

export const judgement: Judgement = {
  files: [
    { name: 'captures/hub & spoke.pcap', frames: 148 },
    { name: 'second.pcap', frames: 2, damage: 'the file is cut in its last record' },
  ],
  rules: [
    { id: 'N01', statement: 'The version is 1', source: 'RFC 2332 §5.2.1', severity: 'error' },
    { id: 'N21', statement: 'The password is the one of the network', source: 'RFC 2332 §5.3.4', severity: 'error' },
    { id: 'N53', statement: 'A *unique* entry stays <as it is>', source: 'RFC 2332 §5.2.4', severity: 'error' },
    { id: 'N57', statement: 'A client refreshes in time', source: 'IOS 15', severity: 'warning' },
    { id: 'N70', statement: 'Nothing to see', source: 'RFC 2332 §5.2.5', severity: 'information' },
    { id: 'N82', statement: 'ESP follows a reply', source: 'draft-detienne-dmvpn-01 §4', severity: 'warning' },
  ],
  counts: {
    N01: { pass: 12, fail: 0, deviates: 0, 'cannot-judge': 0 },
    N21: { pass: 0, fail: 1, deviates: 0, 'cannot-judge': 0 },
    N53: { pass: 3, fail: 2, deviates: 1, 'cannot-judge': 0 },
    N57: { pass: 0, fail: 1, deviates: 0, 'cannot-judge': 0 },
    N82: { pass: 0, fail: 0, deviates: 0, 'cannot-judge': 2 },
  },
  remarks: [
    {
      topic: 'shortcut',
      severity: 'error',
      stations: ['150.1.2.2', '150.1.3.3'],
      text: '10.0.2.1 to 10.0.3.1: no reply within 5 s',
      steps: [{ time: 9_876_000_000, frame: 41, text: 'asks \u001b[2J for 10.0.3.1' }],
      file: 'second.pcap',
    },
    { topic: 'fragments', severity: 'information', stations: [], text: '3 packets were fragmented', steps: [] },
  ],
  verdicts: [
    { rule: 'N01', verdict: 'pass', severity: 'error', frames: [1], station: '10.0.0.1', because: 'version 1' },
    {
      rule: 'N21',
      verdict: 'fail',
      severity: 'error',
      frames: [2],
      station: '10.0.0.2',
      because: `the key is ${password}`,
      differences: [{ field: 'nhrp.auth_ext.key', expected: 'secret', observed: password, range: [60, 65] }],
    },
    {
      rule: 'N53',
      verdict: 'fail',
      severity: 'error',
      frames: [41, 44],
      station: '10.0.0.1',
      because: 'the entry of 10.0.0.2 was overwritten by \u001b[31m"150.1.9.9" & others\u0000',
      differences: [
        { field: 'nhrp.code', expected: '14', observed: '0', range: [52, 53] },
        { field: 'nhrp.htime', observed: '7200' },
      ],
    },
    { rule: 'N53', verdict: 'fail', severity: 'error', frames: [2], file: 'second.pcap', because: 'again' },
    {
      rule: 'N53',
      verdict: 'deviates',
      severity: 'error',
      frames: [50],
      because: 'overwrites without U',
      profile: 'frr',
    },
    {
      rule: 'N57',
      verdict: 'fail',
      severity: 'warning',
      frames: [60],
      station: '10.0.0.3',
      because: 'refreshed after 20 s, not after 5 s',
    },
    {
      rule: 'N82',
      verdict: 'cannot-judge',
      severity: 'warning',
      frames: [],
      because: 'no keys',
      obstacle: 'encrypted',
    },
  ],
  stations: [
    { station: '10.0.0.1', name: 'hub', addresses: ['150.1.1.1'], profile: 'frr', evidence: ['CIE prefix 32'] },
    { station: '10.0.0.2', profile: 'ios15', evidence: [] },
  ],
}
