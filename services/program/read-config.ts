import { z } from 'zod'

/**
 * Checks the environment against one schema and tells every fault at once.
 * Each program calls this once, in its `config.ts`, the only file of the program that names the environment.
 */
export function readConfig<Shape extends z.ZodType>(schema: Shape, environment: NodeJS.ProcessEnv): z.output<Shape> {
  // An empty variable means "not set", as `.env` files and compose files write it.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new StartError(`The configuration has ${faults.length} fault(s): ${faults.join('; ')}.`)
}

/** Why a program can't start, in one plain sentence that is printed without a stack. */
export class StartError extends Error {
  override name = 'StartError'
}

/** Parts that several programs' schemas share. */
export const port = z.coerce.number().int().min(0).max(65_535)
export const portList = z
  .string()
  .regex(/^\d{1,5}(,\d{1,5})*$/, 'write it as numbers, several separated by commas')
  .transform((text) => text.split(',').map(Number))
/** A number whose bounds are told where it is wrong. */
export function numberFrom(least: number, most = Number.POSITIVE_INFINITY) {
  const error = boundsOf('a number', least, most)
  return z.coerce.number({ error }).min(least, error).max(most, error)
}

/** The same of what there are no halves of. */
export function wholeFrom(least: number, most = Number.POSITIVE_INFINITY) {
  const error = boundsOf('a whole number', least, most)
  return z.coerce.number({ error }).int({ error, abort: true }).min(least, error).max(most, error)
}

function boundsOf(kind: string, least: number, most: number): string {
  return most === Number.POSITIVE_INFINITY
    ? `write ${kind}, ${least} or more`
    : `write ${kind} from ${least} to ${most}`
}

/** An address that paths are put behind; a slash at its end makes no difference. */
export const baseUrl = z
  .url({ protocol: /^https?$/, error: 'write it as https://host/path' })
  .refine((url) => !/[?#]/.test(url), 'write it without ? and #')
  .transform((url) => url.replace(/\/+$/, ''))
export const logLevel = z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')

/** `id:secret[,id:secret…]`, the first signs, all verify. */
export const signingKeys = z
  .string()
  .transform((text) =>
    text.split(',').map((pair) => ({ id: pair.split(':')[0]!, secret: pair.slice(pair.indexOf(':') + 1) })),
  )
  .refine(
    (keys) => keys.every((key) => /^[a-z0-9]{1,16}$/.test(key.id) && key.secret.length >= 32),
    'write it as id:secret with a secret of at least 32 characters, several separated by commas',
  )
