// Rows of status edited again and again: no suspended certificate is good that the signer does not say so, made-up ones never.
// DIVIT_ATTACKS: how many edits (300).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Browser } from '../flow/lib/browser.mjs';
import { query, queryJournal } from '../flow/lib/database.mjs';
import { Installation, database, run, waitUntil } from '../flow/lib/installation.mjs';
import { activate, cardCertificates, logInOnline, produceCards } from '../flow/lib/story.mjs';
import { houseWith } from './people.mjs';
import { attack, limit } from './report.mjs';

const wanted = Number(process.env.DIVIT_ATTACKS ?? 300);
const RESTORED_EVERY = 20; // edits upon edits, then all as it was
const HELD_MS = 5000; // many times what a responder takes to follow
const made = 'abcdef0123456789';
let installation, house, shell, serials, requests;

/** One connection of whoever writes the database. */
class Shell {
  #child;
  #said = '';

  constructor({ database: address, state }) {
    this.#child = address ? spawn('psql', ['-X', '-q', '-A', '-t', '-d', address], { stdio: ['pipe', 'pipe', 'pipe'] })
      : spawn('sqlite3', ['-cmd', '.timeout 10000', path.join(state, 'db/divit.db')], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdout.on('data', (data) => { this.#said += data; });
    this.#child.stderr.on('data', (data) => { this.errors = `${this.errors ?? ''}${data}`; });
  }

  async run(sql) {
    this.#said = '';
    this.#child.stdin.write(`${sql};\nSELECT 'ready';\n`);
    await waitUntil(sql, () => this.#said.includes('ready'), 20_000, 1);
  }

  end() {
    this.#child.stdin.end();
  }
}

before(async () => {
  installation = await Installation.start();
  house = await houseWith(installation, { approved: 2 });
  const produced = await produceCards(installation);
  assert.equal(produced.serials.length, 2, produced.output);
  const certificates = await cardCertificates(installation);
  serials = certificates.map(({ serial }) => serial);
  const issuer = path.join(installation.folder, 'issuer.der'), file = path.join(installation.folder, 'ocsp.der');
  writeFileSync(issuer, (await new Browser(installation.responderUrl).get('/ca/issuing.cer')).body);
  requests = new Map();
  for (const serial of [...serials, made]) {
    const { status, stderr } = await run('openssl', ['ocsp', '-issuer', issuer, '-serial', `0x${serial}`, '-no_nonce', '-reqout', file]);
    assert.equal(status, 0, stderr);
    requests.set(serial, readFileSync(file));
  }
  shell = new Shell(installation);
  for (const table of ['certificate_status', 'status_statement'])
    await query(installation, `CREATE TABLE kept_${table} AS SELECT * FROM ${table}`);
  if (installation.database)
    await query(installation, "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'");
  await waitUntil('the suspended certificates to be known', async () => (await ask(serials[0])) === 'revoked');
}, { timeout: 300_000 });
after(() => {
  shell?.end();
  return installation?.stop();
});

const agent = new http.Agent({ keepAlive: true });
function post(body) {
  return new Promise((resolve, reject) => {
    const request = http.request(`http://127.0.0.1:${installation.port + 1}/ocsp`, { method: 'POST', agent,
      headers: { 'Content-Type': 'application/ocsp-request', 'Content-Length': body.length } }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve(Buffer.concat(parts)));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** 'good', 'revoked' (suspended too), 'unknown', or 'none': an answer without a status. */
async function ask(serial) {
  const answer = await post(requests.get(serial));
  const number = Buffer.from(serial.padStart(serial.length + serial.length % 2, '0'), 'hex');
  const at = answer.indexOf(number);
  if (at < 0) return 'none';
  return { 0x80: 'good', 0xa1: 'revoked', 0x82: 'unknown' }[answer[at + number.length]] ?? 'none';
}

const some = (list) => list[Math.floor(Math.random() * list.length)];
const bytes = (buffer) => (installation.database ? `'\\x${buffer.toString('hex')}'::bytea` : `x'${buffer.toString('hex')}'`);
const newest = '(SELECT COALESCE(max(number), 1) FROM status_statement)';

const edits = [
  () => `UPDATE certificate_status SET status = 'active', reason = 0 WHERE serial = '${some(serials)}'`,
  () => `UPDATE certificate_status SET status = 'active', reason = 0, change_number = change_number + ${1 + Math.floor(Math.random() * 9)}`,
  () => `UPDATE certificate_status SET status = 'active', since_s = since_s + 60, change_number = ${newest} WHERE serial = '${some(serials)}'`,
  () => `DELETE FROM certificate_status WHERE serial = '${some(serials)}'`,
  () => `INSERT INTO certificate_status (serial, issuer, status, reason, since_s, change_number)
    SELECT '${made}', issuer, 'active', 0, since_s, change_number FROM kept_certificate_status
    WHERE NOT EXISTS (SELECT 1 FROM certificate_status WHERE serial = '${made}') LIMIT 1`,
  () => `UPDATE status_statement SET text = ${bytes(randomBytes(200))} WHERE number = ${newest}`,
  () => `UPDATE status_statement SET signature = ${bytes(randomBytes(70))} WHERE number = ${newest}`,
  () => `UPDATE status_statement SET text = (SELECT text FROM kept_status_statement WHERE number = 1) WHERE number = ${newest}`,
  () => `INSERT INTO status_statement (number, text, signature) SELECT ${newest} + 1, text, signature FROM kept_status_statement
    WHERE number = 1`,
  () => `INSERT INTO status_statement (number, text, signature) SELECT ${newest} + 1, ${bytes(Buffer.from(
    `divit status 1\nNumara: 99\nDurum: ${serials[0]} etkin 0 2026-01-01T00:00:00Z\n`))}, signature FROM kept_status_statement WHERE number = 1`,
  () => `DELETE FROM status_statement WHERE number = ${newest}`,
];

async function restore() {
  const tables = ['certificate_status', 'status_statement'];
  await shell.run(['BEGIN', ...tables.flatMap((table) => [`DELETE FROM ${table} WHERE 1 = 1`,
    `INSERT INTO ${table} SELECT * FROM kept_${table}`]), 'COMMIT'].join(';\n'));
}

/** The worker, which asks the signer for a statement that lacks, cannot put it back meanwhile. No rule of PostgreSQL's: what was
 * prepared under one does nothing for good, without the rule too. */
const hold = () => (installation.database ? 'CREATE TRIGGER held BEFORE INSERT ON status_statement FOR EACH ROW EXECUTE FUNCTION swallow()'
  : 'CREATE TRIGGER held BEFORE INSERT ON status_statement BEGIN SELECT RAISE(IGNORE); END');
const letGo = () => (installation.database ? 'DROP TRIGGER held ON status_statement' : 'DROP TRIGGER held');

async function rowsOfStatus() {
  const hex = (column) => (installation.database ? `encode(${column}, 'hex')` : `hex(${column})`);
  return JSON.stringify([await query(installation, 'SELECT serial, status, reason, since_s, change_number FROM certificate_status ORDER BY 1'),
    await query(installation, `SELECT number, ${hex('text')}, ${hex('signature')} FROM status_statement ORDER BY 1`)]);
}

test(`edited rows of status on ${database}: none believed`, { timeout: 500_000 }, async () => {
  let believed = 0;
  let round = [];
  for (let i = 0; i < wanted; i++) {
    if (round.length === 0) round = [...edits].sort(() => Math.random() - 0.5); // each kind, in another order each time
    await shell.run(round.pop()());
    for (const serial of [some(serials), made]) if (await ask(serial) === 'good') believed++;
    if (i % RESTORED_EVERY === RESTORED_EVERY - 1) await restore();
  }
  attack('status', `edited rows (${database})`, wanted, believed);
  await restore();
  await shell.run(`BEGIN;\n${edits.at(-1)()};\n${hold()};\nCOMMIT`); // lasts until the responder has looked
  await waitUntil('the responder to tell of it', () => installation.log.includes('status_not_followed'));
  await shell.run(letGo());
  // the worker writes, too: an edit may come too late
  assert.doesNotMatch(shell.errors ?? '', /syntax|no such|does not exist|no column/i);
  for (const event of ['status_row_edited', 'status_row_made_up'])
    assert.ok(installation.log.includes(event), `${event} was not logged`);
});

test(`each kind of edit on ${database} is found by divit audit verify`, { timeout: 300_000 }, async () => {
  let found = 0;
  await restore();
  const before = await rowsOfStatus();
  assert.equal((await installation.divit('audit', 'verify', '--state', installation.state)).status, 0, 'found where nothing is');
  for (const edit of edits) {
    let verdict = null;
    for (let tries = 0; tries < 30 && verdict === null; tries++) { // some change nothing: a row is edited to what it was
      await shell.run(`BEGIN;\n${edit()};\n${hold()};\nCOMMIT`);
      if (await rowsOfStatus() !== before) {
        const { status, stdout } = await installation.divit('audit', 'verify', '--state', installation.state);
        if (status === 2) verdict = 'found';
        else if (await rowsOfStatus() !== before) verdict = `not found: ${edit()}\n${stdout}`;
      }
      await shell.run(letGo());
    }
    if (verdict !== 'found') console.log(verdict ?? `never seen: ${edit()}`);
    found += verdict === 'found';
    await restore();
  }
  const hidden = edits.length - found;
  attack('status', `kinds of edits that divit audit verify does not find (${database})`, edits.length, hidden);
});

test('the last second: who writes the database can hold the newest word back', { timeout: 200_000 }, async () => {
  await restore();
  const [{ person }] = house.approved;
  const list = await logInOnline(house.world, house.browser(), person);
  const [, serial] = /askidan-indir\/([0-9a-f]+)/i.exec(list.html);
  await shell.run(hold());
  await activate(house.world, list, person, serial);
  const known = async () => (await queryJournal(installation, `SELECT status FROM certificate WHERE serial = '${serial}'`))[0][0];
  await waitUntil('the signer to say that it is active', async () => await known() === '2');
  const answers = new Set();
  for (const until = Date.now() + HELD_MS; Date.now() < until;) answers.add(await ask(serial));
  limit('status', `a statement held back: a running responder keeps to the word before (${database})`,
    [...answers].join() === 'revoked');
  await shell.run(letGo());
  await waitUntil('the responder to follow', async () => await ask(serial) === 'good', 100_000); // the job's wait has grown
});
