import type { enImports } from './imports-en.ts'

export const zhImports: typeof enImports = {
  title: '从网址导入',
  label: '视频文件的网址',
  help: '要公开的、直接指向文件的网址，而不是播放它的网页。',
  start: '导入',
  badAddress: '网址要以 https:// 或 http:// 开头。',
  from: (host) => `来自 ${host}`,
  between: '',
  waiting: '正在排队。',
  asking: '正在向对方网站要文件。',
  received: (bytes) => `已收到 ${bytes}。`,
  receivedOf: (bytes, total) => `已收到 ${bytes}，共 ${total}。`,
  speed: (bytes) => `每秒 ${bytes}。`,
  left: (time) => `大约还要 ${time}。`,
  noNeedToWait: '可以关掉这个页面，导入会继续。',
  tryAgain: '再试一次',
  cancel: '取消',
  cancelSure: '停止导入并删除这个视频？',
  remove: '删除',
}
