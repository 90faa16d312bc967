// What `npm run demo` shows: a real capture in one line per frame, then one Registration Request as a tree.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const capture = 'samples/captures/01-reg-auth-frr10.hub-link.pcap'

const steps = [
  {
    title: 'Twelve frames of a hub whose three spokes register (FRR 10, authentication on)',
    words: ['dissect', capture, '-c', '12'],
  },
  {
    title: 'One Registration Request, every field',
    words: ['dissect', capture, '-Y', 'frame.number == 3', '-V'],
  },
]

for (const { title, words } of steps) {
  console.log(`\n# ${title}\n$ npx dmvpn ${words.map(quoted).join(' ')}\n`)
  const { status, error } = spawnSync(process.execPath, ['packages/cli/dist/main.js', ...words], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

console.log('\nNow try: npx dmvpn --help')

function quoted(word) {
  return /^[\w./:-]+$/.test(word) ? word : `'${word}'`
}
