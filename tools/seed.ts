/**
 * The dice of property tests. `SEED=42` sets them, as a failure prints it. In continuous integration they stand still, so
 * that a change is judged by itself; what luck finds is the fuzzer's business and every developer's.
 */
import fc from 'fast-check'

const { SEED: told, CI: integration } = process.env
const seed = told === undefined ? (integration === undefined ? undefined : 2332) : Number(told)
if (seed !== undefined) fc.configureGlobal({ seed })
