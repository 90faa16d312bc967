import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { expanderOf } from './compressed.ts'
import { compressionOf } from './magic.ts'
import { readCapture } from './read.ts'
import { openCapture } from './stream.ts'
import { frame, joined, pcapFile } from './variants.test.data.ts'

const plain = pcapFile(
  'little',
  {},
  Array.from({ length: 40 }, (_, i) => ({ seconds: 1_785_542_400 + i, fraction: i, bytes: frame(60 + i, i & 3) })),
)

/** The file above as gzip 1.12, zstd 1.5.4 and lz4 1.9.4 pack it. */
const packed: readonly (readonly [string, string])[] = [
  [
    'lz4, linked blocks, sums',
    'BCJNGHRAvfYDAACE1MOyoQIABAABAFD//wAAAQ0AgzdtagAAAAA8BADwMQAHDhUcIyoxOD9GTYi1Ymlwd36FjJOaoaivtr3Ey9LZ4Ofu9fwDChEYHyYtNDtCSVBXXmVsc3qBiI+WnQE3bWpUABM9BADzNwEIDxYdJCsyOUBHToi1Y2pxeH+GjZSboqmwt77FzNPa4ejv9v0ECxIZICcuNTxDSlFYX2ZtdHuCiZCXnqUCN21qAgAAAD4EAPM4AgkQFx4lLDM6QUhPiLVka3J5gIeOlZyjqrG4v8bN1Nvi6fD3/gUMExohKC82PURLUllgZ251fIOKkZifpq0DN21qAwAAAD8EAAjCACWItcIA8B2kq7K5wMfO1dzj6vH4/wYNFBsiKTA3PkVMU1phaG92fYSLkpmgp661BDdtakwBE0AEAA82ASkAdACTBTdtagUAAABBBAAPOgEq06yzusEGN21qBgAAAEIEAA8+ASvTtLvCyQc3bWoHAAAAQwQAD0IBLNO8w8rRCDdtaggAAABEBAAPRgEtALoBkwk3bWoJAAAARQQAD0oBLtPIz9bdCjdtagoAAABGBAAPTgEv09DX3uULN21qCwAAAEcEAA9SATDT2N/m7Qw3bWoMAAAASAQAD1YBMQAQA5MNN21qDQAAAEkEAA9aATLT5Ovy+Q43bWoOAAAASgQAD14BM9Ps8/oBDzdtag8AAABLBAAPYgE00/T7AgkQN21qEAAAAEwEAA9mATUAdgSTETdtahEAAABNBAAPagE2AKUAkxI3bWoSAAAATgQAD24BNwDuBZMTN21qEwAAAE8EAA9yATnDFx4lFDdtahQAAABQBAAA0QAPrgYlAHgFADIEANwCAHYBAOwFkxU3bWoVAAAAUQQAD3oBOgCpAJMWN21qFgAAAFIEAA9+ATsAbAeTFzdtahcAAABTBAAPggE8AIEHkxg3bWoYAAAAVAQAD4YBPQByB5MZN21qGQAAAFUEAA+KAT4A4QiTGjdtahoAAABWBAAPjgE/00BHTlUbN21qGwAAAFcEAA+SAUDTSE9WXRw3bWocAAAAWAQAD5YBQQAICZMdN21qHQAAAFkEAA+aAULTVFtiaR43bWoeAAAAWgQAD54BQ9NcY2pxHzdtah8AAABbBAAPogFEALUKkyA3bWogAAAAXAQAD6YBRQCuCpMhN21qIQAAAF0EAA+qAUYAJQyTIjdtaiIAAABeBAAPrgFHAEYMkyM3bWojAAAAXwQAD7IBSABnDJMkN21qJAAAAGAEAA+2AUkAZAyTJTdtaiUAAABhBAAPugFKAN8NkyY3bWomAAAAYgQAD74BSwAEDpMnN21qJwAAAGMEAA/CAUtQlZyjqrFQBgZRAAAAALnJsSU=',
  ],
  [
    'lz4, independent blocks, content size',
    'BCJNGGxABA8AAAAAAABu9gMAAITUw7KhAgAEAAEAUP//AAABDQCDN21qAAAAADwEAPAxAAcOFRwjKjE4P0ZNiLViaXB3foWMk5qhqK+2vcTL0tng5+71/AMKERgfJi00O0JJUFdeZWxzeoGIj5adATdtalQAEz0EAPM3AQgPFh0kKzI5QEdOiLVjanF4f4aNlJuiqbC3vsXM09rh6O/2/QQLEhkgJy41PENKUVhfZm10e4KJkJeepQI3bWoCAAAAPgQA8zgCCRAXHiUsMzpBSE+ItWRrcnmAh46VnKOqsbi/xs3U2+Lp8Pf+BQwTGiEoLzY9REtSWWBnbnV8g4qRmJ+mrQM3bWoDAAAAPwQACMIAJYi1wgDwHaSrsrnAx87V3OPq8fj/Bg0UGyIpMDc+RUxTWmFob3Z9hIuSmaCnrrUEN21qTAETQAQADzYBKQB0AJMFN21qBQAAAEEEAA86ASrTrLO6wQY3bWoGAAAAQgQADz4BK9O0u8LJBzdtagcAAABDBAAPQgEs07zDytEIN21qCAAAAEQEAA9GAS0AugGTCTdtagkAAABFBAAPSgEu08jP1t0KN21qCgAAAEYEAA9OAS/T0Nfe5Qs3bWoLAAAARwQAD1IBMNPY3+btDDdtagwAAABIBAAPVgExABADkw03bWoNAAAASQQAD1oBMtPk6/L5Djdtag4AAABKBAAPXgEz0+zz+gEPN21qDwAAAEsEAA9iATTT9PsCCRA3bWoQAAAATAQAD2YBNQB2BJMRN21qEQAAAE0EAA9qATYApQCTEjdtahIAAABOBAAPbgE3AO4FkxM3bWoTAAAATwQAD3IBOcMXHiUUN21qFAAAAFAEAADRAA+uBiUAeAUAMgQA3AIAdgEA7AWTFTdtahUAAABRBAAPegE6AKkAkxY3bWoWAAAAUgQAD34BOwBsB5MXN21qFwAAAFMEAA+CATwAgQeTGDdtahgAAABUBAAPhgE9AHIHkxk3bWoZAAAAVQQAD4oBPgDhCJMaN21qGgAAAFYEAA+OAT/TQEdOVRs3bWobAAAAVwQAD5IBQNNIT1ZdHDdtahwAAABYBAAPlgFBAAgJkx03bWodAAAAWQQAD5oBQtNUW2JpHjdtah4AAABaBAAPngFD01xjanEfN21qHwAAAFsEAA+iAUQAtQqTIDdtaiAAAABcBAAPpgFFAK4KkyE3bWohAAAAXQQAD6oBRgAlDJMiN21qIgAAAF4EAA+uAUcARgyTIzdtaiMAAABfBAAPsgFIAGcMkyQ3bWokAAAAYAQAD7YBSQBkDJMlN21qJQAAAGEEAA+6AUoA3w2TJjdtaiYAAABiBAAPvgFLAAQOkyc3bWonAAAAYwQAD8IBS1CVnKOqsQAAAAC5ybEl',
  ],
  [
    'zstd',
    'KLUv/WQEDv0YAAZpkywQmGw5wMDAwMDAwEAGACBAcJQXEfEC/RYqVylXKVcpQw9FtLS0tLS0tLZHCp8AmABzAAsIyK2RdVlV7/5XubeapAgQHTNamPjQFTAjFQf56hoYoGsz+8KK4lTJ0SFAeeSsIdPFipTSUdDPGzFUjPBkzqv1EDAPgoIBcWpjXFVPdtz7RORHDiuLEh4yULiETBTck8CgwBxbmdcV1CZKjQz9wRNHzRguVaIwER3SwwaMFCI4dG5erYZ/eA8SCIBLE9uiet3/c+/Tn5r6qFdFUcXMCWvV97+Ke6vgpBGzhe8/FfdSoQmjhcre/ynunQKTZYoTvf9S3CuV9z+Ke6OuUJYcEcKjxgsUITZc0JxkLPS7WwQB3tDCtKZSL0FKJGgPnTZmvmBBbYLkasX7D8W9UE+UGAmyg4aLEyA0WMiUXCTss3NwAIDbGViWVCdLjxAF0jOHTRkvV05NSUN94JCxgkQHDBOuVsRAvQgB3FvG+J+Me8kW/49x75jifzHuFUv8H8a9YXJrZIj/wbgX7PD/F/d+Gf734l6vwv9d3NtlVdU0ifA/F/dyPWWStGjw/xb3bmGKpGiQ4H8t7tUK/J/FvVmMCvm5A/gfi3uxCPWx8+bv/xX3XvGp4+aM338r7qempKGc/+m4l650FPRz8/8c985p/pfjXrnM/3HcG4f5H4574S7/v3Hvm+V/N+51q/zfxr1tlP/ZuJfNkzkrJ/+vce9a5yZlo+R/Ne5Vi/yfxr1plo+IgZD/0bgXzfEQMO/x/xn3njn+N+Nes8b/ZQFlqFEKiSSSloT7cSACTCIR1g4SoBN0EyIkwv//pfoBXDw+NvhGibdpr7J/xi1zybEaNawt45PYLtZso3CzVuQ8VlqlzmhcNSpV7E5ofZHOGm8hITKFXaisDx95o8hRvFHsXbd1YliRcOHCYO3bZAPDaq2d9oX174HMK7LLunVnfHpx1UoosrZsqzxcadmQyt7lCUvf0nXjmSgiCw5CFXP6qMysm96qN2hSuMgiZX5Bm7XquafuIDnjYhf9QXpRCAdAGai/GHBV3decAkQLaAIKHkMh',
  ],
  [
    'zstd, no check sum',
    'KLUv/WAEDq0VACQZ1MOyoQIABAD//wAAAQA3bWoAPAAHDhUcIyoxOD9GTYi1Ymlwd36FjJOaoaivtr3Ey9LZ4Ofu9fwDChEYHyYtNDtCSVBXXmVsc3qBiI+WnQEBPQEIDxYdJCsyOUBHToi1Y2pxeH+GjZSboqmwt77FzNPa4ejv9v0ECxIZICcuNTxDSlFYX2ZtdHuCiZCXnqUCAj4CCRAXHiUsMzpBSE+ItWRrcnmAh46VnKOqsbi/xs3U2+Lp8Pf+BQwTGiEoLzY9REtSWWBnbnV8g4qRmJ+mrQMDP4i1pKuyucDHztXc4+rx+P8GDRQbIikwNz5FTFNaYWhvdn2Ei5KZoKeutQQEQAUFQayzusEGBkK0u8LJBwdDvMPK0QgIRAkJRcjP1t0KCkbQ197lCwtH2N/m7QwMSA0NSeTr8vkODkrs8/oBDw9L9PsQTBERTRISThMTTxQUUBUVURYWUhcXUxgYVBkZVRoaVlUbG1dWXRwcWB0dWVRbYmkeHlpcHx9bICBcISFdIiJeIyNfJCRgJSVhJiZiJydjgLqoYdlSaNl/DpCoQqwDwiOCUJFI4v9/xNgDPgoqdtOqQ+8oBidf0yQvxfVyG873BcNynenlUHemasMjY5qLgWLZhuGLOA5rtYZ908kdSQ2edjnbQqFStuH21ugTapQJdk065XDW+LjhmdGTRCVksV/J9ujSLwb6SD8dGoCd38b858kvkmoiXdG8u4BZaOYtw61fDIxvkmxWzOsjO47/gdPy7PxirjqadeHPkPdUzosjO4K/ozitzcz75YOfkhb/5vFlCkZl5Fd3+Akjr4QDJV30Ctv+QZy1K0ntD1XCHsm+HiXuRezaTXp8V7D/K6mHd8uWRXmcVH4tKMdHylY9+RsTc/fUOeSTEwmbaknFKE3z0enNOATkZfp572XypH73Dw==',
  ],
  [
    'gzip',
    'H4sIAAAAAAAAA7WRVXAUURREdzfu7u64Q5CEuLu7YwkEd3cWd9fgLoHFPbhLcHd319Cv6kLxP+9N1amZr9M9fSsryssUMnXZ36eqSiaTsw/v0hL28iFkWoYW9m416jf1C41RqgqLO/caOGLc1DllKzds3XPo5IVrd5+8/vRTTdfE2smzdqMWgRHxabmtO3TrO0Q5ccZ8OVzM6UvItY0sHdxrNmjmHxarVBWVdOk9aOT4aXMXr9q4be/hUxev33v65vMvdT1TG2evOo19giIT0vPalHbvN3T0pJkLlikgU0DSklDoGFs5etRq2DwgPE6patW+a5/BoyZMn7dk9abt+46crrxx/9nbL7819M1sXarVbeIbHJWYkd+2Y4/+w8ZMnrVw+To12NRg8SP+/wOl6t8fLF1TvmP/0TOXbj54/u5rlaaBuZ1r9XreLUOikzIL2nXqOWD42CmzF61Yr1KHjm3pT0hZjWVqwKcBTQAhabm1m3ce0IRQE6JAQtp6W3YdPK4FoxZMQYTEBXdXnDivDaU2VMGE1BVZrg6cOlCFEJKXPHb28i1dSHUhCyWkr3nuyu1HerDqwRZGcFj06p3Hr/Sh1YcunOCxKss2gNcAugiCy7IPX7z/ZgixIYSRBJ91X374LjeC2QjGKILTwh9/oCLUxlBGE7xWZvkmcJtAGUNwW5qVNIXcFNJYgt/arKUZ7GawxhE8F0dNc+jNoY0neK7OOljAbwFtAsF1eVbUEgGWECcSfNdnTa2QYAVzEsH5AqyqNSKsoU4meF+B9bBBhg3UKQT3S7CytgixhTyV4H8NtE2xQ4od7GmEgIuEx6Xm2CPGHvp0QsRVWBcH5DhAn0EIuUxyVmGxI4IcEZBJiLlONho7IckJCVmEoAuxys6IckZENiHqSqyPC7JcEJFDCLsUK+2KMFeE5BLirsVauyHNDSl5hMCLsdruiHNHTD4h8mqskwfyPBBTQAi9HCvuiUBPBBUSYq/Hmnsh0QtJRYTgC7LqfwC+O5JEBA8AAA==',
  ],
]

