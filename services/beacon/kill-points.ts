/** The steps of a beacon on its way, in their order: in the file, on disk, answered, in ClickHouse. */
export const killPoints = ['append', 'sync', 'reply', 'flush'] as const
export type KillPoint = (typeof killPoints)[number]

/** Told that a step was passed. */
export type Pass = (point: KillPoint) => void

/** `KILL_AT=sync:17` ends the process, as kill -9 would, when the step is passed for the 17th time. Only fault tests ask for it. */
export function createKillPoints(plan: string | undefined): Pass {
  if (!plan) return () => {}
  const [point, times] = plan.split(':')
  let left = Number(times)
  return (passed) => {
    if (passed === point && --left === 0) process.kill(process.pid, 'SIGKILL')
  }
}
