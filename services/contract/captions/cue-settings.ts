const percent = String.raw`(?:100|\d{1,2})(?:\.\d{1,3})?%`

/** What is kept of a cue's settings, each by the shape of its value, in the order in which they are written. */
const shapes: Record<string, RegExp> = {
  line: new RegExp(`^(?:-?\\d{1,3}|${percent})(?:,(?:start|center|end))?$`),
  position: new RegExp(`^${percent}(?:,(?:line-left|center|line-right))?$`),
  size: new RegExp(`^${percent}$`),
  align: /^(?:start|center|end|left|right)$/,
}

/** The valid ones of `align`, `line`, `position` and `size`, in one spelling; undefined where none is left. */
export function cleanSettings(text: string): string | undefined {
  const found = new Map<string, string>()
  for (const part of text.slice(0, 300).split(/\s+/)) {
    const colon = part.indexOf(':')
    const name = part.slice(0, Math.max(0, colon))
    // What drafts of the standard called it.
    const value = part.slice(colon + 1).replace(/^middle$/, 'center')
    if (Object.hasOwn(shapes, name) && shapes[name]!.test(value) && !/^100\./.test(value)) found.set(name, value)
  }
  const kept = Object.keys(shapes).flatMap((name) => (found.has(name) ? [`${name}:${found.get(name)}`] : []))
  return kept.length > 0 ? kept.join(' ') : undefined
}
