/** The version of the command: that of its package. */
export const version = '0.1.0'
