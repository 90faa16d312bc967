/** What is timed against what, on which file, and what the outputs must agree on before. */
import { fileURLToPath } from 'node:url'

/** Ours comes first; the others are compared with it. */
export interface Contender {
  readonly name: string
  readonly command: string
  /** The program without which this one is not there. */
  readonly needs?: string
}

export interface Row {
  readonly what: string
  readonly frames: number
  readonly ours: string
  readonly peers: readonly Contender[]
  /** Commands whose output must be ours, octet for octet: their names among the peers, or commands of their own. */
  readonly equals?: readonly string[]
  /** Whether it is the time one waits for it: several processors work on it. */
  readonly waits?: boolean
  /** Whether octets of output are counted, too: a tree that says less is written sooner. */
  readonly counts?: boolean
  /** The format whose fields must be tshark's, on a thousand frames. */
  readonly fieldsOf?: 'json' | 'ek'
}

/** The files of a run, by their number of frames, and where the C walker was built. */
export interface Ground {
  readonly file: (frames: number) => string
  readonly frames: number
  readonly few: number
  /** Five times as many: where a run is short. */
  readonly many: number
  /** Frames under ESP, and what both dissectors are told of their keys. */
  readonly sealed: string
  readonly keys: string
  readonly walker: string | undefined
  readonly folder: string
  /** The command under test. */
  readonly dmvpn: string
}

const programs = fileURLToPath(new URL('programs', import.meta.url))
const node = `"${process.execPath}"`

const fields = [
  'frame.number',
  'frame.time_epoch',
  'ip.src',
  'ip.dst',
  'gre.key',
  'nhrp.hdr.op.type',
  'nhrp.reqid',
  'nhrp.src.prot.addr',
  'nhrp.htime',
  'esp.spi',
]
const selected = fields.map(name => `-e ${name}`).join(' ')
const filter = "-Y 'nhrp.hdr.op.type == 1'"

export function rowsOf({ file, frames, few, many, sealed, keys, walker, folder, dmvpn }: Ground): readonly Row[] {
  const ours = (options: string, count: number): string => `${dmvpn} dissect -n ${options} "${file(count)}"`
  const tshark = (options: string, count: number): Contender => ({
    name: 'tshark',
    command: `tshark -n -r "${file(count)}" ${options}`,
    needs: 'tshark',
  })
  const twoWorkers = (options: string, count: number): Row => ({
    what: `two workers, ${options === '' ? 'summary lines' : options}, wall time`,
    frames: count,
    ours: ours(`${options} --workers 2`, count),
    peers: [{ name: 'one', command: ours(options, count) }],
    equals: ['one'],
    waits: true,
  })
  const program = (name: string, argument: string): string => `${node} "${programs}/${name}.mjs" "${argument}"`
  const inC = (name: string, options: string, count: number): readonly Contender[] =>
    walker === undefined ? [] : [{ name, command: `"${walker}" ${options} "${file(count)}"` }]
  return [
    {
      what: '--version',
      frames: 0,
      ours: `${dmvpn} --version`,
      peers: [{ name: 'node -e 0', command: `${node} -e 0` }],
    },
    {
      what: 'three frames',
      frames: 3,
      ours: ours('', 3),
      peers: [{ name: 'node -e 0', command: `${node} -e 0` }, tshark('', 3)],
    },
    {
      what: 'summary lines',
      frames,
      ours: ours('', frames),
      peers: [
        tshark('', frames),
        { name: 'tcpdump', command: `tcpdump -nr "${file(frames)}"`, needs: 'tcpdump' },
        ...inC('C, lines', '-l', frames),
      ],
      equals: ['C, lines'],
    },
    { what: '-V', frames, ours: ours('-V', frames), peers: [tshark('-V', frames)], counts: true },
    {
      what: '-T fields, 10 fields',
      frames,
      ours: ours(`-T fields ${selected}`, frames),
      peers: [tshark(`-T fields ${selected}`, frames)],
      equals: ['tshark'],
    },
    {
      what: '-T json',
      frames: few,
      ours: ours('-T json', few),
      peers: [tshark('-T json --no-duplicate-keys', few)],
      counts: true,
      fieldsOf: 'json',
    },
    {
      what: '-T ek',
      frames: few,
      ours: ours('-T ek', few),
      peers: [tshark('-T ek', few)],
      counts: true,
      fieldsOf: 'ek',
    },
    { what: '-T pdml', frames: few, ours: ours('-T pdml', few), peers: [tshark('-T pdml', few)], counts: true },
    {
      what: "-Y 'nhrp.hdr.op.type == 1' -w",
      frames,
      ours: `${ours(`${filter} -w "${folder}/ours.pcap"`, frames)} && cat "${folder}/ours.pcap"`,
      peers: [
        {
          ...tshark(`${filter} -F pcap -w "${folder}/theirs.pcap"`, frames),
          command: `tshark -n -r "${file(frames)}" ${filter} -F pcap -w "${folder}/theirs.pcap" && cat "${folder}/theirs.pcap"`,
        },
      ],
      equals: ['tshark'],
    },
    {
      what: 'statistics, -z io,phs',
      frames,
      ours: ours('-q -z io,phs', frames),
      peers: [tshark('-q -z io,phs', frames)],
      equals: ['tshark'],
    },
    {
      what: 'ESP opened, summary lines',
      frames: few,
      ours: `${dmvpn} dissect -n ${keys} "${sealed}"`,
      peers: [
        {
          name: 'tshark',
          command: `tshark -n -r "${sealed}" -o esp.enable_encryption_decode:TRUE ${keys}`,
          needs: 'tshark',
        },
      ],
    },
    twoWorkers('-V', frames),
    twoWorkers('-T json', frames),
    twoWorkers('', many),
    {
      what: 'reading records',
      frames: many,
      ours: program('records-ours', file(many)),
      peers: [
        { name: 'pcap-parser', command: program('records-pcap-parser', file(many)) },
        { name: 'capinfos -c', command: `capinfos -c "${file(many)}"`, needs: 'capinfos' },
      ],
      equals: ['pcap-parser'],
    },
    {
      what: 'decode to typed packets',
      frames: many,
      ours: program('decode-ours', file(many)),
      peers: [
        { name: 'binary-parser', command: program('decode-binary-parser', file(many)) },
        ...inC('C, parse and check', '', many),
      ],
      equals: ['binary-parser', 'C, parse and check'],
    },
    {
      what: 'encode registration requests, start-up included',
      frames: many,
      ours: program('encode-ours', String(many)),
      peers: [{ name: 'Buffer.concat', command: program('encode-concat', String(many)) }],
      equals: ['Buffer.concat'],
    },
    {
      what: 'encode a thousand of them: 500 times, scapy once, start-up included',
      frames: 1000,
      ours: `${program('encode-ours', '1000')} 500`,
      peers: [{ name: 'scapy', command: `python3 "${programs}/encode-scapy.py" 1000`, needs: 'scapy' }],
      equals: ['scapy'],
    },
  ]
}
