/** What crosses the cloud in the scenarios of `samples/scenarios`, played by the command, as lists that can be changed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesOf, readCaptureFile } from '@dmvpn/capture'
import { type Io, MemoryOutput, run } from '@dmvpn/cli'
import { dmvpn, type Nhrp, nhrp } from '@dmvpn/protocols'
import type { Timed } from './judge-capture.ts'

const scenarios = fileURLToPath(new URL('../../samples/scenarios/', import.meta.url))

export const sceneNames: readonly string[] = readdirSync(scenarios, { withFileTypes: true })
  .filter(each => each.isDirectory())
  .map(({ name }) => name)

/** A scenario's frames and the keys of its associations. */
export interface Scene {
  readonly frames: readonly Timed[]
  /** Empty where nothing is under ESP. */
  readonly keyText: string
}

const played = new Map<string, Promise<Scene>>()

/** Plays a scenario, once. */
export function sceneOf(name: string): Promise<Scene> {
  const scene = played.get(name) ?? play(scenarios + name)
  played.set(name, scene)
  return scene
}

/** Plays the scenario of a folder. */
export async function play(scenario: string): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'dmvpn-replay-'))
  try {
    const capture = join(folder, 'cloud.pcapng')
    const keys = join(folder, 'keys.esp_sa')
    const errors: string[] = []
    const stdin = (async function* (): AsyncGenerator<Uint8Array> {})()
    const io: Io = { out: new MemoryOutput(), err: line => errors.push(line), stdin, env: {}, isTTY: false }
    const code = await run(['simulate', scenario, '-w', capture, '--esp-keys-out', keys], io)
    if (code !== 0) throw new Error(`${scenario}: ${errors.join('\n')}`)
    const frames = [...readCaptureFile(capture)].map(record => ({
      at: record.seconds + record.nanoseconds / 1e9,
      frame: { linkType: record.linkType, bytes: bytesOf(record).slice() },
    }))
    return { frames, keyText: readFileSync(keys, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The NHRP message of a frame; undefined where it has none that is not under ESP. */
export function messageOf({ frame }: Timed): Nhrp | undefined {
  return dmvpn.decode(frame.bytes, frame.linkType).find(nhrp)
}
