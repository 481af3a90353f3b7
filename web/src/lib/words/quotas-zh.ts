import type { enQuotas } from './quotas-en.ts'

export const zhQuotas: typeof enQuotas = {
  title: '每个人的空间',
  intro: '每个人上传后保留了多少，占用最多的排在前面。单独设置的上限优先于全站的设置。',
  usedOfAll: (used) => `已用 ${used}，没有上限`,
  videos: (_count, text) => `${text} 个视频`,
  own: '单独设置',
  change: '修改',
  changeOf: (name) => `修改 ${name} 的上限`,
  gigabytes: '空间（GB）',
  mostVideos: '视频数量',
  empty: '留空：和所有人一样。',
}
