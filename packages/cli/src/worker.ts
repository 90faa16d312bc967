/** A thread that works for a command. Runs when loaded. */
import { workerData } from 'node:worker_threads'
import type { Job } from './commands/workers/work.ts'
import { loadWork } from './load-kept-command.ts'

void loadWork()(workerData as Job)
