/** `dmvpn fields`: every name there is. */
import { Catalogue } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { unknownName } from './unknown-name.ts'

/** Writes name, type and label, separated by tabs. Throws CommandError where there is no such protocol. */
export function listFields(protocol: string | undefined, io: Io): ExitCode {
  const catalogue = new Catalogue(dmvpn)
  const entries = protocol === undefined ? catalogue.entries : catalogue.ofProtocol(protocol)
  if (entries.length === 0) {
    const meant = catalogue.suggestions(protocol ?? '').filter(name => catalogue.find(name)?.type === 'protocol')
    throw new CommandError(unknownName('protocol', protocol ?? '', meant))
  }
  for (const { name, type, label } of entries) {
    io.out.sink.text(name).byte(tab).text(type).byte(tab).text(label).byte(newline)
    io.out.settle()
  }
  return exitCode.done
}

const tab = 0x09
const newline = 0x0a
