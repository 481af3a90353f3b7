/**
 * What is stored of a play, in plain words, by the columns of the table `play`, and what is stored of the page around the
 * player, by those of `page_title`. A test compares them with the tables, so that no column is ever stored that is not
 * told of here.
 */
export const storedColumns: StoredColumns[] = [
  { columns: ['video_id'], en: 'Which video was opened.', zh: '打开的是哪个视频。' },
  {
    columns: ['play_id'],
    en: 'A random number for this one opening of the player. The next opening has another one.',
    zh: '本次打开播放器的随机编号，下次打开会换一个。',
  },
  {
    columns: ['hour', 'opened_at', 'last_word'],
    en: 'When the player was opened, and when it was last heard of.',
    zh: '播放器何时打开，以及最后一次收到消息的时间。',
  },
  {
    columns: ['site', 'top_site', 'page', 'judgement'],
    en: 'The site and the page that the player stood in, without what follows a “?” or “#”, and how sure that is.',
    zh: '播放器所在的网站和页面（不含“?”和“#”之后的部分），以及这一信息的可靠程度。',
  },
  {
    columns: ['referrer'],
    en: 'On our own pages only: the name of the site whose link led there.',
    zh: '仅限本站页面：把你带来的那个网站的名称。',
  },
  {
    columns: ['embed_key'],
    en: 'A word that the video’s owner may have put into the embed code, such as “newsletter”.',
    zh: '视频作者可能写在嵌入代码里的一个词，例如“newsletter”。',
  },
  {
    columns: ['viewer'],
    en: 'A number that tells viewers of one day apart, and nothing else; see below. None, if your browser asks for that.',
    zh: '一个只用来区分当天观众的数字，说明见下文；如果浏览器要求，则不保存。',
  },
  {
    columns: ['country', 'device', 'language'],
    en: 'The country that the address belongs to, whether it is a computer, phone, tablet or television, and the language your browser asks for first.',
    zh: '地址所属的国家或地区；设备是电脑、手机、平板还是电视；浏览器的首选语言。',
  },
  {
    columns: ['visible', 'started', 'autoplay', 'viewed', 'engaged', 'finished'],
    en: 'How far it went: seen, started by you or by the page, watched, finished.',
    zh: '进行到哪一步：出现在屏幕上、由你或页面开始播放、观看、看完。',
  },
  {
    columns: [
      'watched_ms',
      'hidden_ms',
      'covered_low',
      'covered_high',
      'repeats',
      'repeated_low',
      'repeated_high',
      'position_ms',
    ],
    en: 'How long was watched, and which of 100 parts of the video were seen or seen again.',
    zh: '看了多久，以及视频的 100 个部分中哪些被看过或重看过。',
  },
  {
    columns: ['delivered_low', 'delivered_high'],
    en: 'Which of these parts our server sent to the player.',
    zh: '我们的服务器向播放器发送了其中哪些部分。',
  },
  {
    columns: ['startup_ms', 'stalls', 'stall_ms', 'errors', 'quality', 'player_width', 'player_height'],
    en: 'How well it played: waiting times, errors, picture height, and the size of the player.',
    zh: '播放质量：等待时间、错误、画面高度和播放器大小。',
  },
  {
    columns: ['fullscreen_blocked', 'autoplay_blocked', 'sandboxed'],
    en: 'What the page around the player forbids it.',
    zh: '所在页面对播放器的限制。',
  },
  {
    columns: ['marks'],
    en: 'Whether it is counted, and if not, why: for example because a program opened it.',
    zh: '是否计入统计；若不计入，原因是什么，例如由程序打开。',
  },
  {
    columns: ['duration_ms', 'definition_version'],
    en: 'The length of the video, and which version of our definitions was used.',
    zh: '视频长度，以及所用统计定义的版本。',
  },
  {
    table: 'page_title',
    columns: ['video_id', 'site', 'page', 'title', 'told_at'],
    en: 'Where a page uses our script: its title, once for the page and not for each play, and when it was told last.',
    zh: '页面使用我们的脚本时：页面标题（按页面保存一次，不按播放保存），以及最近一次得知的时间。',
  },
]

interface StoredColumns {
  /** Of PostgreSQL; without it, the table of plays. */
  table?: 'page_title'
  columns: string[]
  en: string
  zh: string
}
