// The same through pcap-parser.
import { createRequire } from 'node:module'

const { parse } = createRequire(new URL('../../../packages/crosscheck/package.json', import.meta.url))('pcap-parser')

let records = 0
let octets = 0
parse(process.argv[2])
  .on('packet', ({ data }) => {
    records++
    octets += data.length
  })
  .on('end', () => console.log(`${records} records, ${octets} octets`))
