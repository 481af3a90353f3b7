import { fork } from 'node:child_process'
import { once } from 'node:events'
import { pathOf } from './collector.ts'
import type { LoadPlan } from './load.ts'
import type { LoadResult } from './steady-load.ts'

/** Runs the load generator in a process of its own. Throws where beacons were refused: then the figure would say nothing. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const generator = fork(pathOf('./load.ts'))
  await once(generator, 'message')
  generator.send(plan)
  const [result] = (await once(generator, 'message')) as [LoadResult]
  // Those that are under way when the time is over get no answer.
  if (result.notAnswered204 > plan.connections)
    throw new Error(`${result.notAnswered204} beacons were not answered with 204.`)
  return result
}
