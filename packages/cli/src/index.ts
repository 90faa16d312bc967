export { exitCode, type ExitCode } from './exit-code.ts'
export { processIo, type Io } from './io.ts'
export { DescriptorOutput, MemoryOutput, type Output } from './output.ts'
export { createProgram, run } from './program.ts'
