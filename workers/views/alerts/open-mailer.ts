import { createTransport } from 'nodemailer'
import type { ViewsConfig } from '../config.ts'
import { type MailResult, type SmtpFault, toMailResult } from './mail-result.ts'
import type { AlertMail } from './write-alert-mail.ts'

export interface Mailer {
  /** Never rejects. */
  send(mail: AlertMail): Promise<MailResult>
}

/** Null where this site can't send mail. */
export function openMailer({ SMTP_URL, MAIL_FROM }: Pick<ViewsConfig, 'SMTP_URL' | 'MAIL_FROM'>): Mailer | null {
  if (!SMTP_URL) return null
  const transport = createTransport({ url: SMTP_URL, requireTLS: mustEncrypt(SMTP_URL), ...timeouts })
  return {
    async send({ unsubscribeUrl, ...mail }) {
      try {
        await transport.sendMail({
          ...mail,
          from: MAIL_FROM,
          headers: {
            // One press in the reader's own window ends the mails (RFC 8058).
            'List-Unsubscribe': `<${unsubscribeUrl}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
            // No answering machine answers to a machine (RFC 3834).
            'Auto-Submitted': 'auto-generated',
          },
        })
        return { is: 'sent' }
      } catch (error) {
        return toMailResult(error as SmtpFault)
      }
    },
  }
}

/** A password is never sent where others can read it, unless SMTP_URL says `?requireTLS=false`. */
function mustEncrypt(smtpUrl: string): boolean {
  const { hostname, password } = new URL(smtpUrl)
  return password !== '' && !ownHosts.includes(hostname)
}

const ownHosts = ['localhost', '127.0.0.1', '[::1]']

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 }
