// From one epoch of the keeper's keys to the next, cut off in the midst; a person is erased, and backups forget.
import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { build, database, Installation, run } from './lib/installation.mjs';
import { applicants, logIn } from './lib/story.mjs';

let installation, person, uid, row;

const keeper = (...args) => installation.divit('keeper', ...args, '--state', installation.state);
const erase = (line) =>
  run(path.join(build, 'divit'), ['keeper', 'erase', '--state', installation.state], { input: `${line}\n` });
const numberOf = async (sql) => Number((await query(installation, sql))[0][0]);
const ofEpoch = (epoch) => numberOf(`SELECT COUNT(*) FROM person WHERE key_epoch = ${epoch}`);
const hex = (column) => (database === 'postgresql' ? `encode(${column}, 'hex')` : `lower(hex(${column}))`);
const bytes = (digits) => (database === 'postgresql' ? `'\\x${digits}'::bytea` : `X'${digits}'`);

before(async () => {
  installation = await Installation.start();
  [person] = applicants(installation.demo, 1);
}, { timeout: 200_000 });
after(async () => { await installation?.stop(); });

test('a rotation that is cut off goes on, beside the running service', { timeout: 120_000 }, async (t) => {
  const persons = await ofEpoch(1);
  const call = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=sendto', '-e', 'inject=sendto:signal=SIGKILL:when=130'];
  const killed = await run('strace', [...call, path.join(build, 'divit'), 'keeper', 'rotate', '--state', installation.state]);
  assert.notEqual(killed.status, 0);
  const [left, done] = [await ofEpoch(1), await ofEpoch(2)];
  t.diagnostic(`killed with ${done} of ${persons} keys wrapped anew`);
  assert.ok(left > 0 && done > 0 && left + done === persons, `${done} of ${persons}, ${left} left`);

  const tooEarly = await keeper('rotate', '--destroy');
  assert.equal(tooEarly.status, 2);
  assert.match(tooEarly.stderr, new RegExp(`${left} keys are still wrapped in epoch 1`));
  assert.match((await logIn(new Browser(installation.url), person)).path, /\/form$/);

  const { status, stdout, stderr } = await keeper('rotate');
  assert.equal(status, 0, stderr);
  assert.match(stdout, new RegExp(`${left} of ${left} persons' keys wrapped anew`));
  assert.equal(await ofEpoch(1), 0);
  assert.match((await keeper('status')).stdout, /epoch 1: since \S+, old;.*\nepoch 2: since \S+, in use\n/);
  await query(installation, `INSERT INTO staff_import (uid, register, account_id, file_name, is_whole, state, key_epoch, wrapped_key, size, created_s)
    SELECT 'a', 'saglik', MIN(id), 'a.csv', 0, 'applying', 1, ${bytes('00')}, 1, 1 FROM staff_account`);
  const inUse = await keeper('rotate', '--destroy');
  assert.equal(inUse.status, 2);
  assert.match(inUse.stderr, /1 files of staff registers are still wrapped in epoch 1/);
  await query(installation, "DELETE FROM staff_import WHERE uid = 'a'");
  assert.equal((await keeper('rotate', '--destroy')).status, 0);
  assert.match((await keeper('status')).stdout, /epoch 1: since \S+, destroyed \S+\nepoch 2: since \S+, in use\n/);
  assert.equal((await keeper('rotate', '--destroy')).status, 2);
});

test('what must be kept forbids an erasure', async () => {
  const [officer] = await query(installation,
    'SELECT p.uid FROM person p JOIN staff_account s ON s.person_id = p.id WHERE s.role = \'officer\' ORDER BY s.id LIMIT 1');
  const { status, stderr } = await erase(officer[0]);
  assert.equal(status, 2);
  assert.match(stderr, /nothing was erased: the person has an account of staff/);
  assert.equal((await erase('10000000001')).status, 1);
});

test('an erased person is nobody, though a copy of the row still opens', async () => {
  [[uid, ...row]] = await query(installation, `SELECT p.uid, ${hex('p.identity_tag')}, p.key_epoch, ${hex('p.wrapped_key')},
    ${hex('p.sealed_details')} FROM person p JOIN application a ON a.person_id = p.id WHERE a.state = 'draft'`);
  const { status, stdout, stderr } = await erase(person.identity_number);
  assert.equal(status, 0, stderr);
  assert.match(stdout, new RegExp(`person ${uid} is erased`));
  assert.doesNotMatch(stdout, new RegExp(person.identity_number));
  assert.equal(await numberOf(`SELECT COUNT(*) FROM person WHERE identity_tag = ${bytes(row[0])}`), 0);
  assert.deepEqual(await query(installation, 'SELECT detail FROM audit_record WHERE event = \'erase_person\''), []); // ''
  assert.equal(await numberOf('SELECT COUNT(*) FROM audit_record WHERE event = \'erase_person\''), 1);
  assert.match((await keeper('status')).stdout, /persons erased: 1\n/);
  assert.equal((await erase(uid)).status, 1);
  await restoreRow();
  assert.equal((await erase(uid)).status, 0); // it opened: backups remember, until the epoch is destroyed
});

/** As from a backup: the row as it was. */
function restoreRow() {
  return query(installation, `UPDATE person SET identity_tag = ${bytes(row[0])}, key_epoch = ${row[1]},
    wrapped_key = ${bytes(row[2])}, sealed_details = ${bytes(row[3])} WHERE uid = '${uid}'`);
}

test('with the epoch backups forget: neither row nor keeper.db of before opens', { timeout: 120_000 }, async () => {
  const before = path.join(installation.folder, 'before');
  await run('sqlite3', [path.join(installation.state, 'keeper/keeper.db'), `VACUUM INTO '${before}'`]);
  assert.equal((await keeper('rotate')).status, 0);
  assert.equal((await keeper('rotate', '--destroy')).status, 0);
  await query(installation, `INSERT INTO key_epoch (number) VALUES (${row[1]})`);
  await restoreRow();
  const { status, stderr } = await erase(uid);
  assert.equal(status, 1);
  assert.match(stderr, /sealed under epoch 2, which is no more/);

  await installation.stopPrograms();
  assert.equal((await keeper('status')).status, 0);
  for (const ending of ['', '-wal', '-shm']) rmSync(path.join(installation.state, `keeper/keeper.db${ending}`), { force: true });
  cpSync(before, path.join(installation.state, 'keeper/keeper.db'));
  const refused = await keeper('status');
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /there is no secret key wrap-2/);
});
