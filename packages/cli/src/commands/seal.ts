/** The options of `dmvpn synth` that put packets under ESP or AH. */
import { type SynthRecord, sealed } from '@dmvpn/synth'
import { CommandError } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { readKeyFile } from './esp-keys.ts'

/** As commander hands them over. */
export interface SealFlags {
  readonly seal?: readonly string[]
  readonly sealMode?: 'transport' | 'tunnel'
  readonly sealSequence?: number
}

/** The records under the associations of the key files; as they are without any. Throws CommandError where one cannot be. */
export async function sealedRecords(
  records: readonly SynthRecord[],
  { seal: files, sealMode: mode, sealSequence: sequence }: SealFlags,
  io: Io,
): Promise<readonly SynthRecord[]> {
  if (files === undefined) {
    if (mode !== undefined || sequence !== undefined)
      throw new CommandError('--seal-mode and --seal-sequence need --seal')
    return records
  }
  const { Sealer } = await import('@dmvpn/ipsec')
  const keys = await Promise.all(files.map(file => readKeyFile(file, io)))
  const sealer = new Sealer(
    keys.flatMap(({ associations }) => associations),
    { mode, sequence },
  )
  return records.map((record, index) => {
    try {
      return sealed(record, sealer)
    } catch (error) {
      if (error instanceof RangeError) throw new CommandError(`packet ${index + 1} is not sealed: ${error.message}`)
      throw error
    }
  })
}
