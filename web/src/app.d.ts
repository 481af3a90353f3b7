import type { Lang } from '#web/words/words.ts'

declare global {
  namespace App {
    interface Locals {
      lang: Lang
      theme: '' | 'light' | 'dark'
    }
    interface Error {
      status: number
      message: string
      /** A code of the contract, where the API gave one. */
      code?: string
    }
  }
}
