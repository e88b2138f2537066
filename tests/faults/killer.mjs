// Kills one program after another as it enters its n-th write, sync or send from now on, and has it started again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '../flow/lib/installation.mjs';

const programs = ['worker', 'web', 'signer', 'keeper'];
const calls = 'write,pwrite64,fdatasync,fsync,sendto,sendmsg,ftruncate,rename,unlink'; // each is counted for itself
const numberMax = { worker: 60, web: 60, signer: 12, keeper: 30 };
const PATIENCE_MS = 3000; // for a program that has nothing to write

/** The i-th point: programs take turns, numbers rise, so that a short run sees a little of each. */
function* pointsFrom(start) {
  for (let i = start; ; i++) {
    const program = programs[i % programs.length], turn = Math.floor(i / programs.length);
    yield { program, number: 1 + (turn * 7) % numberMax[program] };
  }
}

export class Killer {
  #isStopping = false;
  killed = 0;

  /** `done`: file with a line for each point tried, `program call number killed`; null: begins anywhere. */
  constructor(installation, done) {
    Object.assign(this, { installation, done });
    const lines = done && existsSync(done) ? readFileSync(done, 'utf8').trim().split('\n').filter(Boolean) : [];
    this.before = lines.filter((line) => line.endsWith(' 1')).length;
    this.points = pointsFrom(done ? lines.length : Math.floor(Math.random() * 2000));
  }

  /** The call it died in; null when it did not get that far. */
  async #attach(pid, number) {
    const trace = path.join(this.installation.folder, 'killer.strace');
    rmSync(trace, { force: true }); // the last one's, should this strace be stopped before it has begun
    const tracer = spawn('strace', ['-f', '-qq', '-s', '1', '-o', trace, '-e', `trace=${calls}`, '-e',
      `inject=${calls}:signal=SIGKILL:when=${number}`, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(tracer, 'exit');
    let said = '';
    tracer.stderr.on('data', (data) => { said += data; });
    const end = Date.now() + PATIENCE_MS;
    const isOver = () => tracer.exitCode !== null || tracer.signalCode !== null; // it dies by its tracee's signal
    while (!isOver() && Date.now() < end && !this.#isStopping) await pause(20);
    if (!isOver()) tracer.kill('SIGTERM');
    await ended;
    if (/not permitted/.test(said)) throw new Error(`strace: ${said}`);
    const traced = existsSync(trace) ? readFileSync(trace, 'utf8') : '';
    if (!/killed by SIGKILL/.test(traced)) return null;
    return [...traced.matchAll(/^\d+ +(\w+)\(.*(?:= \?|<unfinished \.\.\.>)$/gm)].at(-1)?.[1] ?? 'unknown';
  }

  async #one({ program, number }) {
    const pid = this.installation.pidOf(program);
    const call = pid && await this.#attach(pid, number);
    if (this.done) appendFileSync(this.done, `${program} ${call ?? '-'} ${number} ${call ? 1 : 0}\n`);
    if (!call) return;
    this.killed++;
    await waitUntil(`${program} to run again`, () => {
      this.installation.startWaiting();
      const now = this.installation.pidOf(program);
      return now && now !== pid;
    }, 30_000, 20);
  }

  /** Until stop(); throws when a program does not come back. */
  async run() {
    for (const point of this.points) {
      if (this.#isStopping) return;
      await this.#one(point);
    }
  }

  stop() {
    this.#isStopping = true;
  }
}
