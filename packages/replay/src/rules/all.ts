/** Every rule, in the order of their ids. */
import { conductRules } from './conduct.ts'
import { headerRules } from './encoding-header.ts'
import { listRules } from './encoding-lists.ts'
import { forwardingRules } from './forwarding.ts'
import { messageRules } from './messages.ts'
import { pairingRules } from './pairing.ts'
import { registrationRules } from './registrations.ts'
import { requestIdRules } from './request-ids.ts'
import type { Rule } from './rule.ts'
import { securityRules } from './security.ts'
import { shortcutRules } from './shortcuts.ts'
import { tunnelRules } from './tunnels.ts'

export const rules: readonly Rule[] = [
  ...headerRules,
  ...listRules,
  ...messageRules,
  ...pairingRules,
  ...requestIdRules,
  ...forwardingRules,
  ...registrationRules,
  ...shortcutRules,
  ...conductRules,
  ...tunnelRules,
  ...securityRules,
].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)))
