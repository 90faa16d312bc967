// Every record of a capture through @dmvpn/capture: how many, and how many octets.
import { readCaptureFile } from '@dmvpn/capture'

const capture = readCaptureFile(process.argv[2])
let records = 0
let octets = 0
for (let record = capture.next(); record !== undefined; record = capture.next()) {
  records++
  octets += record.end - record.start
}
console.log(`${records} records, ${octets} octets`)
