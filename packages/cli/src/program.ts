/** The command line: options are parsed here, the work is done by one function of each command's file. */
import { Argument, Command, CommanderError } from 'commander'
import { addDissect } from './commands/dissect-command.ts'
import { addImport } from './commands/import-command.ts'
import { addKeys } from './commands/keys-command.ts'
import { addLaboratoryCommands } from './commands/laboratory-commands.ts'
import { addReplay } from './commands/replay-command.ts'
import { addReportCommands } from './commands/report-commands.ts'
import { addSearchCommands } from './commands/search-commands.ts'
import { addStats } from './commands/stats-command.ts'
import { addWriteCommands } from './commands/write-commands.ts'
import { CommandError, describeSystemError, type ExitCode, exitCode } from './exit-code.ts'
import type { Io } from './io.ts'
import { version } from './version.ts'

/**
 * A fresh program over an `Io`. Its actions set the exit code that `run` gives. Where the first word of the command line
 * is known, other commands may be left out.
 */
export function createProgram(io: Io, end: (code: ExitCode) => void = () => {}, word = ''): Command {
  const program = new Command('dmvpn')
    .description('DMVPN on the wire: NHRP, GRE and ESP, decoded, built, run and judged.')
    .version(version, '-v, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: text => io.out.sink.text(text),
      writeErr: text => io.err(text.trimEnd()),
      // Its own mistakes begin like ours.
      outputError: (text, write) => write(text.replace(/^error: /, 'dmvpn: ')),
    })
    .showHelpAfterError('(--help shows what there is)')
  addDissect(program, io, end)
  // The one that is run most often, and on files that are read in no time.
  if (word === 'dissect') return program
  addFields(program, io, end)
  addKeys(program, io, end)
  addStats(program, io, end)
  addWriteCommands(program, io, end)
  addImport(program, io, end)
  addLaboratoryCommands(program, io, end)
  addReplay(program, io, end)
  addReportCommands(program, io, end)
  addSearchCommands(program, io, end)
  addCompletion(program, io, end)
  return program
}

/** Runs the words of a command line; gives the exit code. Never throws for a mistake of the user's. */
export async function run(words: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exitCode.done
  try {
    const program = createProgram(
      io,
      ended => {
        code = ended
      },
      words[0],
    )
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    code = refuse(error, io)
  }
  try {
    io.out.flush()
  } catch (error) {
    return refuse(error, io)
  }
  return code
}

function refuse(error: unknown, io: Io): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage
  if (error instanceof CommandError) {
    io.err(`dmvpn: ${error.message}`)
    return error.exitCode
  }
  const system = describeSystemError(error)
  if (system === undefined) throw error
  io.err(`dmvpn: ${placeOf(error)}${system}`)
  return exitCode.unreadable
}

/** Where the system refused; what is written without a name is standard output. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('path' in error && typeof error.path === 'string') return `${error.path}: `
  return 'syscall' in error && error.syscall === 'write' ? 'cannot write standard output: ' : ''
}

function addCompletion(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('completion')
    .description('Write what a shell needs to complete command lines of dmvpn.')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
Examples:
  eval "$(dmvpn completion bash)"
  dmvpn completion zsh > "\${fpath[1]}/_dmvpn"
  dmvpn completion fish > ~/.config/fish/completions/dmvpn.fish`,
    )
    .action(async (shell: string) => {
      const { completionScript } = await import('./commands/completion.ts')
      io.out.sink.text(completionScript(program, shell, io))
      end(exitCode.done)
    })
}

function addFields(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('fields')
    .description('List every field with its type and label, for -e and filters.')
    .argument('[protocol]', 'only those of one protocol')
    .addHelpText('after', '\nExamples:\n  dmvpn fields\n  dmvpn fields nhrp')
    .action(async (protocol: string | undefined) => {
      const { listFields } = await import('./commands/fields.ts')
      end(listFields(protocol, io))
    })
}
