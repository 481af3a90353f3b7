const english = {
  language: 'en' as 'en' | 'zh',
  controls: 'Player controls',
  play: 'Play',
  pause: 'Pause',
  replay: 'Play again',
  seek: 'Position',
  positionOf: (position: string, duration: string) => `${position} of ${duration}`,
  positionSoFar: (position: string, duration: string) => `${position} of ${duration} so far; more is being made`,
  growing: 'More of this video is being made while you watch.',
  mute: 'Mute',
  unmute: 'Unmute',
  volume: 'Volume',
  quality: 'Quality',
  automatic: 'Auto',
  speed: 'Speed',
  pictureInPicture: 'Picture in picture',
  fullscreen: 'Full screen',
  leaveFullscreen: 'Leave full screen',
  tryAgain: 'Try again',
  network: 'The connection is interrupted. Trying again by itself…',
  expired: 'This player has been open for very long. Load it again to go on.',
  media: 'Your browser could not play this video. Try again, or use another browser.',
}

export type Texts = typeof english

const chinese: Texts = {
  language: 'zh',
  controls: '播放控制',
  play: '播放',
  pause: '暂停',
  replay: '重新播放',
  seek: '播放位置',
  positionOf: (position, duration) => `${position}，共 ${duration}`,
  positionSoFar: (position, duration) => `${position}，目前共 ${duration}，后面的部分正在生成`,
  growing: '后面的部分还在生成，可以先看前面的。',
  mute: '静音',
  unmute: '取消静音',
  volume: '音量',
  quality: '清晰度',
  automatic: '自动',
  speed: '倍速',
  pictureInPicture: '画中画',
  fullscreen: '全屏',
  leaveFullscreen: '退出全屏',
  tryAgain: '重试',
  network: '网络中断，正在自动重试……',
  expired: '播放器打开太久了，请重新加载后继续。',
  media: '浏览器无法播放这个视频。请重试，或换一个浏览器。',
}

export function chooseTexts(language: string): Texts {
  return language.toLowerCase().startsWith('zh') ? chinese : english
}
