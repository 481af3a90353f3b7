/**
 * Programs that look at a link to show a preview of it, by a word of their User-Agent; the more telling word first.
 * As the operators of these services publish it, or as their programs send it.
 */
const unfurlers: [RegExp, string][] = [
  [/Slackbot|Slack-ImgProxy/i, 'Slack'],
  [/Discordbot/i, 'Discord'],
  [/TelegramBot/i, 'Telegram'],
  // Messages on a Mac or an iPhone calls itself by both of these names.
  [/facebookexternalhit.*Twitterbot/i, 'iMessage'],
  [/WhatsApp/i, 'WhatsApp'],
  [/facebookexternalhit|facebookcatalog|meta-externalfetcher/i, 'Facebook'],
  [/Twitterbot/i, 'X'],
  [/LinkedInBot/i, 'LinkedIn'],
  [/Mastodon/i, 'Mastodon'],
  [/Pleroma|Akkoma|Misskey|Lemmy|Friendica/i, 'Fediverse'],
  [/Bluesky|Cardyb/i, 'Bluesky'],
  [/SkypeUriPreview/i, 'Skype'],
  [/MicrosoftPreview|TeamsBot|Microsoft Teams/i, 'Teams'],
  [/Signal(-Desktop|-Android|-iOS)?\//i, 'Signal'],
  [/Viber/i, 'Viber'],
  [/Line\/|Linespider|facebookexternalua.*Line/i, 'LINE'],
  [/MicroMessenger.*bot|WeChat.*bot/i, 'WeChat'],
  [/Kakaotalk-scrap|kakaotalk/i, 'KakaoTalk'],
  [/redditbot/i, 'Reddit'],
  [/Pinterest(bot)?\//i, 'Pinterest'],
  [/Tumblr\//i, 'Tumblr'],
  [/vkShare/i, 'VK'],
  [/Zulip/i, 'Zulip'],
  [/Mattermost/i, 'Mattermost'],
  [/Rocket\.Chat/i, 'Rocket.Chat'],
  [/Synapse|matrix-media-repo|Conduit/i, 'Matrix'],
  [/Google-PageRenderer|GoogleDocs|Google Chat/i, 'Google Chat'],
  [/Iframely|Embedly/i, 'Embedly and Iframely'],
  [/NotionBot|Notion/i, 'Notion'],
]

/** The program behind a preview of a link, or null where it is none that we know. */
export function unfurlerName(userAgent: string): string | null {
  return unfurlers.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null
}

/** What a program calls itself: a known name, or the first word of its User-Agent; null for a browser with a person in it. */
export function agentName(userAgent: string): string | null {
  const known = unfurlerName(userAgent)
  if (known) return known
  // `Mozilla/5.0 (compatible; Feedly/1.0; …)`: the word that matters stands in the brackets.
  const inBrackets = /^Mozilla\/\S+ \(compatible; *([^;/)]+)/i.exec(userAgent)?.[1]
  const first = inBrackets ?? /^[^\s/;(]+/.exec(userAgent)?.[0] ?? ''
  const name = first.replace(/[^\p{L}\p{N} ._+-]/gu, '').trim()
  if (/^(Mozilla|Opera|MSIE.*)$/i.test(name)) return null
  return name.slice(0, 40) || '(unnamed)'
}
