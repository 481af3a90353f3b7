import type { enFile } from './file-en.ts'

export const zhFile: typeof enFile = {
  downloadTitle: '下载',
  everyone: '能观看的人都可以下载这个视频',
  everyoneHelp: '下载到的是这里播放的 MP4，不含原文件里的地点和设备信息。',
  making: '正在准备下载用的文件…',
  impossible: '这个视频没能做成下载用的文件。取消勾选后再勾选，就会再试一次。',
  made: (size) => `可以下载：MP4，${size}。`,
  saved: '已保存。',
  download: '下载',
  downloadSize: (size) => `下载（${size}）`,
  original: (size) => `下载原文件（${size}）`,
  originalHelp: '你上传的原文件，只有你和本站管理员能下载。',

  originalPanel: {
    title: '原文件',
    keep: '保留我上传的原文件',
    help: (size) =>
      `它占用你 ${size} 的空间。没有它，就不能再挑选别的时刻做封面、下载原文件或重新处理，也不会制作更省流量的版本（AV1）。观众看到的内容不受影响。`,
    helpNext: '对这个视频之后上传的文件有效。',
    deleteSure: (size) => `等视频全部做好后就删除原文件（${size}）？删除后无法恢复。`,
    goes: {
      soon: '一两分钟内就会删除。',
      later: '等视频全部做好后再删除。',
      never: '暂时保留：这个文件没能全部做好。更换文件或删除视频时，它就会删除。',
    },
    deleted: '原文件已经删除，观众看到的内容不受影响。',
  },

  replaceTitle: '更换文件',
  replaceHelp: '链接、标题、字幕、你选的封面和全部统计都会保留。新文件可以观看之前，大家看到的还是现在的版本。',
  replace: '选择另一个文件',
  replaceSure: (file) => `用“${file}”替换这个视频的文件？`,
  cancelSure: '停止发送新文件？视频会保持现在的样子。',
  sent: '新文件已收到，可以观看后大家就会看到它。',
  interrupted: (file, sent, size) =>
    `“${file}”已到达 ${sent}，共 ${size}。选择同一个文件就会从停下的地方继续；已经到达的部分在最后一次传输后保留一周。`,
  isReplacing: '新文件正在处理，大家看到的仍是之前的版本。',
  isReplacingShown: '大家看到的是新文件的初版，更清晰的版本正在制作。',
  failed: '新文件无法使用。大家看到的还是之前的版本，一切照旧。',
  stopped: '新文件已按你的意思停止处理并删除，大家看到的是之前的版本。想再试，请重新选择新文件。',
}
