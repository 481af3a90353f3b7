const english = {
  title: 'About this play',
  playId: 'Play id',
  copy: 'Copy',
  copied: 'Copied',
  help: 'By the id, the owner sees in Views Details whether this play counts, and why.',
  reached: 'Counted so far',
  steps: ['loaded', 'seen', 'started', 'view', 'engaged', 'finished'],
  heard: 'The server knows of it.',
  unheard: 'The server knows nothing of it yet.',
  picture: 'Picture',
  ahead: 'Loaded ahead',
}

const chinese: typeof english = {
  title: '本次播放',
  playId: '播放编号',
  copy: '复制',
  copied: '已复制',
  help: '视频的主人凭编号可在“观看详情”里查到这次播放是否计入，以及原因。',
  reached: '目前计到',
  steps: ['加载', '露出', '播放', '观看', '投入', '看完'],
  heard: '服务器已收到。',
  unheard: '服务器还没有收到。',
  picture: '画面',
  ahead: '已缓冲',
}

export const infoTexts = { en: english, zh: chinese }
