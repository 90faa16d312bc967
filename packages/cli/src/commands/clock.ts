/** A clock for pauses. `performance.now()` would load all of node:perf_hooks: a tenth of the time of a short command. */

/** Milliseconds since the process began. */
export function milliseconds(): number {
  return process.uptime() * 1000
}
