/** The article's packets were also built by hand, by nobody's code: what is rebuilt from the text is the same. */
import { bytesOf, readCaptureFile } from '@dmvpn/capture'
import { importLog } from '@dmvpn/ios'
import { dmvpn, ipv4, type Nhrp, nhrp } from '@dmvpn/protocols'
import { expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { debugLog } from './logs.ts'

interface Seen {
  readonly from: number
  readonly to: number
  readonly message: Nhrp
}

function handMade(name: string): Seen[] {
  const file = captureFiles('vectors').find(each => each.endsWith(`/article-${name}.pcap`))!
  return [...readCaptureFile(file)].flatMap(record => {
    const frame = dmvpn.decode(bytesOf(record).slice(), record.linkType)
    const [outer, message] = [frame.find(ipv4), frame.find(nhrp)]
    return outer === undefined || message === undefined ? [] : [{ from: outer.source, to: outer.destination, message }]
  })
}

/** Without the password, which no text has. */
function open(message: Nhrp): Nhrp {
  const extensions = message.extensions.map(each =>
    each.kind === 'authentication' && each.form === 'cleartext'
      ? { ...each, key: new Uint8Array(each.key.length) }
      : each,
  )
  return { ...message, extensions }
}

test.each([
  ['phase-1', 'phase1-registration'],
  ['phase-2-cef', 'phase2-cef'],
  ['phase-2-process', 'phase2-process'],
  ['purge', 'purge'],
])('%s', (log, vector) => {
  const expected = handMade(vector).map(({ message, ...ends }) => ({ ...ends, message: open(message) }))
  const text = debugLog(log)
  // Where the hub is on the outside is not said before phase 2.
  const { packets } = importLog(log === 'phase-1' ? `${text}${debugLog('phase-2-cef')}` : text)
  const lines = text.split('\n').length
  const rebuilt = packets.filter(({ printed: { fate, line } }) => fate !== 'no encapsulation' && line < lines)
  expect(rebuilt.length).toBeGreaterThan(0)
  for (const { from, to, message } of rebuilt) expect(expected).toContainEqual({ from, to, message })
  // And nothing of theirs is missing.
  for (const each of expected)
    expect(rebuilt.map(({ from, to, message }) => ({ from, to, message }))).toContainEqual(each)
})
