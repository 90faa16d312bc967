export { ComparedFields, type FieldChoice, usuallyIgnored } from './diff/compared-fields.ts'
export { Comparison, type Side, usualDifferences } from './diff/comparison.ts'
export type { FieldDifference } from './diff/capture-diff.ts'
export {
  areEqual,
  type ComparedCapture,
  type DiffReport,
  type ExplainedDifference,
  writeDiffJson,
  writeDiffText,
} from './diff/diff-report.ts'
export {
  countsOf,
  type JudgedFile,
  type JudgedRule,
  type JudgedStation,
  type Judgement,
  type VerdictCounts,
} from './judgement.ts'
export { Judge, type JudgeOptions } from './judge.ts'
export { type Ladder, type LadderRow, type LadderStation, type LadderTone } from './ladder/ladder.ts'
export { LadderBuilder, usualRows } from './ladder/ladder-builder.ts'
export { writeLadderMermaid } from './ladder/mermaid.ts'
export { writeLadderSvg } from './ladder/svg.ts'
export { writeLadderText } from './ladder/text.ts'
export { writeJson } from './report/json.ts'
export { reportSchema } from './report/json-schema.ts'
export { writeJunit } from './report/junit.ts'
export { type ReportFormat, reportFormats, writeReport } from './report/report.ts'
export { breaks, type ReportOptions, severities } from './report/report-options.ts'
export { writeSarif } from './report/sarif.ts'
export { writeText } from './report/text.ts'
export type { DataSeen, EspSeen, GreOnlySeen, GreSeen, Ip, KeyExchangeSeen, NhrpSeen, Observation, Seen } from './observation.ts'
export { type Anatomy, anatomyOf, type EntryPlace, type ExtensionPlace } from './observation-anatomy.ts'
export { ObservationOrder } from './observation-order.ts'
export { ObservationReader } from './observation-reader.ts'
export { type JudgingProfile, judgingProfiles } from './profiles.ts'
export { rules } from './rules/all.ts'
export { Network, type Mapping, type NetworkOptions, type Purge, type Registration, type Station } from './rules/network.ts'
export type { Bench, Breach, Check, Matter, Message, Rule } from './rules/rule.ts'
export type { Discrepancy, Obstacle, Severity, Verdict } from './verdict.ts'
export type { Binding, BindingChange, BindingEvent, Origin } from './bindings/binding.ts'
export { BindingTimeline } from './bindings/binding-timeline.ts'
export { type ShownBindings, writeBindings, writeTimelines } from './bindings/show-bindings.ts'
