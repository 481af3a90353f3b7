// A cue's text has one grammar for SRT, WebVTT and the editor: five kinds of markup, a few entities, and text. Whatever
// looks like other markup is text.

export type Token =
  | { kind: 'text'; text: string }
  /** `detail` is the speaker of a `v`, the colours of a `c`, and '' of the others. */
  | { kind: 'open'; name: TagName; detail: string }
  | { kind: 'close'; name: TagName }

type TagName = 'i' | 'b' | 'u' | 'c' | 'v'

const kept: ReadonlySet<string> = new Set<TagName>(['i', 'b', 'u', 'c', 'v'])
// Known to one of the formats, without a use here: the tag goes, what it holds stays. So do the times of single words.
const known = 'i|b|u|c|v|font|lang|ruby|rt|s|strike'
const tag = new RegExp(`<(/?)(${known})((?:\\.[^\\s<>&.]*)*)(?:\\s([^<>]*))?>`, 'iy')
const wordTime = /<\d{1,3}:\d{2}(?::\d{2})?\.\d{1,3}>/y
/** Wider than what is read as a tag, so that text is never taken for one, whatever stands behind it. */
const tagStart = new RegExp(`</?(?:${known})(?![a-z])|<\\d{1,3}:\\d`, 'iy')
const entity = /&(?:(amp|lt|gt|nbsp|lrm|rlm|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi

/** The names that WebVTT gives to colours; other classes mean nothing outside of the file they come from. */
const colours = new Set(
  ['white', 'lime', 'cyan', 'red', 'yellow', 'magenta', 'blue', 'black'].flatMap((name) => [name, `bg_${name}`]),
)

const deepest = 8
const longestSpeaker = 100

/**
 * The text in its one spelling: markup balanced, control characters and empty lines gone; '' where nothing would be read.
 * Cleaning it again changes nothing.
 */
export function cleanCueText(text: string): string {
  const tokens = readCueText(text)
  // Markup around nothing shows nothing.
  if (!tokens.some((token) => token.kind === 'text' && token.text.trim() !== '')) return ''
  return tokens
    .map((token) => writeToken(token, escapeLightly))
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')
}

/** As WebVTT wants it: there no `<`, `>` or `&` of the text is bare. */
export function webVttText(text: string): string {
  return readCueText(text)
    .map((token) => writeToken(token, escapeFully))
    .join('')
}

/** As SRT players know it: they have no speakers and no colours by class. */
export function srtText(text: string): string {
  return readCueText(text)
    .map((token) => {
      if (token.kind === 'open' && token.name === 'v') return `${token.detail}: `
      if (token.kind !== 'text' && (token.name === 'v' || token.name === 'c')) return ''
      return writeToken(token, (part) => escapeLightly(part).replaceAll('-->', '--&gt;'))
    })
    .join('')
}

/** What is read of it, without markup. */
export function plainText(text: string): string {
  return readCueText(text)
    .map((token) => (token.kind === 'text' ? token.text : ''))
    .join('')
}

/** Balanced: what is opened is closed, in order. */
export function readCueText(source: string): Token[] {
  const text = withoutControls(source.replace(/\r\n?/g, '\n'))
  const tokens: Token[] = []
  const open: { name: TagName; isShown: boolean }[] = []
  let textFrom = 0
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const found = matchAt(tag, text, at) ?? matchAt(wordTime, text, at)
    if (!found) continue
    addText(text.slice(textFrom, at))
    textFrom = at + found[0].length
    at = textFrom - 1
    const name = found[2]?.toLowerCase()
    if (!name || !kept.has(name)) continue
    if (found[1]) close(name as TagName)
    else begin(name as TagName, detailOf(name, found[3] ?? '', found[4] ?? ''))
  }
  addText(text.slice(textFrom))
  closeDownTo(0)
  return tokens

  function addText(part: string): void {
    const plain = decode(part)
    const last = tokens.at(-1)
    if (last?.kind === 'text') last.text += plain
    else if (plain !== '') tokens.push({ kind: 'text', text: plain })
  }

  function begin(name: TagName, detail: string | null): void {
    // Voices follow one another; in most files nobody closes them.
    if (name === 'v') close('v')
    if (open.length >= deepest) return
    const isShown = detail !== null
    open.push({ name, isShown })
    if (isShown) tokens.push({ kind: 'open', name, detail })
  }

  function close(name: TagName): void {
    const at = open.findLastIndex((one) => one.name === name)
    if (at >= 0) closeDownTo(at)
  }

  function closeDownTo(count: number): void {
    while (open.length > count) {
      const { name, isShown } = open.pop()!
      if (isShown) tokens.push({ kind: 'close', name })
    }
  }
}

/** Null where the tag says nothing: a class without a colour, a voice without a name. */
function detailOf(name: string, classes: string, annotation: string): string | null {
  if (name === 'c') {
    const shown = new Set(classes.split('.').filter((one) => colours.has(one)))
    return shown.size > 0 ? [...shown].join('.') : null
  }
  if (name !== 'v') return ''
  const speaker = decode(annotation)
    .replace(/[<>\s]+/g, ' ')
    .trim()
  return Array.from(speaker).slice(0, longestSpeaker).join('').trim() || null
}

function writeToken(token: Token, escaped: (text: string) => string): string {
  if (token.kind === 'text') return escaped(token.text)
  if (token.kind === 'close') return `</${token.name}>`
  if (token.name === 'v') return `<v ${escaped(token.detail)}>`
  return token.detail ? `<${token.name}.${token.detail}>` : `<${token.name}>`
}

/** Only what would be read as something else; so people see `Tom & Jerry` in the editor. */
function escapeLightly(text: string): string {
  return text
    .replace(entity, (found) => `&amp;${found.slice(1)}`)
    .replace(/</g, (bracket, at: number, whole: string) => (matchAt(tagStart, whole, at) ? '&lt;' : bracket))
}

function escapeFully(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\u00a0',
  lrm: '\u200e',
  rlm: '\u200f',
  quot: '"',
  apos: "'",
}

function decode(text: string): string {
  return text.replace(entity, (_, name?: string, decimal?: string, hex?: string) => {
    if (name) return named[name.toLowerCase()]!
    const code = decimal ? Number(decimal) : Number.parseInt(hex!, 16)
    return code <= 0x10ffff ? withoutControls(String.fromCodePoint(code)).replace(/\s/, ' ') : ''
  })
}

/** Halves of letters can't be stored, and nobody can read control characters. */
function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, '')
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
