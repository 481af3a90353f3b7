import { createTransport } from 'nodemailer'
import type { ViewsConfig } from '../config.ts'
import type { AlertMail } from './write-alert-mail.ts'

/** How a try went: sent, to be tried again, or refused for good. */
export type MailResult = { is: 'sent' } | { is: 'retry' | 'refused'; message: string }

export interface Mailer {
  /** Never rejects. */
  send(mail: AlertMail): Promise<MailResult>
}

/** Null where this site can't send mail. */
export function openMailer({ SMTP_URL, MAIL_FROM }: Pick<ViewsConfig, 'SMTP_URL' | 'MAIL_FROM'>): Mailer | null {
  if (!SMTP_URL) return null
  const transport = createTransport({ url: SMTP_URL, ...timeouts })
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
        const { responseCode, code, message } = error as { responseCode?: number; code?: string; message: string }
        // A refused password is a fault of ours that is mended some day; a refused address is not.
        const isRefused = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH'
        return { is: isRefused ? 'refused' : 'retry', message }
      }
    },
  }
}

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 }
