/** The blocks of the first article, said by our routers: line for line, but for what `replacements.ts` names. */
import { describe, expect, test } from 'vitest'
import { type Block, blocks, linesOf } from './blocks.ts'
import { differences } from './differences.ts'
import { spoken } from './plays.ts'
import { matches, replaced, replacements } from './replacements.ts'

const said = new Map<string, Promise<readonly (readonly string[])[]>>()

/** What a router of a section said, one list of lines per run. */
async function linesSaid({
  section,
  router,
}: Pick<Block, 'section' | 'router'>): Promise<readonly (readonly string[])[]> {
  const key = `${section} ${router}`
  if (!said.has(key))
    said.set(
      key,
      spoken(section, router).then(texts => texts.map(text => linesOf(text))),
    )
  return said.get(key)!
}

/** The line as it would be without the article's slips. */
function agreed({ section, title }: Block, line: string): string {
  const known = differences.find(each => each.section === section && each.title === title && each.printed === line)
  return known?.ours ?? line
}

/** Where a run of lines begins in others, and how many of them are equal there: the longest such run. */
function find(wanted: readonly string[], lines: readonly string[]): { readonly at: number; readonly equal: number } {
  let best = { at: 0, equal: -1 }
  for (let at = 0; at < lines.length; at++) {
    let equal = 0
    while (equal < wanted.length && lines[at + equal] === wanted[equal]) equal++
    if (equal > best.equal) best = { at, equal }
  }
  return best
}

/** Our lines for a block, as they are: those that agree with it longest. */
async function ourLines(block: Block): Promise<readonly string[]> {
  const wanted = block.lines.map(line => replaced(agreed(block, line), block.section))
  const runs = (await linesSaid(block)).map(lines => {
    const all = lines.map(line => replaced(line, block.section))
    return { lines, ...find(wanted, all) }
  })
  const { lines, at } = runs.sort((one, other) => other.equal - one.equal)[0]!
  return lines.slice(at, at + wanted.length)
}

describe.each(blocks)('$section: $router $title', block => {
  test('is said', async () => {
    const ours = (await ourLines(block)).map(line => replaced(line, block.section))
    expect(ours).toEqual(block.lines.map(line => replaced(agreed(block, line), block.section)))
  })
})

