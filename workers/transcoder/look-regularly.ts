import type { Context } from './context.ts'

const lookEveryMs = 60_000

/** Looks now and once a minute; gives what ends it. A look that fails is made up for by the next. */
export async function lookRegularly(
  { logger }: Pick<Context, 'logger'>,
  forWhat: string,
  look: () => Promise<unknown>,
) {
  async function lookOnce(): Promise<void> {
    await look().catch((error) => logger.error({ err: error }, `could not look for ${forWhat}`))
  }
  await lookOnce()
  const timer = setInterval(lookOnce, lookEveryMs)
  return () => clearInterval(timer)
}
