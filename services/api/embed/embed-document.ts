import type { EmbedBoot } from '#contract/embed.ts'
import { embedTexts } from './embed-texts.ts'
import { escapeHtml, escapeJson } from './escape.ts'
import { type Refusal, tellRefusal } from './tell-refusal.ts'

/** What a document shows: a player, a wait for one, or a sentence. */
export type EmbedView =
  | { kind: 'player'; boot: EmbedBoot }
  | { kind: 'waiting'; boot: EmbedBoot }
  | { kind: 'failed'; title: string; message: string | null }
  | { kind: 'refused'; title: string; refusal: Refusal }
  | { kind: 'missing' }
  | { kind: 'unavailable' }

export interface DocumentParts {
  /** Allows the inline style and script of this one answer. */
  nonce: string
  /** The Accept-Language header. */
  language: string | undefined
  style: string
  script: string
  /** Where it is told what is stored of a play; none for a video that is not there. */
  privacyUrl?: string
}

/** The whole embed page as one HTML document: with style and script inline, the poster is all that it fetches. */
export function embedDocument(view: EmbedView, parts: DocumentParts): string {
  const { language, texts } = embedTexts(parts.language)
  const title = titleOf(view) ?? texts.missing
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="dark">
${parts.privacyUrl ? `<link rel="privacy-policy" href="${escapeHtml(parts.privacyUrl)}" title="${escapeHtml(texts.privacy)}">\n` : ''}${view.kind === 'unavailable' ? `<meta http-equiv="refresh" content="${retryAfterSeconds}">\n` : ''}<title>${escapeHtml(title)}</title>
<style nonce="${parts.nonce}">${parts.style}</style>
${stage(view, texts, title)}
${'boot' in view ? scripts(view.boot, parts) : ''}</html>
`
}

/** How soon a document that could not be made is asked for again. */
export const retryAfterSeconds = 15

type Texts = ReturnType<typeof embedTexts>['texts']

function stage(view: EmbedView, texts: Texts, title: string): string {
  if (view.kind === 'player' && !view.boot.isGuarded) return playerStage(view.boot, texts, 'poster', '')
  const spinner = '<i class="spinner"></i>'
  if ('boot' in view)
    return playerStage(
      view.boot,
      texts,
      'waiting',
      spinner + escapeHtml(view.kind === 'waiting' ? texts.waiting : texts.guarding),
    )
  const busy = view.kind === 'unavailable' ? spinner : ''
  return `<main class="stage" data-state="waiting" aria-label="${escapeHtml(texts.player(title))}">
<p class="notice" role="status">${busy}${sentenceOf(view, texts)}</p>
</main>`
}

/** As HTML. The link leaves the frame: what may not play here may not be framed here either. */
function sentenceOf(view: Exclude<EmbedView, { boot: EmbedBoot }>, texts: Texts): string {
  if (view.kind !== 'refused')
    return escapeHtml(view.kind === 'failed' ? (view.message ?? texts.failed) : texts[view.kind])
  const { sentence, link } = tellRefusal(view.refusal, texts)
  return `${escapeHtml(sentence)} <a href="${escapeHtml(link.url)}" target="_blank" rel="noopener">${escapeHtml(link.label)}</a>`
}

/** The same parts whether it plays or waits, so that a waiting player needs only to be uncovered. */
function playerStage(boot: EmbedBoot, texts: Texts, state: 'poster' | 'waiting', notice: string): string {
  const title = escapeHtml(boot.title)
  return `<main class="stage" data-state="${state}" aria-label="${escapeHtml(texts.player(boot.title))}">
<video playsinline preload="none" aria-label="${title}"></video>
${poster(boot)}<p class="title">${title}</p>
<button class="play" type="button" aria-label="${escapeHtml(texts.play(boot.title))}"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M8 5.2v13.6a.8.8 0 0 0 1.2.7l11-6.8a.8.8 0 0 0 0-1.4l-11-6.8A.8.8 0 0 0 8 5.2Z"/></svg></button>
<i class="spinner"></i>
<p class="notice" role="status"${notice ? '' : ' hidden'}>${notice}</p>
<noscript><p class="notice">${escapeHtml(texts.noScript)}</p></noscript>
</main>`
}

function poster(boot: EmbedBoot): string {
  const source = boot.posterUrl ? `src="${escapeHtml(boot.posterUrl)}"` : 'hidden'
  return `<img class="poster" ${source} alt="" fetchpriority="high">\n`
}

function scripts(boot: EmbedBoot, parts: DocumentParts): string {
  return `<script type="application/json" id="boot">${escapeJson(boot)}</script>
<script type="module" nonce="${parts.nonce}">${parts.script}</script>
`
}

function titleOf(view: EmbedView): string | null {
  if ('boot' in view) return view.boot.title
  return 'title' in view ? view.title : null
}
