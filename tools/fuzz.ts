/**
 * Generated cases against ourselves, a million where nothing else is said: `tsx tools/fuzz.ts [cases] [seed]`.
 *
 *   10 %  through fast-check, by all the laws: generated frames, almost valid NHRP, mutated frames of the samples
 *    2 %  mutated capture files, by the laws of readers and writers
 *   rest  structured mutants of the samples' frames, in two threads: by the laws of encoding, every fourth by all
 *
 * Fails with what was found, shrunk.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { almostValid, framesAsBytes, mutated } from '@dmvpn/arbitraries'
import { type FuzzCase, fuzzSelf, judge, ownTarget, type SelfReport, seedsOfCapture, wholeFile } from '@dmvpn/fuzz'
import { encodeLayers, gre, ipv4, layer, nhrp } from '@dmvpn/protocols'
import { formatHex } from '@dmvpn/wire'
import fc from 'fast-check'

const [cases = 1_000_000, seed = 1] = process.argv.slice(2).map(Number)
if (!Number.isSafeInteger(cases) || cases < 100 || !Number.isSafeInteger(seed)) {
  console.error('usage: tsx tools/fuzz.ts [cases, 100 at least] [seed]')
  process.exit(2)
}
const threads = 2
const throughFastCheck = Math.ceil(cases / 10)
const files = Math.ceil(cases / 50)
const mutants = cases - throughFastCheck - files

/** Larger files are only more of the same. */
const largestSeed = 20_000
const samples = fileURLToPath(new URL('../samples/', import.meta.url))
const captures = ['captures', 'vectors'].flatMap(folder =>
  readdirSync(`${samples}${folder}`)
    .filter(name => /\.pcap(ng)?$/.test(name))
    .map(name => new Uint8Array(readFileSync(`${samples}${folder}/${name}`))),
)
const frameSeeds = captures.flatMap(seedsOfCapture)
const fileSeeds: readonly FuzzCase[] = captures
  .filter(({ length }) => length < largestSeed)
  .map(bytes => ({ bytes, linkType: wholeFile }))

/** An NHRP packet in GRE in IPv4. */
function carried(packet: Uint8Array): FuzzCase {
  const layers = [layer(ipv4, {}), layer(gre, { protocol: 0x2001 }, { trailer: packet })]
  return { bytes: encodeLayers(layers), linkType: 228 }
}

const anyInput: fc.Arbitrary<FuzzCase> = fc.oneof(
  framesAsBytes(),
  almostValid(nhrp).map(({ bytes }) => carried(bytes)),
  fc
    .constantFrom(...frameSeeds)
    .chain(({ bytes, linkType }) => mutated(fc.constant(bytes)).map(octets => ({ bytes: octets, linkType }))),
)

const began = Date.now()
const shared = { strategy: 'structured', mostFindings: 20 } as const
const frameCampaigns = Array.from({ length: threads }, (_, index) => {
  const runs = Math.floor((mutants + index) / threads)
  return fuzzSelf({ ...shared, runs, seed: seed + index, seeds: frameSeeds, target: ownTarget('sampled') })
})
const fileCampaign = fuzzSelf({ ...shared, input: 'files', runs: files, seed, seeds: fileSeeds })
const checked = fc.check(
  fc.property(anyInput, input => {
    const broken = judge(input)
    if (broken !== undefined) throw new Error(`${broken.law} ${broken.field}: ${broken.detail}`)
  }),
  { numRuns: throughFastCheck, seed },
)
const reports = await Promise.all([...frameCampaigns, fileCampaign])

function describe({ found }: SelfReport): void {
  for (const { broken, minimal, run } of found) {
    console.error(`${broken.law} ${broken.field} (case ${run}): ${broken.detail}`)
    console.error(`  link type ${minimal.input.linkType}: ${formatHex(minimal.input.bytes)}`)
    for (const { fact, from, to } of minimal.changed) console.error(`  ${fact}: ${String(from)} → ${String(to)}`)
  }
}

reports.forEach(describe)
if (checked.failed) console.error(fc.defaultReportMessage(checked))
const count = (each: number): string => each.toLocaleString('en')
const runs = reports.reduce((sum, report) => sum + report.runs, checked.numRuns)
const seconds = (Date.now() - began) / 1000
const findings = reports.reduce((sum, report) => sum + report.found.length, checked.failed ? 1 : 0)
const kinds = [
  `${count(checked.numRuns)} through fast-check`,
  `${count(reports.at(-1)!.runs)} mutated capture files`,
  `${count(reports.slice(0, threads).reduce((sum, report) => sum + report.runs, 0))} mutated frames`,
]
console.log(`fuzz: ${count(runs)} cases (${kinds.join(', ')})`)
console.log(`fuzz: ${seconds.toFixed(0)} s, ${count(Math.round(runs / seconds))} a second, ${findings} findings`)
if (findings > 0 || runs < cases) process.exitCode = 1
