import { once } from 'node:events'
import { Script } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { keepHeapSmall, letHeapGrow, makeHeapsWide } from './small-heap.ts'

const source = '(function () { return 1 })'

/** Whether V8 refuses what was compiled before, as it does where settings changed; asked of a thread that has compiled nothing. */
async function refuses(code: Uint8Array): Promise<boolean> {
  const script = `
    const { parentPort, workerData: { source, code } } = require('node:worker_threads')
    const { Script } = require('node:vm')
    parentPort.postMessage(new Script(source, { cachedData: code }).cachedDataRejected)`
  const worker = new Worker(script, { eval: true, workerData: { source, code } })
  const [refused] = (await once(worker, 'message')) as [boolean]
  await worker.terminate()
  return refused
}

// As every test is run. What the first thread does is tested of the command as it is built.
test('a thread beside the first makes no settings: they would be those of all threads', async () => {
  const code = new Script(source).createCachedData()
  keepHeapSmall()
  makeHeapsWide()
  expect(await refuses(code)).toBe(false)
  letHeapGrow()
})
