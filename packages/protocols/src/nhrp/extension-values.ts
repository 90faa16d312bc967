/** Values of extensions as octets: what is called for each is found by its kind. */
import { type CompileOptions, compile, type Writer } from '@dmvpn/wire'
import type { AnyExtensionCodec, Extension } from './extensions/extension.ts'

/** Both throw RangeError where nobody knows the kind. */
export interface ExtensionValues {
  /** Octets of the value. */
  size(one: Extension): number
  /** Writes the value: the type it goes under. */
  write(w: Writer, one: Extension): number
}

/** What these codecs write; of several for one kind, the first. Each is called at a place of its own (see `compile`). */
export function extensionValues(codecs: readonly AnyExtensionCodec[], options?: CompileOptions): ExtensionValues {
  // Made when first called: who only decodes does without.
  const values: { -readonly [K in keyof ExtensionValues]: ExtensionValues[K] } = {
    size(one) {
      values.size = compiled('(one)', n => `return codec${n}.size(one)`) ?? (each => codecOf(each).size(each))
      return values.size(one)
    },
    write(w, one) {
      values.write = compiled('(w, one)', n => `codec${n}.write(w, one); return ${typeOf(codecs[n]!)}`) ?? writeValue
      return values.write(w, one)
    },
  }
  return values

  function compiled<F>(parameters: string, call: (n: number) => string): F | undefined {
    const bound: Record<string, unknown> = { refuse }
    for (const [n, codec] of codecs.entries()) bound[`codec${n}`] = codec
    const cases = codecs.map(({ kind }, n) => `if (kind === ${JSON.stringify(kind)}) { ${call(n)} }`)
    const source = `function value${parameters} { const { kind } = one\n${cases.join('\n')}\nreturn refuse(kind) }`
    return compile<F>('nhrp.ext/value', bound, source, options)
  }

  function writeValue(w: Writer, one: Extension): number {
    const codec = codecOf(one)
    codec.write(w, one)
    return one.kind === 'unrecognised' ? one.type : codec.type
  }

  function codecOf({ kind }: Extension): AnyExtensionCodec {
    return codecs.find(codec => codec.kind === kind) ?? refuse(kind)
  }
}

/** The type of an extension that no codec knows is among its facts. */
function typeOf({ kind, type }: AnyExtensionCodec): string {
  return kind === 'unrecognised' ? 'one.type' : String(type)
}

function refuse(kind: unknown): never {
  throw new RangeError(`no extension is called ${String(kind)}`)
}
