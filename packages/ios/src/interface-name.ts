/** IOS's interface types, the commonest first: an abbreviation stands for the first it begins. */
const interfaceTypes = [
  'Tunnel',
  'Loopback',
  'FastEthernet',
  'GigabitEthernet',
  'Ethernet',
  'Serial',
  'TenGigabitEthernet',
  'TwoGigabitEthernet',
  'Dialer',
  'Vlan',
  'Port-channel',
  'Null',
  'BVI',
  'ATM',
  'Virtual-Template',
  'Multilink',
  'Async',
  'Cellular',
  'Embedded-Service-Engine',
]

/**
 * The full name of the interface that begins `words` (`tu0`, `Loopback 1`, `fa0/0.10`) and how many words it takes, or
 * undefined. A type that IOS does not have keeps its name.
 */
export function interfaceNameOf(
  words: readonly string[],
): { readonly name: string; readonly taken: number } | undefined {
  const match = /^([A-Za-z][A-Za-z-]*?)(\d[\d/.:]*)?$/.exec(words[0] ?? '')
  if (match === null) return undefined
  const attached = match[2]
  const separate = attached === undefined && /^\d[\d/.:]*$/.test(words[1] ?? '') ? words[1] : undefined
  const number = attached ?? separate
  if (number === undefined) return undefined
  const written = match[1]!.toLowerCase()
  const type = interfaceTypes.find(each => each.toLowerCase().startsWith(written)) ?? match[1]!
  return { name: `${type}${number}`, taken: separate === undefined ? 1 : 2 }
}

/** `Tu0` for `Tunnel0`, as debug output writes it. */
export function shortInterfaceName(name: string): string {
  const match = /^([A-Za-z-]+)(\d.*)$/.exec(name)
  return match === null || !interfaceTypes.includes(match[1]!) ? name : match[1]!.slice(0, 2) + match[2]!
}
