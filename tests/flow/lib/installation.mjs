// A whole installation for a story: its own state folder, ports and database, started by `divit run`, ended by pid.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const build = path.resolve(process.env.DIVIT_BUILD ?? path.join(root, 'build'));
export const database = process.env.DIVIT_DATABASE ?? 'sqlite';

const READY_MS = 120_000;

export async function waitUntil(what, check, timeoutMs = 30_000, stepMs = 100) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await pause(stepMs);
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A file that says whose these ports are, as long as that process lives: stories run side by side. */
function reserve(first) {
  const file = path.join(os.tmpdir(), `divit-ports-${first}`);
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch {
    const owner = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (owner && !existsSync(`/proc/${owner}`)) rmSync(file, { force: true }); // free at the next attempt
    return false;
  }
  process.once('exit', () => rmSync(file, { force: true }));
  return true;
}

/** Four neighbours: portal, responder, simulator, its mail server. */
export async function findPorts() {
  for (let attempt = 0; attempt < 200; attempt++) {
    const first = 26_000 + 4 * Math.floor(Math.random() * 240);
    if (!reserve(first)) continue;
    const free = await Promise.all([0, 1, 2, 3].map((offset) => isFree(first + offset)));
    if (free.every(Boolean)) return { port: first, simPort: first + 2 };
  }
  throw new Error('no four free ports from 26000 to 26960');
}

/** Runs a program to its end: { status, stdout, stderr }. */
export async function run(file, args, { input, env, cwd } = {}) {
  const child = spawn(file, args, { env: { ...process.env, ...env }, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { stdout: [], stderr: [] };
  child.stdout.on('data', (data) => output.stdout.push(data));
  child.stderr.on('data', (data) => output.stderr.push(data));
  child.stdin.on('error', () => {}); // a program that ends before it has read all
  child.stdin.end(input ?? '');
  const [status, signal] = await once(child, 'close');
  return { status: status ?? signal, stdout: Buffer.concat(output.stdout).toString(),
    stderr: Buffer.concat(output.stderr).toString() };
}

/** An empty PostgreSQL database that ends with the returned stop(). */
async function startPostgresql() {
  const child = spawn(path.join(root, 'tests/postgresql.sh'), ['sh', '-c', 'echo "$DIVIT_TEST_POSTGRESQL"; exec cat <&3'],
    { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  let text = '';
  child.stdout.on('data', (data) => { text += data; });
  await waitUntil('PostgreSQL', () => text.includes('\n') || child.exitCode !== null, 60_000);
  if (child.exitCode !== null) throw new Error('PostgreSQL did not start');
  const stop = async () => {
    child.stdio[3].end();
    if (child.exitCode === null) await once(child, 'exit');
  };
  return { address: text.trim(), stop };
}

/** Its words; none of a process that has ended meanwhile. */
function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [''];
  }
}

export class Installation {
  #child = null;
  #postgresql = null;
  database = null; // address; null: SQLite
  log = '';

  static async start() {
    const installation = new Installation();
    try {
      await installation.#make();
      await installation.run();
    } catch (error) {
      await installation.stop();
      throw error;
    }
    return installation;
  }

  async #make() {
    this.folder = mkdtempSync(path.join(os.tmpdir(), 'divit-flow-'));
    this.state = path.join(this.folder, 'state');
    Object.assign(this, await findPorts());
    const options = ['init', '--state', this.state, '--port', String(this.port), '--sim-port', String(this.simPort)];
    if (database === 'postgresql') {
      this.#postgresql = await startPostgresql();
      this.database = this.#postgresql.address;
      options.push('--database', this.database);
    }
    const { status, stdout, stderr } = await this.divit(...options);
    if (status !== 0) throw new Error(`divit init: ${status}\n${stdout}${stderr}`);
  }

  divit(...args) {
    return run(path.join(build, 'divit'), args);
  }

  async run() {
    const started = Date.now();
    // should this story be killed, all of it ends
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', path.join(build, 'divit'), 'run', '--state', this.state,
      '--port', String(this.port), '--sim-port', String(this.simPort)], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const mark = this.log.length;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { this.log += data; });
    await waitUntil('ready', () => {
      if (child.exitCode !== null || child.signalCode) throw new Error(`divit run ended\n${this.log}`);
      return /^ready http:\/\/localhost:\d+/m.test(this.log.slice(mark));
    }, READY_MS).catch((error) => { throw new Error(`${error.message}\n${this.log}`); });
    this.readyMs = Date.now() - started;
    this.demo = JSON.parse(readFileSync(path.join(this.state, 'demo.json'), 'utf8'));
  }

  get url() { return `http://localhost:${this.port}`; }
  get responderUrl() { return this.demo.addresses.responder; }
  get simUrl() { return `http://localhost:${this.simPort}`; }

  /** The pid of one of the supervisor's children, by its command line. */
  pidOf(program) {
    if (!this.#child) return null;
    const children = readFileSync(`/proc/${this.#child.pid}/task/${this.#child.pid}/children`, 'utf8').trim().split(' ');
    for (const pid of children.filter(Boolean)) {
      const words = commandOf(pid);
      if (words[1] === program || path.basename(words[0]) === program) return Number(pid);
    }
    return null;
  }

  /** kill -9 one program; resolves when the supervisor has started it again. */
  async killProgram(program) {
    const before = this.pidOf(program);
    if (!before) throw new Error(`${program} does not run`);
    process.kill(before, 'SIGKILL');
    await waitUntil(`${program} to run again`, () => {
      const now = this.pidOf(program);
      return now && now !== before;
    });
  }

  /** Whatever died is started at once, however often it did. */
  startWaiting() {
    this.#child.kill('SIGHUP');
  }

  async stopPrograms() {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode) return;
    child.kill('SIGTERM');
    const ended = once(child, 'exit');
    const killer = globalThis.setTimeout(() => child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(killer);
  }

  /** What the programs logged as errors. */
  get errors() {
    return this.log.split('\n').filter((line) => line.includes('"level":"error"'));
  }

  /** A sanitizer's report fails the story, though the supervisor has started the process again. */
  async stop() {
    await this.stopPrograms();
    await this.#postgresql?.stop();
    if (this.folder && !process.env.DIVIT_KEEP_STATE) rmSync(this.folder, { recursive: true, force: true });
    const report = /(AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:)[\s\S]{0,4000}/.exec(this.log);
    if (report) throw new Error(report[0]);
  }
}
