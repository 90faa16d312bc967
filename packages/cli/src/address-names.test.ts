import { readFileSync } from 'node:fs'
import { readCapture, writePcapng } from '@dmvpn/capture'
import { describe, expect, it } from 'vitest'
import type { Io } from './io.ts'
import { MemoryOutput } from './output.ts'
import { run } from './program.ts'

const samples = new URL('../../../samples/', import.meta.url)
const capture = octets('captures/06-nat-frr10.hub-link.pcap')
const text = (lines: string): Uint8Array => new TextEncoder().encode(lines)

function octets(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, samples)))
}

const files = new Map([
  ['nat.pcap', capture],
  ['article.pcap', octets('vectors/article-phase2-cef.pcap')],
  ['named.pcapng', withNames(capture)],
  ['hosts', text('# underlay\n150.1.1.1 hub hub.example\n150.1.2.2 spoke1 # behind a NAT\n10.0.0.2\tspoke1-tunnel\n')],
  ['R1.cfg', octets('scenarios/phase-2-eigrp/R1.cfg')],
  ['R3.cfg', octets('scenarios/phase-2-eigrp/R3.cfg')],
  ['empty', text('# nothing\n')],
])

/** A capture as pcapng that says itself what 150.1.1.1 is called. */
function withNames(bytes: Uint8Array): Uint8Array {
  const written = writePcapng([...readCapture(bytes)])
  const section = new DataView(written.buffer, written.byteOffset).getUint32(4, true)
  const name = text('nrb-hub\0')
  const block = new Uint8Array(8 + 4 + 12 + 4 + 4)
  const view = new DataView(block.buffer)
  view.setUint32(0, 4, true)
  view.setUint32(4, block.length, true)
  view.setUint16(8, 1, true)
  view.setUint16(10, 4 + name.length, true)
  block.set([150, 1, 1, 1], 12)
  block.set(name, 16)
  view.setUint32(block.length - 4, block.length, true)
  return new Uint8Array([...written.subarray(0, section), ...block, ...written.subarray(section)])
}

async function command(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const out = new MemoryOutput()
  const errors: string[] = []
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {})()
  const io: Io = { out, err: line => errors.push(line), stdin, files, env: {}, isTTY: false }
  return { code: await run(words, io), out: out.text, err: errors.join('\n') }
}

describe('names of addresses', () => {
  it('stand in the line of a packet', async () => {
    const { out } = await command('dissect', 'nat.pcap', '--names', 'hosts', '-c', '3')
    expect(out).toContain('      spoke1 → hub          NHRP 147')
    expect(out).toContain('spoke1-tunnel is at 192.168.2.2')
  })

  it('stand before the address in the tree', async () => {
    const { out } = await command('dissect', 'nat.pcap', '-H', 'hosts', '-c', '3', '-V')
    expect(out).toContain('Internet Protocol Version 4, Src: spoke1 (150.1.2.2), Dst: hub (150.1.1.1)')
    expect(out).toContain('    Source Address: spoke1 (150.1.2.2)\n')
    expect(out).toContain('Source Protocol Address: spoke1-tunnel (10.0.0.2)\n')
  })

  it('are what the fields of hosts hold, and what filters ask for', async () => {
    const fields = ['-T', 'fields', '-e', 'ip.src', '-e', 'ip.src_host', '-e', '_ws.col.Destination']
    const { out } = await command(
      'dissect',
      'nat.pcap',
      '--names',
      'hosts',
      '-Y',
      'ip.dst_host == "hub"',
      '-c',
      '3',
      ...fields,
    )
    expect(out).toBe('150.1.2.2\tspoke1\thub\n')
    const json = await command('dissect', 'nat.pcap', '--names', 'hosts', '-c', '3', '-T', 'json')
    expect(json.out).toContain('"ip.src_host": "spoke1"')
    expect(json.out).toContain('"ip.src": "150.1.2.2"')
  })

  it('come from routers’ configurations, with the interface', async () => {
    const { out } = await command('dissect', 'article.pcap', '--names', 'R1.cfg', '--names', 'R3.cfg', '-c', '2')
    expect(out).toContain('R3/Loopback0 → R1/Loopback0 NHRP')
    expect(out).toContain('Tell R3/Tunnel0 at R3/Loopback0')
  })

  it('come from the capture itself, when asked for', async () => {
    expect((await command('dissect', 'named.pcapng', '-c', '3')).out).not.toContain('nrb-hub')
    expect((await command('dissect', 'named.pcapng', '-c', '3', '-N', 'n')).out).toContain('150.1.2.2 → nrb-hub')
    expect((await command('dissect', 'named.pcapng', '-c', '3', '-N', 'n', '-n')).out).not.toContain('nrb-hub')
    const both = await command('dissect', 'named.pcapng', '-c', '3', '--names', 'hosts')
    expect(both.out).toContain('spoke1 → hub ')
  })

  it('are forgotten after the command', async () => {
    await command('dissect', 'nat.pcap', '--names', 'hosts', '-c', '3')
    expect((await command('dissect', 'nat.pcap', '-c', '3')).out).not.toContain('hub')
  })

  it.each([
    ['empty', 'neither names nor'],
    ['nope', 'cannot read nope'],
  ])('refuses %s', async (file, message) => {
    const { code, err } = await command('dissect', 'nat.pcap', '--names', file)
    expect(code).toBeGreaterThan(1)
    expect(err).toContain(message)
  })
})

describe('two passes', () => {
  const fields = ['-T', 'fields', '-e', 'nhrp.response_in', '-e', 'icmp.resp_in', '-Y', 'nhrp || icmp']

  it('over a file are made for what only NHRP transactions tell', async () => {
    const { out } = await command('dissect', 'nat.pcap', ...fields)
    expect(out.split('\n').filter(line => /^\d+\t$/.test(line)).length).toBeGreaterThan(10)
    expect(out).not.toMatch(/^\t\d/m)
  })

  it('with -2 are made for everything', async () => {
    expect((await command('dissect', 'nat.pcap', '-2', ...fields)).out).toMatch(/^\t\d/m)
  })

  it('are not made over a pipe, unless asked for', async () => {
    const piped = async (...more: string[]): Promise<string> => {
      const out = new MemoryOutput()
      const stdin = (async function* (): AsyncGenerator<Uint8Array> {
        yield capture.subarray(0, 1000)
        yield capture.subarray(1000)
      })()
      await run(['dissect', '-', ...fields, ...more], { out, err: () => {}, stdin, env: {}, isTTY: false })
      return out.text
    }
    expect(await piped()).not.toMatch(/\d/)
    expect(await piped('-2')).toBe((await command('dissect', 'nat.pcap', '-2', ...fields)).out)
  })

  it('look beyond what is printed, so that a request is not called unanswered too soon', async () => {
    const { out } = await command('dissect', 'nat.pcap', '-c', '3', '-T', 'fields', '-e', 'nhrp.response_in')
    expect(out).toBe('\n\n5\n')
  })

  it('show what later frames tell in the tree and in JSON', async () => {
    expect((await command('dissect', 'nat.pcap', '-c', '3', '-O', 'nhrp')).out).toContain('[Response in frame: 5]')
    expect((await command('dissect', 'nat.pcap', '-c', '4', '-T', 'json')).out).toContain('"nhrp.retransmission": "3"')
  })
})
