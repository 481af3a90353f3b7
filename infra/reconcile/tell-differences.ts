import type { Differences } from './find-differences.ts'
import type { What } from './named-objects.ts'

/** What was found, for whoever keeps the site: one sentence a line, and what follows from it. */
export function tellDifferences({ strays, youngStrays, missing }: Differences): string {
  if (strays.length === 0 && missing.length === 0)
    return `${told(youngStrays)}Every row has its bytes, and every object is needed.\n`
  return [told(youngStrays), missingLines(missing), strayLines(strays)].join('')
}

const consequences: Record<What, string> = {
  version: 'can’t be watched whole; replace its file, or delete it',
  file: 'has lost the file that was uploaded; what is published plays on, but it can’t be made anew',
  poster: 'has lost its poster; choose another one',
  pictures: 'has lost the pictures of its timeline; it plays without them',
  download: 'has lost what people download; turn downloads off and on again',
  captions: 'has lost captions; save them again in the studio',
}

function missingLines(missing: Differences['missing']): string {
  if (missing.length === 0) return ''
  const lines = missing.map(({ videoId, title, what, keys }) => {
    const more = keys.length > 1 ? ` and ${keys.length - 1} more` : ''
    return `  ${videoId} “${title}” ${consequences[what]}.\n      not there: ${keys[0]}${more}\n`
  })
  return `Rows whose bytes are missing: ${missing.length}\n${lines.join('')}\n`
}

function strayLines(strays: Differences['strays']): string {
  if (strays.length === 0) return ''
  const megabytes = (strays.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / 1e6).toFixed(1)
  const lines = strays.map(({ key, sizeBytes, modifiedAtMs }) => {
    const day = new Date(modifiedAtMs).toISOString().slice(0, 10)
    return `  ${key}  ${sizeBytes} bytes, ${day}\n`
  })
  return `Objects that no row needs: ${strays.length}, ${megabytes} MB. They are left alone: if the database is an older copy, they may be all that is left of newer videos.\n${lines.join('')}`
}

function told(young: number): string {
  return young > 0 ? `${young} young objects have no row yet; they may be on their way.\n` : ''
}
