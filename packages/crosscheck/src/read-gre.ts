/** GRE walked by its own flags. */
import type { Header } from './header.ts'
import {
  gre,
  greAcknowledgment,
  greCall,
  greChecksum,
  greKey,
  greRoute,
  greSequence,
  greWithAcknowledgment,
} from './headers.ts'
import { type LayerOpinion, type Region, remainder, say, wordAt } from './opinion.ts'

export const greHeaders: readonly Header[] = [
  gre,
  greWithAcknowledgment,
  greChecksum,
  greKey,
  greCall,
  greSequence,
  greAcknowledgment,
  greRoute,
]

/**
 * RFC 2784 §2, RFC 2890 §2, RFC 1701 (routing), RFC 2637 §4.1 (PPTP), in which bit 8 and the key mean something else.
 * The protocol type that is carried; throws Stop where octets are missing.
 */
export function readGre(region: Region, layer: LayerOpinion): number {
  const start = region.at
  const [flags, carried] = [wordAt(region, 0), wordAt(region, 2)]
  const isPptp = carried === 0x880b && (flags & 7) !== 0
  const acknowledges = isPptp || carried === 0x8881 || carried === 0x88d2
  const head = region.take(acknowledges ? greWithAcknowledgment : gre, layer)
  const isSet = (name: string): boolean => head.get(`gre.flags.${name}`) === '1'
  if (isSet('checksum') || isSet('routing')) {
    region.take(greChecksum, layer)
    const right = remainder(region.bytes.subarray(start, region.end)) === 0
    say(layer, 'gre.checksum.status', isSet('checksum') ? (right ? '1' : '0') : '2')
  }
  if (isSet('key')) region.take(isPptp ? greCall : greKey, layer)
  if (isSet('sequence_number')) region.take(greSequence, layer)
  if (isSet('ack')) region.take(greAcknowledgment, layer)
  if (isSet('routing')) {
    for (;;) {
      const length = Number(region.take(greRoute, layer).get('gre.routing.src_length'))
      region.octets(length)
      if (length === 0) break
    }
  }
  // A redirect header follows, which is not described here.
  layer.isOpen = carried === wccp
  return carried
}

const wccp = 0x883e
