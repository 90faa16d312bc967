export { type Action, parseAction, parsePrefix } from './action.ts'
export { Cloud, type CloudOptions, type Translation } from './cloud.ts'
export { formatDuration, parseDuration } from './duration.ts'
export { type Impairment, perfect } from './impairment.ts'
export {
  type KeysOfAssociation,
  type Listener,
  type RunOptions,
  Simulation,
  type SimulationOptions,
  Station,
  type StationOptions,
  Unending,
} from './simulation.ts'
export {
  act,
  BadStory,
  type Stage,
  type StagingOptions,
  type Story,
  type StoryEvent,
  type StoryRouter,
  stage,
  storyOf,
} from './story.ts'
export { type Seen, Tap } from './tap.ts'
