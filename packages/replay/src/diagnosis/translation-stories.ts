/** Stations behind address translation: what they call themselves, where they are seen, and whether their server tells them. */
import { formatIp } from '@dmvpn/wire'
import type { Ip, Observation } from '../observation.ts'
import { entriesOf, ipIn, isRelayed } from '../rules/parts.ts'
import type { Remark, RemarkStep } from './remark.ts'

const most = 4096

interface Translation {
  readonly claimed: Ip
  readonly real: Ip
  readonly steps: RemarkStep[]
  /** Whether a reply named the real address in its NAT address extension. */
  told: boolean
  /** Whether a reply was seen at all. */
  answered: boolean
}

/** Compares what registrations claim with where they come from. */
export class TranslationStories {
  private readonly translations = new Map<string, Translation>()

  take(seen: Observation): void {
    if (seen.kind !== 'nhrp' || seen.packet === undefined || isRelayed(seen.packet)) return
    const { packet, source, destination, time, frame } = seen
    if (packet.kind === 'registration-request') {
      const claimed = ipIn(packet.sourceNbma)
      if (source === undefined || claimed === undefined || claimed === source) return
      const key = `${claimed} ${source}`
      if (this.translations.has(key) || this.translations.size >= most) return
      const text = `a Registration Request of ${formatIp(claimed)} comes from ${formatIp(source)}`
      this.translations.set(key, {
        claimed,
        real: source,
        steps: [{ time, frame, text }],
        told: false,
        answered: false,
      })
    } else if (packet.kind === 'registration-reply') {
      const known = this.translations.get(`${ipIn(packet.sourceNbma)} ${destination}`)
      if (known === undefined || known.told) return
      known.told = (entriesOf(packet, 'nat-address') ?? []).some(({ nbma }) => ipIn(nbma) === known.real)
      if (!known.answered || known.told) {
        const text = known.told
          ? 'the reply names the real address (NAT address extension)'
          : 'the reply does not name it'
        known.steps.push({ time, frame, text })
      }
      known.answered = true
    }
  }

  remarks(): readonly Remark[] {
    return [...this.translations.values()].map(({ claimed, real, steps, told, answered }) => ({
      topic: 'address-translation',
      severity: answered && !told ? 'warning' : 'information',
      stations: [formatIp(claimed), formatIp(real)],
      text: `${formatIp(claimed)} is behind address translation: the network knows it as ${formatIp(real)}${told ? ', and it was told so' : ''}`,
      steps,
    }))
  }
}
