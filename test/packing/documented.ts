/** The library examples of the documents, each as a module that compiles and runs by itself. */
import { readFileSync } from 'node:fs'

export interface Example {
  /** The folder, the document, and a number: `core-README-1`. */
  readonly name: string
  readonly source: string
}

/** What an example takes for given, and where it comes from. */
const given: Readonly<Record<string, string>> = {
  source: "export const source = ipv4Of('150.1.2.2')",
  destination: "export const destination = ipv4Of('150.1.1.1')",
  message: 'export const message = nhrp.defaults',
  capture: "export const capture = readCaptureFile('capture.pcap')",
  keep: 'export const keep = (frame: Frame | undefined): void => console.log(frame?.layers.length)',
}

/** The module `given.ts`, beside the examples. */
export const givenModule: string = `import { readCaptureFile } from '@dmvpn/capture'
import { type Frame, nhrp } from '@dmvpn/protocols'
import { ipv4Of } from '@dmvpn/wire'

${Object.values(given).join('\n')}
`

/** Every `ts` block of a document, with what it takes for given imported. */
export function examplesOf(path: string): readonly Example[] {
  const text = readFileSync(path, 'utf8')
  const document = path.replace(/\.md$/, '').split('/').slice(-2).join('-')
  return Array.from(text.matchAll(/^```ts\n([\s\S]*?)^```$/gm), (block, i) => {
    const source = block[1]!
    const names = Object.keys(given).filter(name => uses(source, name))
    const lead = names.length === 0 ? '' : `import { ${names.join(', ')} } from './given.ts'\n`
    return { name: `${document}-${i + 1}`, source: lead + source }
  })
}

function uses(source: string, name: string): boolean {
  const code = source.replaceAll(/\/\/.*$|'[^']*'/gm, '')
  return new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`\\b(const|let|function)\\s+${name}\\b`).test(code)
}
