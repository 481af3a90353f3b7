import type { OpenRefusal } from '#contract/embed.ts'
import type { EmbedTexts } from './embed-texts.ts'

/** Why a player may not play where it is. */
export interface Refusal {
  why: 'unwanted' | 'hidden'
  site: string
  /** The page of the video on our own site. */
  watchUrl: string
}

/** The same in words, with a way out that always works. */
export function tellRefusal({ why, site, watchUrl }: Refusal, texts: EmbedTexts): Omit<OpenRefusal, 'blocked'> {
  return {
    sentence: why === 'hidden' ? texts.hidden : texts.unwanted(site),
    link: { url: watchUrl, label: texts.watchAt(new URL(watchUrl).host) },
  }
}
