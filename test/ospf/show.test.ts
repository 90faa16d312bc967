/** What an operator of a scenario's router reads of OSPF. */
import { seconds } from '@dmvpn/core'
import { Console, showIpOspfDatabase, showIpOspfNeighbor } from '@dmvpn/ios'
import { expect, test } from 'vitest'
import { labOf, stateOf, until } from './network.ts'

test('show ip ospf neighbor: offices on a broadcast network, none on point-to-multipoint', () => {
  const broadcast = labOf('phase-2-ospf-broadcast')
  until(broadcast, 100)
  expect(showIpOspfNeighbor(stateOf(broadcast, 'R1'), broadcast.simulation.now)).toEqual([
    '',
    'Neighbor ID     Pri   State           Dead Time   Address         Interface',
    '10.0.0.2        100   FULL/BDR        00:00:31    10.0.0.2        Tunnel0',
    '10.0.0.3          0   FULL/DROTHER    00:00:31    10.0.0.3        Tunnel0',
    '10.0.0.4          0   FULL/DROTHER    00:00:31    10.0.0.4        Tunnel0',
  ])
  expect(showIpOspfNeighbor(stateOf(broadcast, 'R3'), broadcast.simulation.now).slice(2)).toEqual([
    '10.0.0.1        200   FULL/DR         00:00:31    10.0.0.1        Tunnel0',
    '10.0.0.2        100   FULL/BDR        00:00:31    10.0.0.2        Tunnel0',
  ])
  const multipoint = labOf('phase-1-ospf')
  until(multipoint, 100)
  expect(showIpOspfNeighbor(stateOf(multipoint, 'R1'), multipoint.simulation.now).slice(2)).toEqual([
    '10.0.0.2          0   FULL/  -        00:01:51    10.0.0.2        Tunnel0',
    '10.0.0.3          0   FULL/  -        00:01:51    10.0.0.3        Tunnel0',
  ])
})

test('show ip ospf database: a table for each type, with ages as they are now', () => {
  const of = labOf('phase-2-ospf-broadcast')
  until(of, 100)
  const lines = showIpOspfDatabase(stateOf(of, 'R3'), of.simulation.now)
  expect(lines.map(each => each.replace(/0x00[0-9A-F]{4}/, '0x00….'))).toEqual([
    '',
    '            OSPF Router with ID (10.0.0.3) (Process ID 123)',
    '',
    '                Router Link States (Area 0)',
    '',
    'Link ID         ADV Router      Age         Seq#       Checksum Link count',
    '10.0.0.1        10.0.0.1        60          0x80000002 0x00…. 2',
    '10.0.0.2        10.0.0.2        61          0x80000002 0x00…. 2',
    '10.0.0.3        10.0.0.3        59          0x80000002 0x00…. 2',
    '10.0.0.4        10.0.0.4        61          0x80000002 0x00…. 2',
    '',
    '                Net Link States (Area 0)',
    '',
    'Link ID         ADV Router      Age         Seq#       Checksum',
    '10.0.0.1        10.0.0.1        55          0x80000002 0x00….',
  ])
  const checksums = (name: string): string[] =>
    showIpOspfDatabase(stateOf(of, name), of.simulation.now).flatMap(each => /0x00[0-9A-F]{4}/.exec(each)?.[0] ?? [])
  for (const name of ['R1', 'R2', 'R4']) expect(checksums(name)).toEqual(checksums('R3'))
  until(of, 110)
  expect(showIpOspfDatabase(stateOf(of, 'R3'), of.simulation.now)[6]).toContain('10.0.0.1        70 ')
})

test('a console shows routes and what becomes of neighbors', () => {
  const of = labOf('hub-failover')
  let screen = ''
  const station = of.station('R3')
  const console = new Console(
    {
      name: 'R3',
      get router() {
        return station.router?.state
      },
      get now() {
        return of.simulation.now
      },
      perform: order => station.perform(order),
    },
    text => {
      screen += text
    },
  )
  of.simulation.watch((step, at, { name }) => {
    if (name === 'R3') console.take(step, at)
  })
  of.simulation.at(seconds(100), () => of.station('R1').perform({ order: 'shutdown', interface: 'Tunnel0' }))
  until(of, 130)
  expect(screen.split('\n').filter(each => each.startsWith('%OSPF'))).toEqual([
    '%OSPF-5-ADJCHG: Process 123, Nbr 10.0.0.1 on Tunnel0 from LOADING to FULL, Loading Done',
    '%OSPF-5-ADJCHG: Process 123, Nbr 10.0.0.2 on Tunnel0 from EXCHANGE to FULL, Loading Done',
    '%OSPF-5-ADJCHG: Process 123, Nbr 10.0.0.1 on Tunnel0 from FULL to DOWN, Neighbor Down: Dead timer expired',
  ])
  screen = ''
  console.enter('sh ip ospf nei')
  expect(screen).toContain('10.0.0.2        100   FULL/DR ')
  screen = ''
  console.enter('show ip ospf database')
  expect(screen).toContain('Net Link States (Area 0)')
  screen = ''
  console.enter('show ip route')
  expect(screen).toMatch(/^O +10\.0\.4\.4\/32 \[110\/11112\] via 10\.0\.0\.4, \S+, Tunnel0$/m)
  screen = ''
  console.enter('show ip route 10.0.4.4')
  expect(screen).toContain('  Known via "ospf 123", distance 110, metric 11112, type intra area')
  expect(screen).toContain('10.0.0.4, from 10.0.0.4')
})
