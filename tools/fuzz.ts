/**
 * Generated cases against ourselves, a million where nothing else is said: `tsx tools/fuzz.ts [cases] [seed]`.
 * Structured mutants of the samples in two threads, all by the laws of encoding and every fourth by all the laws; a tenth
 * of all through fast-check. Fails with what was found, shrunk.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { framesAsBytes, mutated } from '@dmvpn/arbitraries'
import { fuzzSelf, judge, ownTarget, seedsOfCapture } from '@dmvpn/fuzz'
import { formatHex } from '@dmvpn/wire'
import fc from 'fast-check'

const [cases = 1_000_000, seed = 1] = process.argv.slice(2).map(Number)
const threads = 2
const throughFastCheck = Math.ceil(cases / 10)
const eachThread = Math.ceil((cases - throughFastCheck) / threads)

const samples = fileURLToPath(new URL('../samples/', import.meta.url))
const seeds = ['captures', 'vectors'].flatMap(folder =>
  readdirSync(`${samples}${folder}`)
    .filter(name => /\.pcap(ng)?$/.test(name))
    .flatMap(name => seedsOfCapture(new Uint8Array(readFileSync(`${samples}${folder}/${name}`)))),
)

const began = Date.now()
const campaigns = Array.from({ length: threads }, (_, index) =>
  fuzzSelf({ runs: eachThread, seed: seed + index, seeds, strategy: 'structured', target: ownTarget('sampled') }),
)

/** Frames from arbitraries and, for every other case, from mutated samples. */
const anyInput = fc.oneof(
  framesAsBytes(),
  fc
    .constantFrom(...seeds)
    .chain(({ bytes, linkType }) => mutated(fc.constant(bytes)).map(octets => ({ bytes: octets, linkType }))),
)
const checked = fc.check(
  fc.property(anyInput, input => {
    const broken = judge(input)
    if (broken !== undefined) throw new Error(`${broken.law} ${broken.field}: ${broken.detail}`)
  }),
  { numRuns: throughFastCheck, seed },
)
const reports = await Promise.all(campaigns)
const found = reports.flatMap(report => report.found)
for (const { broken, minimal, run } of found) {
  console.error(`${broken.law} ${broken.field} (case ${run}): ${broken.detail}`)
  console.error(`  link type ${minimal.input.linkType}: ${formatHex(minimal.input.bytes)}`)
  for (const { fact, from, to } of minimal.changed) console.error(`  ${fact}: ${String(from)} → ${String(to)}`)
}
if (checked.failed) console.error(fc.defaultReportMessage(checked))
const runs = reports.reduce((sum, report) => sum + report.runs, checked.numRuns)
const seconds = Math.round((Date.now() - began) / 1000)
const findings = found.length + (checked.failed ? 1 : 0)
console.log(`fuzz: ${runs} cases, ${checked.numRuns} of them through fast-check, in ${seconds} s: ${findings} findings`)
if (findings > 0) process.exitCode = 1
