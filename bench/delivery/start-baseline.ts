import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../infra/free-port.ts'
import { startProcess } from '../../infra/supervisor/start-process.ts'
import { until } from '../../tests/support/until.ts'

export interface Baseline {
  /** As it is told beside the figures. */
  name: string
  port: number
  stop(): Promise<unknown>
}

/** Serves the files of a folder: nginx where there is one, on the path or named by NGINX_PATH, else the least of a node server. */
export async function startBaseline(folder: string): Promise<Baseline> {
  const nginx = process.env.NGINX_PATH ?? 'nginx'
  const version = await versionOf(nginx)
  return version === null ? startBareServer(folder) : startNginx(nginx, version, folder)
}

async function startBareServer(folder: string): Promise<Baseline> {
  const bare = await startProcess({
    name: 'bare server',
    program: fileURLToPath(new URL('./bare-server.ts', import.meta.url)),
    environment: { PATH: process.env.PATH ?? '', FOLDER: folder },
  })
  return { name: 'bare node:http (no nginx here)', port: bare.port!, stop: () => bare.stop() }
}

async function startNginx(nginx: string, version: string, folder: string): Promise<Baseline> {
  const [port, own] = [await freePort(), join(folder, 'nginx')]
  await mkdir(own, { recursive: true })
  await writeFile(join(own, 'nginx.conf'), configuration(folder, own, port))
  const child = spawn(nginx, ['-c', join(own, 'nginx.conf'), '-p', own, '-e', join(own, 'error.log')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  await until(
    () => isListening(port),
    (listens) => listens || child.exitCode !== null,
  )
  if (child.exitCode !== null) throw new Error('nginx did not start.')
  return {
    name: version,
    port,
    stop() {
      child.kill('SIGTERM')
      return exited
    },
  }
}

/** One process, as ours is one; files go from the disk's cache to the socket by the kernel. */
function configuration(folder: string, own: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
    daemon off;
    user root;
    worker_processes 1;
    pid ${own}/nginx.pid;
    events { worker_connections 256; }
    http {
      access_log off;
      sendfile on;
      tcp_nopush on;
      keepalive_requests 1000000;
      default_type video/mp4;
      ${temporary.map((name) => `${name}_temp_path ${own}/${name};`).join('\n      ')}
      server { listen 127.0.0.1:${port}; root ${folder}; }
    }
  `
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = get({ port, host: '127.0.0.1' }, (response) => {
      response.resume()
      resolve(true)
    })
    asking.once('error', () => resolve(false))
  })
}

/** `nginx/1.22.1`, or null where it can't be started. */
function versionOf(nginx: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(nginx, ['-v'], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk) => {
      said += chunk
    })
    child.once('error', () => resolve(null))
    child.once('close', (code) => resolve(code === 0 ? (/nginx\/[\d.]+/.exec(said)?.[0] ?? 'nginx') : null))
  })
}