interface Expanded {
  readonly bytes: Uint8Array
  readonly fault: unknown
}

function expanded(bytes: Uint8Array, chunk: number): Expanded {
  const expander = expanderOf(compressionOf(bytes)!)
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += chunk) {
    for (const piece of expander.expand(bytes.slice(at, at + chunk))) pieces.push(piece.slice())
  }
  expander.finish()
  return { bytes: joined(...pieces), fault: expander.fault }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

describe.each(packed.map(([name, text]) => [name, new Uint8Array(Buffer.from(text, 'base64'))] as const))(
  '%s',
  (_, file) => {
    test.each([1, 7, 1 << 20])('in chunks of %i', chunk => {
      const { bytes, fault } = expanded(file, chunk)
      expect(fault).toBeUndefined()
      expect(same(bytes, plain)).toBe(true)
    })

    test('two behind each other are one', () => {
      const { bytes, fault } = expanded(joined(file, file), 100)
      expect(fault).toBeUndefined()
      expect(same(bytes, joined(plain, plain))).toBe(true)
    })

    test('every prefix expands to a prefix and a fault', () => {
      for (let length = 4; length < file.length; length++) {
        const { bytes, fault } = expanded(file.subarray(0, length), 4096)
        expect(fault).toMatchObject({ fault: 'truncated' })
        expect(same(bytes, plain.subarray(0, bytes.length))).toBe(true)
      }
    })

    test('read as a capture, at once and as a stream', async () => {
      const capture = readCapture(file)
      expect([...capture]).toHaveLength(40)
      expect(capture.fault).toBeUndefined()
      const stream = openCapture([file.subarray(0, 1), file.subarray(1, 50), file.subarray(50)])
      let count = 0
      for await (const record of stream) count += record.end > record.start ? 1 : 0
      expect(count).toBe(40)
      expect([stream.fault, stream.compression]).toEqual([undefined, capture.compression])
    })

    test('octets changed at random: a fault or the same, never an exception', () => {
      for (let at = 4; at < file.length; at++) {
        const damaged = file.slice()
        damaged[at] = damaged[at]! ^ (1 + (at % 255))
        expect(expanded(damaged, 500).bytes.length).toBeLessThan(1 << 22)
      }
    })
  },
)

