/** Compressed captures: which expander a file needs. */
import { type Expander } from './expander.ts'
import { GzipExpander } from './gzip.ts'
import { Lz4Expander } from './lz4.ts'
import type { Compression } from './magic.ts'
import { ZstdExpander } from './zstd.ts'

/** A new expander for a file compressed so. */
export function expanderOf(compression: Compression): Expander {
  switch (compression) {
    case 'gzip':
      return new GzipExpander()
    case 'zstd':
      return new ZstdExpander()
    case 'lz4':
      return new Lz4Expander()
  }
}
