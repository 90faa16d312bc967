/** What `dmvpn diff` finds, and what it rightly does not. */
import { bytesOf, type CaptureRecord, keep, readCaptureFile, writePcap } from '@dmvpn/capture'
import { MemoryOutput, run } from '@dmvpn/cli'
import { Catalogue, dissect, type TreeNode } from '@dmvpn/dissect'
import { dmvpn, nhrp } from '@dmvpn/protocols'
import { diffSchema, usuallyIgnored } from '@dmvpn/replay'
import { checksumWithout } from '@dmvpn/wire'
import { describe, expect, it, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { departure } from '../schema/json-schema.ts'

const files = [...captureFiles(), ...captureFiles('vectors')]

function sample(name: string): readonly CaptureRecord[] {
  return [...readCaptureFile(files.find(each => each.endsWith(name))!)].map(keep)
}

interface Difference {
  readonly kind: 'changed' | 'missing' | 'extra'
  readonly a?: number
  readonly b?: number
  readonly summary: string
  readonly fields?: readonly { readonly field: string; readonly a: string | null; readonly b: string | null }[]
}

async function command(
  words: readonly string[],
  captures: Readonly<Record<string, Uint8Array>> | undefined,
  stdin?: Uint8Array,
) {
  const out = new MemoryOutput()
  const errors: string[] = []
  const known = captures === undefined ? undefined : new Map(Object.entries(captures))
  const io = {
    out,
    err: (line: string) => errors.push(line),
    stdin: chunks(stdin),
    files: known,
    env: {},
    isTTY: false,
  }
  const code = await run(['diff', ...words], io)
  return { code, out: out.text, err: errors.join('\n') }
}

async function* chunks(octets: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  if (octets !== undefined) yield octets
}

/** What differs between two lists of records. */
async function differences(
  a: readonly CaptureRecord[],
  b: readonly CaptureRecord[],
  ...words: readonly string[]
): Promise<readonly Difference[]> {
  const captures = { a: writePcap(a), b: writePcap(b) }
  const { code, out, err } = await command(['a', 'b', '--format', 'json', ...words], captures)
  expect(err).toBe('')
  const answer = JSON.parse(out) as { readonly equal: boolean; readonly differences: readonly Difference[] }
  expect(departure(answer, diffSchema())).toBeUndefined()
  expect(code).toBe(answer.equal ? 0 : 1)
  expect(answer.differences.length === 0).toBe(answer.equal)
  return answer.differences
}

/** The records with one of them changed; `change` is given its octets, and where in them its NHRP packet begins. */
function changed(
  records: readonly CaptureRecord[],
  number: number,
  change: (octets: Uint8Array, at: number) => void,
): readonly CaptureRecord[] {
  const record = records[number - 1]!
  const octets = bytesOf(record).slice()
  const frame = dmvpn.decode(octets, record.linkType)
  const layer = frame.layers.find(({ protocol }) => protocol === nhrp)
  change(octets, layer?.at ?? 0)
  if (layer !== undefined) {
    const view = new DataView(octets.buffer)
    const end = Math.min(octets.length, layer.at + view.getUint16(layer.at + 10))
    view.setUint16(layer.at + 12, checksumWithout(view, layer.at, end, layer.at + 12))
  }
  return records.with(number - 1, { ...record, ...placed(octets) })
}

function placed(octets: Uint8Array): Pick<CaptureRecord, 'buffer' | 'view' | 'start' | 'end'> {
  return { buffer: octets, view: new DataView(octets.buffer), start: 0, end: octets.length }
}

/** Where they stand in a message with addresses of four octets. */
const codeAt = 40
const holdingTimeAt = 46

const phase3 = sample('02a-phase3-auth-frr10.hub-link.pcap').slice(0, 60)

/** The number of the first frame with an NHRP message of the type. */
function firstOf(type: number): number {
  return phase3.findIndex(each => dmvpn.decode(bytesOf(each), each.linkType).find(nhrp)?.type === type) + 1
}

test.each(files.map(file => [file.slice(file.lastIndexOf('/') + 1), file]))('%s equals itself', async (_, file) => {
  const { code, out } = await command([file, file], undefined)
  expect(out).toMatch(/^equal: \d+ frames compared\n$/)
  expect(code).toBe(0)
})

test('two captures of one network differ', async () => {
  const [one, other] = ['01-reg-auth-frr10.hub-link.pcap', '02a-phase3-auth-frr10.hub-link.pcap'].map(sample)
  expect((await differences(one!, other!)).length).toBeGreaterThan(10)
})

describe('a change is found at its frame', () => {
  const types = [1, 2, 3, 4, 8]

  it.each(types)('of any field of message type %i', async type => {
    const first = firstOf(type)
    const records = phase3.slice(Math.max(0, first - 6), first + 6)
    const record = phase3[first - 1]!
    const number = records.indexOf(record) + 1
    const layer = dissect(dmvpn, record).tree.find(each => each.name === 'nhrp')!
    const leaves = leavesOf(layer).filter(each => !usuallyIgnored.includes(each.name) && !each.generated)
    expect(leaves.length).toBeGreaterThan(15)
    for (const leaf of leaves) {
      if (type === 2 && leaf.name === 'nhrp.htime') continue
      const b = changed(records, number, octets => {
        const bit = leaf.bit
        // The last bit of the field.
        const last = bit === undefined ? 8 * leaf.length - 1 : bit.first + bit.width - 1
        octets[leaf.at + (last >>> 3)]! ^= 0x80 >>> (last & 7)
      })
      const found = await differences(records, b)
      expect([leaf.name, found.length]).not.toEqual([leaf.name, 0])
      for (const each of found)
        expect([leaf.name, each.a ?? number, each.b ?? number]).toEqual([leaf.name, number, number])
    }
  })

  it('with its name and both values, and those of passwords masked', async () => {
    const number = firstOf(4)
    const b = changed(phase3, number, (octets, at) => {
      octets[at + codeAt] = 14
      octets[at + holdingTimeAt] = 0x1c
    })
    const fields = [
      { field: 'nhrp.code', a: '0', b: '14' },
      { field: 'nhrp.htime', a: '30', b: '7198' },
    ]
    const summary = 'NHRP Registration Reply, ID=1, Code=Success, 10.0.0.2 is at 150.1.2.2 for 30 s'
    expect(await differences(phase3, b)).toEqual([{ kind: 'changed', a: number, b: number, summary, fields }])
    const request = firstOf(3)
    const key = bytesOf(phase3[request - 1]!).lastIndexOf('c'.charCodeAt(0))
    const other = changed(phase3, request, octets => {
      octets[key] = 'k'.charCodeAt(0)
    })
    expect(await differences(phase3, other)).toMatchObject([
      { a: request, fields: [{ field: 'nhrp.auth_ext.key', a: '*****', b: '***** (another)' }] },
    ])
  })

  it('under the name it has, not one that several share; of flags, the flag', async () => {
    const number = firstOf(3)
    const fields = async (at: number, bit: number, ...words: readonly string[]): Promise<readonly string[]> => {
      const b = changed(phase3, number, octets => {
        octets[at]! ^= bit
      })
      return (await differences(phase3, b, '-Y', 'nhrp', ...words)).flatMap(each =>
        each.fields!.map(({ field }) => field),
      )
    }
    const message = dmvpn.decode(bytesOf(phase3[number - 1]!), 1).layers.find(({ protocol }) => protocol === nhrp)!.at
    expect(await fields(5, 1)).toEqual(['eth.dst'])
    expect(await fields(5, 1, '--only', 'eth.addr')).toEqual(['eth.addr'])
    expect(await fields(message + 22, 0x80)).toEqual(['nhrp.flags', 'nhrp.flag.u'])
    expect(await fields(message + 23, 0x01)).toEqual(['nhrp.flags'])
    expect(await fields(20, 0x40, '--only', 'ip.flags.df')).toEqual(['ip.flags.df'])
  })

  it('of an address, a message type and a length that breaks the packet', async () => {
    const number = firstOf(1)
    const address = changed(phase3, number, (octets, at) => {
      octets[at + 39] = 99
    })
    expect(await differences(phase3, address)).toMatchObject([{ kind: 'changed', a: number, b: number }])
    const type = changed(phase3, number, (octets, at) => {
      octets[at + 17] = 2
    })
    expect((await differences(phase3, type))[0]).toMatchObject({ a: number })
    const broken = changed(phase3, number, (octets, at) => {
      octets[at + 11] = 9
    })
    const [found] = await differences(phase3, broken)
    expect(found).toMatchObject({ a: number })
  })

  it.each([3, 4, 20, 40, 55])('also where frame %i is missing, or only in the second', async number => {
    const without = phase3.toSpliced(number - 1, 1)
    expect(await differences(phase3, without)).toEqual([{ kind: 'missing', a: number, summary: expect.any(String) }])
    expect(await differences(without, phase3)).toEqual([{ kind: 'extra', b: number, summary: expect.any(String) }])
  })

  it('beside others that are missing and new', async () => {
    const reply = firstOf(4)
    const indication = firstOf(8)
    const b = changed(phase3, reply, (octets, at) => {
      octets[at + codeAt] = 5
    }).toSpliced(indication - 1, 1)
    const found = await differences(phase3, [...b, phase3[firstOf(3) - 1]!])
    expect(found.map(({ kind, a, b: inB }) => [kind, a, inB])).toEqual([
      ['changed', reply, reply],
      ['missing', indication, undefined],
      ['extra', undefined, phase3.length],
    ])
  })
})

describe('what says nothing is not compared', () => {
  it('times', async () => {
    const later = phase3.map((each, i) => ({ ...each, seconds: each.seconds + 1000 + i }))
    expect(await differences(phase3, later)).toEqual([])
  })

  it('the order in which transactions overlap', async () => {
    const request = firstOf(3)
    const other = phase3.findIndex(
      (each, i) => i >= request + 1 && dmvpn.decode(bytesOf(each), each.linkType).find(nhrp)?.type === 3,
    )
    // The second client's request comes before the first one is answered.
    const moved = [
      ...phase3.slice(0, request),
      phase3[other]!,
      ...phase3.slice(request).filter(x => x !== phase3[other]),
    ]
    expect(await differences(phase3, moved)).toEqual([])
  })

  it('request ids that are counted from elsewhere, identifications and the remaining holding time', async () => {
    let b: readonly CaptureRecord[] = phase3
    phase3.forEach((each, i) => {
      const packet = dmvpn.decode(bytesOf(each), each.linkType).find(nhrp)
      if (packet === undefined || !('requestId' in packet)) return
      b = changed(b, i + 1, (octets, at) => {
        octets[at + 26] = 7
        // The IPv4 header's identification, behind Ethernet.
        octets[18] = 0x55
        const view = new DataView(octets.buffer)
        view.setUint16(24, checksumWithout(view, 14, 34, 24))
        if (packet.type === 2) octets[at + holdingTimeAt + 1] = 12
      })
    })
    expect(await differences(phase3, b)).toEqual([])
    const ids = await differences(phase3, b, '--only', 'nhrp.reqid')
    expect(ids.length).toBeGreaterThan(5)
    expect(ids[0]).toMatchObject({ a: 3, b: 3, fields: [{ field: 'nhrp.reqid', a: '0x00000001', b: '0x00000701' }] })
    const times = await differences(phase3, b, '--only', 'nhrp.htime')
    expect(times.every(({ summary }) => summary.includes('Resolution Reply'))).toBe(true)
    expect(times.length).toBeGreaterThan(0)
  })
})

describe('what is compared can be chosen', () => {
  const reply = firstOf(4)
  const refused = changed(phase3, reply, (octets, at) => {
    octets[at + codeAt] = 14
    octets[at + holdingTimeAt + 1] = 99
  })

  it('--ignore, --only, and protocols for all that is theirs', async () => {
    const names = async (...words: readonly string[]): Promise<readonly string[]> =>
      (await differences(phase3, refused, ...words)).flatMap(each => each.fields ?? []).map(({ field }) => field)
    expect(await names()).toEqual(['nhrp.code', 'nhrp.htime'])
    expect(await names('--ignore', 'nhrp.code')).toEqual(['nhrp.htime'])
    expect(await names('--only', 'nhrp.code')).toEqual(['nhrp.code'])
    expect(await names('--only', 'nhrp', '--ignore', 'nhrp.htime')).toEqual(['nhrp.code'])
    expect(await names('--only', 'ip')).toEqual([])
    expect(await names('--ignore', 'nhrp')).toEqual([])
  })

  it('--only names what usually is not compared', async () => {
    const later = phase3.map(each => ({ ...each, seconds: each.seconds + 1000 }))
    const [found] = await differences(phase3, later, '--only', 'frame', '--most', '1')
    expect(found!.fields!.map(({ field }) => field)).toEqual(['frame.time', 'frame.time_epoch'])
  })

  it('-Y', async () => {
    expect(await differences(phase3, refused, '-Y', 'icmp')).toEqual([])
    expect(await differences(phase3, refused, '-Y', 'nhrp.hdr.op.type == 4')).toMatchObject([{ a: reply, b: reply }])
  })

  it('--most', async () => {
    const captures = { a: writePcap(phase3), b: writePcap(phase3.slice(20)) }
    const { code, out } = await command(['a', 'b', '--most', '3'], captures)
    expect(code).toBe(1)
    expect(out.match(/^- a/gm)).toHaveLength(3)
    expect(out).toMatch(/3 missing in b, 0 only in b, and 17 differences more\n$/)
  })
})

describe('the command', () => {
  const a = writePcap(phase3)
  const b = writePcap(
    changed(phase3, firstOf(4), (octets, at) => {
      octets[at + codeAt] = 14
    }),
  )

  it('says both frames, the field and both values', async () => {
    const { code, out } = await command(['a', 'b'], { a, b })
    expect(code).toBe(1)
    expect(out).toBe(
      `a: a, ${phase3.length} frames\nb: b, ${phase3.length} frames\n` +
        '! a 4, b 4: NHRP Registration Reply, ID=1, Code=Success, 10.0.0.2 is at 150.1.2.2 for 30 s\n' +
        '    nhrp.code  0 → 14\n1 changed, 0 missing in b, 0 only in b\n',
    )
  })

  it('has a published schema (vitest -u writes it anew)', async () => {
    const schema = diffSchema()
    const file = '../../packages/replay/schema/diff.schema.json'
    await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(file)
    const { out } = await command(['a', 'b', '--format', 'json'], { a, b })
    const answer = JSON.parse(out) as { readonly differences: readonly object[] }
    expect(departure({ ...answer, differences: [{ ...answer.differences[0], b: 0 }] }, schema)).toContain('.b is 0')
    expect(departure({ ...answer, differences: [{ kind: 'missing', b: 1, summary: '' }] }, schema)).toContain(
      '.b is not allowed',
    )
  })

  it('lists in JSON what it did not compare', async () => {
    const { out } = await command(['a', 'a', '--format', 'json'], { a })
    const { ignored, equal } = JSON.parse(out) as { readonly equal: boolean; readonly ignored: readonly string[] }
    expect(equal).toBe(true)
    for (const name of ['nhrp.reqid', 'ip.id', 'frame.time', 'nhrp.htime of Resolution Replies']) {
      expect(ignored).toContain(name)
    }
    expect(ignored).not.toContain('nhrp.htime')
  })

  it('reads standard input', async () => {
    expect(await command(['a', '-'], { a }, b)).toMatchObject({ code: 1 })
    expect(await command(['-', 'a'], { a }, a)).toMatchObject({ code: 0 })
    expect(await command(['-', '-'], { a }, a)).toMatchObject({ code: 2 })
  })

  it('ignores nothing by a name that no field has', () => {
    const catalogue = new Catalogue(dmvpn)
    expect(usuallyIgnored.filter(name => catalogue.find(name) === undefined)).toEqual([])
  })

  it('refuses names of no field, and files that are not there', async () => {
    const { code, err } = await command(['a', 'a', '--ignore', 'nhrp.htim'], { a })
    expect(code).toBe(2)
    expect(err).toContain('no field is named nhrp.htim; did you mean nhrp.htime?')
    expect(await command(['a', 'c'], { a })).toMatchObject({ code: 3 })
    expect(await command(['a', 'a', '-Y', 'nope'], { a })).toMatchObject({ code: 2 })
  })

  it('calls a file damaged that is cut, however much of it is equal', async () => {
    const { code, out, err } = await command(['a', 'cut'], { a, cut: a.subarray(0, a.length - 3) })
    expect(code).toBe(1)
    expect(out).toContain(`- a ${phase3.length}: `)
    expect(err).toContain('cut: the file is damaged')
    const twice = await command(['cut', 'cut'], { cut: a.subarray(0, a.length - 3) })
    expect(twice.out).toContain('equal')
    expect(twice.code).toBe(1)
  })

  it('opens ESP with keys, and compares what is in it', async () => {
    const file = files.find(each => each.endsWith('07b-esp.3des-md5.s2-link.pcap'))!
    const keys = file.replace('3des-md5.s2-link.pcap', 'esp_sa')
    const { code, out } = await command([file, file, '--esp-keys', keys, '-Y', 'nhrp'], undefined)
    expect(code).toBe(0)
    expect(out).not.toContain(' 0 frames')
  })
})

function leavesOf(node: TreeNode): readonly TreeNode[] {
  const below = node.children.filter(each => !each.hidden).flatMap(leavesOf)
  if (below.length > 0) return below
  return node.field === undefined || node.length === 0 || node.kind === 'note' ? [] : [node]
}
