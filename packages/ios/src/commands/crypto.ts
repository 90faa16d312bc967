import type { EspAuthentication, EspEncryption, IsakmpHash } from '@dmvpn/core'
import { type Command, command, irrelevant, notYet, opens, property, remarked } from '../command.ts'
import type { CryptoDraft, IpsecProfileDraft, IsakmpPolicyDraft, TransformSetDraft } from '../draft.ts'
import { notModelled, ofNoInterest, questionable, type Remark } from '../line.ts'
import type { Mode } from '../modes.ts'

const hashes = { md5: 'md5', sha: 'sha', sha256: 'sha256', sha384: 'sha384', sha512: 'sha512' } as const

const policy: Mode<IsakmpPolicyDraft> = {
  commands: [
    command(
      'encryption <cipher:des|3des|aes> [<bits:128|192|256>]',
      (it, { cipher, bits }) => void (it.encryption = cipher === 'aes' ? (`aes-${bits ?? '128'}` as const) : cipher),
      ({ encryption }) => {
        if (encryption === undefined) return []
        if (encryption === 'des' || encryption === '3des') return [{ cipher: encryption }]
        const bits = encryption.slice(4) as '128' | '192' | '256'
        return [{ cipher: 'aes' as const, bits: bits === '128' ? undefined : bits }]
      },
    ),
    command(
      'hash <hash:md5|sha|sha256|sha384|sha512>',
      (it, { hash }) => void (it.hash = hashes[hash] satisfies IsakmpHash),
      ({ hash }) => (hash === undefined ? [] : [{ hash }]),
    ),
    ...property('authentication <authentication:pre-share|rsa-sig|rsa-encr>', (it: IsakmpPolicyDraft) => it),
    ...property('group <group:1-24>', (it: IsakmpPolicyDraft) => it),
    ...property('lifetime <lifetime:60-86400>', (it: IsakmpPolicyDraft) => it),
  ],
}

const ciphers: readonly EspEncryption[] = ['esp-null', 'esp-des', 'esp-3des']
const digests: readonly EspAuthentication[] = ['esp-md5-hmac', 'esp-sha-hmac', 'esp-sha256-hmac', 'esp-sha512-hmac']

const transformSet: Mode<TransformSetDraft> = {
  commands: [
    command(
      'mode <mode:tunnel|transport> [<require:require>]',
      (it, { mode }) => void (it.mode = mode),
      ({ mode }) => (mode === undefined ? [] : [{ mode }]),
    ),
  ],
}

/** Puts the words behind a transform set's name into it: `esp-aes 256 esp-sha-hmac`. */
function setTransforms(set: TransformSetDraft, words: readonly string[]): Remark | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!.toLowerCase()
    const cipher = ciphers.find(each => each === word)
    const digest = digests.find(each => each === word)
    if (cipher !== undefined) set.encryption = cipher
    else if (digest !== undefined) set.authentication = digest
    else if (word === 'esp-aes' || word === 'esp-gcm') {
      const bits = /^\d+$/.test(words[at + 1] ?? '') ? words[++at]! : '128'
      const name = `${word}-${bits}`
      if (!isSized(name)) return questionable(`${word} has no key of ${bits} bits`)
      set.encryption = name
    } else return notModelled(`${word} is not sealed here`)
  }
  return undefined
}

const sized = ['esp-aes-128', 'esp-aes-192', 'esp-aes-256', 'esp-gcm-128', 'esp-gcm-256'] as const

function isSized(name: string): name is (typeof sized)[number] {
  return (sized as readonly string[]).includes(name)
}

function transformWords({ encryption = 'esp-null', authentication }: TransformSetDraft): string {
  const cipher = isSized(encryption) ? encryption.replace(/-(\d+)$/, ' $1').replace(/ 128$/, '') : encryption
  return authentication === undefined ? cipher : `${cipher} ${authentication}`
}

const profile: Mode<IpsecProfileDraft> = {
  commands: [
    command(
      'set transform-set <names:line>',
      (it, { names }) => void (it.transformSets = names.split(' ')),
      ({ transformSets }) => (transformSets.length === 0 ? [] : [{ names: transformSets.join(' ') }]),
    ),
    command(
      'set security-association lifetime seconds <lifetimeSeconds:120-2592000>',
      (it, { lifetimeSeconds }) => void (it.lifetimeSeconds = lifetimeSeconds),
      ({ lifetimeSeconds }) => (lifetimeSeconds === undefined ? [] : [{ lifetimeSeconds }]),
    ),
    command(
      'set security-association lifetime kilobytes <lifetimeKilobytes:2560-4294967295>',
      (it, { lifetimeKilobytes }) => void (it.lifetimeKilobytes = lifetimeKilobytes),
      ({ lifetimeKilobytes }) => (lifetimeKilobytes === undefined ? [] : [{ lifetimeKilobytes }]),
    ),
    command(
      'set pfs <group:group1|group2|group5|group14|group15|group16|group19|group20|group21|group24>',
      (it, { group }) => void (it.pfsGroup = Number(group.slice(5))),
      ({ pfsGroup }) => (pfsGroup === undefined ? [] : [{ group: `group${pfsGroup}` as 'group2' }]),
    ),
    ...irrelevant('what a person reads', ['description <text:line>']),
    ...notYet('an association goes without it', [
      'set isakmp-profile <name:word>',
      'set ikev2-profile <name:word>',
      'set identity <name:word>',
      'set security-association idle-time <seconds:60-86400> [default]',
      'set security-association lifetime kilobytes disable',
      'set security-association replay <rest:line>',
      'set security-association dummy <rest:line>',
      'set reverse-route <rest:line>',
      'set security-policy limit <most:1-50000>',
      'responder-only',
    ]),
  ],
}

