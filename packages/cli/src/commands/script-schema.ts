/** The schema of `dmvpn synth script`: what a YAML file may say, made of the table of options. */
import {
  type Occasion,
  type OptionDescription,
  optionsFor,
  type PacketKind,
  type PacketOptions,
  packetKinds,
  packetOptions,
  spanPattern,
  writtenName,
} from '@dmvpn/synth'
import { parseMac } from '@dmvpn/wire'
import { z } from 'zod'
import { instantOf } from './instant.ts'

const noSpan = { error: 'not a length of time such as 20ms, 1.5s or 2m' }
const span = z
  .union([z.number(), z.string().regex(spanPattern, noSpan)], noSpan)
  .meta({ description: 'A length of time such as 20ms, 1.5s or 2m; a number is seconds' })

const fieldValues = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .meta({ description: 'Fields by Wireshark’s name (nhrp.htime#2 is the second) and their values' })

const address = z.union([z.ipv4(), z.ipv6()], { error: 'not an IPv4 or IPv6 address' })

function schemaOf(description: OptionDescription): z.ZodType {
  switch (description.is) {
    case 'flag':
      return z.boolean()
    case 'number':
      return z.int().min(description.least).max(description.most)
    case 'choice':
      return z.enum(description.choices as [string, ...string[]])
    case 'stations':
      return z.array(z.string().regex(/^[^,\s]+,\s*[^,\s]+$/, { error: 'not TUNNEL-ADDRESS,NBMA' }))
    case 'addresses':
      return z.array(z.ipv4({ error: 'not an IPv4 address' }))
    case 'text':
      return z.string()
    case 'ipv4':
      return z.ipv4({ error: 'not an IPv4 address' })
    case 'mac':
      return z.string().refine(text => parseMac(text) !== undefined, { error: 'not a MAC address' })
    case 'address':
      return address
    default:
      return description satisfies never
  }
}

type Shape = Record<string, z.ZodOptional>

function shapeOf(names: readonly (keyof PacketOptions)[]): Shape {
  const shape: Shape = {}
  for (const name of names) {
    const description = packetOptions[name]
    shape[writtenName(name)] = schemaOf(description).meta({ description: description.help }).optional()
  }
  return shape
}

const occasion = {
  at: span.optional().meta({ description: 'When, since the start' }),
  after: span.optional().meta({ description: 'When, since the packet before' }),
  count: z.int().min(1).max(1_000_000).optional().meta({ description: 'How many; ids and sequence numbers count on' }),
  every: span.optional().meta({ description: 'From one of them to the next (1s)' }),
  comment: z.string().optional().meta({ description: 'Kept in pcapng files' }),
  set: fieldValues.optional().meta({ description: 'Fields that are set, lengths and checksums made true' }),
  lie: fieldValues.optional().meta({ description: 'Fields that are written over, and nothing made true' }),
}

function packetSchema(kind: PacketKind): z.ZodObject {
  return z.strictObject({ packet: z.literal(kind), ...occasion, ...shapeOf(optionsFor(kind)) })
}

const noInstant = { error: 'neither such as 2024-01-01T00:00:00Z nor seconds since 1970' }
const noKind = { error: `not one of ${packetKinds.join(', ')}` }
const [first, ...others] = packetKinds.map(packetSchema)

/** A script as it is written: options by their written names. */
export interface WrittenScript {
  readonly start?: string | number | undefined
  readonly defaults?: Readonly<Record<string, unknown>> | undefined
  readonly packets: readonly WrittenPacket[]
}

export interface WrittenPacket extends Occasion {
  readonly packet: PacketKind
  readonly [option: string]: unknown
}

export const scriptSchema: z.ZodType<WrittenScript> = z
  .strictObject({
    start: z
      .union([z.number(), z.string().refine(text => instantOf(text) !== undefined, noInstant)], noInstant)
      .optional()
      .meta({ description: 'When it begins: 2024-01-01T00:00:00Z, or seconds since 1970 (0)' }),
    defaults: z
      .strictObject(shapeOf(Object.keys(packetOptions) as (keyof PacketOptions)[]))
      .optional()
      .meta({ description: 'Options of every packet that knows them and does not say otherwise' }),
    packets: z
      .array(z.discriminatedUnion('packet', [first!, ...others], noKind) as unknown as z.ZodType<WrittenPacket>)
      .min(1),
  })
  .meta({ title: 'Packets with times, for `dmvpn synth script`' })

/** The same as JSON Schema, dialect 2020-12. */
export function scriptJsonSchema(): unknown {
  return {
    $id: 'urn:dmvpn:schema:script.schema.json',
    ...z.toJSONSchema(scriptSchema, { unrepresentable: 'any' }),
  }
}
