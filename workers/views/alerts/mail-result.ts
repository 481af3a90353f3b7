/** How a try went: sent, to be tried again, or refused for good. */
export type MailResult = { is: 'sent' } | { is: 'retry' | 'refused'; message: string }

/** What is known of a try that failed. */
export interface SmtpFault {
  message: string
  /** In which part of the talk, in nodemailer's words. */
  code?: string
  /** The server's own word. */
  response?: string
  responseCode?: number
}

/**
 * Only a mail itself or its receiver can be refused for good. A wrong password, a missing encryption and a certificate
 * that nobody trusts are faults of ours or the server's that are mended some day; the mail waits as long as mails do.
 */
export function toMailResult(fault: SmtpFault): MailResult {
  const isOfMail = fault.code === 'EENVELOPE' || fault.code === 'EMESSAGE'
  const { responseCode = 0 } = fault
  const isRefused = isOfMail && responseCode >= 500 && responseCode !== wantsLogin
  return { is: isRefused ? 'refused' : 'retry', message: sentenceOf(fault) }
}

// RFC 4954: the server takes nothing from those who did not sign in.
const wantsLogin = 530

function sentenceOf({ code, message, response }: SmtpFault): string {
  if (code === 'EAUTH') return `The mail server refused the user or password in SMTP_URL (${response ?? message}).`
  // Node's hint behind the semicolon is for those who start it by hand.
  const [plain = message] = message.split(';')
  if (/certificate/i.test(plain))
    return `The mail server’s certificate is not trusted (${plain}); give its authority in NODE_EXTRA_CA_CERTS.`
  if (code === 'ETLS')
    return `The mail server offers no encryption, and a password is not sent without (${response ?? message}); use another port, or add ?requireTLS=false to SMTP_URL.`
  return message
}
