import { runProgram } from '../program/run-program.ts'
import { mediaConfig } from './config.ts'
import { startMedia } from './start-media.ts'

await runProgram(() => startMedia(mediaConfig()))
