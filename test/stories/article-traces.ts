/**
 * The packets that the first article prints, as `traceOf` says them, in the order they cross the cloud. Each stands there
 * once for every router that printed it.
 */
export const articleTraces = {
  /** Lines 223 to 285: registrations. */
  phase1: [
    'registration-request 81 26 255 8000 150.1.3.3 10.0.0.3 > 10.0.0.1 [0 /255 1514 60 – –]',
    'registration-reply 101 26 255 8000 150.1.3.3 10.0.0.3 > 10.0.0.1 [0 /255 1514 60 – –]',
    'registration-request 81 38 255 8000 150.1.2.2 10.0.0.2 > 10.0.0.1 [0 /255 1514 60 – –]',
    'registration-reply 101 38 255 8000 150.1.2.2 10.0.0.2 > 10.0.0.1 [0 /255 1514 60 – –]',
  ],
  /** Lines 772 to 977: resolutions while packets are switched by adjacencies. */
  phase2Cef: [
    'resolution-request 81 994 255 c800 150.1.3.3 10.0.0.3 > 10.0.0.2 [0 /0 1514 360 – –]',
    'resolution-reply 109 994 255 f800 150.1.3.3 10.0.0.3 > 10.0.0.2 [0 /32 1514 342 150.1.2.2 10.0.0.2]',
    'resolution-request 81 1012 255 c800 150.1.2.2 10.0.0.2 > 10.0.0.3 [0 /0 1514 360 – –]',
    'resolution-reply 109 1012 255 f800 150.1.2.2 10.0.0.2 > 10.0.0.3 [0 /32 1514 242 150.1.3.3 10.0.0.3]',
  ],
  /** Lines 1041 to 1289: resolutions while packets are switched by process. */
  phase2Process: [
    'resolution-request 81 900 255 c800 150.1.3.3 10.0.0.3 > 10.0.2.2 [0 /0 1514 360 – –]',
    'resolution-request 101 900 254 c800 150.1.3.3 10.0.0.3 > 10.0.2.2 [0 /0 1514 360 – –]',
    'resolution-request 81 919 255 c800 150.1.2.2 10.0.0.2 > 10.0.3.3 [0 /0 1514 360 – –]',
    'resolution-reply 129 900 255 f800 150.1.3.3 10.0.0.3 > 10.0.2.2 [0 /24 1514 360 150.1.2.2 10.0.2.2]',
    'resolution-request 101 919 254 c800 150.1.2.2 10.0.0.2 > 10.0.3.3 [0 /0 1514 360 – –]',
    'resolution-reply 129 919 255 f800 150.1.2.2 10.0.0.2 > 10.0.3.3 [0 /24 1514 360 150.1.3.3 10.0.3.3]',
  ],
  /** Lines 1375 to 1441. */
  purge: [
    'purge-request 73 36 255 0000 150.1.3.3 10.0.0.3 > 10.0.0.2 [0 /0 1514 0 – 10.0.3.3]',
    'purge-reply 73 36 255 0000 150.1.3.3 10.0.0.3 > 10.0.0.2 [0 /0 1514 0 – 10.0.3.3]',
  ],
} as const
