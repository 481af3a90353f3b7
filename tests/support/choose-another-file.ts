import type { Page } from 'playwright-core'

type File = string | { name: string; mimeType: string; buffer: Buffer }

/** On the studio's page of a video: chooses another file for it, and says yes. */
export async function chooseAnotherFile(page: Page, file: File): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose another file' }).click(),
  ])
  page.once('dialog', (dialog) => dialog.accept())
  await chooser.setFiles(file)
}
