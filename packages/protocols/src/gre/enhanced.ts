/** Where a GRE header is read as enhanced GRE (RFC 2637 §4.1), and where it has an acknowledgment number. */

const ppp = 0x880b
/** 3GPP2 A10 connections carry these. */
const byteStream = 0x8881
const a10 = 0x88d2

/** PPTP's form: any version but 0, carrying PPP. Its key is a payload length and a call ID. */
export function isEnhanced(version: number, protocol: number): boolean {
  return protocol === ppp && version !== 0
}

/** Whether bit 8 of the flags word says that an acknowledgment number follows. */
export function mayAcknowledge(version: number, protocol: number): boolean {
  return isEnhanced(version, protocol) || protocol === byteStream || protocol === a10
}
