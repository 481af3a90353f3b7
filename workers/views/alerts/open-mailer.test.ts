import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Certificate, makeCertificate } from '#support/certificate.ts'
import { type MailCatcher, startMailCatcher } from '#support/mail-catcher.ts'
import { toMailResult } from './mail-result.ts'
import { openMailer } from './open-mailer.ts'
import type { AlertMail } from './write-alert-mail.ts'

const login = { user: 'alerts@q.example', password: 'p@ss/wörd' }

let certificate: Certificate
let catcher: MailCatcher | undefined

beforeAll(async () => {
  certificate = await makeCertificate()
})

afterEach(async () => {
  await catcher?.stop()
  catcher = undefined
})

afterAll(() => catcher?.stop())

/** As an operator writes it; `trusts` stands for NODE_EXTRA_CA_CERTS, which is read when a process starts. */
function urlOf(
  { url }: MailCatcher,
  { user = login.user, password = login.password, trusts = true, ...options }: Record<string, string | boolean> = {},
): string {
  const address = new URL(url.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`))
  if (trusts) address.searchParams.set('tls.ca', certificate.cert)
  for (const [name, value] of Object.entries(options)) address.searchParams.set(name, String(value))
  return address.href
}

describe.each([
  ['STARTTLS', false],
  ['TLS from the first byte', true],
])('over %s with a login', (_name, isEncryptedAtOnce) => {
  async function send(what: Parameters<typeof urlOf>[1] = {}) {
    catcher = await startMailCatcher({ certificate, isEncryptedAtOnce, login })
    return openMailer({ SMTP_URL: urlOf(catcher, what), MAIL_FROM: 'QQVideo <alerts@q.example>' })!.send(aMail())
  }

  test('a mail is sent', async () => {
    expect(await send()).toEqual({ is: 'sent' })
    expect(catcher!.mails).toEqual([expect.stringContaining('Subject: Kites')])
  })

  test('a wrong password is told in a plain sentence without it, and the mail is tried again', async () => {
    const result = await send({ password: 'a-mistyped-one' })
    expect(result).toEqual({
      is: 'retry',
      message: 'The mail server refused the user or password in SMTP_URL (535 Who are you?).',
    })
    expect(catcher!.mails).toEqual([])
  })

  test('a certificate that nobody vouches for is told in a plain sentence, and nothing is sent to it', async () => {
    const result = await send({ trusts: false })
    expect(result).toEqual({
      is: 'retry',
      message:
        'The mail server’s certificate is not trusted (self-signed certificate); give its authority in NODE_EXTRA_CA_CERTS.',
    })
    expect(catcher!.mails).toEqual([])
  })
})

test.each([
  ['an address that there is not', { code: 'EENVELOPE', responseCode: 550 }, 'refused'],
  ['a mail that is taken for an advertisement', { code: 'EMESSAGE', responseCode: 554 }, 'refused'],
  ['a full mailbox', { code: 'EENVELOPE', responseCode: 452 }, 'retry'],
  ['a server that wants a login', { code: 'EENVELOPE', responseCode: 530 }, 'retry'],
  ['a login that is refused', { code: 'EAUTH', responseCode: 535 }, 'retry'],
  ['encryption that fails', { code: 'ETLS', responseCode: 554 }, 'retry'],
  ['a greeting that is a refusal', { code: 'EPROTOCOL', responseCode: 554 }, 'retry'],
  ['a line that breaks', { code: 'ECONNECTION' }, 'retry'],
])('after %s a mail is given up or tried again as that deserves', (_name, fault, is) => {
  expect(toMailResult({ message: 'no', ...fault }).is).toBe(is)
})

test('a password goes to the same machine as it is, and over a network with encryption alone, unless SMTP_URL says otherwise', async () => {
  catcher = await startMailCatcher({ login })
  expect(await openMailer({ SMTP_URL: urlOf(catcher) })!.send(aMail())).toEqual({ is: 'sent' })
  await catcher.stop()
  // An address that does not look like this machine's own.
  catcher = await startMailCatcher({ login, host: '127.0.0.2' })
  const result = await openMailer({ SMTP_URL: urlOf(catcher) })!.send(aMail())
  expect(result).toMatchObject({ is: 'retry', message: expect.stringMatching(/^The mail server offers no encryption/) })
  expect(catcher.mails).toEqual([])
  const asked = urlOf(catcher, { requireTLS: false })
  expect(await openMailer({ SMTP_URL: asked })!.send(aMail())).toEqual({ is: 'sent' })
})

function aMail(): AlertMail {
  return {
    to: 'ada@example.org',
    subject: 'Kites',
    text: 'Hello',
    html: 'Hello',
    messageId: '<a@q.example>',
    unsubscribeUrl: 'http://q.example/',
  }
}
