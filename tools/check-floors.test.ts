import { describe, expect, it } from 'vitest'
import { checkFloors } from './check-floors.ts'

const scope = '@dmvpn/'

function house(planted: Record<string, string> = {}): Map<string, string> {
  return new Map(
    Object.entries({
      'package.json': JSON.stringify({ devDependencies: { vitest: '1', '@dmvpn/cli': 'workspace:*' } }),
      'packages/wire/package.json': manifest('wire'),
      'packages/wire/src/index.ts': "export { a } from './a.ts'\n",
      'packages/protocols/package.json': manifest('protocols', ['wire']),
      'packages/protocols/src/ip/ipv4.ts': `import { a } from '${scope}wire'\nimport { b } from '../stack.ts'\n`,
      'packages/dissect/package.json': manifest('dissect', ['protocols']),
      'packages/ipsec/package.json': manifest('ipsec', ['protocols']),
      'samples/README.md': '| `a.pcap` | made by hand |\n',
      'samples/captures/a.pcap': '\0',
      ...planted,
    }),
  )
}

function manifest(name: string, below: string[] = [], more: object = {}): string {
  const dependencies = Object.fromEntries(below.map(key => [scope + key, 'workspace:*']))
  return JSON.stringify({ name: scope + name, dependencies, ...more })
}

describe('checkFloors', () => {
  it('has no complaint about a house in order', () => {
    expect(checkFloors(house())).toEqual([])
  })

  it.each([
    ['an upward arrow', 'packages/wire/package.json', manifest('wire', ['protocols']), /upward arrow from wire/],
    [
      'an upward arrow for development',
      'packages/wire/package.json',
      manifest('wire', [], { devDependencies: { [`${scope}arbitraries`]: 'workspace:*' } }),
      /upward arrow from wire .* to arbitraries/,
    ],
    ['a package on no floor', 'packages/attic/package.json', manifest('attic'), /attic stands on no floor/],
    ['a dependency on no floor', 'packages/ipsec/package.json', manifest('ipsec', ['attic']), /attic, which stands on/],
    ['a wrong name', 'packages/ipsec/package.json', manifest('esp'), /is named @dmvpn\/esp/],
    ['an upward import', 'packages/wire/src/a.ts', `import type { T } from '${scope}protocols'\n`, /a\.ts:1: upward/],
    [
      'an import over several lines',
      'packages/wire/src/a.ts',
      `import {\n  a,\n  b,\n} from '${scope}dissect'\n`,
      /a\.ts:4: upward/,
    ],
    ['a dynamic import', 'packages/wire/src/a.ts', `const p = await import('${scope}cli')\n`, /a\.ts:1: upward/],
    ['a re-export', 'packages/dissect/src/a.ts', `export * from '${scope}wire'\n`, /wire is not declared/],
    ['an import for its effect', 'packages/wire/src/a.ts', "import 'zod'\n", /zod is not declared/],
    ['an undeclared npm package', 'packages/wire/src/a.ts', "import z from 'zod/mini'\n", /: zod is not declared/],
    [
      'a test tool in shipped code',
      'packages/wire/src/a.ts',
      "import { it } from 'vitest'\n",
      /vitest is not declared/,
    ],
    [
      'an undeclared package in a test',
      'packages/dissect/src/a.test.ts',
      `import { a } from '${scope}wire'\n`,
      /wire is not declared/,
    ],
    ['an import of itself', 'packages/wire/src/a.ts', `import { a } from '${scope}wire'\n`, /imports itself/],
    ['a way round', 'packages/wire/src/a.ts', "import '../../dissect/src/tree.ts'\n", /leaves the package/],
    ['a file outside', 'test/a.test.ts', `read('${['..', 'shared'].join('/')}/x')\n`, /not in the repository/],
    ['a path of one machine', 'README.md', `see ${['', 'work', 'main'].join('/')}\n`, /README\.md:1: names a path/],
    ['a sample from nowhere', 'samples/captures/b.pcap', '\0', /b\.pcap: not listed/],
  ])('finds %s', (_, path, text, complaint) => {
    const complaints = checkFloors(house({ [path]: text }))
    expect(complaints).toHaveLength(1)
    expect(complaints[0]).toMatch(complaint)
  })

  it('finds a sideways circle', () => {
    const planted = {
      'packages/dissect/package.json': manifest('dissect', ['ipsec']),
      'packages/ipsec/package.json': manifest('ipsec', ['dissect']),
    }
    expect(checkFloors(house(planted))).toEqual(['packages: sideways circle dissect → ipsec → dissect'])
  })

  it.each([
    ['a sideways arrow', 'packages/dissect/package.json', manifest('dissect', ['ipsec'])],
    ['an example in a comment', 'packages/wire/src/a.ts', `/**\n * import { x } from '${scope}cli'\n */\n`],
    ['a test tool in a test', 'packages/wire/src/a.test.ts', "import { it } from 'vitest'\n"],
    ['a module of Node', 'packages/wire/src/a.ts', "import { readFile } from 'node:fs/promises'\n"],
    ['a path that only looks like one', 'README.md', `frame${['', 'work', 'x'].join('/')}\n`],
  ])('allows %s', (_, path, text) => {
    expect(checkFloors(house({ [path]: text }))).toEqual([])
  })
})
