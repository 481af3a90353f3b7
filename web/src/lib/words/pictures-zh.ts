import type { enPictures } from './pictures-en.ts'

export const zhPictures: typeof enPictures = {
  title: '封面',
  help: '观众点击播放之前看到的画面。',
  suggested: '选自视频',
  suggest: (time) => `用 ${time} 的画面`,
  moment: '时刻',
  momentAt: (time, length) => `${time}，共 ${length}`,
  use: (time) => `用 ${time} 的画面作封面`,
  noOriginal: '原文件已经删除，不能再挑选别的时刻；仍然可以上传图片。',
  notYet: '视频可以观看后不久，这里就会出现它的画面。',
  send: '上传图片',
  sendHelp: 'JPEG、PNG 或 WebP，最大 10 MB。图片里的地点、相机等信息会被去掉。',
  tooLarge: '图片超过 10 MB，请换一张小一些的。',
  automatic: '恢复自动封面',
  working: '正在制作新封面……',
  done: '新封面已经生效。',
  isAutomatic: '已恢复自动封面。',
}
