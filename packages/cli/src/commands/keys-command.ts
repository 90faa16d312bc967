/** `dmvpn keys`: its options. The work is loaded when it is asked for. */
import type { Command } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { KeysFlags } from './keys-convert.ts'

/** Adds the command to a program. */
export function addKeys(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('keys')
    .description('Keys of ESP and AH.')
    .command('convert')
    .description('Write key files in another form; what a file holds is seen by its content.')
    .argument('[files...]', 'key files of any form; - is standard input')
    .option('--to <form>', 'wireshark (esp_sa), ip-xfrm, strongswan or list')
    .option('-o, --out <file>', 'where to write, readable for its owner alone; standard output if left out')
    .option('--recent', 'wireshark: for version 4.4 or later, with extended sequence numbers and ChaCha20-Poly1305')
    .addHelpText(
      'after',
      `
Examples:
  ip xfrm state | dmvpn keys convert - --to wireshark -o ~/.config/wireshark/esp_sa
  dmvpn keys convert charon.log esp_sa --to ip-xfrm
  dmvpn keys convert esp_sa --recent

Keys are secrets: this is the one command that prints them.`,
    )
    .action(async (files: readonly string[], flags: KeysFlags) => {
      const { convertKeys } = await import('./keys-convert.ts')
      end(await convertKeys(files, flags, io))
    })
}
