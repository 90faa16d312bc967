/** The `dmvpn` command. Runs when loaded. */
import { loadCommand } from './load-command.ts'
import { version } from './version.ts'

const words = process.argv.slice(2)

if (words.length === 1 && words[0] === '--version') process.stdout.write(`${version}\n`)
else void main()

async function main(): Promise<void> {
  const { command, keep, worker } = await loadCommand()
  const code = await command.run(words, command.processIo(worker))
  process.exitCode = code
  keep()
  // What standard input may still have nobody waits for any more.
  if (code === command.exitCode.interrupted) process.stdin.destroy()
}
