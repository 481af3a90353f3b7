import type { enUploads } from './uploads-en.ts'

export const zhUploads: typeof enUploads = {
  title: '上传',
  drop: '把视频拖到这里',
  dropOr: '或者从设备里选。什么格式都行，可以一次选多个。',
  choose: '选择视频',
  visibility: '谁可以看新添加的视频',
  visibilityHelp: (effect) => `${effect}对之后添加的视频有效。`,
  pause: '暂停',
  resume: '继续',
  tryAgain: '再试一次',
  remove: '取消',
  putAway: '移除',
  cancelSure: '停止发送并删除这个视频？',
  watch: '观看',
  linkReady: '链接现在就能用，先打开的人会等到视频出现。',
  notVideo: (name) => `“${name}”看起来不像视频。照样会发送，读不了的话会告诉你。`,
  empty: (names) =>
    `${names.map((name) => `“${name}”`).join('、')}里没有可以发送的内容。请选择视频文件；如果是文件夹，请选择里面的文件。`,

  queued: '排队中。',
  starting: '正在准备发送。',
  offline: '正在等网络恢复，恢复后会自动继续。',
  waiting: '网站没有回应，正在自动重试；已经到达的部分都在。',
  taken: '这个文件此刻正在别处发送，会自动重试；已经到达的部分都在。',
  paused: '已暂停。已经到达的部分都在，还在路上的会重新发送。',
  refused: '已停下，已经到达的部分都在。',
  failed: '没有成功，这个文件没有保留。',
  sentOf: (sent, size) => `${sent}，共 ${size}`,
  arrivedOf: (arrived, size) => `已到达 ${arrived}，共 ${size}`,
  sentOfAt: (sent, size, speed) => `${sent}，共 ${size}，每秒 ${speed}`,

  leaveSending:
    '这样会重新载入页面，正在发送的会停下。已经到达的部分都在：在上传页重新选择同样的文件，就会继续。要离开吗？',
  replaces: '用来替换文件的视频：',
  sendingNow: (files) => `正在发送 ${files} 个文件`,
  notSent: (files) => `还有 ${files} 个文件没传完`,

  allTitle: (files) => `还有 ${files} 个视频要传`,
  pauseAll: '全部暂停',
  resumeAll: '全部继续',

  unfinished: '还没传完',
  unfinishedHelp: '重新选择同一个文件，就会从停下的地方继续。已经到达的部分在最后一次传输后保留一周。',
  unfinishedSent: (share, size) => `共 ${size}，已传 ${share}`,
  unfinishedElsewhere: '这个浏览器的另一个标签页正在发送它。',
  unfinishedReplaces: '用来更换视频的文件，请到那里继续',
  forget: '删除',
  forgetSure: (file) => `删除“${file}”已经传上来的部分？`,

  used: (used, most) => `已用 ${used}，共 ${most}`,
  usedVideos: (videos, most) => `${videos} 个视频，最多 ${most} 个`,
  usedLabel: '你的空间',
  nearlyFull: '删掉不再需要的视频，就能腾出空间。',
}
