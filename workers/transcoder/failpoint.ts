import type { TranscoderConfig } from './config.ts'

/** Moments after which a crash leaves different things behind. */
export const failpoints = [
  'claimed',
  'fetched',
  'encoding',
  'stored',
  'before-done',
  'after-done',
  'before-playlists',
  'before-first-switch',
  'before-switch',
  'after-switch',
] as const

export type Failpoint = (typeof failpoints)[number]

/** For the tests of faults: here the process dies or stands still, once, where FAILPOINTS says so. Else nothing happens. */
export function failpoint({ config }: { config: Pick<TranscoderConfig, 'failpoints'> }, name: Failpoint): void {
  const signal = config.failpoints.get(name)
  if (!signal) return
  config.failpoints.delete(name)
  process.kill(process.pid, signal)
}
