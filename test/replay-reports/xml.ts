/** Just enough of an XML reader to see that a document is well-formed and what it says. */

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

/** Reads a document; throws where it is not well-formed. Knows elements, attributes, text and the five entities. */
export function readXml(document: string): Element {
  // oxlint-disable-next-line no-control-regex -- XML 1.0 §2.2: these characters may not be there
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(document)) throw new Error('a character no XML has')
  const tokens = /<\?xml[^?]*\?>\s*|<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy
  const root = open('', {})
  const stack = [root]
  while (tokens.lastIndex < document.length) {
    const at = tokens.lastIndex
    const found = tokens.exec(document)
    if (found === null) throw new Error(`not well-formed at ${JSON.stringify(document.slice(at, at + 40))}`)
    const [, end, name, attributes = '', empty, text] = found
    const top = stack.at(-1)!
    if (text !== undefined) top.text += plain(text)
    else if (name !== undefined && end === '/') {
      if (top.name !== name) throw new Error(`</${name}> ends <${top.name}>`)
      stack.pop()
    } else if (name !== undefined) {
      const element = open(name, attributesOf(attributes))
      top.children.push(element)
      if (empty !== '/') stack.push(element)
    }
  }
  if (stack.length !== 1 || root.children.length !== 1) throw new Error('not one element in all')
  return root.children[0]!
}

/** Every element of a name, in the order of the document. */
export function elements(element: Element, name: string): readonly Element[] {
  const below = element.children.flatMap(each => elements(each, name))
  return element.name === name ? [element, ...below] : below
}

interface Open extends Element {
  readonly children: Open[]
  text: string
}

function open(name: string, attributes: Readonly<Record<string, string>>): Open {
  return { name, attributes, children: [], text: '' }
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [, name, value] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (Object.hasOwn(found, name!)) throw new Error(`attribute ${name} twice`)
    found[name!] = plain(value!)
  }
  return found
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function plain(text: string): string {
  return text.replaceAll(/&([^;]*);?/g, (all, name: string) => {
    const code = /^#(?:x([\da-f]+)|(\d+))$/i.exec(name)
    if (code !== null)
      return String.fromCodePoint(Number.parseInt(code[1] ?? code[2]!, code[1] === undefined ? 10 : 16))
    const known = entities[name]
    if (known === undefined || !all.endsWith(';')) throw new Error(`no entity: ${all}`)
    return known
  })
}
