/** Runs Wireshark's tools. Where they are missing, tests skip with a loud line; in CI that is a failure. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What `tshark --version` says; undefined where there is none. */
export const tsharkVersion: string | undefined = versionOf()

function versionOf(): string | undefined {
  const { status, stdout } = spawnSync('tshark', ['--version'], { encoding: 'utf8' })
  if (status === 0) return /TShark \(Wireshark\) (\S+)/.exec(stdout)?.[1] ?? 'unknown'
  if (process.env['CI'] === 'true') throw new Error('tshark is missing, and this is CI')
  process.stderr.write('\n*** SKIPPED: tshark is not installed, nothing is compared with it ***\n\n')
  return undefined
}

/** Standard output of a tool of the Wireshark suite; throws with its words where it fails. */
export function run(tool: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 2 ** 30 })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${tool} ${args.slice(0, 12).join(' ')} …: exit ${status}: ${stderr}`)
  return stdout
}

/** A folder that is gone afterwards. */
export function inTemporaryFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'dmvpn-test-'))
  try {
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One file of several, behind each other in the order given, each frame with its own link type. */
export function mergeInOrder(files: readonly string[], into: string): void {
  run('mergecap', ['-a', '-F', 'pcapng', '-w', into, ...files])
}
