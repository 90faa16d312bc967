/** Logs of the samples. */
import { readFileSync } from 'node:fs'

/** What routers printed for an article: a file of `samples/debug`, by its name. */
export function debugLog(name: string): string {
  return readFileSync(new URL(`../../samples/debug/${name}.txt`, import.meta.url), 'utf8')
}
