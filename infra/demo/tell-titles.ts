import { StartError } from '../../services/program/read-config.ts'

/** Pages of the made-up sites that use embed.js; each tells its title as a player on it would, without playing. */
const titles: Record<string, string> = {
  'https://patternlab.example/articles/infinity': 'Six ways to draw infinity',
  'https://mathforum.example/t/1887': 'Which formula is this? – Math Forum',
  'https://mathforum.example/t/1890': 'Slow zooms that run on a phone – Math Forum',
  'https://classroom.example/year-9/lesson-12': 'Lesson 12: patterns that repeat',
  'https://lea.github.io/fractals': 'Lea’s fractals',
  'https://designweekly.example/issue/214': 'Design Weekly 214: order out of noise',
}

/** What nobody tells is counted nowhere: a play whose document is opened and that never speaks is no play. */
export async function tellTitles(siteUrl: string, videoId: string): Promise<void> {
  for (const [url, title] of Object.entries(titles)) {
    const document = await fetch(`${siteUrl}/embed/${videoId}`, { headers: { Referer: url } })
    const boot = /<script[^>]* id="boot"[^>]*>(.*?)<\/script>/s.exec(await document.text())?.[1]
    if (!boot) throw new StartError('The demo could not be filled: an embed document has no player.')
    const { token, openUrl } = JSON.parse(boot) as { token: string; openUrl: string }
    const { origin } = new URL(url)
    const body = JSON.stringify({ token, ancestors: [origin], page: { origin, url, title } })
    await fetch(`${siteUrl}${openUrl}`, { method: 'POST', body })
  }
}
