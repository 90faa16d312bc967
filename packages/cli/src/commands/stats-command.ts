/** `dmvpn stats`: its options. The work is loaded when it is asked for. */
import { type Command, InvalidArgumentError } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { StatsFlags } from './stats.ts'

/** Adds the command to a program. */
export function addStats(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('stats')
    .description('Count what is in capture files.')
    .argument('[files...]', 'capture files; - is standard input')
    .option('-r, --read <file>', 'a capture file, as for tshark; may be given again', collect)
    .option(
      '-z, --statistic <name>',
      'as for tshark: io,phs, conv,ip, endpoints,udp, io,stat,10, expert, or help',
      collect,
    )
    .option('--nhrp', 'transactions with latency, retries and refusals; messages of every tunnel cloud')
    .option('--esp', 'every association of ESP and AH: packets, verdicts, replays, gaps, reordering, rekeys')
    .option('--json', 'as one JSON object')
    .option('-c, --count <n>', 'stop after this many packets', count)
    .option('-2, --two-pass', 'as for tshark: read twice, for fields that later frames tell; a pipe into memory')
    .option('-Y, --display-filter <filter>', 'only packets that pass, in Wireshark’s language')
    .option('-d, --decode-as <rule>', 'layer==value,protocol, as for tshark: udp.port==5000,udpencap', collect)
    .option('-n, --numeric', 'addresses without names, whatever else is said')
    .option('--names <file>', 'names of addresses: a hosts file or a router’s configuration', collect)
    .option('-H, --hosts <file>', 'a hosts file, as for tshark', collect)
    .option('-N, --resolve <flags>', 'as for tshark; n: names that the capture brings along')
    .option('--no-reassembly', 'leave fragments as they are')
    .option('--esp-keys <file>', 'keys of ESP and AH, of any form; may be given again', collect)
    .option('--esp-null', 'look into ESP without keys: it may not be encrypted')
    .option('-o, --preference <name:value>', 'as for tshark: uat:esp_sa:"…"', collect)
    .addHelpText(
      'after',
      `
Examples:
  dmvpn stats hub.pcap                          its protocols, and what NHRP does in it
  dmvpn stats hub.pcap -z conv,ip -z io,stat,10,nhrp,icmp
  dmvpn stats hub.pcap -z 'expert,warn,nhrp'    what is odd about NHRP
  dmvpn stats hub.pcap --nhrp --json | jq '.nhrp.transactions[] | select(.outcome == "unanswered")'
  dmvpn stats hub.pcap --esp --esp-keys esp_sa  every association with its verdicts
  dmvpn stats hub.pcap --esp --json | jq '.esp[] | select(.replays > 0)'
  dmvpn stats -r hub.pcap -c 1000 -Y 'gre.key == 123' --names R1.cfg
  dmvpn stats hub.pcap -2 -z 'io,stat,1,icmp.resp_in' --no-reassembly
  dmvpn stats hub.pcap -d udp.port==5000,udpencap --esp-null -o esp.do_esp_sequence_analysis:FALSE
  dmvpn stats hub.pcapng -H hosts -N n -z endpoints,ip
  dmvpn stats hub.pcapng --names hosts -n       the addresses all the same`,
    )
    .action(async (files: readonly string[], flags: StatsFlags) => {
      const { countFiles } = await import('./stats.ts')
      end(await countFiles(files, flags, io))
    })
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number from 1.')
  return value
}
