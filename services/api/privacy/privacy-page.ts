import { collectorCopyHours, saltLifetimeHours } from '#contract/retention.ts'
import { embedTexts } from '../embed/embed-texts.ts'
import { escapeHtml } from '../embed/escape.ts'
import { storedColumns } from './stored-columns.ts'

interface PageParts {
  /** The Accept-Language header. */
  language: string | undefined
  keepDays: number | undefined
  /** The site's home page, and this page as JSON. */
  homeUrl: string
  jsonUrl: string
  nonce: string
}

const english = {
  title: 'What is stored when you watch',
  intro:
    'This player counts how often and where a video is watched, so that its owner knows. It counts plays, not people, and follows nobody from one site to another.',
  browserTitle: 'In your browser: nothing',
  browser: 'No cookie, no storage, no fingerprint. The player asks nobody but us, and tells nobody but us.',
  addressTitle: 'Your address: looked at, not kept',
  address: `Your network address tells us the country and whether it belongs to a data centre. To tell viewers of one day apart, its first part (/24 or /48, which many households share), your browser’s name and the owner of the video are mixed with a random number of the day into a short number. The random number is deleted after ${saltLifetimeHours} hours; from then on nobody, we included, can find out who a short number was.`,
  gpc: 'If your browser sends Global Privacy Control or Do Not Track, the play is counted without this number.',
  storedTitle: 'What is stored of a play',
  keptTitle: 'For how long',
  kept: (days: number | undefined) =>
    days === undefined
      ? 'Plays are kept until the owner of the video or of this site deletes them.'
      : `Plays are kept for ${days} days and then deleted, together with the rest of the month they belong to.`,
  copies: `The computer that receives them keeps a copy for up to ${collectorCopyHours} hours, in case of a crash. When a video is deleted, or its owner has its plays forgotten, they are gone from the tables within seconds and from the disks within minutes; what a player still sends afterwards is deleted within 13 hours.`,
  whoTitle: 'Who sees it',
  who: 'The owner of the video sees sums and single plays without the short number, and may show them to others. We hand nothing to third parties.',
  json: 'The same for programs (JSON)',
  home: 'To the site',
}

const chinese: typeof english = {
  title: '观看时会保存什么',
  intro: '这个播放器统计视频在哪里、被播放了多少次，好让作者知道。它统计的是播放，不是人，也不会跨网站跟踪任何人。',
  browserTitle: '在你的浏览器里：什么都不存',
  browser: '没有 Cookie，没有本地存储，没有指纹识别。播放器只与我们通信。',
  addressTitle: '你的地址：只看一眼，不保存',
  address: `网络地址用来判断国家或地区，以及是否属于数据中心。为了区分当天的观众，地址的前一部分（/24 或 /48，许多家庭共用）、浏览器名称和视频作者会与当天的随机数混合成一个短数字。随机数在 ${saltLifetimeHours} 小时后删除，此后包括我们在内，谁也无法得知某个短数字是谁。`,
  gpc: '如果浏览器发送全球隐私控制（GPC）或“请勿跟踪”（DNT），播放照常统计，但不生成这个数字。',
  storedTitle: '一次播放会保存什么',
  keptTitle: '保存多久',
  kept: (days) =>
    days === undefined
      ? '播放记录会一直保存，直到视频作者或本站管理者将其删除。'
      : `播放记录保存 ${days} 天，之后随其所属月份一起删除。`,
  copies: `接收数据的计算机会保留一份副本，最多 ${collectorCopyHours} 小时，以防崩溃。视频被删除，或作者要求忘记播放记录后，数据表在几秒内清除，磁盘在几分钟内清除；此后播放器仍发来的内容会在 13 小时内删除。`,
  whoTitle: '谁能看到',
  who: '视频作者能看到汇总数字和不含短数字的单次播放，也可以展示给他人。我们不向第三方提供任何数据。',
  json: '供程序读取（JSON）',
  home: '回到网站',
}

/** What is stored of a play and for how long, for people. */
export function privacyPage({ language: asked, keepDays, homeUrl, jsonUrl, nonce }: PageParts): string {
  const { language } = embedTexts(asked)
  const isChinese = language === 'zh-CN'
  const texts = isChinese ? chinese : english
  const items = storedColumns.map((stored) => `<li>${escapeHtml(isChinese ? stored.zh : stored.en)}</li>`).join('\n')
  const part = (title: string, ...paragraphs: string[]) =>
    `<h2>${escapeHtml(title)}</h2>\n${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}`
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(texts.title)}</title>
<style nonce="${nonce}">${style}</style>
<main>
<h1>${escapeHtml(texts.title)}</h1>
<p>${escapeHtml(texts.intro)}</p>
${part(texts.browserTitle, texts.browser)}
${part(texts.addressTitle, texts.address, texts.gpc)}
<h2>${escapeHtml(texts.storedTitle)}</h2>
<ul>
${items}
</ul>
${part(texts.keptTitle, texts.kept(keepDays), texts.copies)}
${part(texts.whoTitle, texts.who)}
<p><a href="${escapeHtml(jsonUrl)}">${escapeHtml(texts.json)}</a> · <a href="${escapeHtml(homeUrl)}" target="_top">${escapeHtml(texts.home)}</a></p>
</main>
</html>
`
}

const style =
  'body{margin:0;font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}' +
  'main{max-width:42rem;margin:auto;padding:1.5rem 1rem 3rem}h1{font-size:1.5rem;line-height:1.25}' +
  'h2{font-size:1.1rem;margin:1.8rem 0 .3rem}p{margin:.4rem 0}ul{margin:.4rem 0;padding-left:1.2rem}li{margin:.3rem 0}'
