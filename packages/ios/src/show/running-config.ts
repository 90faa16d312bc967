/** `show running-config`: the configuration as it is now, what an operator changed since the start included. */
import type { RouterState, Settings } from '@dmvpn/core'
import { printIos } from '../print.ts'

export function showRunningConfig(router: RouterState): readonly string[] {
  const text = printIos(runningSettings(router))
  return [
    'Building configuration...',
    '',
    `Current configuration : ${text.length} bytes`,
    '!',
    ...text.trimEnd().split('\n'),
  ]
}

/** The settings, each interface as it is wanted now. */
function runningSettings({ settings, interfaces }: RouterState): Settings {
  return {
    ...settings,
    interfaces: settings.interfaces.map(each => {
      const now = interfaces.get(each.name)
      return now === undefined ? each : { ...each, shutdown: !now.enabled, addresses: now.addresses }
    }),
  }
}
