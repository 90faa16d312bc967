import type { IpsecProfile, IsakmpPolicy, TransformSet } from '@dmvpn/core'
import { formatIpv4, networkOf } from '@dmvpn/wire'
import { type CheckedRouter, type Finding, finding, nbmaOf, placeOf, type Station, tunnelPlace } from './finding.ts'

/** What a router's own configuration shows of its tunnel's protection. */
export function checkProtection(station: Station): readonly Finding[] {
  const { router, tunnel } = station
  const { crypto, profile: whose } = router.settings
  // The key daemon has the profiles of Linux routers.
  if (tunnel.protection === undefined || whose === 'frr' || whose === 'opennhrp') return []
  const place = tunnelPlace(station, 'tunnel protection')
  const profile = crypto.profiles.find(each => each.name === tunnel.protection)
  if (profile === undefined)
    return [finding('error', 'profile-unknown', place, `there is no \`crypto ipsec profile ${tunnel.protection}\``)]
  const section = `crypto ipsec profile ${profile.name}`
  const found: Finding[] = []
  if (profile.transformSets.length === 0)
    found.push(
      finding('error', 'transform-set-missing', placeOf(router, '', section), 'the profile names no transform set'),
    )
  for (const name of profile.transformSets)
    if (!crypto.transformSets.some(each => each.name === name))
      found.push(
        finding(
          'error',
          'transform-set-unknown',
          placeOf(router, section, 'set transform-set'),
          `there is no \`crypto ipsec transform-set ${name}\``,
        ),
      )
  if (crypto.isakmpPolicies.some(each => each.authentication === 'pre-share') && crypto.isakmpKeys.length === 0)
    found.push(
      finding(
        'error',
        'pre-shared-key-missing',
        placeOf(router, '', 'crypto isakmp policy'),
        'no `crypto isakmp key` for any peer',
      ),
    )
  return found
}

/** What does not fit between the protections of two stations that must reach each other. */
export function checkPeers(one: Station, other: Station): readonly Finding[] {
  const mine = tunnelPlace(one, 'tunnel protection')
  const theirs = tunnelPlace(other, 'tunnel protection')
  const here = one.tunnel.protection
  const there = other.tunnel.protection
  if ((here === undefined) !== (there === undefined)) {
    const bare = here === undefined ? one : other
    const because = `${bare.router.name} sends in the clear what the other end takes only sealed`
    return [finding('error', 'protection-one-side', mine, because, theirs)]
  }
  if (here === undefined) return []
  const found: Finding[] = []
  const proposals = transformsOf(one.router, here)
  const accepted = transformsOf(other.router, there!)
  if (proposals.length > 0 && accepted.length > 0 && !proposals.some(a => accepted.some(b => sameTransform(a, b))))
    found.push(
      finding(
        'error',
        'transform-set-mismatch',
        placeOf(one.router, '', 'crypto ipsec transform-set'),
        'the two ends have no transform set in common',
        placeOf(other.router, '', 'crypto ipsec transform-set'),
      ),
    )
  const policies = one.router.settings.crypto.isakmpPolicies
  const others = other.router.settings.crypto.isakmpPolicies
  if (policies.length > 0 && others.length > 0 && !policies.some(a => others.some(b => samePolicy(a, b))))
    found.push(
      finding(
        'error',
        'isakmp-policy-mismatch',
        placeOf(one.router, '', 'crypto isakmp policy'),
        'the two ends have no ISAKMP policy in common',
        placeOf(other.router, '', 'crypto isakmp policy'),
      ),
    )
  const mineFor = keyFor(one.router, nbmaOf(other))
  const theirsFor = keyFor(other.router, nbmaOf(one))
  if (
    one.router.settings.crypto.isakmpKeys.length > 0 &&
    other.router.settings.crypto.isakmpKeys.length > 0 &&
    mineFor !== theirsFor
  )
    found.push(
      finding(
        'error',
        'pre-shared-key-mismatch',
        placeOf(one.router, '', 'crypto isakmp key'),
        `the key for ${whom(other)} here is not the key for ${whom(one)} there`,
        placeOf(other.router, '', 'crypto isakmp key'),
      ),
    )
  return found
}

const whom = (station: Station): string => {
  const nbma = nbmaOf(station)
  return nbma === undefined ? station.router.name : formatIpv4(nbma)
}

function transformsOf({ settings: { crypto } }: CheckedRouter, profile: string): readonly TransformSet[] {
  const names: IpsecProfile['transformSets'] = crypto.profiles.find(each => each.name === profile)?.transformSets ?? []
  return crypto.transformSets.filter(each => names.includes(each.name))
}

const sameTransform = (a: TransformSet, b: TransformSet): boolean =>
  a.encryption === b.encryption && a.authentication === b.authentication && a.mode === b.mode

const samePolicy = (a: IsakmpPolicy, b: IsakmpPolicy): boolean =>
  a.encryption === b.encryption && a.hash === b.hash && a.authentication === b.authentication && a.group === b.group

/** The key of the narrowest entry that has the peer. */
function keyFor({ settings }: CheckedRouter, peer: number | undefined): string | undefined {
  if (peer === undefined) return undefined
  return settings.crypto.isakmpKeys
    .filter(({ peers }) => typeof peers.address === 'number' && networkOf(peer, peers.length) === peers.address)
    .toSorted((a, b) => b.peers.length - a.peers.length)[0]?.key
}
