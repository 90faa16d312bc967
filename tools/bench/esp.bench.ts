/** Opening ESP: here, by the bare calls of node:crypto that it cannot do without, and by tshark with the same keys. */

import { spawnSync } from 'node:child_process'
import { createDecipheriv, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linkType, recordOf, writePcap } from '@dmvpn/capture'
import { type AssociationFacts, open, protect, securityAssociation, writeKeys } from '@dmvpn/ipsec'
import { afterAll, bench, describe } from 'vitest'

const packets = 5000
const counting = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => (from + 7 * i) & 0xff)
const ends = { spi: 0x1002, source: '150.1.3.3', destination: '150.1.1.1', mode: 'tunnel' } as const

/** An IPv4 packet of no protocol, as long as a registration request in GRE. */
const datagram = counting(113)
datagram.set([0x45, 0, 0, 113, 0, 1, 0, 0, 64, 59, 0, 0, 10, 0, 0, 3, 10, 0, 0, 1])

const folder = mkdtempSync(join(tmpdir(), 'dmvpn-bench-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const withTshark = spawnSync('tshark', ['--version']).status === 0

function compare(name: string, facts: Omit<AssociationFacts, 'spi'>, bare: (packet: Uint8Array) => void): void {
  const association = securityAssociation({ ...ends, ...facts })
  const sealed = Array.from({ length: packets }, (_, i) =>
    protect(association, datagram, { sequence: i + 1, iv: length => counting(length, i) }),
  )
  const esp = sealed.map(packet => packet.subarray(20))
  const file = join(folder, `${name.replaceAll(/\W/g, '-')}.pcap`)
  writeFileSync(
    file,
    writePcap(sealed.map((bytes, i) => recordOf(bytes, { linkType: linkType.raw, seconds: i, nanoseconds: 0 }))),
  )
  const keys = writeKeys('wireshark', [association]).text.trim()
  const options = ['esp.enable_encryption_decode:TRUE', 'esp.enable_authentication_check:TRUE', `uat:esp_sa:${keys}`]

  describe(`${name}, ${packets} packets`, () => {
    bench('open', () => {
      for (const packet of esp) if (open(packet, association).verdict !== 'icv-good') throw new Error('not opened')
    })
    bench('bare node:crypto', () => {
      for (const packet of esp) bare(packet)
    })
    bench.skipIf(!withTshark)(
      'tshark, start included',
      () => {
        spawnSync('tshark', ['-n', '-r', file, ...options.flatMap(option => ['-o', option])])
      },
      { iterations: 2, warmupIterations: 0, time: 0 },
    )
  })
}

const cbcKey = counting(16, 1)
const macKey = counting(20, 2)
const cbcSecret = createSecretKey(cbcKey)
const macSecret = createSecretKey(macKey)
const cbc = {
  encryption: { algorithm: 'aes-cbc', key: cbcKey },
  integrity: { algorithm: 'hmac-sha1', key: macKey },
} as const
compare('AES-CBC-128 + HMAC-SHA1-96', cbc, packet => {
  const end = packet.length - 12
  const code = createHmac('sha1', macSecret).update(packet.subarray(0, end)).digest()
  timingSafeEqual(code.subarray(0, 12), packet.subarray(end))
  const decipher = createDecipheriv('aes-128-cbc', cbcSecret, packet.subarray(8, 24)).setAutoPadding(false)
  decipher.update(packet.subarray(24, end))
})

const gcmKey = counting(20, 3)
const gcmSecret = createSecretKey(gcmKey.subarray(0, 16))
const nonce = new Uint8Array(12)
nonce.set(gcmKey.subarray(16))
compare('AES-GCM-128', { encryption: { algorithm: 'aes-gcm', key: gcmKey } }, packet => {
  const end = packet.length - 16
  nonce.set(packet.subarray(8, 16), 4)
  const decipher = createDecipheriv('aes-128-gcm', gcmSecret, nonce, { authTagLength: 16 })
  decipher.setAuthTag(packet.subarray(end))
  decipher.setAAD(packet.subarray(0, 8))
  decipher.update(packet.subarray(16, end))
  decipher.final()
})
