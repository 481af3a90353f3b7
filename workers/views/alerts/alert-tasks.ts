import type { Context } from '../context.ts'
import type { Task } from '../run-tasks.ts'
import { findNewSites } from './find-new-sites.ts'
import { forgetDeliveries } from './forget-deliveries.ts'
import { gatherMails } from './gather-mails.ts'
import { openMailer } from './open-mailer.ts'
import { sendMails } from './send-mails.ts'
import { sendWebhooks } from './send-webhooks.ts'

/** Owners hear of new sites: found, stored together with what is to be sent, then sent. */
export function alertTasks(context: Context): Task[] {
  const mailer = openMailer(context.config)
  const tasks: Task[] = [
    { name: 'find new sites', everyMs: 2_000, run: () => findNewSites(context) },
    { name: 'send webhooks', everyMs: 1_000, run: (signal) => sendWebhooks(context, signal) },
    { name: 'forget deliveries', everyMs: 60 * 60_000, run: () => forgetDeliveries(context) },
  ]
  if (!mailer) return tasks
  const mails = async (signal: AbortSignal) => {
    await gatherMails(context)
    await sendMails(context, mailer, signal)
  }
  return [...tasks, { name: 'send mails', everyMs: 2_000, run: mails }]
}
