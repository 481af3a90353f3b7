import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a running system leaves in its data folder for programs beside it; readable by its user only. */
export interface RunningNote {
  publicUrl: string
  /** On this machine, whatever name the public one has. */
  localUrl: string
  clickhouseUrl: string
  databaseUrl: string
  storageUrl: string
}

export async function writeRunningNote(dataFolder: string, note: RunningNote): Promise<() => Promise<void>> {
  await writeFile(path(dataFolder), JSON.stringify(note), { mode: 0o600 })
  return () => rm(path(dataFolder), { force: true })
}

/** Null where no system runs on the folder; a note that a crash left behind is not believed. */
export async function findRunning(dataFolder: string): Promise<RunningNote | null> {
  const text = await readFile(path(dataFolder), 'utf8').catch(() => null)
  if (text === null) return null
  const note = JSON.parse(text) as RunningNote
  const isThere = await fetch(`${note.localUrl}/api/live`, { signal: AbortSignal.timeout(3_000) }).then(
    (answer) => answer.ok,
    () => false,
  )
  return isThere ? note : null
}

function path(dataFolder: string): string {
  return join(dataFolder, 'running.json')
}
