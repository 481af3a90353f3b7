import { firstCharacters } from './first-characters.ts'
import { cleanLine } from './video.ts'

// As many as a title may have.
const mostUnits = 200

/** A file's name as a title: without its ending, with underscores read as spaces, made harmless and not too long. */
export function titleOfFile(fileName: string): string {
  const name = cleanLine(fileName.replaceAll('_', ' '))
  return firstCharacters(cleanLine(name.replace(/\.[a-z0-9]{1,5}$/i, '')) || name, mostUnits)
}
