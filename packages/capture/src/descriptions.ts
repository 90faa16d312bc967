/** What a pcapng file says of itself between its packets: sections, interfaces, names. */
import { blockType, type NamedAddress, type SectionDescription } from './block.ts'
import { readInterface, readNames, readSection } from './block-read.ts'
import { Clock } from './clock.ts'
import { recordLimit } from './decoder.ts'
import type { InterfaceDescription } from './interface-description.ts'
import type { Window } from './window.ts'

/** Kept of a file at most: what describes it must not grow with it. */
const mostInterfaces = 65_536
const mostNames = 65_536

/** An interface of this section, with what each of its packets needs. */
export interface Port {
  readonly description: InterfaceDescription
  readonly clock: Clock
  readonly limit: number
}

/** What is wrong with a block: how far behind its start, in which field, why, and by which paragraph. */
export type Refusal = readonly [from: number, reading: string, because: string, paragraph: string]

export class Descriptions {
  /** Over all sections. */
  readonly interfaces: InterfaceDescription[] = []
  readonly names: NamedAddress[] = []
  section: SectionDescription | undefined
  /** The interfaces of this section: packets count from its start. */
  ports: Port[] = []

  /** Takes in the block `[at, end)`, of whatever type. */
  read(window: Window, type: number, at: number, end: number, little: boolean): Refusal | undefined {
    if (type === blockType.section) {
      if (end - at < 28) return [4, 'pcapng.block.length', 'too short for a section', '§4.1']
      const major = window.view.getUint16(at + 12, little)
      if (major !== 1) return [12, 'pcapng.section.version', `version ${major} is not 1`, '§4.1']
      this.section = readSection(window, at, end, little)
      this.ports = []
    } else if (type === blockType.interface) {
      if (end - at < 20) return [4, 'pcapng.block.length', 'too short for an interface', '§4.2']
      if (this.interfaces.length >= mostInterfaces) {
        return [0, 'pcapng.interface', `more than ${mostInterfaces} interfaces`, '§4.2']
      }
      const description = readInterface(window, at, end, little, this.interfaces.length)
      this.interfaces.push(description)
      const clock = new Clock(description.resolution, description.offset)
      this.ports.push({ description, clock, limit: recordLimit(description.snapLength) })
    } else if (type === blockType.names) {
      readNames(window, at, end, little, name => {
        if (this.names.length < mostNames) this.names.push(name)
      })
    }
    return undefined
  }

  /** The interface that a block which was read is about, where it is about one. */
  interfaceOf(
    window: Window,
    type: number,
    at: number,
    end: number,
    little: boolean,
  ): InterfaceDescription | undefined {
    if (type === blockType.interface) return this.interfaces.at(-1)
    if (type !== blockType.statistics || end - at < 24) return undefined
    return this.ports[window.view.getUint32(at + 8, little)]?.description
  }
}
