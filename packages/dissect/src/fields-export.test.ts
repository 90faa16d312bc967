import { dmvpn } from '@dmvpn/protocols'
import { Sink } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { FieldsExport, type FieldsOptions, UnknownFieldError } from './fields-export.ts'
import { recordOf } from './frame-record.ts'
import { tunnelledBytes } from './sample-frames.test.data.ts'
import { Session } from './session/session.ts'

const record = recordOf(tunnelledBytes, 1, { seconds: 7, nanoseconds: 5 })

function line(names: readonly string[], options: Partial<FieldsOptions> = {}): string {
  const s = new Sink()
  new FieldsExport(dmvpn, names, options).write(s, record, new Session())
  return s.toString()
}

describe('-T fields', () => {
  it('joins all occurrences in packet order', () => {
    expect(line(['ip.src', 'ip.addr'])).toBe('150.1.3.3,10.0.0.3\t150.1.3.3,150.1.1.1,10.0.0.3,10.0.0.1\n')
  })

  it('leaves a field empty that the frame has not', () => {
    expect(line(['nhrp.htime', 'gre.key', 'nhrp.code'])).toBe('\t0x0000007b\t\n')
  })

  it('writes what the file says without walking the frame', () => {
    expect(line(['frame.number', 'frame.len', 'frame.time_epoch'])).toBe('1\t62\t7.000000005\n')
  })

  it('prints a protocol by its line, or its name where the line says no more', () => {
    expect(line(['gre', 'frame.protocols'])).toBe('Generic Routing Encapsulation (IP)\teth:ethertype:ip:gre:ip\n')
  })

  it('prints the same field twice where it is asked for twice', () => {
    expect(line(['gre.key', 'gre.key'])).toBe('0x0000007b\t0x0000007b\n')
  })

  it('computes what is asked for only', () => {
    expect(line(['ip.checksum.status'])).toBe('2,2\n')
  })

  it('knows the columns of the packet list', () => {
    expect(line(['_ws.col.Source', '_ws.col.Destination'])).toBe('10.0.0.3\t10.0.0.1\n')
  })

  it('lays out as told', () => {
    expect(line(['ip.src', 'ip.dst'], { occurrence: 'first', separator: ';' })).toBe('150.1.3.3;150.1.1.1\n')
    expect(line(['ip.src'], { occurrence: 'last' })).toBe('10.0.0.3\n')
    expect(line(['ip.src', 'nhrp.code'], { aggregator: ' ', quote: '"' })).toBe('"150.1.3.3 10.0.0.3"\t\n')
  })

  it('heads the lines with the names', () => {
    const s = new Sink()
    new FieldsExport(dmvpn, ['ip.src', 'gre.key'], { header: true, bom: true }).writeHeader(s)
    expect(Buffer.from(s.bytes.subarray(0, s.length)).toString('utf8')).toBe('\ufeffip.src\tgre.key\n')
  })

  it('refuses a name that nothing has, and says what may have been meant', () => {
    expect(() => new FieldsExport(dmvpn, ['gre.kye'])).toThrow(UnknownFieldError)
    expect(() => new FieldsExport(dmvpn, ['gre.kye'])).toThrow('no field is named gre.kye; did you mean gre.key?')
  })
})
