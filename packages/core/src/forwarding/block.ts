/** The memory that packets lie in, with its views: made once for all packets of a block that arrive one after another. */
export interface Block {
  readonly memory: ArrayBufferLike
  readonly bytes: Uint8Array
  readonly view: DataView
}

/** The whole block that these octets are a piece of; they begin `bytes.byteOffset` in it. */
export function blockOf(bytes: Uint8Array): Block {
  const memory = bytes.buffer
  if (memory !== last.memory) last = blockIn(memory)
  return last
}

function blockIn(memory: ArrayBufferLike): Block {
  return { memory, bytes: new Uint8Array(memory), view: new DataView(memory) }
}

let last: Block = blockIn(new ArrayBuffer(0))
