export { AgainstCore } from './against-core/against-core.ts'
export type { AgainstCoreOptions } from './against-core/core-bench.ts'
export { type CoreReport, type CoreStation, departs, writeCoreJson, writeCoreText } from './against-core/core-report.ts'
export type { CoreCounts, CoreDifference, CoreObstacle, CoreVerdict } from './against-core/core-verdict.ts'
export { type InferredStation, SettingsInference } from './against-core/infer-settings.ts'
export type { StationSettings } from './against-core/reference-station.ts'
export type { Binding, BindingChange, BindingEvent, Origin } from './bindings/binding.ts'
export { BindingTimeline } from './bindings/binding-timeline.ts'
export { type ShownBindings, writeBindings, writeTimelines } from './bindings/show-bindings.ts'
export { Diagnosis } from './diagnosis/diagnosis.ts'
export { instant, type Remark, type RemarkStep, type RemarkTopic } from './diagnosis/remark.ts'
export type { FieldDifference } from './diff/capture-diff.ts'
export { ComparedFields, type FieldChoice, usuallyIgnored } from './diff/compared-fields.ts'
export { Comparison, type Side, usualDifferences } from './diff/comparison.ts'
export {
  areEqual,
  type ComparedCapture,
  type DiffReport,
  type ExplainedDifference,
  writeDiffJson,
  writeDiffText,
} from './diff/diff-report.ts'
export { diffSchema } from './diff/diff-schema.ts'
export { Judge, type JudgeOptions, type Witness } from './judge.ts'
export {
  countsOf,
  type JudgedFile,
  type JudgedRule,
  type JudgedStation,
  type Judgement,
  type VerdictCounts,
} from './judgement.ts'
export { type Ladder, type LadderRow, type LadderStation, type LadderTone } from './ladder/ladder.ts'
export { LadderBuilder, usualRows } from './ladder/ladder-builder.ts'
export { writeLadderMermaid } from './ladder/mermaid.ts'
export { writeLadderSvg } from './ladder/svg.ts'
export { writeLadderText } from './ladder/text.ts'
export type {
  DataSeen,
  EspSeen,
  GreOnlySeen,
  GreSeen,
  Ip,
  KeyExchangeSeen,
  NhrpSeen,
  Observation,
  Seen,
} from './observation.ts'
export { type Anatomy, anatomyOf, type EntryPlace, type ExtensionPlace } from './observation-anatomy.ts'
export { ObservationOrder } from './observation-order.ts'
export { ObservationReader } from './observation-reader.ts'
export { type JudgingProfile, judgingProfiles } from './profiles.ts'
export { writeJson } from './report/json.ts'
export { reportSchema } from './report/json-schema.ts'
export { writeJunit } from './report/junit.ts'
export { type ReportFormat, reportFormats, writeReport } from './report/report.ts'
export { breaks, isSevere, type ReportOptions, severities } from './report/report-options.ts'
export { writeSarif } from './report/sarif.ts'
export { writeText } from './report/text.ts'
export { rules } from './rules/all.ts'
export {
  type Mapping,
  Network,
  type NetworkOptions,
  type Purge,
  type Registration,
  type Station,
} from './rules/network.ts'
export type { Bench, Breach, Check, Matter, Message, Rule } from './rules/rule.ts'
export type { Discrepancy, Obstacle, Severity, Verdict } from './verdict.ts'
