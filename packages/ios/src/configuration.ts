import { parseFrr } from './frr.ts'
import type { Configuration } from './line.ts'
import { parseOpenNhrp } from './opennhrp.ts'
import { type ParseOptions, parseIos } from './parse.ts'

/** Reads a router's configuration in whichever of the three languages it is written, told by its content. */
export function parseConfiguration(text: string, options: ParseOptions = {}): Configuration {
  switch (dialectOf(text)) {
    case 'ios':
      return parseIos(text, options)
    case 'frr':
      return parseFrr(text, options)
    case 'opennhrp':
      return parseOpenNhrp(text, options)
    default:
      throw new RangeError('no such dialect')
  }
}

const openNhrpLine =
  /^\s*(holding-time|cisco-authentication|shortcut-destination|map \S+\/\d+ \S+|multicast (nhs|dynamic)|dynamic-map )/m
const frrLine =
  /^\s*(frr (version|defaults)|nhrp (multicast-)?nflog-group|no link-detect|tunnel protection vici|ip (-6 )?(tunnel|link|addr|address|route) add|interface [a-z]+\d*\s*$|router ospf\s*$|ip nhrp nhs (dynamic|\S+) nbma)/m

/** In which language a configuration is written. */
export function dialectOf(text: string): Configuration['dialect'] {
  if (openNhrpLine.test(text)) return 'opennhrp'
  // IOS writes its interfaces with a capital; a lower-case one with a number alone is Linux's, unless typed short.
  const frr = frrLine.test(text) && !/^\s*(interface (Tunnel|Loopback|tu|lo) ?\d|tunnel mode |version \d)/im.test(text)
  return frr ? 'frr' : 'ios'
}
