// What a page of the portal costs: the form of a person who is logged in (session, application, person and institution
// looked up), and the home page, beside a kept page of the same size from Divit's own server and from nginx. Pairs of runs one
// after the other; processor time of the serving process a request, by the kernel's scheduler; the median.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Browser } from '../flow/lib/browser.mjs';
import { Installation, build, database, findPorts, waitUntil } from '../flow/lib/installation.mjs';
import { applicants, logIn } from '../flow/lib/story.mjs';
import { cpuMs } from './cpu.mjs';

const PAIRS = 7;
const run = promisify(execFile);

/** Microseconds of a core a request; every answer must be one of the 2xx. */
async function cost({ pids, url, cookie }) {
  const before = pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  const { stdout } = await run('wrk', ['-t1', '-c16', '-d1', ...(cookie ? ['-H', `Cookie: ${cookie}`] : []), url]);
  const requests = Number(/(\d+) requests in/.exec(stdout)[1]);
  assert.ok(requests > 0 && !/Non-2xx/.test(stdout), `${url}\n${stdout}`);
  return (pids.reduce((sum, pid) => sum + cpuMs(pid), 0) - before) * 1000 / requests;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

async function startKept(size) {
  const { port } = await findPorts();
  const child = spawn(path.join(build, 'tests/bench/static-page-bench'), [String(port), String(size)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return { pids: [child.pid], url: `http://127.0.0.1:${port}/static/page`, stop: () => child.kill('SIGTERM') };
}

async function startNginx(size) {
  const { port } = await findPorts(), folder = mkdtempSync(path.join(os.tmpdir(), 'divit-nginx-'));
  mkdirSync(path.join(folder, 'www'));
  writeFileSync(path.join(folder, 'www/page'), 'x'.repeat(size), { mode: 0o644 });
  writeFileSync(path.join(folder, 'conf'), `worker_processes 1; daemon off; user root; pid ${folder}/pid; error_log stderr crit;
    events { worker_connections 256; } http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
    open_file_cache max=10; client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
    uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
    server { listen 127.0.0.1:${port}; root ${folder}/www; default_type text/html; } }`);
  const child = spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', path.join(folder, 'conf')], { stdio: ['ignore', 'inherit', 'inherit'] });
  const childrenOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const [worker] = await waitUntil('nginx', () => {
    const found = readdirSync('/proc').includes(String(child.pid)) ? childrenOf(child.pid) : [];
    return found.length > 0 && found;
  });
  return { pids: [Number(worker)], url: `http://127.0.0.1:${port}/page`, stop: async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
    rmSync(folder, { recursive: true });
  } };
}

const installation = await Installation.start();
const references = [];
try {
  const browser = new Browser(installation.url), [person] = applicants(installation.demo, 1);
  const form = await logIn(browser, person);
  assert.match(form.path, /\/form$/);
  const pids = ['web', 'keeper'].map((program) => installation.pidOf(program)), base = installation.url.replace('localhost', '127.0.0.1');
  const home = await browser.get('/');
  const pages = [{ name: 'form of an application', size: form.body.length, pids, url: base + form.path,
    cookie: browser.cookieHeader(new URL(form.url)) }, { name: 'home page', size: home.body.length, pids, url: `${base}/` }];
  for (const page of pages) {
    const kept = await startKept(page.size), nginx = await startNginx(page.size);
    references.push(kept, nginx);
    const costs = { page: [], kept: [], nginx: [] };
    for (let pair = 0; pair < PAIRS; pair++) {
      costs.page.push(await cost(page));
      costs.kept.push(await cost(kept));
      costs.nginx.push(await cost(nginx));
    }
    const [own, same, other] = [costs.page, costs.kept, costs.nginx].map(median);
    console.log(`${`${page.name}, ${database}`.padEnd(40)} ${own.toFixed(1).padStart(8)} µs of a core, ${page.size} bytes`);
    console.log(`  ${'a kept page of that size'.padEnd(38)} ${same.toFixed(1).padStart(8)} µs; speed of the page / of this: ${(same / own).toFixed(2)}`);
    console.log(`  ${'nginx, a file of that size'.padEnd(38)} ${other.toFixed(1).padStart(8)} µs; speed of the page / of this: ${(other / own).toFixed(2)}`);
  }
} finally {
  for (const reference of references) await reference.stop();
  await installation.stop();
}
