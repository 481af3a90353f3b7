const english = {
  player: (title: string) => `Video player: ${title}`,
  play: (title: string) => `Play: ${title}`,
  waiting: 'This video is still being made. It appears here by itself.',
  failed: 'This video could not be made. Its owner has been told why.',
  missing: 'There is no video here, or it is not for everybody.',
  unavailable: 'The video site is busy. This page tries again by itself.',
  noScript: 'Allow JavaScript here to play the video.',
  unwanted: (site: string) => `The owner of this video does not let it play on ${site}.`,
  hidden:
    'This page does not say which site it belongs to, and this video plays only on sites that its owner has named.',
  watchAt: (host: string) => `Watch it on ${host}`,
  guarding: 'Asking whether this video may play here…',
  privacy: 'What is stored when you watch',
}

export type EmbedTexts = typeof english

const chinese: EmbedTexts = {
  player: (title) => `视频播放器：${title}`,
  play: (title) => `播放：${title}`,
  waiting: '视频正在处理，好了会自动出现在这里。',
  failed: '这个视频没能处理成功，原因已告知作者。',
  missing: '这里没有视频，或者它没有公开。',
  unavailable: '视频网站正忙，页面稍后会自动重试。',
  noScript: '请允许运行 JavaScript 以播放视频。',
  unwanted: (site) => `作者不允许这个视频在 ${site} 上播放。`,
  hidden: '这个页面没有说明自己属于哪个网站，而这个视频只在作者指定的网站上播放。',
  watchAt: (host) => `去 ${host} 观看`,
  guarding: '正在确认这里能否播放……',
  privacy: '观看时会保存什么',
}

/** The texts for an Accept-Language header; English where neither language is asked for. */
export function embedTexts(language: string | undefined): { language: 'en' | 'zh-CN'; texts: EmbedTexts } {
  const isChinese = language?.trim().toLowerCase().startsWith('zh')
  return isChinese ? { language: 'zh-CN', texts: chinese } : { language: 'en', texts: english }
}
