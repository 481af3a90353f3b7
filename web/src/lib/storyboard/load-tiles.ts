import { readStoryboard, type StoryboardTile } from '#contract/storyboard.ts'

/** The small pictures that a storyboard names; none where it can't be had, since a page is whole without them. */
export async function loadTiles(url: string | null): Promise<StoryboardTile[]> {
  if (!url) return []
  try {
    const answer = await fetch(url, { credentials: 'omit' })
    return answer.ok ? readStoryboard(await answer.text(), url) : []
  } catch {
    return []
  }
}
