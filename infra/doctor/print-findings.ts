import type { Finding, Mark } from './finding.ts'

const signs: Record<Mark, string> = { ok: '✓', warn: '!', fail: '✗', skip: '–' }
const colours: Record<Mark, string> = { ok: '32', warn: '33', fail: '31', skip: '2' }

const nameWidth = 26
const lineWidth = 100
const indent = ' '.repeat(4)

/** The findings as lines of text; colour only where the terminal has it. */
export function printFindings(findings: Finding[], hasColours: boolean): string {
  return findings.map((finding) => `${printFinding(finding, hasColours)}\n`).join('')
}

function printFinding({ mark, name, found, advice }: Finding, hasColours: boolean): string {
  const sign = hasColours ? `\u001b[${colours[mark]}m${signs[mark]}\u001b[0m` : signs[mark]
  const first = `  ${sign} ${name.padEnd(nameWidth)} ${found}`.trimEnd()
  return advice ? [first, ...wrap(advice).map((line) => indent + line)].join('\n') : first
}

function wrap(text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!
    if (last && last.length + word.length >= lineWidth - indent.length) lines.push(word)
    else lines[lines.length - 1] = last ? `${last} ${word}` : word
  }
  return lines
}

/** The last line: how it stands. */
export function summary(findings: Finding[]): string {
  const count = (mark: Mark) => findings.filter((finding) => finding.mark === mark).length
  const [fails, warns] = [count('fail'), count('warn')]
  if (fails > 0)
    return `${plural(fails, 'thing')} must be mended (✗)${warns > 0 ? `, ${warns} could be better (!)` : ''}.`
  return warns > 0 ? `All works; ${plural(warns, 'thing')} could be better (!).` : 'All is well.'
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
