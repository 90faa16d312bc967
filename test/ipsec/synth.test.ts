/** `dmvpn synth --seal`: recipes under associations, opened again by us and by tshark. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Io, MemoryOutput, run } from '@dmvpn/cli'
import { AssociationTable, IpsecSession, Sealer, securityAssociation, transformName, transformOf } from '@dmvpn/ipsec'
import { dmvpn, nhrp } from '@dmvpn/protocols'
import { packetFrame, sealed } from '@dmvpn/synth'
import { afterAll, describe, expect, test } from 'vitest'
import { run as runTool, tsharkVersion } from '../tshark/tshark.ts'
import { ahTransforms, espTransforms, surroundings } from './every-transform.ts'

const folder = mkdtempSync(join(tmpdir(), 'dmvpn-seal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ends = { hub: '172.16.0.1', hubNbma: '192.0.2.1', spoke: '172.16.0.3', nbma: '192.0.2.33' }
const outside = { source: ends.nbma, destination: ends.hubNbma }
const protections = [
  ...espTransforms.flatMap(transforms => surroundings.map(around => ({ ...transforms, ...around }))),
  ...ahTransforms.flatMap(transforms =>
    (['transport', 'tunnel'] as const).map(mode => ({ ...transforms, mode, protocol: 'ah' as const })),
  ),
].map((facts, i) => securityAssociation({ spi: 0x1000 + i, ...outside, ...facts }))

test('every recipe goes under every transform, mode and encapsulation, and comes back to the octet', () => {
  for (const association of protections) {
    const name = `${association.protocol} ${transformName(association)} ${association.mode}`
    const sealer = new Sealer([association])
    const session = new IpsecSession(new AssociationTable([association]))
    for (const [i, link] of (['raw', 'ethernet'] as const).entries()) {
      const plain = packetFrame('registration', { ...ends, hold: 60, link })
      const { bytes, linkType } = sealed(plain, sealer)
      session.beginFrame(i + 1)
      const frame = dmvpn.decode(bytes, linkType, { session })
      const inner = frame.layers.find(({ protocol }) => protocol === nhrp)
      expect([name, frame.fault, session.findings.map(({ sequence }) => sequence)]).toEqual([name, undefined, [i + 1]])
      expect([name, inner?.packet]).toEqual([name, dmvpn.decode(plain.bytes, plain.linkType).find(nhrp)])
    }
  }
})

test('no vector comes twice under a key', () => {
  const bare = protections.filter(({ protocol, encapsulation }) => protocol === 'esp' && encapsulation === undefined)
  const { bytes, linkType } = packetFrame('keepalive', { hubNbma: ends.hubNbma, nbma: ends.nbma })
  const ipAndEspHeader = 28
  for (const association of bare) {
    const { ivLength } = transformOf(association)
    const sealer = new Sealer([association])
    const vectors = Array.from({ length: 3 }, () =>
      Buffer.from(sealed({ bytes, linkType }, sealer).bytes)
        .subarray(ipAndEspHeader, ipAndEspHeader + ivLength)
        .toString('hex'),
    )
    expect([transformName(association), new Set(vectors).size]).toEqual([
      transformName(association),
      ivLength === 0 ? 1 : 3,
    ])
  }
})

async function command(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const out = new MemoryOutput()
  const errors: string[] = []
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {})()
  const io: Io = { out, err: line => errors.push(line), stdin, env: {}, isTTY: false }
  const code = await run(words, io)
  return { code, out: out.text, err: errors.join('\n') }
}

const keys = fileURLToPath(new URL('../../samples/captures/07a-esp.esp_sa', import.meta.url))
const registration = ['synth', 'registration', '--hub', '10.0.0.1', '--hub-nbma', '150.1.1.1']
const spoke = ['--spoke', '10.0.0.2', '--nbma', '150.1.2.2', '--hold', '60']

describe('dmvpn synth --seal', () => {
  test('writes what opens with the same keys, numbered from where it is told', async () => {
    const file = join(folder, 'sealed.pcap')
    const words = [...registration, ...spoke, '--count', '3', '--seal', keys, '--seal-sequence', '41', '-w', file]
    expect(await command(...words)).toEqual({ code: 0, out: '', err: '' })
    const fields = ['-T', 'fields', '-e', 'esp.sequence', '-e', 'esp.verdict', '-e', 'nhrp.reqid']
    const { out } = await command('dissect', file, '--esp-keys', keys, ...fields)
    expect(out).toBe(
      [
        '41\topened, ICV good\t0x00000001',
        '42\topened, ICV good\t0x00000002',
        '43\topened, ICV good\t0x00000003',
        '',
      ].join('\n'),
    )
    const first = readFileSync(file)
    await command(...words)
    expect(readFileSync(file)).toEqual(first)
  })

  test.skipIf(tsharkVersion === undefined)('tshark opens it, too', async () => {
    const file = join(folder, 'for-tshark.pcap')
    await command(...registration, ...spoke, '--link', 'ethernet', '--seal', keys, '-w', file)
    const associations = readFileSync(keys, 'utf8')
      .split('\n')
      .filter(line => line.startsWith('"'))
    const out = runTool('tshark', [
      '-nr',
      file,
      '-oesp.enable_encryption_decode:TRUE',
      '-oesp.enable_authentication_check:TRUE',
      ...associations.flatMap(line => ['-o', `uat:esp_sa:${line}`]),
      '-Tfields',
      '-eesp.icv_good',
      '-enhrp.hdr.op.type',
      '-e_ws.malformed',
    ])
    expect(out).toBe('1\t3\t\n')
  })

  test('names the packet that no association takes', async () => {
    const { code, err } = await command(...registration, '--spoke', '10.0.0.9', '--nbma', '150.1.9.9', '--seal', keys)
    expect([code, err]).toEqual([2, 'dmvpn: packet 1 is not sealed: no association from 150.1.9.9 to 150.1.1.1'])
    expect(await command(...registration, ...spoke, '--seal-mode', 'tunnel')).toMatchObject({ code: 2 })
  })
})
