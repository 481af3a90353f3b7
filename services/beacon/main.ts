import { runProgram } from '../program/run-program.ts'
import { beaconConfig } from './config.ts'
import { startBeacon } from './start-beacon.ts'

await runProgram(() => startBeacon(beaconConfig()))
