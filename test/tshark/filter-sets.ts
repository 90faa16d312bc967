/**
 * Which frames Wireshark selects for each of many filters, in two runs.
 *
 * tshark takes one display filter a run (0.4 s each for the merged samples). A Lua script registers a listener for every
 * filter instead, and one run asks them all: 2.2 s of CPU for 458 filters on 2,039 frames. Listeners do not see frames
 * whose dissection broke off inside a quoted packet, as it does in Wireshark for NHRP error indications: these are asked
 * of sharkd, which filters a loaded file again and again, 2 s for all filters on the one sample that has them.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './tshark.ts'

/** Frame numbers; the tool's words where it refuses the filter. */
export type Selected = readonly number[] | string

export interface Selection {
  /** The frames that were asked about. */
  readonly seen: readonly number[]
  /** One for each filter. */
  readonly selected: readonly Selected[]
}

/** One run of tshark. The folder takes two files. */
export function selectedByListeners(file: string, filters: readonly string[], folder: string): Selection {
  const list = join(folder, 'filters.txt')
  const script = join(folder, 'filters.lua')
  writeFileSync(list, ['frame', ...filters].join('\n'))
  writeFileSync(script, `local path = ${JSON.stringify(list)}\n${listeners}`)
  const lines = run('tshark', ['-n', '-q', '-r', file, '-X', `lua_script:${script}`])
    .trimEnd()
    .split('\n')
  const [seen = [], ...selected] = lines.map(line => (line.startsWith('!') ? line.slice(1) : numbersOf(line)))
  return { seen: typeof seen === 'string' ? [] : seen, selected }
}

const listeners = `
local found = {}
for line in io.lines(path) do
  local frames = {}
  found[#found + 1] = frames
  local ok, listener = pcall(Listener.new, "frame", line)
  if ok then
    function listener.packet(pinfo) frames[#frames + 1] = pinfo.number end
  else
    frames[1] = "!" .. tostring(listener):gsub("\\n", " ")
  end
end
local last = Listener.new("frame")
function last.draw()
  for i = 1, #found do print(table.concat(found[i], " ")) end
end
`

function numbersOf(line: string): readonly number[] {
  return line === '' ? [] : line.split(' ').map(Number)
}

/** One run of sharkd. */
export function selectedBySharkd(file: string, filters: readonly string[]): readonly Selected[] {
  const requests = [
    { method: 'load', params: { file } },
    ...filters.map(filter => ({ method: 'frames', params: { filter, column0: 'frame.number:1' } })),
  ].map((request, id) => JSON.stringify({ jsonrpc: '2.0', id: id + 1, ...request }))
  const { stdout, error } = spawnSync('sharkd', ['-'], {
    input: `${requests.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  if (error !== undefined) throw error
  const answers = new Map<number, Selected>()
  for (const line of stdout.split('\n')) {
    if (!line.startsWith('{')) continue
    const { id, result, error: refusal } = JSON.parse(line) as Answer
    answers.set(
      id,
      refusal?.message ?? (Array.isArray(result) ? (result as { num: number }[]).map(({ num }) => num) : []),
    )
  }
  return filters.map((filter, i) => answers.get(i + 2) ?? `sharkd says nothing to ${filter}`)
}

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
}
