// What an intruder could do inside each process, tried inside each process: a library loaded into it makes the attempts
// (tests/unit/ipc/confine_probe.c). Design: web has no key, keys have no network, the signer hears the worker alone.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, database, Installation, waitUntil } from './lib/installation.mjs';

const EPERM = 1;
const SYSTEM_CALLS = ['execve', 'fork', 'ptrace', 'kill', 'setns', 'mount', 'chroot', 'io_uring', 'chown', 'capabilities',
  'socket netlink', 'socket packet'];

/** The files each may read, may write, and the folders it may make files in; all else is not there for it. */
const files = {
  web: { read: ['db/divit.db', 'web/session.key'], write: ['db/divit.db', 'web/session.key'], make: ['db', 'web'] },
  worker: { read: ['db/divit.db'], write: ['db/divit.db', 'run/lock'], make: ['db', 'run'] },
  signer: { read: ['signer/signer.db', 'anchor/signer.head'], write: ['signer/signer.db', 'anchor/signer.head', 'run/lock'],
    make: ['signer', 'run'] },
  keeper: { read: ['keeper/keeper.db'], write: ['keeper/keeper.db', 'run/lock'], make: ['keeper', 'run'] },
  responder: { read: ['db/divit.db'], write: ['run/lock'], make: ['run'] },
};
const EVERYBODY_READS = ['divit.conf', 'run/lock', '/usr/bin/env'];

/** number → roles that may send it, as src/ipc/messages.h has them. */
const senders = new Map([...readFileSync(new URL('../../src/ipc/messages.h', import.meta.url), 'utf8')
  .matchAll(/X\(\w+, (0x[0-9a-f]{4}), IPC_\w+, ([^)]+)\)/g)]
  .map(([, number, roles]) => [number, roles.split('|').map((role) => role.trim().replace('IPC_', '').toLowerCase())]));

const reason = database === 'sqlite' ? '' : 'the processes are the same on both databases: runs once, with SQLite';
const check = reason ? () => {} : test;
if (reason) test('confinement', { skip: reason });

let folder, installation;

before(async () => {
  if (reason) return;
  folder = mkdtempSync(path.join(os.tmpdir(), 'divit-probe-'));
  process.env.DIVIT_PROBE = folder;
  process.env.LD_PRELOAD = path.join(build, 'tests/unit/ipc/confine-probe.so');
  process.env.ASAN_OPTIONS = `${process.env.ASAN_OPTIONS ?? 'detect_leaks=0'}:verify_asan_link_order=0`;
  installation = await Installation.start();
  const anchor = path.join(installation.state, 'anchor/signer.head');
  await waitUntil('the signer\'s anchor', () => existsSync(anchor));
});

after(async () => {
  await installation?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** attempt → errno, 0 where it worked. */
async function attemptsIn(program) {
  const pid = installation.pidOf(program);
  const file = path.join(folder, String(pid));
  process.kill(pid, 'SIGUSR1');
  const text = await waitUntil(`the attempts in ${program}`, () => {
    const found = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return found.includes('\nend 0\n') && found;
  }, 60_000);
  return new Map(text.trim().split('\n').map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

const isAllowed = (program, attempt) => {
  const [kind, name] = attempt.split(' ');
  if (kind === 'make') return files[program].make.includes(path.dirname(name));
  return files[program][kind].includes(name) || (kind === 'read' && EVERYBODY_READS.includes(name));
};

for (const program of Object.keys(files)) {
  check(`${program}: what it has no business with is refused, what it needs is not`, async (t) => {
    const attempts = await attemptsIn(program);
    for (const call of SYSTEM_CALLS) assert.ok(attempts.get(call) > 0, `${program} could do ${call}`);
    assert.equal(attempts.get('socket unix'), 0);
    for (const family of ['socket inet', 'socket inet6'])
      assert.equal(attempts.get(family) === EPERM, program !== 'worker', `${program}: ${family} gives ${attempts.get(family)}`);
    for (const [attempt, number] of attempts) {
      if (!attempt.startsWith('message ')) continue;
      const may = senders.get(attempt.split(' ')[2]).includes(program);
      assert.equal(number === 0, may, `${program}: ${attempt} gives ${number}`);
    }
    if (attempts.get('landlock') < 3) {
      t.diagnostic('this kernel has no Landlock of version 3: files are not looked at');
      return;
    }
    for (const [attempt, number] of attempts)
      if (/^(read|write|make) /.test(attempt))
        assert.equal(number === 0, isAllowed(program, attempt), `${program}: ${attempt} gives ${number}`);
  });
}

check('all of them go on serving', async () => {
  for (const url of [installation.url, `${installation.responderUrl}/crl/issuing.crl`]) assert.equal((await fetch(url)).status, 200, url);
  assert.deepEqual(installation.errors, []);
});
