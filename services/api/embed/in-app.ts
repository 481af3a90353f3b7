/** Whether an app shows the page inside itself; many of them hide where. Named as their own User-Agents name them. */
export function isInApp(userAgent: string): boolean {
  return appWords.test(userAgent.slice(0, 1_024))
}

const appWords =
  /\b(?:FBAN|FBAV|FB_IAB|Instagram|Barcelona|Telegram(?:-Android|Bot)?|Line|MicroMessenger|WhatsApp|Snapchat|Pinterest|LinkedInApp|Twitter(?:Android| for iPhone)|BytedanceWebview|musical_ly|TikTok|Reddit|Discord|Slack(?!bot)|KAKAOTALK|Viber)(?:\b|\/|;|_)/
