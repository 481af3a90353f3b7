import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Sites of other people, all on this machine: each page is found by host and path. */
export interface OtherSites {
  /** Puts HTML at an address such as `blog.example/post`; gives the URL that a browser of startBrowser() opens. */
  publish(address: string, html: string, headers?: Record<string, string>): string
  stop(): Promise<void>
}

export async function startOtherSites(): Promise<OtherSites> {
  const pages = new Map<string, { html: string; headers: Record<string, string> }>()
  const server = createServer((request, response) => {
    const host = request.headers.host?.split(':')[0]
    const page = pages.get(`${host}${request.url?.split('?')[0]}`)
    response.writeHead(page ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', ...page?.headers })
    response.end(page?.html ?? 'nothing here')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    publish(address, body, headers = {}) {
      const html = `<!doctype html><meta name="viewport" content="width=device-width"><title>A page</title>${body}`
      pages.set(address, { html, headers })
      const slash = address.indexOf('/')
      return `http://${address.slice(0, slash)}:${port}${address.slice(slash)}`
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
