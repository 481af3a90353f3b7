import type { enAlerts } from './alerts-en.ts'
import { zhWebhook } from './webhook-zh.ts'

const count = new Intl.NumberFormat('zh-Hans')

export const zhAlerts: typeof enAlerts = {
  bell: (n) => (n === 0 ? '通知' : `通知：${count.format(n)} 条未读`),
  title: '通知',
  unread: '未读',
  isPlayingOn: [' 正在 ', ' 上播放'],
  isPlayingOnMore: ' 正在更多新网站上播放',
  moreHelp: '一天之内新网站太多，其余的不再逐个提醒；观看详情里全部都有。',
  page: '最早的页面',
  noPage: '没有告知页面。',
  views: '观看详情',
  markAll: '全部标为已读',
  settings: '提醒设置',
  empty: '还没有消息',
  emptyHelp: '你的视频一旦在新的网站上播放，这里马上就有消息。',

  settingsTitle: '提醒',
  settingsIntro: '你的视频第一次在某个网站上播放时，你会收到一次提醒。站内一直都有，其他方式由你选择。',
  mail: '邮件',
  mailDo: '有新网站时发邮件给我',
  mailHelp: (email) => `发到 ${email}，十分钟内最多一封，把期间的消息放在一起。`,
  cannotMail: '本站还没有配置邮件服务器，可请管理员设置（SMTP_URL）。',
  webhook: 'Webhook',
  webhookHelp: '每出现一个新网站，我们就向这个地址发送一个带签名的 POST 请求。留空则不发送。',
  webhookUrl: '地址',
  secret: '密钥',
  secretHelp:
    '用来证明请求来自本站：请求头 QQVideo-Signature 的内容是 t=秒数,v1=用此密钥对“秒数.正文”计算的 HMAC-SHA-256。',
  renewSecret: '换新密钥',
  renewSecretSure: '要换新密钥吗？在你的服务器知道它之前，会拒绝用它签名的请求。',
  test: '发送测试',
  testing: '正在发送…',
  testSaved: '请先保存地址再测试。',
  last: '最近一次请求',
  none: '还没有发送过。',
  lastWords: zhWebhook,
  results: { delivered: '已送达', retrying: '稍后重试', failed: '未送达' },
  feed: '订阅',
  feedUrl: '用于阅读器的地址（RSS）',
  feedHelp: '知道这个地址的人都能看到内容。换新地址后，旧地址立即失效。',
  renewFeed: '换新地址',
  renewFeedSure: '要换新地址吗？旧地址立即失效，阅读器需要改用新地址。',

  stopTitle: '不再收邮件',
  stopText: '要停止接收关于新网站的邮件吗？站内仍能看到全部消息。',
  stopDo: '停止邮件',
  stopped: '好了，不会再收到这类邮件。',
  stoppedHelp: (settings) => `可以在“${settings}”里重新打开。`,
}
