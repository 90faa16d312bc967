export type { Discrepancy, Obstacle, Severity, Verdict } from './verdict.ts'