test('no block is missing: all thirty packets, every table, both pings', () => {
  const lines = blocks.flatMap(each => each.lines)
  expect(lines.filter(line => line.includes('packet size: '))).toHaveLength(30)
  const typed = lines.flatMap(line => /^R\d#(\w+ .*)$/.exec(line)?.[1] ?? [])
  const counts = ['debug', 'sho?w? ip nhrp', 'sho?w? ip cef', 'sho?w? ip route', 'sho?w? crypto', 'ping'].map(
    start => typed.filter(each => new RegExp(`^${start}`).test(each)).length,
  )
  expect(counts).toEqual([8, 9, 3, 2, 5, 2])
})

describe('the lists are short and needed', () => {
  test.each(replacements.map(each => [String(each.behind), each] as const))('%s', (_name, each) => {
    const places = blocks.flatMap(({ section, lines }) => lines.filter(line => matches(each, line, section)))
    expect(places).not.toEqual([])
    for (const line of places)
      expect(replaced(line, each.section ?? '').split(' ')).toHaveLength(line.split(' ').length)
  })

  test('differences are in the article, and differ', () => {
    for (const { section, title, printed, ours } of differences) {
      const [block] = blocks.filter(each => each.section === section && each.title === title)
      expect(block?.lines).toContain(printed)
      expect(ours).not.toBe(printed)
    }
  })
})

/** All that a pattern captures in our lines, block by block. */
async function captured(pattern: RegExp, wanted: (block: Block) => boolean = () => true): Promise<string[][][]> {
  const all: string[][][] = []
  for (const block of blocks.filter(wanted)) {
    const found = (await ourLines(block)).flatMap(line => [...line.matchAll(pattern)].map(each => each.slice(1)))
    if (found.length > 0) all.push(found)
  }
  return all
}

const secondsOf = (clock: string): number => clock.split(':').reduce((sum, each) => 60 * sum + Number(each), 0)

describe('what stands where a token was replaced', () => {
  test('one request id in an exchange, and requesters have ids that were seen', async () => {
    for (const ids of await captured(/reqid: (\d+)/g)) expect(new Set(ids.flat()).size).toBe(1)
    const asked = new Set(
      (await linesSaid({ section: 'nhrp-phase-2', router: 'R1' }))
        .flat()
        .flatMap(line => /reqid: (\d+)/.exec(line)?.[1] ?? []),
    )
    const requesters = (await captured(/Request ID: (\d+)/g)).flat(2)
    expect(requesters).toHaveLength(2)
    for (const each of requesters) expect(asked).toContain(each)
  })

  test('no mapping lives longer than it was given, and registrations are renewed in time', async () => {
    const lives = await captured(/created \S+, expire (\S+)$/g, ({ section }) => section !== 'nhrp-phase-1')
    for (const expire of lives.flat(2)) expect(secondsOf(expire)).toBeLessThan(360)
    expect(lives.flat().length).toBeGreaterThan(10)
    const hold = { 'nhrp-phase-1': [60, 30], 'nhrp-phase-2': [60, 30], 'nhrp-phase-2-no-cef': [360, 120] }
    for (const [name, [most, period]] of Object.entries(hold)) {
      const atHub = ({ section, router, title }: Block): boolean =>
        section === name && router === 'R1' && title.startsWith('show')
      const left = (await captured(/expire (\S+)$/g, atHub)).flat(2).map(secondsOf)
      expect(left).toHaveLength(2)
      for (const each of left) {
        expect(each).toBeGreaterThanOrEqual(most! - period!)
        expect(each).toBeLessThan(most!)
      }
    }
  })

  test('what a router said of its own network: age and rest are one less than the life', async () => {
    const lines = (await Promise.all(blocks.map(ourLines))).flat()
    const local = lines.filter((_line, at) => lines[at + 1]?.endsWith(' local') === true)
    expect(local).toHaveLength(4)
    for (const line of local) {
      const [, created, expire] = /created (\S+), expire (\S+)$/.exec(line)!
      expect([59, 359]).toContain(secondsOf(created!) + secondsOf(expire!))
    }
  })

  test('holding times are those configured, or what is left of them', async () => {
    const times = await captured(/hd_time: (\d+)/g, ({ section }) => section === 'nhrp-phase-2')
    for (const each of times.flat(2)) expect(Number(each)).toBeLessThanOrEqual(60)
    expect(new Set(times.flat(2)).size).toBeGreaterThan(2)
  })

  test('versions of forwarding entries grow', async () => {
    const versions = (await captured(/version (\d+), epoch 0/g)).flat(2).map(Number)
    expect(versions).toHaveLength(3)
    expect(versions[2]).toBeGreaterThan(versions[1]!)
  })

  test('round trips: the least, the average, the most', async () => {
    const trips = (await captured(/= (\d+)\/(\d+)\/(\d+) ms/g)).flat()
    expect(trips).toHaveLength(2)
    for (const [least, average, most] of trips.map(each => each.map(Number))) {
      expect(least).toBeLessThanOrEqual(average!)
      expect(average).toBeLessThanOrEqual(most!)
    }
  })

  describe('associations', () => {
    const title = 'show crypto ipsec sa'
    const sas =
      (router: string): ((block: Block) => boolean) =>
      block =>
        block.router === router && block.title.startsWith(title)

    test('an SPI is the same in hexadecimal and in decimal', async () => {
      const spis = (await captured(/spi: 0x([0-9A-F]+) \((\d+)\)/g)).flat()
      expect(spis.length).toBeGreaterThan(15)
      for (const [hexadecimal, decimal] of spis) expect(Number.parseInt(hexadecimal!, 16)).toBe(Number(decimal))
    })

    test('packets leave by one of the outbound ones, which the other end has inbound', async () => {
      const spisOf = async (router: string): Promise<string[][]> => {
        const lines = await ourLines(blocks.find(sas(router))!)
        return lines
          .join('\n')
          .split('current_peer')
          .slice(1)
          .map(text => [...text.matchAll(/spi: (0x[0-9A-F]+)/g)].map(each => each[1]!))
      }
      const [, hub] = await spisOf('R1')
      const [spoke] = await spisOf('R3')
      const [current, inbound, outbound] = hub!
      expect(current).toBe(outbound)
      // R3 looked later, and the association to the hub was still the same.
      expect(spoke).toEqual([inbound, outbound, inbound])
      const [first] = await spisOf('R1')
      expect(first!.slice(1 + (first!.length - 1) / 2)).toContain(first![0])
    })

    test.each(['R1', 'R3'])(
      'numbers of %s are its own, lives are at most those configured, counts agree',
      async router => {
        const numbers = (await captured(/conn id: (\d+), flow_id: SW:(\d+)/g, sas(router))).flat()
        expect(new Set(numbers.map(each => each.join())).size).toBe(numbers.length)
        for (const [kilobytes, seconds] of (await captured(/\((\d+)\/(\d+)\)$/g, sas(router))).flat()) {
          expect(Number(kilobytes)).toBeLessThanOrEqual(4_608_000)
          expect(Number(seconds)).toBeLessThanOrEqual(3600)
        }
        const counts = (
          await captured(/: (\d+), #pkts (?:encrypt|decrypt): (\d+), #pkts (?:digest|verify): (\d+)$/g, sas(router))
        ).flat()
        expect(counts).toHaveLength(4)
        for (const each of counts) expect(new Set(each).size).toBe(1)
      },
    )
  })
})
