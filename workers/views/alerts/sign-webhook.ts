import { createHmac } from 'node:crypto'

/** The header `QQVideo-Signature`. The moment is signed too, so that the receiver can refuse what was recorded and sent again. */
export function signWebhook(secret: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}
