/** The cache against a list that anybody can read: random stations, registrations, answers, purges and time. */
import { Cache, type EntryKind, hostPrefix, isExpired, type Prefix, prefixOf } from '@dmvpn/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

interface Row {
  readonly prefix: Prefix
  readonly kind: EntryKind
  readonly nbma: number
  readonly expires: number
}

interface Model {
  now: number
  rows: Row[]
}

const ranks: readonly EntryKind[] = ['incomplete', 'negative', 'cached', 'dynamic', 'nhs', 'static', 'local']
const same = (one: Prefix, other: Prefix): boolean => one.address === other.address && one.length === other.length
const lives = (row: Row, now: number): boolean => row.expires > now

class Learn implements fc.Command<Model, Cache> {
  readonly prefix: Prefix
  readonly kind: EntryKind
  readonly nbma: number
  readonly life: number
  constructor(prefix: Prefix, kind: EntryKind, nbma: number, life: number) {
    this.prefix = prefix
    this.kind = kind
    this.nbma = nbma
    this.life = life
  }
  check = (): boolean => true
  run(model: Model, cache: Cache): void {
    const { prefix, kind, nbma } = this
    const old = model.rows.find(row => same(row.prefix, prefix))
    const stays = old !== undefined && lives(old, model.now) && ranks.indexOf(kind) < ranks.indexOf(old.kind)
    const learned = cache.learn(model.now, { prefix, kind, via: prefix.address, nbma, expires: model.now + this.life })
    expect(learned === undefined).toBe(stays)
    if (stays) return
    const row = { prefix, kind, nbma, expires: model.now + this.life }
    model.rows = [...model.rows.filter(each => !same(each.prefix, prefix)), row]
    agree(model, cache)
  }
  toString = (): string =>
    `learn ${this.kind} ${this.prefix.address}/${this.prefix.length} = ${this.nbma} for ${this.life}`
}

class Pass implements fc.Command<Model, Cache> {
  readonly time: number
  constructor(time: number) {
    this.time = time
  }
  check = (): boolean => true
  run(model: Model, cache: Cache): void {
    model.now += this.time
    for (const entry of cache.values()) if (isExpired(entry, model.now)) cache.remove(entry)
    model.rows = model.rows.filter(row => lives(row, model.now))
    agree(model, cache)
  }
  toString = (): string => `pass ${this.time}`
}

class Purge implements fc.Command<Model, Cache> {
  readonly prefix: Prefix
  constructor(prefix: Prefix) {
    this.prefix = prefix
  }
  check = (): boolean => true
  run(model: Model, cache: Cache): void {
    const isHost = this.prefix.length === 32
    const gone = cache.matching(this.prefix, isHost)
    for (const entry of gone) cache.remove(entry)
    const inside = model.rows.filter(
      row =>
        row.prefix.length >= this.prefix.length &&
        prefixOf(row.prefix.address, this.prefix.length).address === this.prefix.address,
    )
    const covering = model.rows
      .filter(row => prefixOf(this.prefix.address, row.prefix.length).address === row.prefix.address)
      .sort((one, other) => other.prefix.length - one.prefix.length)
      .slice(0, 1)
    const expected = inside.length > 0 || !isHost ? inside : covering
    expect(gone).toHaveLength(expected.length)
    model.rows = model.rows.filter(row => !expected.includes(row))
    agree(model, cache)
  }
  toString = (): string => `purge ${this.prefix.address}/${this.prefix.length}`
}

function agree(model: Model, cache: Cache): void {
  expect(cache.size).toBe(model.rows.length)
  for (let address = 0; address < 32; address++) {
    const usable = model.rows
      .filter(
        ({ kind, prefix }) =>
          ['cached', 'dynamic', 'nhs', 'static'].includes(kind) &&
          prefixOf(address, prefix.length).address === prefix.address,
      )
      .sort((one, other) => other.prefix.length - one.prefix.length)[0]
    expect(cache.usable(address)?.nbma).toBe(usable?.nbma)
  }
}

const anyPrefix = fc.oneof(
  fc.nat(31).map(hostPrefix),
  fc.tuple(fc.nat(31), fc.integer({ min: 27, max: 31 })).map(([address, length]) => prefixOf(address, length)),
)

test('whatever is learned, purged and forgotten, the longest living match is found', () => {
  const outcome = fc.check(
    fc.property(
      fc.commands(
        [
          fc
            .tuple(anyPrefix, fc.constantFrom(...ranks), fc.nat(5), fc.integer({ min: 1, max: 100 }))
            .map(each => new Learn(...each)),
          fc.integer({ min: 1, max: 60 }).map(time => new Pass(time)),
          anyPrefix.map(prefix => new Purge(prefix)),
        ],
        { maxCommands: 60 },
      ),
      commands => fc.modelRun(() => ({ model: { now: 0, rows: [] }, real: new Cache() }), commands),
    ),
    { numRuns: 200 },
  )
  expect(fc.defaultReportMessage(outcome)).toBeUndefined()
})
