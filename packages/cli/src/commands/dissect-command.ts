/** `dmvpn dissect`: its options. The work is loaded when it is asked for. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { DissectFlags } from './dissect-flags.ts'

/** Adds the command to a program. */
export function addDissect(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const command = program
    .command('dissect')
    .description('Decode capture files (pcap, pcapng; gzip, zstd, lz4) packet by packet.')
    .argument('[files...]', 'capture files; - is standard input, printed as packets arrive')
  addInput(command)
  addOutput(command)
  addMeaning(command)
  command
    .option('--strict', 'exit with 1 if any packet is faulty')
    .option('--workers <n>', 'threads that print one output, 1 to 8: the lines of large files are there sooner', crew)
    .addHelpText('after', examples)
    .action(async (files: readonly string[], flags: DissectFlags) => {
      const { dissectFiles } = await import('./dissect.ts')
      end(await dissectFiles(files, flags, io))
    })
}

function addInput(command: Command): void {
  command
    .option('-r, --read <file>', 'a capture file, as for tshark; may be given again', collect)
    .option('-c, --count <n>', 'stop after this many packets', count)
    .option('-2, --two-pass', 'as for tshark: read twice, for fields that later frames tell; a pipe into memory')
    .option('-Y, --display-filter <filter>', 'only packets that pass, in Wireshark’s language: nhrp.code != "Success"')
}

function addOutput(command: Command): void {
  command
    .option('-V, --verbose', 'the whole tree of every packet')
    .option('-O, --only <protocols>', 'the tree of these protocols (comma-separated), the others by one line', collect)
    .option('-x, --hex-dump', 'the octets of every packet; with -T json or ek, beside every value')
    .option('--hex <field>', 'the octets of every packet, those of the field marked')
    .option('-T, --type <format>', 'text, tabs, csv, psml, fields, json, jsonraw, ek or pdml')
    .option('-e, --field <name>', 'a field to print with -T fields, json, ek or csv; may be given again', collect)
    .option('-E, --print <option>', 'header= bom= separator= occurrence= aggregator= quote= escape= for -e', collect)
    .option('-t, --time <style>', 'the time column: a, ad, adoy, u, ud, udoy, e, r, d or dd')
    .option('-u, --seconds <style>', 's, or hms: differences of time as hours, minutes, seconds')
    .option('--columns <list>', 'the columns of a line: no, time, source, …, names of fields')
    .option('--ndjson', 'with -T json: one object a line')
    .option('--no-duplicate-keys', 'as for tshark; -T json never has duplicate keys here')
    .option('--packets', 'facts, claims and octets as JSON, one packet a line: enough to rebuild the frames')
    .option('-l, --line-buffered', 'hand on every packet at once')
    .option('-q, --quiet', 'print no packets')
    .option('-z, --statistic <name>', `as for tshark, printed at the end: ${counts}; may be given again`, collect)
    .option('-w, --write <file>', 'keep the packets in a capture, .pcap or .pcapng, instead of printing them')
    .addOption(new Option('-F, --format <format>', 'of -w, whatever the file is called').choices(['pcap', 'pcapng']))
    .option('-P, --print-also', 'print them all the same')
    .addOption(new Option('--color [when]', 'colours of lines').choices(['always', 'never', 'auto']))
    .option('--show-secrets', 'show passwords and keys')
}

function addMeaning(command: Command): void {
  command
    .option('-d, --decode-as <rule>', 'layer==value,protocol, as for tshark: udp.port==5000,udpencap', collect)
    .option('-n, --numeric', 'addresses without names, whatever else is said')
    .option(
      '--names <file>',
      'names of addresses: a hosts file or a router’s configuration; may be given again',
      collect,
    )
    .option('-H, --hosts <file>', 'a hosts file, as for tshark', collect)
    .option('-N, --resolve <flags>', 'as for tshark; n: names that the capture brings along')
    .option('--no-reassembly', 'leave fragments as they are')
    .option('--esp-keys <file>', 'keys of ESP and AH, of any form; may be given again', collect)
    .option('--esp-null', 'look into ESP without keys: it may not be encrypted')
    .option(
      '-o, --preference <name:value>',
      'as for tshark: gui.column.format:…, uat:esp_sa:"…", ip.defragment:FALSE',
      collect,
    )
}

/** As `dmvpn stats -z help` has it, shorter. */
const counts = 'io,phs, conv,ip, endpoints,udp, io,stat,10, expert or nhrp'

const examples = `
Examples:
  dmvpn dissect hub.pcap                       one line for each packet
  dmvpn dissect -r hub.pcap -c 1 -V            everything about the first
  dmvpn dissect hub.pcap -O nhrp               the NHRP trees alone
  dmvpn dissect hub.pcap --hex nhrp.hdr.chksum where a field lies
  dmvpn dissect hub.pcap -t ad --columns no,time,source,destination,nhrp.htime,info
  dmvpn dissect hub.pcap -T fields -e frame.number -e ip.src -e nhrp.htime -E header=y
  dmvpn dissect hub.pcap -T json | jq '.[]._source.layers.nhrp'
  dmvpn dissect hub.pcap -Y 'nhrp.hdr.op.type in {1, 2} && ip.src == 150.1.0.0/16'
  dmvpn dissect hub.pcap -T json --ndjson      one object a line
  dmvpn dissect hub.pcap -T ek | curl -H 'Content-Type: application/x-ndjson' --data-binary @- localhost:9200/_bulk
  dmvpn dissect hub.pcap -T csv -e frame.number -e gre.key
  dmvpn dissect hub.pcap -d udp.port==5000,udpencap
  dmvpn dissect hub.pcap --esp-keys esp_sa -O nhrp what is inside ESP
  dmvpn dissect hub.pcap -q -z conv,ip -z nhrp statistics instead of packets
  dmvpn dissect hub.pcap -2 -V -x              with what later frames tell, and octets
  dmvpn dissect hub.pcap -t d -u hms --color always | less -R
  dmvpn dissect hub.pcap -Y nhrp -w nhrp.cap -F pcap -P
  dmvpn dissect hub.pcap --names R1.cfg -H hosts -N n
  dmvpn dissect hub.pcap -n --show-secrets -O nhrp --esp-null --no-reassembly
  dmvpn dissect hub.pcap -o ip.check_checksum:TRUE -o 'uat:esp_sa:"IPv4","*","*","*","NULL","","NULL",""'
  dmvpn dissect hub.pcap -q --strict || echo faulty
  dmvpn dissect hub.pcap --packets | jq -c 'select(.number == 3)'
  dmvpn dissect hub.pcap -T json --no-duplicate-keys | jq length
  dmvpn dissect large.pcap --workers 2         the same lines, on two processors
  dumpcap -w - | dmvpn dissect - -l            packets as they arrive

Exit codes: 0 read to the end, 1 the file is cut or damaged (--strict: or a packet is), 2 wrong usage, 3 cannot read or
write, 130 interrupted.`

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number from 1.')
  return value
}

function crew(text: string): number {
  const value = Number(text)
  if (!/^[1-8]$/.test(text)) throw new InvalidArgumentError('must be a whole number from 1 to 8.')
  return value
}
