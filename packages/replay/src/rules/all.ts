/** Every rule, in the order of their ids. */
import { answerRules } from './answers.ts'
import { associationRules } from './associations.ts'
import { entryRules } from './encoding-entries.ts'
import { extensionRules } from './encoding-extensions.ts'
import { headerRules } from './encoding-header.ts'
import { errorRules } from './errors.ts'
import { forwardingRules } from './forwarding.ts'
import { indicationRules } from './indications.ts'
import { multicastRules } from './multicast.ts'
import { noticeRules } from './notices.ts'
import { outcomeRules } from './outcomes.ts'
import { pairingRules } from './pairing.ts'
import { passwordRules } from './passwords.ts'
import { purgeRules } from './purges.ts'
import { registrationRules } from './registrations.ts'
import { replyRules } from './replies.ts'
import { requestIdRules } from './request-ids.ts'
import { requestRules } from './requests.ts'
import { resolutionRules } from './resolutions.ts'
import type { Rule } from './rule.ts'
import { securityRules } from './security.ts'
import { senderRules } from './senders.ts'
import { shortcutRules } from './shortcuts.ts'
import { tunnelRules } from './tunnels.ts'

export const rules: readonly Rule[] = [
  ...answerRules,
  ...associationRules,
  ...entryRules,
  ...errorRules,
  ...extensionRules,
  ...forwardingRules,
  ...headerRules,
  ...indicationRules,
  ...multicastRules,
  ...noticeRules,
  ...outcomeRules,
  ...pairingRules,
  ...passwordRules,
  ...purgeRules,
  ...registrationRules,
  ...replyRules,
  ...requestIdRules,
  ...requestRules,
  ...resolutionRules,
  ...securityRules,
  ...senderRules,
  ...shortcutRules,
  ...tunnelRules,
].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)))
