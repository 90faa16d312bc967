/** `dmvpn completion`: what a shell needs to complete our command lines, generated from the program. */
import type { Command } from 'commander'
import { CommandError } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { type CompletedCommand, type CompletedOption, completedCommands, type Expected } from './completion-words.ts'
import { synthProgram } from './synth.ts'

const writers: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

/** The shells there are scripts for. */
export const shells: readonly string[] = Object.keys(writers)

/** The script of a shell. Throws CommandError where the shell is not known. */
export function completionScript(program: Command, shell: string, io: Io): string {
  const write = writers[shell]
  if (write === undefined) throw new CommandError(`no completion for ${shell}: not one of ${shells.join(', ')}`)
  return write(
    completedCommands(
      program,
      synthProgram(program, io, () => {}),
    ),
  )
}

const namesOfFields = 'dmvpn fields 2>/dev/null | cut -f1'
const namesOfProtocols = `dmvpn fields 2>/dev/null | awk -F'\\t' '$2 == "protocol" { print $1 }'`

function bashScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path.length > 0).map(({ path }) => `'${path.join(' ')}'`)
  return `# dmvpn completion for bash: eval "$(dmvpn completion bash)", or keep it in ~/.local/share/bash-completion/completions/dmvpn
_dmvpn() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} path= word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${paths.join(' | ')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${commands.map(bashCommand).join('\n')}
  esac
}
_dmvpn_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }
_dmvpn_files() { compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$1"); }
complete -F _dmvpn dmvpn
`
}

function bashCommand({ path, below, options, argument }: CompletedCommand): string {
  const words = [...options.flatMap(({ names }) => names), ...below.map(({ name }) => name)]
  const values = options
    .filter(({ value }) => value !== 'nothing')
    .map(({ names, value }) => `        ${names.join(' | ')}) ${bashExpected(value)}; return ;;`)
  return `    '${path.join(' ')}')
      case "$before" in
${values.join('\n')}${values.length > 0 ? '\n' : ''}        *) ;;
      esac
      if [[ $current == -* || ${below.length > 0 ? 1 : 0} == 1 ]]; then _dmvpn_words '${words.join(' ')}' "$current"
      else ${bashExpected(argument)}; fi ;;`
}

function bashExpected(value: Expected): string {
  switch (value) {
    case 'nothing':
    case 'word':
      return ':'
    case 'file':
      return '_dmvpn_files "$current"'
    case 'field':
      return `_dmvpn_words "$(${namesOfFields})" "$current"`
    case 'protocol':
      return `_dmvpn_words "$(${namesOfProtocols})" "$current"`
    default:
      return `_dmvpn_words '${value.join(' ')}' "$current"`
  }
}

function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef dmvpn
# dmvpn completion for zsh: dmvpn completion zsh > "\${fpath[1]}/_dmvpn"
_dmvpn__field_names() { compadd -- \${(f)"$(${namesOfFields})"}; }
_dmvpn__protocol_names() { compadd -- \${(f)"$(${namesOfProtocols})"}; }
${commands.map(zshCommand).join('\n')}
_dmvpn "$@"
`
}

function zshCommand({ path, below, options, argument }: CompletedCommand): string {
  const name = ['_dmvpn', ...path].join('_').replaceAll('-', '_')
  const all = options.map(zshOption)
  if (below.length > 0) {
    const words = below.map(each => `'${zshText(each.name)}:${zshText(each.description)}'`)
    const cases = below.map(each => `      ${each.name}) ${name}_${each.name.replaceAll('-', '_')} ;;`)
    return `${name}() {
  local line state commands
  _arguments -C ${all.join(' ')} '1: :->command' '*::argument:->below'
  case $state in
    command) commands=(${words.join(' ')}); _describe command commands ;;
    below) case $line[1] in
${cases.join('\n')}
    esac ;;
  esac
}`
  }
  return `${name}() { _arguments -s ${all.join(' ')}${argument === 'nothing' ? '' : ` '*:${zshExpected(argument)}'`}; }`
}

function zshOption({ names, description, value }: CompletedOption): string {
  const text = `[${zshText(description)}]${value === 'nothing' ? '' : `:${zshExpected(value)}`}`
  // An option that may be given again excludes nothing; which may is not worth knowing here.
  return names.map(name => `'*${name}${text}'`).join(' ')
}

function zshExpected(value: Expected): string {
  switch (value) {
    case 'nothing':
    case 'word':
      return 'value: '
    case 'file':
      return 'file:_files'
    case 'field':
      return 'field:_dmvpn__field_names'
    case 'protocol':
      return 'protocol:_dmvpn__protocol_names'
    default:
      return `value:(${value.join(' ')})`
  }
}

function zshText(text: string): string {
  return text.replaceAll("'", '’').replaceAll(/[[\]:\\]/g, '\\$&')
}

function fishScript(commands: readonly CompletedCommand[]): string {
  return `# dmvpn completion for fish: dmvpn completion fish > ~/.config/fish/completions/dmvpn.fish
complete -c dmvpn -f
${commands.flatMap(fishCommand).join('\n')}
`
}

function fishCommand({ path, below, options, argument }: CompletedCommand): readonly string[] {
  const names = below.map(({ name }) => name)
  const seen = path.map(word => `__fish_seen_subcommand_from ${word}`)
  const notBelow = names.length === 0 ? [] : [`not __fish_seen_subcommand_from ${names.join(' ')}`]
  const when = path.length === 0 ? '__fish_use_subcommand' : [...seen, ...notBelow].join('; and ')
  const lead = `complete -c dmvpn -n ${fishText(when)}`
  return [
    ...below.map(({ name, description }) => `${lead} -a ${name} -d ${fishText(description)}`),
    ...options.map(({ names: all, description, value }) => {
      const flags = all.map(name => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
      return `${lead} ${flags.join(' ')} -d ${fishText(description)}${value === 'nothing' ? '' : ` -r ${fishExpected(value)}`}`
    }),
    ...(argument === 'nothing' || argument === 'word' ? [] : [`${lead} ${fishExpected(argument)}`]),
  ]
}

function fishExpected(value: Expected): string {
  switch (value) {
    case 'nothing':
    case 'word':
      return '-f'
    case 'file':
      return '-F'
    case 'field':
      return `-f -a ${fishText(`(${namesOfFields})`)}`
    case 'protocol':
      return `-f -a ${fishText(`(${namesOfProtocols})`)}`
    default:
      return `-f -a ${fishText(value.join(' '))}`
  }
}

function fishText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
