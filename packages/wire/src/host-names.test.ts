import { describe, expect, it } from 'vitest'
import { ipv4Of, ipv6Of } from './address.ts'
import { HostNames } from './host-names.ts'

describe('names of addresses', () => {
  const names = new HostNames()
  names.add(ipv4Of('150.1.1.1'), 'hub')
  names.add(ipv4Of('150.1.1.1'), 'another')
  names.add(ipv6Of('fd00::2'), 'six')

  it('keeps the first', () => {
    expect(names.nameOf(ipv4Of('150.1.1.1'))).toBe('hub')
    expect(names.nameOf(ipv4Of('150.1.1.2'))).toBeUndefined()
  })

  it.each([
    ['Src: 150.1.1.1, Dst: 150.1.1.11', 'Src: hub (150.1.1.1), Dst: 150.1.1.11'],
    ['who has fd00::2? Tell fd00::22', 'who has six (fd00::2)? Tell fd00::22'],
    ['at 150.1.1.1.', 'at hub (150.1.1.1).'],
    ['1.150.1.1.1 and 150.1.1.1.5', '1.150.1.1.1 and 150.1.1.1.5'],
    ['10:20:30 fe::fd00::2', '10:20:30 fe::fd00::2'],
  ])('in %s', (text, named) => {
    expect(names.inText(text)).toBe(named)
  })

  it('stands alone where there is no room', () => {
    expect(names.inText('150.1.1.1/32 is at fd00::2', true)).toBe('hub/32 is at six')
  })
})
