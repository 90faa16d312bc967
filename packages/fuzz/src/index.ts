export { Chance } from './chance.ts'
export { builtInSeeds, distinct, seedsOfCapture } from './corpus.ts'
export { builtInFiles } from './file-seeds.ts'
export { captureOf, type Finding, fieldOf, writeFinding } from './finding.ts'
export { type FuzzCase, wholeFile } from './fuzz-case.ts'
export { fuzzSelf, ownTarget, type SelfOptions, type SelfProgress, type SelfReport } from './fuzz-self.ts'
export {
  fuzzTarget,
  type Target,
  type TargetOptions,
  type TargetProgress,
  type TargetReport,
} from './fuzz-target.ts'
export type { Labelled, Reaction } from './labelled.ts'
export { labelledCorpus, manifestName, writeLabelledCorpus } from './labelled-corpus.ts'
export { type AnyJudge, type Change, type Minimal, type MinimiseOptions, minimise } from './minimise.ts'
export { mutate, noise } from './mutate.ts'
export { lineDifference, ourLines, tsharkLines, usualFields } from './oracle.ts'
export { OutFolder } from './out-folder.ts'
export type { SelfTarget, Strategy } from './self-orders.ts'
export { brokenBy, type CommandLimits, type CommandOutcome, placeholder, runCommand } from './target-command.ts'
export { judgeFile } from './target-file.ts'
export { type Broken, type Judge, judge, type Law, lawsOf } from './target-self.ts'
export { type CommandTargetOptions, commandTarget, tsharkTarget } from './targets.ts'
export { wrongFields } from './wrong-fields.ts'
