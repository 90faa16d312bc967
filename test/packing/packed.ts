/** Every package as npm would get it, and an empty project that has them installed. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly packageManager: string
  readonly devDependencies: Readonly<Record<string, string>>
}

export interface PackedPackage {
  readonly name: string
  readonly tarball: string
}

/** Runs a command and gives what it printed; throws with its words where it fails. */
export function run(command: string, args: readonly string[], folder: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${status}\n${stdout}\n${stderr}`)
  return stdout
}

function pnpm(args: readonly string[], folder: string): string {
  return run('npx', ['--yes', manifest.packageManager, ...args], folder)
}

/** Packs what was built. Versions stand where the workspace has `workspace:*`. */
export function packAll(into: string): readonly PackedPackage[] {
  const folders = readdirSync(join(root, 'packages'), { withFileTypes: true }).filter(each => each.isDirectory())
  const names = folders.map(({ name }) => {
    const file = join(root, 'packages', name, 'package.json')
    return (JSON.parse(readFileSync(file, 'utf8')) as { name: string }).name
  })
  pnpm(['-r', ...names.flatMap(name => ['--filter', name]), 'pack', '--pack-destination', into], root)
  const tarballs = readdirSync(into)
  return names.map(name => {
    const stem = `${name.replace('@', '').replace('/', '-')}-`
    const tarball = tarballs.find(each => each.startsWith(stem) && /^\d/.test(each.slice(stem.length)))
    if (tarball === undefined) throw new Error(`${name} was not packed`)
    return { name, tarball: join(into, tarball) }
  })
}

/**
 * A project with nothing but the tarballs. Installed by pnpm, so that no package finds what only another one asked for;
 * what they need from the registry is in its store already, as the workspace has the same.
 */
export function installAll(packages: readonly PackedPackage[], folder: string): void {
  const dependencies = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]))
  const { '@types/node': types, 'fast-check': fastCheck } = manifest.devDependencies
  // Whoever writes property tests has fast-check itself.
  const devDependencies = { '@types/node': types, 'fast-check': fastCheck }
  const project = { name: 'consumer', private: true, type: 'module', dependencies, devDependencies }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project, undefined, 2))
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), JSON.stringify({ overrides: dependencies }))
  pnpm(['install', '--prefer-offline', '--no-frozen-lockfile', '--loglevel=warn'], folder)
  copyFileSync(join(root, 'samples/captures/01-reg-auth-frr10.hub-link.pcap'), join(folder, 'capture.pcap'))
}

/** A new folder outside of the workspace. */
export function newFolder(what: string): string {
  return mkdtempSync(join(tmpdir(), `dmvpn-${what}-`))
}
