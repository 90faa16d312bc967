/** What is said of wrong filters. `vitest -u` rewrites the golden file; read the difference. */
import { Catalogue, compileFilter, FilterError } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { expect, test } from 'vitest'

const wrong = [
  // Names
  'nhrp.hdr.optype == 1',
  'hdr.op.type == 1',
  'IP.src == 10.0.0.1',
  'nrhp && ip',
  'ip.src == nhrp.src.nmba.addr',
  'lenght(nhrp) > 80',
  '.foo == 1',
  // Grammar
  '',
  'ip.src ==',
  'ip.src = 10.0.0.1',
  'ip.src =! 10.0.0.1',
  'ip | arp',
  'ip AND arp',
  'ip arp',
  'ip.src == 10.0.0.1)',
  '(ip.src == 10.0.0.1',
  '(ip.ttl + 1) == 65',
  'ip.ttl == (64)',
  'frame.number-1 == 3',
  'ip.src in 10.0.0.1',
  'ip.src in {10.0.0.1 10.0.0.2}',
  'ip.src in {}',
  'any ip.src',
  'ip.src == 10.0.0.1 ;',
  // Literals
  'frame.len == 08',
  'frame.len == 4294967296',
  'ip.ttl == 256',
  'ip.ttl == 64.5',
  'nhrp.code == "Sucess"',
  'nhrp.hdr.op.type == Registration',
  'nhrp.flag.q == maybe',
  'ip.src == 10.0.0',
  'ip.src == 10.0.0.1/33',
  'ip.src == "10.0.0.1"',
  'ip.src == www.example.org',
  'ip.src == fe80::1',
  'ipv6.src == fe80::1::2',
  'eth.src == 00:01:02:03:04',
  'nhrp.protocol_type == xyz',
  'frame.time > "yesterday"',
  'frame.time_delta > fast',
  'frame.len == "90"',
  "frame.len == 'ab'",
  'frame.protocols == "eth',
  'frame.protocols == "a\\qb"',
  // Types
  '1 == frame.number',
  'ip.src == frame.number',
  'ip.src contains 10',
  'frame.number matches "1"',
  'nhrp.hdr.bad_checksum == 1',
  'frame.len[0:2] == 00:01',
  'ip.src + 1 == 10.0.0.2',
  'ip.src == -10.0.0.1',
  'upper(ip.src) == "X"',
  'len(nhrp, ip) == 2',
  'len(nhrp)',
  'max(ip.src, frame.len) == 1',
  'eth.src[3:0] == 4a',
  'eth.src[a] == 4a',
  'ip.src#x == 10.0.0.1',
  // Regular expressions
  'frame.protocols matches nhrp',
  'frame.protocols matches "(nhrp"',
  'frame.protocols matches r"(ip).*\\1"',
  'frame.protocols matches r"(?!nhrp)"',
  // What Wireshark has elsewhere
  '@ip.src == 0a:00:00:01',
  'ip.src == ${ip.src}',
  '${private_addresses}',
]

test('every wrong filter has its sentence, its place and what may have been meant', async () => {
  expect(wrong.length).toBeGreaterThanOrEqual(30)
  const catalogue = new Catalogue(dmvpn)
  const messages = wrong.map(filter => {
    try {
      compileFilter(dmvpn, filter, catalogue)
      return `${filter}: no error`
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      return error.message
    }
  })
  await expect(`${messages.join('\n\n')}\n`).toMatchFileSnapshot('golden/filter-errors.txt')
})
