import { expect, it } from 'vitest'
import { showsEsp } from './shown-fields.ts'

it.each([[['ip.src', 'esp.spi', 'esp.sequence', 'esp']], [['ah', 'ah.spi', 'ah.sequence']], [[]]])(
  'needs nobody who opens ESP for %j',
  names => expect(showsEsp(names)).toBe(false),
)

it.each([
  [['esp.spi', 'esp.verdict']],
  [['ah.icv']],
  [['_ws.expert']],
  [['esp.sequence-analysis.wrong-sequence-number']],
])('needs somebody who opens ESP for %j', names => expect(showsEsp(names)).toBe(true))

it('needs somebody where everything is shown', () => expect(showsEsp(undefined)).toBe(true))
