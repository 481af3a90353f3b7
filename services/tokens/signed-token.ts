import { createHmac, timingSafeEqual } from 'node:crypto'
import { type DeliveryReport, deliveryReportSchema } from '#contract/deliveries.ts'
import { AppError } from '#contract/errors.ts'
import { type MediaToken, mediaTokenSchema, type PlayToken, playTokenSchema } from '#contract/play-token.ts'

/** `v1.<key id>.<payload>.<HMAC-SHA-256>`; the purpose is signed too, so that a media token never passes as a play token. */
export interface SigningKey {
  id: string
  secret: string
}

type Purpose = 'play' | 'media' | 'forget' | 'deliveries'

export function signPlayToken(key: SigningKey, token: PlayToken): string {
  return sign(key, 'play', JSON.stringify(token))
}

/** Throws `token_invalid` or `token_expired`. Several keys may be valid while one is being replaced. */
export function verifyPlayToken(keys: readonly SigningKey[], text: string, nowMs = Date.now()): PlayToken {
  return verify(keys, 'play', text, nowMs, playTokenSchema.parse)
}

export function signMediaToken(key: SigningKey, token: MediaToken): string {
  return sign(key, 'media', JSON.stringify(token))
}

/** Throws `token_invalid` or `token_expired`. */
export function verifyMediaToken(keys: readonly SigningKey[], text: string, nowMs = Date.now()): MediaToken {
  return verify(keys, 'media', text, nowMs, mediaTokenSchema.parse)
}

/** An order to the collector: nobody without the key can have it delete anything. */
export interface ForgetOrder {
  videoIds: string[]
  expiresAtMs: number
}

export function signForgetOrder(key: SigningKey, order: ForgetOrder): string {
  return sign(key, 'forget', JSON.stringify(order))
}

/** Throws `token_invalid` or `token_expired`. */
export function verifyForgetOrder(keys: readonly SigningKey[], text: string, nowMs = Date.now()): ForgetOrder {
  return verify(keys, 'forget', text, nowMs, (value) => value as ForgetOrder)
}

export function signDeliveryReport(key: SigningKey, report: DeliveryReport): string {
  return sign(key, 'deliveries', JSON.stringify(report))
}

/** Throws `token_invalid` or `token_expired`. */
export function verifyDeliveryReport(keys: readonly SigningKey[], text: string, nowMs = Date.now()): DeliveryReport {
  return verify(keys, 'deliveries', text, nowMs, deliveryReportSchema.parse)
}

// Clocks of two machines may differ by this much; a token made "in the future" or just expired is still good.
const clockSkewMs = 60_000

function sign(key: SigningKey, purpose: Purpose, payload: string): string {
  const head = `v1.${key.id}.${Buffer.from(payload).toString('base64url')}`
  return `${head}.${mac(key, purpose, head).toString('base64url')}`
}

function verify<Token extends { expiresAtMs: number }>(
  keys: readonly SigningKey[],
  purpose: Purpose,
  text: string,
  nowMs: number,
  parse: (value: unknown) => Token,
): Token {
  const [version, keyId, payload, signature, ...rest] = text.split('.')
  const key = keys.find((candidate) => candidate.id === keyId)
  if (version !== 'v1' || !key || !payload || !signature || rest.length > 0) throw new AppError('token_invalid')
  const expected = mac(key, purpose, `v1.${keyId}.${payload}`)
  const given = Buffer.from(signature, 'base64url')
  // Re-encoding refuses signatures that differ only in ignored trailing bits, so that one token has one spelling.
  const isGenuine =
    given.length === expected.length && timingSafeEqual(given, expected) && given.toString('base64url') === signature
  if (!isGenuine) throw new AppError('token_invalid')
  const token = parsePayload(payload, parse)
  if (token.expiresAtMs + clockSkewMs < nowMs) throw new AppError('token_expired')
  return token
}

function parsePayload<Token>(payload: string, parse: (value: unknown) => Token): Token {
  try {
    return parse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
  } catch (cause) {
    throw new AppError('token_invalid', undefined, { cause })
  }
}

function mac(key: SigningKey, purpose: Purpose, head: string): Buffer {
  return createHmac('sha256', key.secret).update(`${purpose}|${head}`).digest()
}
