/** `ping`, whose options may stand in any order. */
import { type Ip, type Order, seconds } from '@dmvpn/core'
import { variantsOf } from '../pattern.ts'
import type { Answer, ExecCommand, Scene } from './exec-command.ts'

const options = [
  'repeat <count:1-65535>',
  'size <size:36-18024>',
  'timeout <timeout:1-3600>',
  'source <source:ipv4|interface>',
]

interface Asked {
  readonly destination: Ip
  readonly count?: number
  readonly size?: number
  /** Seconds. */
  readonly timeout?: number
  /** An address, or an interface's name. */
  readonly source?: Ip | string
}

/** Every order of some of the options. */
function orders(left: readonly string[]): readonly string[] {
  return ['', ...left.flatMap(each => orders(left.filter(other => other !== each)).map(rest => ` ${each}${rest}`))]
}

export const pingCommand: ExecCommand = {
  variants: orders(options).flatMap(each => variantsOf(`ping <destination:ipv4>${each}`)),
  asksRouter: true,
  run: (scene, values) => ping(scene, values as unknown as Asked),
}

function ping({ router }: Scene, { destination, count, size, timeout, source }: Asked): Answer {
  const from = typeof source === 'string' ? router.interfaces.get(source)?.addresses[0]?.address : source
  if (source !== undefined && (from === undefined || !router.own.has(from)))
    return { answer: 'lines', lines: ['% Invalid source. Must use IP address or full interface name'] }
  const order: Order = {
    order: 'ping',
    destination,
    ...(from === undefined ? {} : { source: from }),
    ...(count === undefined ? {} : { count }),
    ...(size === undefined ? {} : { size }),
    ...(timeout === undefined ? {} : { timeout: seconds(timeout) }),
  }
  return { answer: 'order', order }
}
