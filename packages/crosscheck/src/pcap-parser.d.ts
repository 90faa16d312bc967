/** The part of pcap-parser 0.2.1 that is used; the package has no types. */
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events'

  export interface GlobalHeader {
    readonly snapshotLength: number
    readonly linkLayerType: number
  }

  export interface Packet {
    readonly header: {
      readonly timestampSeconds: number
      readonly timestampMicroseconds: number
      readonly capturedLength: number
      readonly originalLength: number
    }
    readonly data: Buffer
  }

  /** Emits `globalHeader`, `packet`, `end` and `error`, in answer to the `data` of what it is given. */
  export function parse(source: EventEmitter | string): EventEmitter
}
