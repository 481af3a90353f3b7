import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { Certificate } from './certificate.ts'

/** A mail server that keeps what it is given. */
export interface MailCatcher {
  /** As `SMTP_URL` would have it. */
  url: string
  /** Every mail that arrived as it came, also those that were answered with a refusal. */
  mails: string[]
  /** Codes of the next answers; 250 where none is left. */
  answers: number[]
  /** Done once, when the next mail has come and before it is answered. */
  beforeAnswer: (() => Promise<void>) | null
  stop(): Promise<void>
}

interface Options {
  /** Without it, everything is sent as plain text. */
  certificate?: Certificate
  /** Encrypted from the first byte, as on port 465; else by STARTTLS. */
  isEncryptedAtOnce?: boolean
  /** Without it, everybody may send. */
  login?: { user: string; password: string }
  /** An address of this machine. */
  host?: string
}

export async function startMailCatcher({
  certificate,
  isEncryptedAtOnce,
  login,
  host = '127.0.0.1',
}: Options = {}): Promise<MailCatcher> {
  const mails: string[] = []
  const answers: number[] = []
  const catcher = { mails, answers, beforeAnswer: null as MailCatcher['beforeAnswer'] }
  const server = new SMTPServer({
    ...certificate,
    secure: isEncryptedAtOnce,
    disabledCommands: [...(login ? [] : ['AUTH']), ...(certificate ? [] : ['STARTTLS'])],
    allowInsecureAuth: !certificate,
    onAuth({ username, password }, _session, done) {
      if (username === login?.user && password === login?.password) return done(null, { user: username })
      done(Object.assign(new Error('Who are you?'), { responseCode: 535 }))
    },
    async onData(stream, _session, done) {
      mails.push(Buffer.concat(await stream.toArray()).toString())
      const before = catcher.beforeAnswer
      catcher.beforeAnswer = null
      await before?.()
      const code = answers.shift()
      done(code ? Object.assign(new Error('not now'), { responseCode: code }) : null)
    },
  })
  // Callers that hang up are what some tests are about.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, host, () => resolve()))
  return Object.assign(catcher, {
    url: `${isEncryptedAtOnce ? 'smtps' : 'smtp'}://${host}:${(server.server.address() as AddressInfo).port}`,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  })
}

/** Long lines are broken in mails, those of the head in another way than those of the text; here they are whole. */
export function unfold(mail: string): string {
  const textAt = mail.indexOf('\r\n\r\n')
  const head = mail.slice(0, textAt).replaceAll(/\r\n[ \t]+/g, ' ')
  return head + mail.slice(textAt).replaceAll('=\r\n', '')
}
