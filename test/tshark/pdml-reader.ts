/** PDML by an XML parser that is not ours: one that refuses what is not well-formed. */
import { SaxesParser } from 'saxes'

export interface PdmlNode {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: PdmlNode[]
}

/** The packets of a document, one after the other. Throws where the document is not well-formed. */
export function pdmlPackets(text: string): PdmlNode[] {
  const packets: PdmlNode[] = []
  const open: PdmlNode[] = []
  const parser = new SaxesParser()
  parser.on('error', error => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const node = { tag: name, attributes, children: [] }
    open.at(-1)?.children.push(node)
    open.push(node)
  })
  parser.on('closetag', ({ name }) => {
    const node = open.pop()!
    if (name !== 'packet') return
    packets.push(node)
    // The document above need not keep them.
    open.at(-1)?.children.pop()
  })
  for (let at = 0; at < text.length; at += 1 << 16) parser.write(text.slice(at, at + (1 << 16)))
  parser.close()
  return packets
}

/** The texts of the sections of PSML, packet by packet. */
export function psmlPackets(text: string): string[][] {
  const packets: string[][] = []
  let sections: string[] = []
  const parser = new SaxesParser()
  parser.on('error', error => {
    throw error
  })
  parser.on('opentag', ({ name }) => {
    if (name === 'section') sections.push('')
  })
  parser.on('text', part => {
    if (sections.length > 0) sections[sections.length - 1] += part
  })
  parser.on('closetag', ({ name }) => {
    if (name === 'structure') sections = []
    if (name !== 'packet') return
    packets.push(sections.map(section => section.trimEnd()))
    sections = []
  })
  parser.write(text).close()
  return packets
}
