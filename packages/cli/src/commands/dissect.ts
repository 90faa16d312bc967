/** `dmvpn dissect`: capture files as lines, trees, fields, octets or JSON. */
import type { Counter, Filter } from '@dmvpn/dissect'
import { dmvpn, type Stack } from '@dmvpn/protocols'
import type { ExitCode } from '../exit-code.ts'
import { type Io, wantsColor } from '../io.ts'
import { withNames } from './address-names.ts'
import { type DissectFlags, filesOf, formatOf } from './dissect-flags.ts'
import { printerOf } from './dissect-printers.ts'
import { type Plan, Run } from './dissect-run.ts'
import { espSessionsOf } from './esp-keys.ts'
import { readInPasses } from './first-pass.ts'
import { endOf } from './reading-end.ts'
import { shownFields, showsEsp } from './shown-fields.ts'
import type { Crew } from './workers/crew.ts'

/** Runs the command. Throws CommandError for mistakes on the command line and files that cannot be opened. */
export async function dissectFiles(files: readonly string[], flags: DissectFlags, io: Io): Promise<ExitCode> {
  return withNames(flags, io, () => print(files, flags, io))
}

async function print(files: readonly string[], flags: DissectFlags, io: Io): Promise<ExitCode> {
  const inputs = filesOf(files, flags)
  if (flags.write !== undefined) (await import('./capture-output.ts')).refuseSameFile(flags.write, inputs)
  const plan = await planOf(flags, io)
  const { printer, counter } = plan
  const crew = await crewOf(inputs, plan, io)
  const run = new Run(plan, io.out)
  printer.begin?.(io.out.sink, inputs[0]!)
  const read = crew === undefined ? readInPasses(inputs, io, run) : crew.read(inputs, plan, io)
  const reading = await read.catch((error: unknown) => {
    // A document that has begun is ended where a file cannot be read.
    printer.end?.(io.out.sink)
    throw error
  })
  printer.end?.(io.out.sink)
  run.endCounting()
  if (counter !== undefined) (await import('./stats-report.ts')).writeStatistics(counter.statistics, false, io)
  io.out.flush()
  return endOf(reading, io, flags.strict === true && (crew ?? run).faulty)
}

/** What the command line asks for. Throws CommandError where it is wrong. */
export async function planOf(flags: DissectFlags, io: Io): Promise<Plan> {
  const stack = await stackOf(flags)
  const filter = await filterOf(flags, stack)
  const printer = await printerOf(flags, stack, wantsColor(io, flags.color))
  const counter = await counterOf(flags, stack)
  const shown = shownFields(flags, formatOf(flags), filter)
  const names = shown === undefined ? undefined : [...shown, ...(counter?.fields ?? [])]
  const isForPackets = flags.quiet !== true || flags.strict === true || flags.write !== undefined
  const silent = counter !== undefined && !isForPackets
  const esp = await espSessionsOf(flags, io, showsEsp(names))
  return { stack, printer, filter, counter, silent, flags, names, esp }
}

// What few command lines ask for is loaded for those: most of the time of a short command is loading.

async function crewOf(files: readonly string[], plan: Plan, io: Io): Promise<Crew | undefined> {
  const { workers = 1 } = plan.flags
  if (workers === 1) return undefined
  const { hire } = await import('./workers/hire.ts')
  return hire(files, plan, io)
}

async function stackOf({ decodeAs }: DissectFlags): Promise<Stack> {
  if (decodeAs === undefined) return dmvpn
  const { decodingAs } = await import('./decode-as.ts')
  return decodingAs(dmvpn, decodeAs)
}

async function filterOf({ displayFilter }: DissectFlags, stack: Stack): Promise<Filter | undefined> {
  if (displayFilter === undefined) return undefined
  const { filterOf: compiled } = await import('./display-filter.ts')
  return compiled(displayFilter, stack)
}

async function counterOf({ statistic }: DissectFlags, stack: Stack): Promise<Counter | undefined> {
  if (statistic === undefined) return undefined
  const { counterOf: made } = await import('./stats-report.ts')
  return made(statistic, stack)
}
