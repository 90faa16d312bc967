export { type ExitCode, exitCode } from './exit-code.ts'
export { type Io, processIo } from './io.ts'
export { DescriptorOutput, MemoryOutput, type Output } from './output.ts'
export { createProgram, run } from './program.ts'
