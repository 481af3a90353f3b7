import { runProgram } from '../program/run-program.ts'
import { apiConfig } from './config.ts'
import { startApi } from './start-api.ts'

await runProgram(() => startApi(apiConfig()))
