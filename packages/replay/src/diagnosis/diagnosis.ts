/** What happened in the network, in plain words: every kind of story over one capture. */
import type { Frame } from '@dmvpn/protocols'
import type { BindingTimeline } from '../bindings/binding-timeline.ts'
import type { Witness } from '../judge.ts'
import type { Observation } from '../observation.ts'
import type { Episode } from '../rules/episode.ts'
import type { Network } from '../rules/network.ts'
import { ErrorStorms } from './error-storms.ts'
import { FragmentStories } from './fragment-stories.ts'
import { holdingTimeRemarks } from './holding-times.ts'
import { Mismatches } from './mismatches.ts'
import { RegistrationStories } from './registration-stories.ts'
import type { Remark } from './remark.ts'
import { ShortcutStories } from './shortcut-stories.ts'
import { TranslationStories } from './translation-stories.ts'

/** A witness of a judge; the caches it explains refusals by are told everything before it is. */
export class Diagnosis implements Witness {
  private readonly shortcuts: ShortcutStories
  private readonly registrations: RegistrationStories
  private readonly translations = new TranslationStories()
  private readonly mismatches = new Mismatches()
  private readonly storms = new ErrorStorms()
  private readonly fragments = new FragmentStories()
  private readonly bindings: BindingTimeline
  private readonly network: Network

  constructor(network: Network, bindings: BindingTimeline) {
    this.network = network
    this.bindings = bindings
    this.shortcuts = new ShortcutStories(network, bindings)
    this.registrations = new RegistrationStories(bindings)
  }

  frame(frame: Frame, number: number, time: number): void {
    this.fragments.frame(frame, number, time)
  }

  take(seen: Observation): void {
    this.shortcuts.take(seen)
    this.registrations.take(seen)
    this.translations.take(seen)
    this.mismatches.take(seen)
    this.storms.take(seen)
  }

  episode(episode: Episode): void {
    this.shortcuts.episode(episode)
    this.registrations.episode(episode)
  }

  /** After the judge's end; what is worst comes first. */
  remarks(): readonly Remark[] {
    const { now } = this.network
    const all = [
      ...this.mismatches.remarks(),
      ...this.registrations.remarks(now),
      ...this.storms.remarks(),
      ...holdingTimeRemarks(this.bindings, now),
      ...this.translations.remarks(),
      ...this.shortcuts.remarks(now),
      ...this.fragments.remarks(),
    ]
    return all.toSorted((one, other) => gravity[one.severity] - gravity[other.severity])
  }
}

const gravity = { error: 0, warning: 1, information: 2 } as const
