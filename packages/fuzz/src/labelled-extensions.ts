/** NHRP packets that break one rule of the extensions each. */
import type { Extension } from '@dmvpn/protocols'
import type { Labelled } from './labelled.ts'
import { authentication, end, endAt, extensions, nhrpLabel, password, usual } from './nhrp-label.ts'

/** Every packet of the corpus whose extensions are odd. */
export function labelledExtensions(): readonly Labelled[] {
  const unknown = (compulsory: boolean): Extension => ({
    kind: 'unrecognised',
    compulsory,
    reserved: false,
    type: 0x3801,
    value: new Uint8Array(4),
  })
  const wrongKey = { ...authentication, key: Uint8Array.from(password, octet => octet ^ 1) }
  return [
    nhrpLabel(
      'extension-length',
      'An extension lies in the packet, RFC 2332 §5.3',
      extensions + 2,
      'nhrp.ext.len',
      'discard',
      { octets: { [extensions + 2]: 0x7f } },
    ),
    nhrpLabel(
      'extension-reserved-bit',
      'The u bit of an extension is 0, RFC 2332 §5.3',
      extensions,
      'nhrp.ext.u',
      'accept and report',
      { octets: { [extensions]: 0xc0 } },
    ),
    nhrpLabel(
      'extension-compulsory',
      'An unknown compulsory extension is not passed over, RFC 2332 §5.3',
      endAt,
      'nhrp.ext.type',
      'error indication',
      { facts: { extensions: [authentication, unknown(true), end] } },
      1,
    ),
    nhrpLabel(
      'extension-unknown',
      'An unknown extension that is not compulsory is passed over, RFC 2332 §5.3',
      endAt,
      'nhrp.ext.type',
      'ignore the part',
      { facts: { extensions: [authentication, unknown(false), end] } },
    ),
    nhrpLabel(
      'extension-twice',
      'Only vendor private extensions come twice, RFC 2332 §5.3',
      endAt,
      'nhrp.ext.type',
      'accept and report',
      { facts: { extensions: [authentication, authentication, end] } },
    ),
    nhrpLabel(
      'end-missing',
      'The extensions close with the End extension, RFC 2332 §5.3',
      endAt,
      'nhrp.ext.type',
      'accept and report',
      { facts: { extensions: [authentication] } },
    ),
    nhrpLabel(
      'end-with-value',
      'The End extension is empty, RFC 2332 §5.3.0',
      endAt + 2,
      'nhrp.ext.len',
      'accept and report',
      { facts: { extensions: [authentication, { ...end, value: new Uint8Array(3) } as Extension] } },
    ),
    nhrpLabel(
      'octets-after-end',
      'Nothing follows the End extension, RFC 2332 §5.3.0',
      endAt + 4,
      'nhrp.ext.superfluous',
      'accept and report',
      { facts: { afterEnd: new Uint8Array(8) } },
    ),
    nhrpLabel(
      'authentication-wrong',
      'The password is the receiver’s (here: secret), RFC 2332 §5.3.4',
      extensions + 8,
      'nhrp.auth_ext.key',
      'error indication',
      { facts: { extensions: [wrongKey, end] } },
      11,
    ),
    nhrpLabel(
      'authentication-missing',
      'A receiver with a password wants one, RFC 2332 §5.3.4',
      extensions,
      'nhrp.ext.type',
      'error indication',
      { facts: { extensions: [end] } },
      11,
    ),
    nhrpLabel(
      'record-cut',
      'A record extension holds whole client information entries, RFC 2332 §5.3.2',
      extensions + 4,
      'nhrp.ext.leftover',
      'discard',
      {
        facts: {
          extensions: [
            { kind: 'forward-transit', compulsory: true, reserved: false, entries: [], leftover: new Uint8Array(11) },
            ...usual,
          ],
        },
      },
    ),
  ]
}
