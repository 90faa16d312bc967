/** The part of istanbul-lib-instrument 6.0.3 that is used; the package has no types. */
declare module 'istanbul-lib-instrument' {
  export interface Instrumenter {
    /** JavaScript with counters; `path` names the file in them. Throws where the source does not parse. */
    instrumentSync(source: string, path: string): string
  }

  export function createInstrumenter(options: {
    readonly esModules: boolean
    readonly compact: boolean
    readonly coverageVariable: string
  }): Instrumenter
}
