import { attemptPrefix, isFirstVersion } from '#catalog/attempt-prefix.ts'
import { isOfPresentFile } from '#catalog/former-file.ts'
import type { FirstWay } from './first-way.ts'
import { growFirst } from './grow-first.ts'
import { makePoster } from './make-poster.ts'
import { aacCodec } from './media/hls/codec-string.ts'
import { isCut } from './media/hls/growing-playlist.ts'
import { chooseFirst, firstCommand } from './media/ladder/first-rendition.ts'
import { playlistName } from './media/ladder/hls-arguments.ts'
import { canRemux, longestSegmentS, remuxCommand } from './media/ladder/remux.ts'
import { sourceName } from './media/run/source-name.ts'
import { perSecond } from './media/source/frame-rate.ts'
import { hidesBeginning } from './media/source/hides-beginning.ts'
import { hidesLater } from './media/source/hides-later.ts'
import { patiently } from './patiently.ts'
import { firstFolder } from './prefixes.ts'
import type { Beside, Ears } from './show-first.ts'
import { findStoredText } from './stored-text.ts'
import { tolerate } from './tolerate.ts'
import { limitsOf, type ReadWork, runOn } from './work.ts'

/**
 * Makes the poster, and lets people watch long before the ladder is done: pictures that browsers can play are copied, others
 * are encoded fast, and either is published while it still grows. Resolves with the poster's key, or null where there is
 * none. What fails here costs nothing: the ladder decides. Only a video that turns out too long fails at once.
 */
export async function makeFirst(work: ReadWork, ears: Ears = noEars): Promise<string | null> {
  // Where people watch already, the sharper versions are what is worth telling.
  if (!isShown(work)) work.progress.tell({ stage: 'first', percent: 0, speed: 0, secondsLeft: null })
  const poster = makePoster(work)
  // Its failure is heard below, after everything else has ended.
  poster.catch(() => {})
  try {
    if (!(await isWatchable(work))) await tryEachWay(work, { poster, ...ears })
  } finally {
    ears.onWatchable()
    await poster.catch(() => {})
  }
  return poster
}

const noEars: Ears = { onWatchable: () => {}, mayMakeWay: () => true }

/** Whether people watch this file already; after a replacement they watch the one before. */
function isShown({ video }: ReadWork): boolean {
  return video.published_prefix !== null && isOfPresentFile(video)
}

/** Whether an earlier attempt has published something with an end; what stopped growing with its worker is made anew. */
async function isWatchable(work: ReadWork): Promise<boolean> {
  const { context, video, signal } = work
  const prefix = video.published_prefix
  if (!prefix || !isShown(work)) return false
  if (!isFirstVersion(prefix)) return true
  const key = `${prefix}/${firstFolder}/${playlistName}`
  const playlist = await patiently(signal, () => findStoredText(context.storage, key))
  return playlist !== null && !isCut(playlist)
}

async function tryEachWay(work: ReadWork, beside: Beside): Promise<void> {
  const ways = (await canCopy(work)) ? [copied(work), encoded(work)] : [encoded(work)]
  let shownS = 0
  for (const way of ways) {
    const grown = await growFirst(work, way, beside, shownS)
    if (grown.isGood) return
    shownS = grown.shownS
  }
}

async function canCopy(work: ReadWork): Promise<boolean> {
  if (!canRemux(work.source) || wasLeft(work)) return false
  try {
    if (await hidesBeginning(work.context.toolbox, runOn(work, 0), work.source)) return false
    return !(await hidesLater(work.workspace.path(sourceName), work.source.container))
  } catch (error) {
    tolerate(work, error)
    return false
  }
}

/** A copy of this file that went astray would do so again, and what is encoded leads further by now. */
function wasLeft({ attempt, video }: ReadWork): boolean {
  const prefix = video.published_prefix ?? ''
  return prefix.startsWith(`${attemptPrefix(attempt)}/`) && prefix.endsWith('/first')
}

function copied(work: ReadWork): FirstWay {
  const { source } = work
  const { displayWidth: width, displayHeight: height, frameRate, ownFrameRate = frameRate } = source.video
  return {
    part: 'remux',
    command: remuxCommand(source, 'remux', limitsOf(work)),
    segmentsToBegin: 2,
    secondsToBegin: 8,
    // Nobody knows where the next keyframe is; longer than this is not begun with.
    leastTargetS: longestSegmentS,
    // A picture that could be decoded is the least that must be known before strangers are sent the bytes.
    needsPoster: true,
    variant: { width, height, framesPerSecond: perSecond(ownFrameRate), soundCodecs: source.audio ? [aacCodec] : [] },
  }
}

function encoded(work: ReadWork): FirstWay {
  const { context, source } = work
  const { width, height, frameRate } = chooseFirst(source)
  const options = { ...limitsOf(work), canToneMap: context.toolbox.canToneMap }
  return {
    part: 'first',
    command: firstCommand(source, 'first', options),
    // One more than is needed to begin, for an encoder that is hardly faster than the viewer.
    segmentsToBegin: 3,
    secondsToBegin: 4,
    leastTargetS: 4,
    needsPoster: false,
    variant: { width, height, framesPerSecond: perSecond(frameRate), soundCodecs: source.audio ? [aacCodec] : [] },
  }
}
