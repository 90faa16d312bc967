/** What there is to complete, read off the program itself: a command line's words, options and their values. */

import { conversationTypes, timeStyles } from '@dmvpn/dissect'
import type { Command, Option } from 'commander'
import { outputTypes } from './dissect-flags.ts'

/** What stands behind an option, or where an argument is expected. */
export type Expected = 'nothing' | 'file' | 'field' | 'protocol' | 'word' | readonly string[]

export interface CompletedOption {
  /** `-T` and `--type`, those that there are. */
  readonly names: readonly string[]
  readonly description: string
  readonly value: Expected
}

export interface CompletedCommand {
  /** The words that lead to it: none for the program itself. */
  readonly path: readonly string[]
  readonly description: string
  /** The names of the commands below. */
  readonly below: readonly { readonly name: string; readonly description: string }[]
  readonly options: readonly CompletedOption[]
  readonly argument: Expected
}

/** The program and everything below, each before what is below it. `synth` is the program of that name. */
export function completedCommands(
  command: Command,
  synth: Command,
  path: readonly string[] = [],
): readonly CompletedCommand[] {
  // The words behind `synth` are parsed by a program of its own.
  const all = command.commands.map(each => (path.length === 0 && each.name() === 'synth' ? synth : each))
  const below = all.filter(each => each.name() !== 'help')
  const [argument] = command.registeredArguments
  return [
    {
      path,
      description: command.description(),
      below: below.map(each => ({ name: each.name(), description: each.description() })),
      options: [...command.options.filter(({ hidden }) => !hidden).map(completed), help],
      argument: argument === undefined ? 'nothing' : (argument.argChoices ?? argumentOf(argument.name())),
    },
    ...below.flatMap(each => completedCommands(each, synth, [...path, each.name()])),
  ]
}

const help: CompletedOption = { names: ['-h', '--help'], description: 'display help for command', value: 'nothing' }

function completed(option: Option): CompletedOption {
  const names = [option.short, option.long].filter(name => name !== undefined)
  return { names, description: option.description, value: valueOf(option) }
}

/** Values that the options of tshark may have, by the option's long name. */
const known: Readonly<Record<string, readonly string[]>> = {
  '--type': outputTypes,
  '--time': timeStyles,
  '--seconds': ['s', 'hms'],
  '--statistic': [
    'io,phs',
    'io,stat,',
    ...['conv', 'endpoints'].flatMap(kind => conversationTypes.map(type => `${kind},${type}`)),
    'expert',
    'nhrp',
    'help',
  ],
  '--color': ['always', 'never', 'auto'],
  '--print': ['header=y', 'bom=y', 'separator=', 'occurrence=a', 'aggregator=', 'quote=d', 'escape=n'],
}

/** Options whose value is a field's name, or begins with one. */
const fieldOptions: ReadonlySet<string> = new Set(['--field', '--hex', '--display-filter', '--columns'])

function valueOf({ argChoices, long, flags, required, optional }: Option): Expected {
  if (!required && !optional) return 'nothing'
  const choices = argChoices ?? known[long ?? '']
  if (choices !== undefined) return choices
  const [, name = ''] = /[<[]([\w:-]+)/.exec(flags) ?? []
  return fieldOptions.has(long ?? '') ? 'field' : argumentOf(name)
}

function argumentOf(name: string): Expected {
  if (/^(files?|in|out|words|a|b|seeds|keys|config(uration)?s?|dir|directory|folder|path|scenario)$/.test(name))
    return 'file'
  if (name === 'field') return 'field'
  return /^protocols?$/.test(name) ? 'protocol' : 'word'
}
