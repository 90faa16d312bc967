import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, posix, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Arrows point down; on one floor they may run sideways, but never in a circle. */
export const floors: Readonly<Record<string, number>> = {
  wire: 0,
  protocols: 1,
  capture: 1,
  dissect: 2,
  ipsec: 2,
  arbitraries: 2,
  crosscheck: 2,
  core: 3,
  synth: 3,
  sim: 4,
  ios: 4,
  replay: 5,
  fuzz: 5,
  cli: 6,
}

const scope = '@dmvpn/'
// In pieces, so that this file does not break its own rules.
const outsideFolder = ['..', 'shared'].join('/')
const machinePath = new RegExp(`(?<![\\w.*-])/(?:${['work', 'root'].join('|')})/[\\w.]`)

interface Manifest {
  readonly name?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Every complaint about a tree given as path → text; none means the tree is in order. */
export function checkFloors(files: ReadonlyMap<string, string>): string[] {
  return [...arrows(files), ...imports(files), ...paths(files), ...provenance(files)]
}

function arrows(files: ReadonlyMap<string, string>): string[] {
  const complaints: string[] = []
  const graph = new Map<string, string[]>()
  for (const [name, manifest] of packages(files)) {
    const path = `packages/${name}/package.json`
    const floor = floors[name]
    if (floor === undefined) {
      complaints.push(`${path}: ${name} stands on no floor`)
      continue
    }
    if (manifest.name !== scope + name) complaints.push(`${path}: is named ${manifest.name}, not ${scope}${name}`)
    const below = Object.keys(allDependencies(manifest)).filter(key => key.startsWith(scope))
    graph.set(name, [])
    for (const dependency of below.map(key => key.slice(scope.length))) {
      const its = floors[dependency]
      if (its === undefined) complaints.push(`${path}: ${name} depends on ${dependency}, which stands on no floor`)
      else if (its > floor)
        complaints.push(`${path}: upward arrow from ${name} (floor ${floor}) to ${dependency} (floor ${its})`)
      else graph.get(name)?.push(dependency)
    }
  }
  for (const circle of circles(graph)) complaints.push(`packages: sideways circle ${circle.join(' → ')}`)
  return complaints
}

function imports(files: ReadonlyMap<string, string>): string[] {
  const complaints: string[] = []
  const manifests = packages(files)
  const atRoot = Object.keys(manifestAt(files, 'package.json').devDependencies ?? {})
  for (const [path, text] of files) {
    const name = /^packages\/([^/]+)\/src\/.*\.[cm]?tsx?$/.exec(path)?.[1]
    const manifest = name === undefined ? undefined : manifests.get(name)
    if (name === undefined || manifest === undefined) continue
    const isTest = /\.(?:test|bench)\.ts$/.test(path)
    const { devDependencies: _, ...shipped } = manifest
    const declared = new Set(Object.keys(allDependencies(isTest ? manifest : shipped)))
    // Test tools stand once, at the root; our own packages a test must declare like any other file.
    if (isTest) for (const key of atRoot) if (!key.startsWith(scope)) declared.add(key)
    for (const { specifier, line } of specifiers(text)) {
      const at = `${path}:${line}`
      if (specifier.startsWith('node:')) continue
      if (specifier.startsWith('.')) {
        const target = posix.join(posix.dirname(path), specifier)
        if (!target.startsWith(`packages/${name}/`)) complaints.push(`${at}: ${specifier} leaves the package`)
        continue
      }
      const wanted = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/')
      const its = wanted.startsWith(scope) ? floors[wanted.slice(scope.length)] : undefined
      const floor = floors[name]
      if (its !== undefined && floor !== undefined && its > floor)
        complaints.push(`${at}: upward import of ${wanted} (floor ${its}) from ${name} (floor ${floor})`)
      else if (wanted === scope + name) complaints.push(`${at}: ${name} imports itself by name`)
      else if (!declared.has(wanted))
        complaints.push(`${at}: ${wanted} is not declared in packages/${name}/package.json`)
    }
  }
  return complaints
}

function paths(files: ReadonlyMap<string, string>): string[] {
  const complaints: string[] = []
  for (const [path, text] of files) {
    if (text.includes('\0')) continue
    text.split('\n').forEach((line, index) => {
      if (/^(?:packages|test|tools)\//.test(path) && line.includes(outsideFolder))
        complaints.push(`${path}:${index + 1}: reads ${outsideFolder}, which is not in the repository`)
      if (machinePath.test(line)) complaints.push(`${path}:${index + 1}: names a path of one machine`)
    })
  }
  return complaints
}

function provenance(files: ReadonlyMap<string, string>): string[] {
  const readme = files.get('samples/README.md') ?? ''
  return [...files.keys()]
    .filter(path => /^samples\/(?:captures|vectors)\//.test(path) && !readme.includes(`\`${basename(path)}\``))
    .map(path => `${path}: not listed in samples/README.md`)
}

function packages(files: ReadonlyMap<string, string>): Map<string, Manifest> {
  const found = new Map<string, Manifest>()
  for (const path of files.keys()) {
    const name = /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1]
    if (name !== undefined) found.set(name, manifestAt(files, path))
  }
  return found
}

function manifestAt(files: ReadonlyMap<string, string>, path: string): Manifest {
  return JSON.parse(files.get(path) ?? '{}') as Manifest
}

function allDependencies(manifest: Manifest): Record<string, string> {
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest
  return { ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies }
}

// Statements begin a line (the formatter sees to it), so an example inside a comment, behind its star, is no import.
const statement = /^[ \t]*(?:import|export)\b(?:[^'";]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm
const dynamic = /^(?![ \t]*(?:\/\/|\*|\/\*)).*?\bimport\(\s*['"]([^'"\n]+)['"]/gm

function specifiers(text: string): { specifier: string; line: number }[] {
  return [statement, dynamic].flatMap(pattern =>
    [...text.matchAll(pattern)].map(match => ({
      specifier: match[1] ?? '',
      line: text.slice(0, match.index + match[0].length).split('\n').length,
    })),
  )
}

function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = []
  const done = new Set<string>()
  const visit = (name: string, trail: readonly string[]): void => {
    const start = trail.indexOf(name)
    if (start >= 0) found.push([...trail.slice(start), name])
    if (start >= 0 || done.has(name)) return
    for (const next of graph.get(name) ?? []) visit(next, [...trail, name])
    done.add(name)
  }
  for (const name of graph.keys()) visit(name, [])
  return found
}

/** Path → text of every file git tracks or would track. */
function tree(root: string): Map<string, string> {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  const names = [...new Set(list.toString().split('\0'))].filter(name => name !== '' && existsSync(resolve(root, name)))
  return new Map(names.map(name => [name, readFileSync(resolve(root, name), 'utf8')]))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = tree(fileURLToPath(new URL('..', import.meta.url)))
  const complaints = checkFloors(files)
  for (const complaint of complaints) console.error(complaint)
  if (complaints.length > 0) process.exitCode = 1
  else console.log(`floors: ${packages(files).size} packages, ${files.size} files, no complaint`)
}
