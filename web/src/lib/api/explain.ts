import type { Words } from '../words/words.ts'
import { ApiError } from './write.ts'

/** The sentence to show for something that went wrong, in the visitor's language where we have one. */
export function explain(fault: unknown, words: Words): string {
  if (!(fault instanceof ApiError)) return words.errors.internal ?? ''
  return sentenceOf(fault.code, fault.message, words)
}

/** Translated sentences go by code; a language without one falls back on the API's own sentence, then on a general one. */
export function sentenceOf(code: string | undefined, message: string, words: Words): string {
  const translated = words.errors[code as keyof Words['errors']]
  return translated || message || words.error.somethingBroke
}
