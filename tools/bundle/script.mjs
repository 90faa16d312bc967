// esbuild splits modules only. Its chunks are made scripts of CommonJS here, line by line, so that the source maps stay
// true: chunks import each other in one direction only, and no variable that one exports changes after it has run.
import { Script } from 'node:vm'

const listOf = text => text.replaceAll(/([\w$]+) as ([\w$]+)/g, '$1: $2')

/** The code of a chunk as a script. Throws where it is none. Where it imports a package, it exports a promise. */
export function asScript(code, path, packages) {
  let waits = false
  const imported = (wanted, from) => {
    if (!packages.includes(from)) return `const ${wanted} = require("${from}");`
    waits = true
    return `const ${wanted} = await (module.import?.("${from}") ?? import("${from}"));`
  }
  const body = plain(code)
    .replaceAll(/^import \{([^}]*)\} from "([^"]+)";$/gm, (_, names, from) => imported(`{${listOf(names)}}`, from))
    .replaceAll(/^import (?:\* as )?([\w$]+) from "([^"]+)";$/gm, (_, name, from) => imported(name, from))
    .replaceAll(/^import "([^"]+)";$/gm, 'require("$1");')
    .replaceAll(/\bimport\(("\.[^"]+")\)/g, '(async () => require($1))()')
  const ended = body.replace(/^export \{([^}]*)\};$/m, (_, names) => {
    const outward = names.replaceAll(/([\w$]+) as ([\w$]+)/g, '$2: $1')
    for (const name of names.matchAll(/([\w$]+)(?: as [\w$]+)?(?:,|\s*$)/g)) {
      if (new RegExp(`^let ${name[1]}\\b`.replaceAll('$', '\\$'), 'm').test(code)) {
        throw new Error(`${path} exports ${name[1]}, which may change`)
      }
    }
    return waits ? `return {${outward}};` : `module.exports = {${outward}};`
  })
  const script = waits ? ended.replace(/^/, 'module.exports = (async () => {').replace(/\n*$/, '\n})();\n') : ended
  new Script(`(function (exports, require, module) {${script}\n})`, { filename: path })
  return script
}

/** The code with comments in ASCII: esbuild sees to strings, and a script of ASCII alone is half as long in memory. */
function plain(code) {
  return code.replaceAll(/^\s*(?:\/\*|\*|\/\/).*[^\0-\x7f].*$/gm, line => line.replaceAll(/[^\0-\x7f]/g, '?'))
}
