/** The options of `dmvpn import`. The work is loaded when it is asked for. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { ImportFlags } from './import.ts'

/** Adds `import` to a program. */
export function addImport(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('import')
    .description('Turn what routers print about packets back into packets.')
    .argument('<files...>', 'logs; of several files each is one router, by its name; - is standard input')
    .option('-w, --write <file>', 'the packets, in the tunnel again, .pcap or .pcapng; - is pcap on standard output')
    .option('--key <n>', "the tunnels' GRE key: debug output does not say (none)", key)
    .addOption(new Option('--format <format>', 'of what is printed (text)').choices(['text', 'json']))
    .addHelpText(
      'after',
      `
Read are: debug nhrp packet of IOS 12.4, and of IOS 15 as far as it is documented; dumps of show monitor capture buffer;
and the log of FRRouting's nhrpd, which gives kinds and addresses of messages but no packets. Other lines are passed over.
What is not printed, such as the password, is zeros in the packet; comments in a pcapng file say of each what was assumed.

Examples:
  dmvpn import debug.txt -w hub.pcapng --key 123
  dmvpn import R1.log R2.log R3.log --format json | jq -c 'select(.found == "packet")'
  ssh hub 'show logging' | dmvpn import - -w - | dmvpn dissect -

Exit codes: 0 read, 1 lines within a packet were not understood, 2 the command line is wrong or there is nothing to write,
3 cannot read or write.`,
    )
    .action(async (files: readonly string[], flags: ImportFlags) => {
      const { importLogs } = await import('./import.ts')
      end(await importLogs(files, flags, io))
    })
}

function key(text: string): number {
  const value = Number(text)
  if (!/^\d{1,10}$/.test(text) || value > 0xffff_ffff)
    throw new InvalidArgumentError('must be a whole number from 0 to 4294967295.')
  return value
}