describe('gzip', () => {
  const long = joined(randomBytes(200_000), ...Array.from({ length: 20 }, () => joined(plain, randomBytes(1000))))

  test.each([0, 1, 9])('level %i, long enough for several turns of the buffers', level => {
    for (const chunk of [997, 65_536]) {
      const { bytes, fault } = expanded(new Uint8Array(gzipSync(long, { level })), chunk)
      expect(fault).toBeUndefined()
      expect(same(bytes, long)).toBe(true)
    }
  })

  test('a flipped bit: all before it is expanded, the sum tells', () => {
    const file = new Uint8Array(gzipSync(long, { level: 0 }))
    file[100_000] = file[100_000]! ^ 1
    const { bytes, fault } = expanded(file, 4096)
    expect(fault).toMatchObject({ fault: 'malformed', reading: 'gzip.trailer' })
    expect(bytes).toHaveLength(long.length)
  })

  test('damage in the middle: all but the slice it is in is expanded', () => {
    const text = joined(...Array.from({ length: 60 }, () => joined(plain, randomBytes(1000))))
    const file = new Uint8Array(gzipSync(text))
    const cut = file.length >>> 1
    const noise = Uint8Array.from({ length: 50_000 }, (_, i) => (i * i * 2_654_435_761) >>> 7)
    const damaged = joined(file.subarray(0, cut), noise)
    const least = expanded(file.subarray(0, cut - 8192), 1 << 20).bytes
    const { bytes, fault } = expanded(damaged, 1 << 20)
    expect(fault).toMatchObject({ fault: 'malformed' })
    expect([least.length > 0, bytes.length >= least.length]).toEqual([true, true])
    expect(same(bytes.subarray(0, least.length), text.subarray(0, least.length))).toBe(true)
  })

  test.each([1, 100, 65_536])('what follows the last member is passed over, in chunks of %i', chunk => {
    for (const behind of [new Uint8Array(600), Uint8Array.of(0), Uint8Array.of(0x1f), randomBytes(9).fill(3, 0, 1)]) {
      const { bytes, fault } = expanded(joined(new Uint8Array(gzipSync(plain)), behind), chunk)
      expect(fault).toBeUndefined()
      expect(same(bytes, plain)).toBe(true)
    }
  })

  test('many small members, cut anywhere', () => {
    const members = Array.from({ length: 30 }, (_, i) => new Uint8Array(gzipSync(plain.subarray(i * 50, i * 50 + 50))))
    for (const chunk of [1, 13, 1 << 20]) {
      const { bytes, fault } = expanded(joined(...members), chunk)
      expect(fault).toBeUndefined()
      expect(same(bytes, plain.subarray(0, 1500))).toBe(true)
    }
  })

  test('a header with all its parts: extra, name, comment, sum', () => {
    const file = new Uint8Array(gzipSync(plain))
    const parts = Uint8Array.of(3, 0, 7, 8, 9, 0x61, 0, 0x62, 0x63, 0, 0x12, 0x34)
    const header = file.slice(0, 10)
    header[3] = 2 + 4 + 8 + 16
    const { bytes, fault } = expanded(joined(header, parts, file.subarray(10)), 5)
    expect(fault).toBeUndefined()
    expect(same(bytes, plain)).toBe(true)
  })

  test.each([
    [8, 'sum'],
    [4, 'size'],
  ])('%i octets before the end stands the %s, which is checked', behind => {
    const file = new Uint8Array(gzipSync(plain))
    file[file.length - behind] = file[file.length - behind]! ^ 1
    expect(expanded(file, 1000).fault).toMatchObject({ fault: 'malformed', reading: 'gzip.trailer' })
  })

  test('a bomb gives pieces, not memory', () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(50_000_000)))
    let largest = 0
    let sum = 0
    for (const piece of expanderOf('gzip').expand(bomb)) {
      largest = Math.max(largest, piece.length)
      sum += piece.length
    }
    expect([sum, largest < 1 << 24]).toEqual([50_000_000, true])
  })
})

test('zstd: a window of gigabytes is refused before it is made', () => {
  const { fault } = expanded(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xa8, 1, 0, 0, 0, 0), 100)
  expect(fault).toMatchObject({ fault: 'malformed', reading: 'zstd.frame' })
})

describe.each([
  ['lz4', ['-BD', '-B4', '-BX']],
  ['lz4', ['-BI', '-B7']],
  ['lz4', ['-9', '-BD', '-B5', '--no-frame-crc']],
  ['zstd', ['-q']],
  ['zstd', ['-q', '-19', '--long=20']],
  ['gzip', ['-6']],
] as const)('%s %s, as the command packs it', (command, options) => {
  test('megabytes', context => {
    const input = joined(
      ...Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? randomBytes(40_000) : joined(plain, plain, plain))),
    )
    const { stdout, error } = spawnSync(command, [...options, '-c'], { input, maxBuffer: 1 << 28 })
    if (error !== undefined) return context.skip(`${command} is not installed`)
    const { bytes, fault } = expanded(new Uint8Array(stdout), 65_536)
    expect(fault).toBeUndefined()
    expect(same(bytes, input)).toBe(true)
  })
})
