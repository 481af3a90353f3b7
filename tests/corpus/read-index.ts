import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One clip of the corpus and what must become of it. */
export interface CorpusRow {
  path: string
  /** `ok`, `ok-warn`, `ok-or-limit` or `reject-…`. */
  expected: string
  category: string
  notes: string
}

/** The rows of INDEX.tsv; none where the folder is not there. */
export function readIndex(folder: string | null): CorpusRow[] {
  if (folder === null) return []
  const [head, ...lines] = readFileSync(join(folder, 'INDEX.tsv'), 'utf8').trimEnd().split('\n')
  const names = head!.split('\t')
  return lines.map((line) => {
    const cells = line.split('\t')
    const cell = (name: string) => cells[names.indexOf(name)] ?? ''
    return { path: cell('path'), expected: cell('expected'), category: cell('category'), notes: cell('notes') }
  })
}
