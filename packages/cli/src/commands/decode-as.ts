/** tshark's `-d layer==value,protocol`: who reads what a port or a protocol number leads to. */

import { Catalogue, editDistance } from '@dmvpn/dissect'
import type { AnyProtocol, DecodeAs, Stack } from '@dmvpn/protocols'
import { stack as stackOf } from '@dmvpn/protocols'
import { CommandError } from '../exit-code.ts'
import { unknownName } from './unknown-name.ts'

/** The stack with the rules on top of its own. Throws CommandError where a rule is wrong. */
export function decodingAs(stack: Stack, rules: readonly string[] | undefined): Stack {
  if (rules === undefined) return stack
  return stackOf(
    stack.protocols,
    rules.flatMap(rule => ruleOf(rule, stack)),
  )
}

const rulePattern = /^([\w.]+)\s*==\s*(\w+)(?:([-:])(\w+))?\s*,\s*([\w.]+)$/

function ruleOf(rule: string, stack: Stack): readonly DecodeAs[] {
  const [, table = '', first = '', range, last = '', name = ''] = rulePattern.exec(rule) ?? []
  if (table === '') {
    throw new CommandError(`-d ${rule}: not of the form layer==value,protocol: udp.port==5000-5009,udpencap`)
  }
  const tables = tablesOf(stack)
  if (!tables.includes(table)) throw new CommandError(`-d ${rule}: ${unknownTable(table, tables)}`)
  const protocol = protocolOf(name, rule, stack)
  const from = numberOf(first, rule)
  const to = range === undefined ? from : range === '-' ? numberOf(last, rule) : from + numberOf(last, rule) - 1
  if (to < from || to - from > 0xffff) throw new CommandError(`-d ${rule}: no such range`)
  return Array.from({ length: to - from + 1 }, (_, index) => ({ table, key: from + index, protocol }))
}

function protocolOf(name: string, rule: string, stack: Stack): AnyProtocol {
  const protocol = stack.protocols.find(each => each.name === name)
  if (protocol !== undefined) return protocol
  const meant = new Catalogue(stack)
    .suggestions(name)
    .filter(each => stack.protocols.some(known => known.name === each))
  throw new CommandError(`-d ${rule}: ${unknownName('protocol', name, meant)}`)
}

function numberOf(text: string, rule: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new CommandError(`-d ${rule}: ${text} is not a number`)
  return value
}

/** What protocols are found by, as far as users know of it: our own tables have no name of Wireshark's. */
function tablesOf(stack: Stack): readonly string[] {
  const tables = new Set(stack.protocols.flatMap(({ over }) => over.map(({ table }) => table)))
  return [...tables].filter(table => !own.has(table)).sort()
}

const own: ReadonlySet<string> = new Set(['eth.len', 'nhrp.quote', 'mpls.bottom', 'erspan.ft', 'link'])

function unknownTable(name: string, known: readonly string[]): string {
  const [closest] = known.toSorted((a, b) => editDistance(name, a) - editDistance(name, b))
  if (closest !== undefined && editDistance(name, closest) <= 2) return unknownName('layer', name, [closest])
  return `${unknownName('layer', name, [])}: not one of ${known.join(', ')}`
}
