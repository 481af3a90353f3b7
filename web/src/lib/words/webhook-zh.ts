/** What the API says of a webhook's last try; where a sentence is not known here, it stays as it is. */
export function zhWebhook(sentence: string): string {
  for (const [pattern, words] of sentences) if (pattern.test(sentence)) return sentence.replace(pattern, words)
  return sentence
}

const sentences: [RegExp, string][] = [
  // Behind it comes what that server wrote itself.
  [/^Your server answered (\d+)\./, '你的服务器回应了 $1。'],
  [/^Your server did not answer within (\d+) seconds\.$/, '你的服务器在 $1 秒内没有回应。'],
  [/^The name of your server has no address\.$/, '查不到你的服务器的地址。'],
  [/^Nothing listens at the address of your server\.$/, '这个地址上没有服务器在接收。'],
  [
    /^The address is inside a private network, where this site sends nothing\.$/,
    '这个地址在内部网络里，本站不会向那里发送。',
  ],
  [/^The connection failed: (.*)\.$/, '连接失败：$1。'],
  [/^There is no webhook address any more\.$/, '已经没有 Webhook 地址了。'],
]
