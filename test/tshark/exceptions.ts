/**
 * Where we and tshark may differ, and why. Two lists, no more; an exception that no sample uses fails the test,
 * so the lists shrink when the reason goes.
 */

/** One cell: a field of a frame, as tshark prints it and as we do. `row` has tshark's other fields of the frame. */
export interface Cell {
  readonly name: string
  readonly theirs: string
  readonly ours: string
  readonly row: (name: string) => string
}

export interface Exception {
  readonly because: string
  /** The vector or frame that shows it. */
  readonly shownBy: string
  readonly applies: (cell: Cell) => boolean
}

const authenticationFields = new Set([
  'nhrp.auth_ext.reserved',
  'nhrp.auth_ext.spi',
  'nhrp.auth_ext.src_addr',
  'nhrp.auth_ext.src_addr_bytes',
  'nhrp.auth_ext.data',
])

/** Wireshark's faults. */
export const faults: readonly Exception[] = [
  {
    because: 'a clear-text password is read as SPI 1 with a source address and a hash',
    shownBy: 'V01',
    applies: ({ name, ours, row }) =>
      authenticationFields.has(name) && ours === '' && /(^|,)1(,|$)/.test(row('nhrp.auth_ext.spi')),
  },
  {
    because: 'a clear-text password too short for a source address is called a malformed extension',
    shownBy: 'V15',
    applies: ({ name, ours, row }) =>
      name === 'nhrp.ext.malformed' && ours === '' && row('nhrp.ext.type').includes('0x0007'),
  },
  {
    because: 'IGMP calls itself once more, and is counted twice',
    shownBy: '05a-nokey-ospf-frr10.hub-link.pcap, frame 5',
    applies: ({ name, theirs, ours }) => name === 'frame.protocols' && theirs.replace(':igmp:igmp', ':igmp') === ours,
  },
]

/**
 * What needs data or settings from outside: the manufacturers' table, host names, colouring rules. Empty: without name
 * resolution (`-n`) tshark shows the addresses themselves, and so do we.
 */
export const outside: readonly RegExp[] = []
