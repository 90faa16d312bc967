/** What of a frame of a known shape its summary line shows. */
import { freeFields } from './shapes/free-fields.ts'

/** The fields that a line may show, each as it is whatever its value. */
export const shownFields: ReadonlySet<string> = new Set([
  'ip.src',
  'ip.dst',
  'ip.ttl',
  'nhrp.reqid',
  'nhrp.src.nbma.addr',
  'nhrp.src.prot.addr',
  'nhrp.dst.prot.addr',
  'nhrp.htime',
  'nhrp.client.nbma.addr',
  'nhrp.client.prot.addr',
  'icmp.ident',
  'icmp.seq',
  'udp.srcport',
  'udp.dstport',
  'esp.spi',
])

/** Codes and prefix lengths change a line's words: frames of one shape have the same. */
const wording: ReadonlySet<string> = new Set(['nhrp.code', 'nhrp.prefix'])

/** What may differ in frames whose lines have the same words. */
export const freeInLines: ReadonlySet<string> = new Set([...freeFields].filter(name => !wording.has(name)))
