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
  noNumber: '请填写数字，例如 5 或 0.5，视频数量须为整数；也可以留空。',
  search: '名字或邮箱',
  find: '查找',
  nobody: '没有人的名字或邮箱含有这些字。',
  first: '第一页',
  next: '下一页',
  pages: '翻页',
}
