import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { escapeHtml } from '../embed/escape.ts'
import { definitions, gradeDefinitions, parameters } from './definitions.ts'
import { endpoints } from './endpoints.ts'
import type { Endpoint } from './views-endpoints.ts'

const style = readFileSync(new URL('docs.css', import.meta.url), 'utf8')

/** Nothing runs on the page and nothing is loaded; only its own style is allowed. */
export const docsPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** The API in words, for people. */
export function docsPage(publicUrl: string): string {
  const origin = new URL(publicUrl).origin
  const tags = [...new Set(endpoints.map((endpoint) => endpoint.tag))]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API – QQVideo</title>
<style>${style}</style>
</head>
<body>
<p><a href="/">QQVideo</a></p>
<main>
<h1>API</h1>
<p>Everything that Views Details shows, for your own programs. The same as a machine reads it: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
${start(origin)}
<h2 id="numbers">What the numbers mean</h2>
${list(definitions)}
<h2 id="grades">How sure we are of a site</h2>
${list(gradeDefinitions)}
<h2 id="filters">Filters</h2>
<p>Every question takes them, and they may be combined.</p>
${list(parameters)}
<h2 id="errors">Errors</h2>
<p>An error has a status, a stable code, and one sentence that says how to mend it:</p>
<pre>{"error":{"code":"not_found","message":"There is nothing here, or it is not for you."}}</pre>
<p>429 and 503 come with <code>Retry-After</code>, in seconds. A key may ask 600 times a minute. Of each person 6 questions about
views are answered at once, of each share link 4; 30 more wait for up to 8 seconds.</p>
<h2 id="endpoints">Endpoints</h2>
<nav aria-label="Endpoints"><ul>${tags.map((tag) => `<li><a href="#${idOf(tag)}">${escapeHtml(tag)}</a></li>`).join('')}</ul></nav>
${tags.map(section).join('\n')}
</main>
</body>
</html>
`
}

function start(origin: string): string {
  const base = `${origin}/api`
  const ask = (path: string, rest = '') => escapeHtml(`curl -H "Authorization: Bearer $KEY"${rest} "${base}${path}"`)
  return `<h2 id="start">Start</h2>
<p>Make a key under <a href="/settings/keys">Settings, API keys</a>. It reads Views Details of your videos and the list of them, and nothing else; it can change nothing. Send it as a bearer token, and never put it into a page.</p>
<pre>KEY=qqv_…

# your videos and their ids
${ask('/videos?mine=1')}

# the numbers of one video, its sites, its curve, its hours
${ask('/videos/ID/views')}

# the 500 sites with most watch time in Germany
${ask('/videos/ID/views/by/site?country=DE&sort=watchedMs&limit=500')}

# where people leave, on two sites
${ask('/videos/ID/views/retention?sites=a.example&sites=b.example')}

# every single play of January 2026, for your own analysis
${ask(`/videos/ID/views/export/plays?format=parquet&fromMs=${Date.UTC(2026, 0)}&toMs=${Date.UTC(2026, 1)}`, ' -OJ')}

# all your videos together, one row each
${ask('/me/views/by/video')}

# who is watching, as it happens
${ask('/videos/ID/views/live', ' -N')}</pre>`
}

function list(meanings: Record<string, string>): string {
  const items = Object.entries(meanings).map(([name, meaning]) => item(name, meaning))
  return `<dl>${items.join('')}</dl>`
}

function item(name: string, meaning: string): string {
  return `<dt><code>${escapeHtml(name)}</code></dt><dd>${marked(meaning)}</dd>`
}

/** Names of values stand between backticks. */
function marked(sentence: string): string {
  return escapeHtml(sentence).replace(/`([^`]+)`/g, '<code>$1</code>')
}

function section(tag: string): string {
  const own = endpoints.filter((endpoint) => endpoint.tag === tag)
  return `<section aria-labelledby="${idOf(tag)}"><h3 id="${idOf(tag)}">${escapeHtml(tag)}</h3>${own.map(entry).join('')}</section>`
}

const who = {
  key: 'with a key, or signed in',
  session: 'signed in only',
  anybody: 'whoever has the address',
} as const satisfies Record<Endpoint['access'], string>

function entry({ method, path, summary, query, choices = {}, otherAnswer = {}, access }: Endpoint): string {
  const facts = [
    ...Object.entries(choices).map(([name, values]) =>
      item(`{${name}}`, values.map((value) => `\`${value}\``).join(', ')),
    ),
    ...(query
      ? [
          item(
            'query',
            Object.keys(query.shape)
              .map((name) => `\`${name}\``)
              .join(', '),
          ),
        ]
      : []),
    ...Object.entries(otherAnswer).map(([type, meaning]) => item(type, meaning)),
  ]
  const head = `<code>${method.toUpperCase()} /api${escapeHtml(path)}</code> <span>${escapeHtml(summary)}</span> <span class="who">${who[access]}</span>`
  return `<details><summary>${head}</summary><dl>${facts.join('') || '<dd>Shapes of the body and the answer are in openapi.json.</dd>'}</dl></details>`
}

function idOf(tag: string): string {
  return tag.toLowerCase().replace(/[^a-z]+/g, '-')
}
