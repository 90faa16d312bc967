/** Packets for programs: fields, JSON, Elasticsearch's bulk lines, PDML, facts. */
import {
  ColumnList,
  Dissector,
  decodeRecord,
  EkExport,
  FieldsExport,
  FieldsJsonExport,
  type FieldsJsonForm,
  type FieldsOptions,
  FrameFollower,
  JsonExport,
  type JsonOptions,
  PacketsExport,
  PdmlExport,
  UnknownFieldError,
} from '@dmvpn/dissect'
import type { Stack } from '@dmvpn/protocols'
import { CommandError } from '../exit-code.ts'
import { version } from '../version.ts'
import { columnsOf } from './column-printers.ts'
import { type DissectFlags, formatOf, type OutputFormat } from './dissect-flags.ts'
import type { Printer } from './dissect-printers.ts'
import { preferencesOf } from './preferences.ts'
import { printOptionsOf } from './print-options.ts'

/** The printer of a format that is no text for people. Throws CommandError where the command line is wrong. */
export function exportPrinter(
  flags: DissectFlags,
  stack: Stack,
  format: Exclude<OutputFormat, 'text' | 'tabs' | 'csv' | 'psml'>,
): Printer {
  switch (format) {
    case 'fields':
      return fieldsPrinter(flags, stack)
    case 'json':
    case 'jsonraw':
      return jsonPrinter(flags, stack)
    case 'ek':
      return ekPrinter(flags, stack)
    case 'pdml':
      return pdmlPrinter(flags, stack)
    case 'packets':
      return packetsPrinter(stack)
    default:
      return format satisfies never
  }
}

/** `-T fields`. */
function fieldsPrinter(flags: DissectFlags, stack: Stack): Printer {
  const fields = known(() => new FieldsExport(stack, flags.field ?? [], optionsOf(flags, stack)))
  return {
    begin: s => fields.writeHeader(s),
    print: (s, record, session) => fields.write(s, record, session),
    follow: (record, session) => fields.follow(record, session),
  }
}

function optionsOf(flags: DissectFlags, stack: Stack): FieldsOptions {
  const columns = (columnsOf(flags, stack) ?? new ColumnList()).writers()
  return { ...printOptionsOf(flags.print), columns, verify: preferencesOf(flags.preference).verify }
}

function known<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof UnknownFieldError) throw new CommandError(error.message)
    throw error
  }
}

/** `-T json` and `-T jsonraw`; with `-e` the named fields alone. */
function jsonPrinter(flags: DissectFlags, stack: Stack): Printer {
  if (flags.field !== undefined) return fieldsJsonPrinter(flags, stack, flags.ndjson === true ? 'lines' : 'json')
  const octets: JsonOptions['octets'] =
    formatOf(flags) === 'jsonraw' ? 'only' : flags.hexDump === true ? 'both' : 'none'
  const json = new JsonExport({ secrets: flags.showSecrets === true, octets, lines: flags.ndjson === true })
  const follower = new FrameFollower(stack)
  const dissector = new Dissector(stack, preferencesOf(flags.preference))
  return {
    begin: s => json.begin(s),
    print(s, record, session) {
      const dissection = dissector.dissect(record, session)
      json.frame(s, dissection)
      return dissection.frame
    },
    follow: (record, session) => follower.follow(record, session),
    between: flags.ndjson === true ? '' : ',',
    end: s => json.end(s),
  }
}

/** `-T ek`; with `-e` the named fields alone. */
function ekPrinter(flags: DissectFlags, stack: Stack): Printer {
  if (flags.field !== undefined) return fieldsJsonPrinter(flags, stack, 'ek')
  const ek = new EkExport(stack, { secrets: flags.showSecrets === true, octets: flags.hexDump === true })
  const follower = new FrameFollower(stack)
  const dissector = new Dissector(stack, preferencesOf(flags.preference))
  return {
    print(s, record, session) {
      const dissection = dissector.dissect(record, session)
      ek.frame(s, dissection)
      return dissection.frame
    },
    follow: (record, session) => follower.follow(record, session),
  }
}

function fieldsJsonPrinter(flags: DissectFlags, stack: Stack, form: FieldsJsonForm): Printer {
  const fields = known(() => new FieldsJsonExport(stack, flags.field ?? [], form, optionsOf(flags, stack)))
  return {
    begin: s => fields.begin(s),
    print: (s, record, session) => fields.write(s, record, session),
    follow: (record, session) => fields.follow(record, session),
    between: form === 'json' ? ',' : '',
    end: s => fields.end(s),
  }
}

/** `-T pdml`. */
function pdmlPrinter(flags: DissectFlags, stack: Stack): Printer {
  const pdml = new PdmlExport({ secrets: flags.showSecrets === true, creator: `dmvpn/${version}` })
  const follower = new FrameFollower(stack)
  const dissector = new Dissector(stack, preferencesOf(flags.preference))
  return {
    begin: (s, file) => pdml.begin(s, new Date(), file),
    print(s, record, session) {
      const dissection = dissector.dissect(record, session)
      pdml.frame(s, dissection, session.number)
      return dissection.frame
    },
    follow: (record, session) => follower.follow(record, session),
    end: s => pdml.end(s),
  }
}

/** `--packets`. */
function packetsPrinter(stack: Stack): Printer {
  const packets = new PacketsExport(stack)
  return {
    print(s, record, session) {
      const frame = decodeRecord(stack, record, session)
      packets.write(s, frame, record, session)
      return frame
    },
    follow: (record, session) => void decodeRecord(stack, record, session),
  }
}
