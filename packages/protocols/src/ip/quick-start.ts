/**
 * The Quick-Start option, RFC 4782 §3.1, whose body is the same in IPv4 and IPv6.
 *
 *  | Func. | Rate  |    QS TTL     |
 *  |        QS Nonce (30)                              | R |
 */
import { bits, type Field, generated, type Layout, layout, type Names, names, u8 } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

const rateNames: Names = names({
  0: '0 bit/s',
  1: '80 Kbit/s',
  2: '160 Kbit/s',
  3: '320 Kbit/s',
  4: '640 Kbit/s',
  5: '1.28 Mbit/s',
  6: '2.56 Mbit/s',
  7: '5.12 Mbit/s',
  8: '10.24 Mbit/s',
  9: '20.48 Mbit/s',
  10: '40.96 Mbit/s',
  11: '81.92 Mbit/s',
  12: '163.84 Mbit/s',
  13: '327.68 Mbit/s',
  14: '655.36 Mbit/s',
  15: '1.31072 Gbit/s',
})
const functionNames: Names = names({ 0: 'Rate request', 8: 'Rate report' })

interface Start {
  readonly function: number
  readonly rate: number
}

export interface QuickStart {
  readonly request: Layout<Start & { readonly ttl: number }>
  readonly report: Layout<Start & { readonly unused: number }>
  readonly nonce: Layout<{ readonly nonce: number; readonly reserved: number }>
  /** For functions nobody defined. */
  readonly function: Field
  /** How far the packet's TTL is from the option's: unchanged along the way where every router took part. */
  readonly difference: Field
}

/** The option's fields under a prefix: `ip.opt`, `ipv6.opt`. */
export function quickStart(prefix: string): QuickStart {
  const parts = {
    function: bits(4, `${prefix}.qs_func`, 'Function', { names: functionNames }),
    rate: bits(4, `${prefix}.qs_rate`, 'Rate', { names: rateNames }),
  }
  return {
    request: layout(prefix, 'Quick-Start request', { ...parts, ttl: u8(`${prefix}.qs_ttl`, 'QS TTL') }),
    report: layout(prefix, 'Quick-Start report', { ...parts, unused: u8(`${prefix}.qs_unused`, 'Not Used') }),
    nonce: layout(prefix, 'Quick-Start nonce', {
      nonce: bits(30, `${prefix}.qs_nonce`, 'QS Nonce', { base: 'hex' }),
      reserved: bits(2, `${prefix}.qs_reserved`, 'Reserved', { base: 'hex', type: 'uint32' }),
    }),
    function: parts.function.field,
    difference: generated(`${prefix}.qs_ttl_diff`, 'TTL Diff', 'uint8'),
  }
}

/** Shows the body between the cursor and `end`; `ttl` is the packet's own. Gives what the option's title says of it. */
export function showQuickStart(c: PacketCursor, of: QuickStart, end: number, ttl: number): string {
  const code = c.view.getUint8(c.at) >>> 4
  const name = `${functionNames.nameOf(code) ?? `Unknown (${code})`} (${code})`
  if (code !== 0 && code !== 8) {
    c.show(of.function, code, c.at, 1)
    c.at += 1
    return `: ${name}`
  }
  if (end - c.at < 2) return ''
  let text = `: ${name}, `
  if (code === 0) {
    const request = c.take(of.request)
    const difference = (ttl - request.ttl) & 0xff
    c.show(of.difference, difference, c.at - 1, 1)
    text += `${rateNames.nameOf(request.rate)!}, QS TTL ${request.ttl}, QS TTL diff ${difference}`
  } else text += rateNames.nameOf(c.take(of.report).rate)!
  if (end - c.at >= of.nonce.size) c.take(of.nonce)
  return text
}
