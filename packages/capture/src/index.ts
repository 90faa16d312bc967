export { type BlockKind, blockType, type CaptureBlock, type NamedAddress, type SectionDescription } from './block.ts'
export { expanderOf } from './compressed.ts'
export type { CaptureFault } from './decoder.ts'
export type { Expander } from './expander.ts'
export { describeInterface, type InterfaceDescription, type InterfaceFacts } from './interface-description.ts'
export { linkType, linkTypeName, linkTypes } from './link-types.ts'
export { type CaptureFormat, type Compression, compressionOf, formatOf, magicLength } from './magic.ts'
export { type PcapOptions, PcapWriter, writePcap } from './pcap-writer.ts'
export { type PcapngOptions, PcapngWriter, writePcapng } from './pcapng-writer.ts'
export { type Capture, type FileOptions, readCapture, readCaptureFile } from './read.ts'
export { CaptureReader, type ReadOptions } from './reader.ts'
export {
  type ByteOrder,
  bytesOf,
  type CaptureRecord,
  keep,
  type RecordFacts,
  type RecordOptions,
  recordOf,
} from './record.ts'
export { type CaptureSink, CaptureWriteError, FileSink, MemorySink, streamSink, type WriteRefusal } from './sink.ts'
export { type CaptureStream, type Chunks, openCapture, readCaptureStream } from './stream.ts'
