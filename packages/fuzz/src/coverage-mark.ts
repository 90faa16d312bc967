/** What stands behind the address of a module that is loaded a second time, with counters. */
export const mark = '?counted'
