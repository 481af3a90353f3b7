import type { Locator } from 'playwright-core'

/** Presses it, hears what is asked, and says yes or no. */
export async function pressAndAnswer(button: Locator, answer: 'accept' | 'dismiss'): Promise<string> {
  const question = button.page().waitForEvent('dialog')
  const pressed = button.click()
  const dialog = await question
  await dialog[answer]()
  await pressed
  return dialog.message()
}
