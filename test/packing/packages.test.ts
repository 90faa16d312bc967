/** What users install: every package packed, installed in an empty project, compiled against, run and judged. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Example, examplesOf, givenModule } from './documented.ts'
import { installAll, newFolder, type PackedPackage, packAll, root, run } from './packed.ts'

const project = newFolder('consumer')
const tarballs = newFolder('tarballs')
const documented: readonly Example[] = ['README.md', 'docs/display-filters.md'].flatMap(name =>
  examplesOf(join(root, name)),
)
const ofPackages: readonly Example[] = readdirSync(join(root, 'packages'), { withFileTypes: true }).flatMap(each =>
  each.isDirectory() ? examplesOf(join(root, 'packages', each.name, 'README.md')) : [],
)
const examples: readonly Example[] = [...documented, ...ofPackages]
/** What the packages' examples read, and where it comes from. */
const files: Readonly<Record<string, string>> = {
  esp_sa: 'samples/captures/07a-esp.esp_sa',
  'R1.cfg': 'samples/scenarios/unique-conflict/R1.cfg',
  'R2.cfg': 'samples/scenarios/unique-conflict/R3.cfg',
}
let packages: readonly PackedPackage[] = []

beforeAll(() => {
  packages = packAll(tarballs)
  installAll(packages, project)
  mkdirSync(join(project, 'examples'))
  writeFileSync(join(project, 'examples/given.ts'), givenModule)
  for (const [name, sample] of Object.entries(files)) copyFileSync(join(root, sample), join(project, name))
  for (const { name, source } of examples) writeFileSync(join(project, `examples/${name}.ts`), source)
})

afterAll(() => {
  for (const folder of [project, tarballs]) rmSync(folder, { recursive: true, force: true })
})

const node = (args: readonly string[]): string => run(process.execPath, args, project)

/** Compiles the examples; the declarations they import are checked with them. */
function compile(name: string, options: Readonly<Record<string, unknown>>): void {
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    rootDir: 'examples',
    ...options,
  }
  writeFileSync(join(project, name), JSON.stringify({ compilerOptions, include: ['examples'] }))
  run(join(root, 'node_modules/.bin/tsc'), ['-p', name], project)
}

describe('a project that installed the tarballs', () => {
  test('imports every package', () => {
    const names = packages.map(each => each.name)
    expect(names.length).toBeGreaterThan(10)
    const source = `for (const name of ${JSON.stringify(names)}) console.log(name, Object.keys(await import(name)).length)`
    const lines = node(['--input-type=module', '-e', source]).trimEnd().split('\n')
    expect(lines.map(line => line.split(' ')[0])).toEqual(names)
    expect(lines.filter(line => line.endsWith(' 0'))).toEqual([])
  })

  test('has no tests and no workspace in them', () => {
    for (const { name } of packages) {
      const folder = join(project, 'node_modules', name)
      expect(readFileSync(join(folder, 'package.json'), 'utf8')).not.toContain('workspace:')
      expect(run('find', ['-L', folder, '-name', '*.test.*'], project)).toBe('')
    }
  })

  test('compiles the documented examples under nodenext, and runs them', () => {
    compile('tsconfig.json', { module: 'nodenext', rewriteRelativeImportExtensions: true, outDir: 'out' })
    expect(documented.length).toBeGreaterThan(2)
    expect(ofPackages.length).toBe(packages.length)
    const printed = examples.map(({ name }) => node([`out/${name}.js`]))
    expect(printed[0]).toMatch(/^\d+ \d+$/m)
  })

  test('compiles them under bundler, and runs the bundles', () => {
    compile('tsconfig.bundler.json', {
      module: 'esnext',
      moduleResolution: 'bundler',
      allowImportingTsExtensions: true,
      noEmit: true,
    })
    for (const { name } of documented) {
      const outfile = join(project, 'bundled', `${name}.mjs`)
      buildSync({
        absWorkingDir: project,
        entryPoints: [`examples/${name}.ts`],
        outfile,
        bundle: true,
        format: 'esm',
        platform: 'node',
        logLevel: 'silent',
      })
      expect(node([outfile])).toBe(node([`out/${name}.js`]))
    }
  })

  test('finds the JSON Schemas', () => {
    const schemas = ['dissect/schema/json', 'replay/schema/report', 'replay/schema/diff', 'synth/schema/script']
    for (const schema of [...schemas, 'cli/schema/statistics']) {
      const source = `
        import schema from '@dmvpn/${schema}.schema.json' with { type: 'json' }
        console.log(schema.$schema)`
      expect(node(['--no-warnings', '--input-type=module', '-e', source])).toContain('json-schema.org')
    }
  })

  test('has a dmvpn command that works', () => {
    const dmvpn = (...words: string[]): string => run(join(project, 'node_modules/.bin/dmvpn'), words, project)
    expect(dmvpn('--version')).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(dmvpn('dissect', 'capture.pcap', '-c', '3')).toContain('NHRP Registration Request, ID=1')
    expect(dmvpn('stats', 'capture.pcap', '--nhrp')).toMatch(/^NHRP: \d+ messages/)
    // Two commands load packages that are not part of the bundle.
    expect(dmvpn('crosscheck', 'capture.pcap')).not.toBe('')
    expect(dmvpn('fuzz', '--help')).toContain('Usage:')
  })
})

describe('every package is well formed', () => {
  const bytesOf = ({ tarball }: PackedPackage): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(tarball))

  test('for publint', async () => {
    const found: unknown[] = []
    for (const each of packages) {
      const { messages } = await publint({ strict: true, pack: { tarball: bytesOf(each).buffer } })
      found.push(...messages.map(message => ({ package: each.name, ...message })))
    }
    expect(found).toEqual([])
  })

  test('for “Are the types wrong?”', async () => {
    const { checkPackage, createPackageFromTarballData } = await typeChecker()
    const found: unknown[] = []
    for (const each of packages) {
      const analysis = await checkPackage(createPackageFromTarballData(bytesOf(each)))
      expect(analysis.types).not.toBe(false)
      const problems = analysis.problems ?? []
      // The packages are ESM alone: resolution of Node 10 and `require` is not for them.
      const ours = problems.filter(({ resolutionKind }) => !['node10', 'node16-cjs'].includes(resolutionKind ?? ''))
      found.push(...ours.map(problem => ({ package: each.name, ...problem })))
    }
    expect(found).toEqual([])
  })
})

interface TypeChecker {
  readonly createPackageFromTarballData: (tarball: Uint8Array) => unknown
  readonly checkPackage: (of: unknown) => Promise<{
    readonly types: unknown
    readonly problems?: readonly { readonly kind: string; readonly resolutionKind?: string }[]
  }>
}

/** What `attw` is made of: asked once for all packages, and not once for each. */
async function typeChecker(): Promise<TypeChecker> {
  const require = createRequire(createRequire(join(root, 'package.json')).resolve('@arethetypeswrong/cli/package.json'))
  return (await import(pathToFileURL(require.resolve('@arethetypeswrong/core')).href)) as TypeChecker
}
