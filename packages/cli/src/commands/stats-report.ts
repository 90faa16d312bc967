/** `-z`: which statistics are meant, and what they say in the end. */
import { Counter, FilterError, type Statistic, statisticNames, statisticOf } from '@dmvpn/dissect'
import type { Stack } from '@dmvpn/protocols'
import { CommandError } from '../exit-code.ts'
import type { Io } from '../io.ts'

/** Counts for the statistics of these names. Throws CommandError where one is none. */
export function counterOf(names: readonly string[], stack: Stack): Counter {
  return new Counter(stack, statisticsOf(names, stack))
}

/** The statistics of these names, in order. Throws CommandError where one is none. */
export function statisticsOf(names: readonly string[] = [], stack: Stack): readonly Statistic[] {
  return names.map(name => {
    if (name === 'help') throw new CommandError(`-z takes ${statisticNames.join(', ')}; a filter may follow`)
    try {
      return statisticOf(stack, name)
    } catch (error) {
      if (error instanceof RangeError || error instanceof FilterError) throw new CommandError(`-z ${error.message}`)
      throw error
    }
  })
}

/** Writes what was counted: as text one after the other, or as one JSON object. */
export function writeStatistics(statistics: readonly Statistic[], json: boolean, io: Io): void {
  const { sink } = io.out
  if (json) sink.text(`${JSON.stringify(reportsOf(statistics), undefined, 2)}\n`)
  else {
    for (const each of statistics) {
      each.write(sink)
      io.out.settle()
    }
  }
  io.out.flush()
  for (const { remark } of statistics) if (remark !== undefined) io.err(`dmvpn: ${remark}`)
}

/** By their names; the second of one name is `name.2`. */
function reportsOf(statistics: readonly Statistic[]): Readonly<Record<string, unknown>> {
  const reports: Record<string, unknown> = {}
  for (const each of statistics) {
    let name = each.name
    for (let i = 2; name in reports; i++) name = `${each.name}.${i}`
    reports[name] = each.report()
  }
  return reports
}
