import { SvelteMap } from 'svelte/reactivity'
import type { VideoCard } from '#contract/video.ts'
import { load } from '#web/api/write.ts'

/** What videos are called, asked once for each that a table shows. */
export function createTitles() {
  const titles = new SvelteMap<string, string | null>()

  async function ask(id: string): Promise<void> {
    titles.set(id, null)
    const video = await load<VideoCard>(`/api/videos/${id}`).catch(() => null)
    if (video) titles.set(id, video.title)
  }

  return {
    of: (id: string): string | null => titles.get(id) ?? null,
    learn(ids: string[]): void {
      for (const id of ids) if (!titles.has(id)) void ask(id)
    },
  }
}
