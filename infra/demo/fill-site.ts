import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import type { RunningNote } from '../running-note.ts'
import { clips } from './clips.ts'
import { type DemoAccount, enterDemo } from './demo-account.ts'
import { inventPlays } from './invent-plays.ts'
import { makeClip } from './make-clip.ts'
import { storePlays } from './store-plays.ts'
import { tellTitles } from './tell-titles.ts'

/** Safe to run again: clips that are there already get no second copy and no second month. Gives what to tell the user. */
export async function fillSite(dataFolder: string, site: RunningNote, tell: (line: string) => void): Promise<string> {
  const account = await enterDemo(dataFolder, site.localUrl)
  const present = await account.videos()
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-demo-'))
  const clickhouse = createClient({ url: site.clickhouseUrl })
  try {
    for (const clip of clips) {
      if (present.has(clip.title)) continue
      tell(`Making "${clip.title}" and a month of plays…`)
      const path = join(folder, `${clip.name}.mp4`)
      await makeClip(clip, path)
      const id = await account.upload(path, clip.title, clip.description)
      const durationMs = clip.seconds * 1000
      await storePlays(clickhouse, inventPlays({ videoId: id, durationMs, plays: clip.plays, nowMs: Date.now() }))
      await tellTitles(site.localUrl, id)
      present.set(clip.title, id)
    }
    await gatherInRoom(account, [...present.values()])
  } finally {
    await clickhouse.close()
    await rm(folder, { recursive: true, force: true })
  }
  const first = present.get(clips[0]!.title)!
  return `
The demo is filled. Sign in as ${account.email} with the password ${account.password}
and open Views Details: ${site.publicUrl}/studio/${first}/views
`
}

async function gatherInRoom(account: DemoAccount, videoIds: string[]): Promise<void> {
  await account.openRoom({
    slug: 'moving-patterns',
    name: 'Moving patterns',
    description: 'Pictures that a formula draws. Join and post yours.',
  })
  for (const videoId of videoIds) await account.post('moving-patterns', videoId)
}
