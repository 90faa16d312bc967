/** The `dmvpn` command. Runs when loaded. */
import module from 'node:module'
import { exitCode } from './exit-code.ts'
import { version } from './version.ts'

const words = process.argv.slice(2)

if (words.length === 1 && words[0] === '--version') {
  process.stdout.write(`${version}\n`)
} else {
  // Node 22 and later keep what was compiled, in the system's temporary folder or where NODE_COMPILE_CACHE says.
  ;(module as typeof module & { enableCompileCache?: () => unknown }).enableCompileCache?.()
  const [{ processIo }, { run }] = await Promise.all([import('./io.ts'), import('./program.ts')])
  const code = await run(words, processIo())
  process.exitCode = code
  // What standard input may still have nobody waits for any more.
  if (code === exitCode.interrupted) process.stdin.destroy()
}
