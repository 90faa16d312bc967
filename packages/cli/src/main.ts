/** The `dmvpn` command. Runs when loaded. */
import { version } from './version.ts'

const words = process.argv.slice(2)

if (words.length === 1 && words[0] === '--version') {
  process.stdout.write(`${version}\n`)
} else {
  const [{ processIo }, { run }] = await Promise.all([import('./io.ts'), import('./program.ts')])
  process.exitCode = await run(words, processIo())
}
