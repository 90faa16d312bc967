/** How each section's blocks come about: a scenario as it is, and what is typed besides. */
import { dmvpn, scenario } from './command.ts'

interface Play {
  readonly section: string
  readonly scenario: string
  readonly until: string
  /** What happened to the author's routers, as far as their tables show it: a time and a line. */
  readonly history: readonly (readonly [string, string])[]
  /** When each table is looked at. */
  readonly looks: readonly (readonly [string, string])[]
}

const plays: readonly Play[] = [
  {
    section: 'nhrp-phase-1',
    scenario: 'phase-1-eigrp',
    until: '100s',
    // Somebody tried the spokes from the hub since they registered last: `used`.
    history: [
      ['65s', 'R1: ping 10.0.0.2 repeat 1'],
      ['66s', 'R1: ping 10.0.0.3 repeat 1'],
    ],
    looks: [['70s', 'R1: show ip nhrp detail']],
  },
  {
    section: 'nhrp-phase-2',
    scenario: 'phase-2-eigrp',
    until: '330s',
    history: [
      // A second packet of R2 while its request is out.
      ['238050ms', 'R2: ping 10.0.0.3 repeat 1'],
      // Mappings that get old are refreshed at the other spoke itself, which then has a local entry.
      ['250s', 'R3: ping 10.0.2.2'],
      ['285s', 'R3: ping 10.0.2.2'],
      // R3 has forgotten R2: one packet has it ask anew, and none has gone by the mapping yet.
      ['319s', 'R3: clear nhrp 10.0.0.2/32'],
      ['320s', 'R3: ping 10.0.2.2 repeat 1'],
    ],
    looks: [
      ['237s', 'R3: show ip route 10.0.2.2'],
      ['237s', 'R3: show ip cef 10.0.2.2'],
      ['237s', 'R3: show ip cef 10.0.0.2'],
      ['240s', 'R3: sh ip cef 10.0.0.2'],
      ['240s', 'R1: show ip nhrp'],
      ['290s', 'R2: show ip nhrp'],
      ['325s', 'R3: show ip nhrp'],
    ],
  },
  {
    section: 'nhrp-phase-2-no-cef',
    scenario: 'phase-2-process',
    until: '200s',
    history: [
      // A second packet of R3 while its request is out.
      ['140010ms', 'R3: ping 10.0.2.2 source 10.0.3.3 repeat 1'],
      ['141s', 'R3: ping 10.0.0.2 repeat 1'],
    ],
    looks: [
      ['130s', 'R3: show ip route 10.0.2.2'],
      ['142s', 'R3: show ip nhrp'],
      // The scan at 180 s has cleared `used` where much life is left.
      ['185s', 'R1: show ip nhrp'],
      ['185s', 'R2: show ip nhrp'],
    ],
  },
  { section: 'nhrp-phase-2-no-cef', scenario: 'purge', until: '155s', history: [], looks: [] },
  {
    section: 'integrating-ipsec',
    scenario: 'phase-2-ipsec',
    until: '190s',
    history: [
      // R2 was twice started anew: the hub keeps what it had agreed on before.
      ['5s', 'R2: reload'],
      ['8s', 'R2: reload'],
    ],
    looks: [
      ['15s', 'R1: show crypto isakmp sa'],
      ['15s', 'R1: show crypto ipsec sa'],
      ['15s', 'R3: sh ip nhrp'],
      ['15s', 'R3: sh crypto isakmp sa'],
      ['30s', 'R3: show crypto isakmp sa'],
      ['30s', 'R3: show crypto ipsec sa'],
      ['184s', 'R3: sh ip nhrp'],
    ],
  },
]

/** What a router of a section says: per scenario its console without debugging, and its debug output. */
export async function spoken(section: string, router: string): Promise<readonly string[]> {
  const texts: string[] = []
  for (const { scenario: name, until, history, looks } of plays.filter(each => each.section === section)) {
    const options = (events: Play['history']): readonly string[] => [
      scenario(name),
      '--until',
      until,
      ...events.flatMap(([at, line]) => ['--at', at, line]),
    ]
    const debugs = ['debug nhrp', 'debug nhrp packet'].map(line => ['0s', `${router}: ${line}`] as const)
    const own = looks.filter(([, line]) => line.startsWith(`${router}:`))
    texts.push(await simulate([...options([...history, ...own]), '--console', router]))
    texts.push(await simulate(options([...debugs, ...history])))
  }
  return texts
}

async function simulate(words: readonly string[]): Promise<string> {
  const { code, out, err } = await dmvpn(['simulate', ...words])
  if (code !== 0) throw new Error(err)
  return out
}
