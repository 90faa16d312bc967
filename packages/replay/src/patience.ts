/** Nanoseconds after which nobody waits for a reply any more. */
export const patience = 5e9
