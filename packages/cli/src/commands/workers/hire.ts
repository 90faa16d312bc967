/** Which command lines several threads can share, and who tells the user of the others. */
import { statSync } from 'node:fs'
import { type Io, wantsColor } from '../../io.ts'
import type { Plan } from '../dissect-run.ts'
import { passesFor, smallHeap } from '../first-pass.ts'
import { Crew } from './crew.ts'

/** The threads a command line asks for; undefined where one thread has to do it, and says why. */
export async function hire(
  files: readonly string[],
  { flags, printer, names }: Plan,
  io: Io,
): Promise<Crew | undefined> {
  const because = whyAlone(files, { flags, printer }, io)
  if (because === undefined) {
    const color = wantsColor(io, flags.color) ? 'always' : 'never'
    const between = printer.between ?? ''
    const limits = passesFor(names, flags) === 'one' ? {} : (await smallHeap()).makeHeapsWide()
    const shows = names === undefined ? 'trees' : 'lines'
    return new Crew(io.worker!, { files, flags: { ...flags, color }, out: io.out, between, shows, limits })
  }
  io.err(`dmvpn: one worker prints all: ${because}`)
  return undefined
}

/** Why a command line is for one thread alone; undefined where it is not. */
function whyAlone(
  files: readonly string[],
  { flags, printer }: Pick<Plan, 'flags' | 'printer'>,
  io: Io,
): string | undefined {
  if (io.worker === undefined) return 'there is nothing here that others could run'
  if (flags.write !== undefined) return '-w writes in order as it reads'
  if (flags.statistic !== undefined) return '-z counts all packets in one place'
  if (flags.lineBuffered === true) return '-l hands on every packet at once'
  if (printer.follow === undefined) return 'nothing is printed'
  const read = [...files, ...(flags.espKeys ?? []), ...(flags.names ?? []), ...(flags.hosts ?? [])]
  const once = read.find(file => file === '-' || !isRegular(file))
  return once === undefined ? undefined : `${once === '-' ? 'standard input' : once} can be read only once`
}

/** Whether a file can be read as often as one likes; one that is not there is complained of by whoever reads it. */
function isRegular(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() !== false
}
