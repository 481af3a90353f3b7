import { AppError } from '#contract/errors.ts'

/** Returns the key, or throws `bad_request`: every adapter asks this before a key becomes a path or a URL. */
export function checkKey(key: string): string {
  if (!isKey(key)) throw new AppError('bad_request', 'A storage key is `a/b/c` of letters, digits, dots, _ and -.')
  return key
}

/**
 * Whether the text is a key: names separated by single slashes, none of them starting with a dot.
 * So there is no `..`, no hidden file and nothing to decode, and the adapters may keep dot names for themselves.
 */
export function isKey(text: string): boolean {
  return text.length <= maxKeyLength && text.split('/').every(isName)
}

// S3 takes 1,024 bytes; the rest is left to the prefix of the bucket.
const maxKeyLength = 800
// File systems take 255 bytes per name; temporary names are made longer than the name they stand for.
const maxNameLength = 200

function isName(name: string): boolean {
  return name.length <= maxNameLength && /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name)
}
