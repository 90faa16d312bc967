/** How much is remembered: whatever the capture, memory is bounded. */

/** Stations, pairs, flows, requests, each kind in each rule. */
export const most = 4096