const anybody = { address: 0, length: 0 }

/** The `crypto` lines of global mode. */
export const cryptoCommands: readonly Command<CryptoDraft>[] = [
  opens(
    'crypto isakmp policy <priority:1-10000>',
    policy,
    ({ isakmpPolicies }, { priority }) => named(isakmpPolicies, each => each.priority === priority, { priority }),
    ({ isakmpPolicies }) => isakmpPolicies.map(each => [{ priority: each.priority }, each] as const),
  ),
  command(
    'crypto isakmp key [<type:0|6>] <key:word> address <address:ipv4> [<length:mask>] [<options:no-xauth>]',
    ({ isakmpKeys }, { type, key, address, length }) => {
      if (type === '6') return questionable('the key is encrypted')
      isakmpKeys.push({ key, peers: address === 0 ? anybody : { address, length: length ?? 32 } })
      return undefined
    },
    ({ isakmpKeys }) =>
      isakmpKeys.flatMap(({ key, peers: { address, length } }) =>
        typeof address === 'number' ? [{ key, address, length: length === 32 ? undefined : length }] : [],
      ),
  ),
  command(
    'crypto isakmp key [<type:0|6>] <key:word> address ipv6 <peers:prefix6>',
    ({ isakmpKeys }, { key, peers }) => void isakmpKeys.push({ key, peers }),
    ({ isakmpKeys }) =>
      isakmpKeys.flatMap(({ key, peers }) => (typeof peers.address === 'bigint' ? [{ key, peers }] : [])),
  ),
  opens(
    'crypto ipsec transform-set <name:word> <transforms:line>',
    transformSet,
    ({ transformSets }, { name, transforms }) => {
      const set = named(transformSets, each => each.name === name, { name })
      return setTransforms(set, transforms.split(' ')) ?? set
    },
    ({ transformSets }) =>
      transformSets.map(each => [{ name: each.name, transforms: transformWords(each) }, each] as const),
  ),
  opens(
    'crypto ipsec profile <name:word>',
    profile,
    ({ profiles }, { name }) => named(profiles, each => each.name === name, { name, transformSets: [] }),
    ({ profiles }) => profiles.map(each => [{ name: each.name }, each] as const),
  ),
  ...property(
    'crypto ipsec security-association lifetime seconds <lifetimeSeconds:120-2592000>',
    (crypto: CryptoDraft) => crypto,
  ),
  ...property(
    'crypto ipsec security-association lifetime kilobytes <lifetimeKilobytes:2560-4294967295>',
    (crypto: CryptoDraft) => crypto,
  ),
  ...property('!dmvpn crypto trigger <trigger:install|first-use>', (crypto: CryptoDraft) => crypto),
  ...property('!dmvpn crypto during-negotiation <duringNegotiation:drop|via-hub>', (crypto: CryptoDraft) => crypto),
  ...irrelevant('nothing of it is seen on the wire', [
    'crypto isakmp enable',
    'crypto isakmp invalid-spi-recovery',
    'crypto logging <rest:line>',
    'crypto engine <rest:line>',
    'crypto mib <rest:line>',
    'crypto call admission limit <rest:line>',
    'crypto ipsec optional [<rest:line>]',
  ]),
  ...notYet('an association goes without it', [
    'crypto isakmp keepalive <rest:line>',
    'crypto isakmp nat keepalive <seconds:5-3600>',
    'crypto isakmp identity <rest:line>',
    'crypto isakmp aggressive-mode <rest:line>',
    'crypto isakmp key <rest:line>',
    'crypto ipsec df-bit <how:clear|set|copy>',
    'crypto ipsec fragmentation <how:before-encryption|after-encryption>',
    'crypto ipsec nat-transparency <rest:line>',
    'crypto ipsec security-association replay <rest:line>',
    'crypto ipsec security-association idle-time <seconds:60-86400>',
    'crypto ikev2 dpd <rest:line>',
    'crypto ikev2 cookie-challenge <most:0-1000>',
    'crypto ikev2 nat keepalive <seconds:5-3600>',
    'crypto ikev2 fragmentation <rest:line>',
  ]),
  ...[
    'crypto isakmp profile <name:word> [<rest:line>]',
    'crypto isakmp client configuration <rest:line>',
    'crypto keyring <name:word> [<rest:line>]',
    'crypto map <rest:line>',
    'crypto dynamic-map <rest:line>',
    'crypto ikev2 <what:proposal|policy|keyring|profile> <name:word> [<rest:line>]',
    'crypto ikev2 authorization policy <name:word>',
    'crypto gdoi <rest:line>',
  ].map(pattern =>
    remarked(pattern, notModelled('keys are negotiated by ISAKMP policies and pre-shared keys'), {
      commands: [],
      others: notModelled('keys are negotiated by ISAKMP policies and pre-shared keys'),
    }),
  ),
  remarked('crypto pki <rest:line>', ofNoInterest('certificates are not modelled'), {
    commands: [],
    others: ofNoInterest('certificates are not modelled'),
  }),
]

function named<T>(all: T[], is: (each: T) => boolean, otherwise: T): T {
  const found = all.find(each => is(each))
  if (found !== undefined) return found
  all.push(otherwise)
  return otherwise
}
