// `divit audit verify`: all is as it was signed, or it says what is not; a stranger's verifier, written after docs/trust.md
// alone, says the same. Rows that somebody edits are not what OCSP answers. The breaker and its release.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { Installation, run, waitUntil } from './lib/installation.mjs';
import { Officer, activate, applicants, askAuthorities, barcodeOf, cardCertificates, confirmForm, confirmPhone, logInOnline,
  produceCards, waitForStatus } from './lib/story.mjs';
import { World } from './lib/world.mjs';

const verifier = fileURLToPath(new URL('../../tools/verify_trust.py', import.meta.url));
let installation, world, certificate;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
}, { timeout: 200_000 });
after(() => installation?.stop());

const state = (name) => path.join(installation.state, name);
const audit = (...args) => installation.divit('audit', ...args, '--state', installation.state);
const stranger = (...args) => run(verifier, ['--key', state('signer/signer.pub'), ...args]);
const strangerOfAll = () => stranger('--journal', state('signer/signer.db'), '--anchor', state('anchor/signer.head'),
  '--database', installation.database ?? state('db/divit.db'));

async function verify() {
  const { status, stdout, stderr } = await audit('verify', '--json');
  assert.ok(stdout, stderr);
  const said = JSON.parse(stdout);
  return { code: status, said, findings: [...said.journal.findings, ...said.status.findings, ...said.tree.findings] };
}

/** Both find it, each in its words. */
async function isFound(ours, theirs) {
  const { code, said, findings } = await verify();
  assert.equal(code, 2);
  assert.equal(said.well, false);
  assert.ok(findings.some((text) => ours.test(text)), `${ours} is not in ${JSON.stringify(findings)}`);
  const found = await strangerOfAll();
  assert.equal(found.status, 2, found.stdout + found.stderr);
  assert.match(found.stdout, theirs);
}

test('a certificate is made and activated; OCSP says so within a second', async (t) => {
  const [person] = applicants(installation.demo, 1);
  const page = await confirmForm(new Browser(installation.url), person);
  const barcode = barcodeOf(await confirmPhone(world, page, person.mobile));
  const mail = await world.waitForMessage(person.email, new RegExp(barcode));
  const officer = new Officer(installation, world, installation.demo.officers.find((one) => mail.text.includes(one.display_name)));
  await officer.setUp();
  await officer.logIn();
  await officer.takeIn(barcode);
  await officer.approve([barcode]);
  const produced = await produceCards(installation);
  assert.equal(produced.status, 0, produced.output);
  [certificate] = await cardCertificates(installation);
  await waitForStatus(installation, certificate.path, 'suspended');
  const list = await logInOnline(world, new Browser(installation.url), person);
  const activated = activate(world, list, person, certificate.serial);
  await waitUntil('the signer to note it', () => installation.log.includes('"event":"status_set"'), 30_000, 10);
  const started = Date.now();
  await waitUntil('OCSP to say good', async () => /: good\b/.test((await askAuthorities(installation, certificate.path)).openssl), 10_000, 10);
  t.diagnostic(`OCSP says good ${Date.now() - started} ms after the signer's record, the asking itself included`);
  await activated;
});

test('two administrators let more revocations pass the breaker', async () => {
  const [first, second] = installation.demo.administrators;
  const file = path.join(installation.folder, 'izin.txt');
  const release = (...args) => installation.divit('ca', '--state', installation.state, 'release', ...args);
  const written = await release('--changes', '500', '--reason', 'Tatbikat', '--write', file);
  assert.equal(written.status, 0, written.stderr);
  for (const [person, name] of [[first, 'first.p7m'], [second, 'second.p7m'], [installation.demo.officers[0], 'officer.p7m']])
    writeFileSync(path.join(installation.folder, name), await world.sign(person, 'izin.txt', readFileSync(file)));
  const [one, two, officer] = ['first.p7m', 'second.p7m', 'officer.p7m'].map((name) => path.join(installation.folder, name));
  for (const [a, b, why] of [[one, one, /without the signatures of two administrators/], [one, officer, /signer is no administrator/]]) {
    const refused = await release(file, a, b);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, why);
  }
  const taken = await release(file, one, two);
  assert.equal(taken.status, 0, taken.stderr);
});

test('all is as it was signed, and a stranger finds the same', async () => {
  await world.advance(3700); // an hour: the audit tree's head is signed again
  const recorded = async () => Number((await query(installation, 'SELECT COUNT(*) FROM audit_record'))[0][0]);
  const all = await recorded();
  await waitUntil('a head over what was done', async () => {
    const [[size]] = await query(installation, 'SELECT COALESCE(MAX(size), 0) FROM audit_head');
    return Number(size) >= all;
  });
  const { code, said, findings } = await verify();
  assert.deepEqual([code, said.well, findings], [0, true, []]);
  assert.ok(said.journal.records > 5 && said.journal.heads > 0 && said.journal.anchored_record > 0);
  assert.equal(said.status.certificates, 1);
  assert.ok(said.tree.heads >= 1 && said.tree.newest_head_records >= all);
  assert.match((await audit('verify')).stdout, /^All is as it was signed\.$/m);
  const theirs = await strangerOfAll();
  assert.equal(theirs.status, 0, theirs.stdout + theirs.stderr);
});

test('one record of the trail is proved to a stranger; no address is in it', async () => {
  const [[id]] = await query(installation, 'SELECT record_id FROM audit_leaf WHERE position = 7');
  const { status, stdout, stderr } = await audit('prove', id);
  assert.equal(status, 0, stderr);
  const proof = JSON.parse(stdout);
  assert.ok(!Buffer.from(proof.entry, 'hex').includes('127.0.0.1'));
  const file = path.join(installation.folder, 'proof.json');
  writeFileSync(file, stdout);
  const right = await stranger('--proof', file);
  assert.equal(right.status, 0, right.stdout + right.stderr);
  writeFileSync(file, JSON.stringify({ ...proof, entry: `${proof.entry.slice(0, -1)}${proof.entry.endsWith('0') ? 1 : 0}` }));
  assert.match((await stranger('--proof', file)).stdout, /record \d+ is not under the signed head/);
});

test('an edited row is not what OCSP answers; log, audit verify and a stranger tell of it', async () => {
  const edit = (change) => query(installation, `UPDATE certificate_status SET ${change} WHERE serial = '${certificate.serial}'`);
  await edit(`status = 'revoked', reason = 1`);
  const { openssl } = await askAuthorities(installation, certificate.path);
  assert.match(openssl, /: good\b/);
  await waitUntil('the log', () => installation.log.includes('"event":"status_row_edited"'));
  await isFound(/the row of [0-9a-f]+ says revoked: the signer said etkin/, /the row of [0-9a-f]+ is not what was said/);
  await edit(`status = 'active', reason = 0`);
  assert.equal((await verify()).code, 0);
});

const databaseEdits = [
  ['a status statement', `UPDATE status_statement SET text = (SELECT text FROM status_statement WHERE number = 2) WHERE number = 1`,
    /statement 1 is none/, /statement 1 does not follow/],
  ['a record removed', 'DELETE FROM audit_record WHERE id = (SELECT record_id FROM audit_leaf WHERE position = 5)',
    /record \d+ was removed/, /the record of leaf 5 is not there/],
  ['a record changed', `UPDATE audit_record SET event = 'nothing' WHERE id = (SELECT record_id FROM audit_leaf WHERE position = 5)`,
    /leaf 5 does not hold its record/, /are not those of the signed head/],
  ['a signed head removed', 'DELETE FROM audit_head WHERE size = (SELECT MIN(size) FROM audit_head)',
    /the signed head over \d+ records was removed/, null],
];
const tables = ['status_statement', 'audit_record', 'audit_leaf', 'audit_node', 'audit_head'];

test('with all at rest: what is done to the database is found', async () => {
  await installation.stopPrograms();
  for (const table of tables) await query(installation, `CREATE TABLE kept_${table} AS SELECT * FROM ${table}`);
  for (const [what, sql, ours, theirs] of databaseEdits) {
    const table = /(?:UPDATE|FROM) (\w+)/.exec(sql)[1];
    await query(installation, sql);
    if (theirs) await isFound(ours, theirs);
    else assert.ok((await verify()).findings.some((text) => ours.test(text)), what);
    await query(installation, `DELETE FROM ${table}`);
    await query(installation, `INSERT INTO ${table} SELECT * FROM kept_${table}`);
  }
  assert.deepEqual((await verify()).findings, []);
});

const journalEdits = [
  ['a record changed', `UPDATE record SET body = X'00' WHERE number = 2`, /record 2 does not follow/],
  ['a record removed', 'DELETE FROM record WHERE number = 3', /record 3 does not follow/],
  ['two records in each other’s place', 'UPDATE record SET number = -1 WHERE number = 3; UPDATE record SET number = 3 WHERE number = 4; ' +
    'UPDATE record SET number = 4 WHERE number = -1', /record 3 does not follow/],
  ['a record put in', `INSERT INTO record SELECT (SELECT MAX(number) FROM record) + 1, at_s, kind, subject, body, hash FROM record WHERE number = 2`,
    /record \d+ does not follow/],
  ['the end cut off', 'DELETE FROM record WHERE number > (SELECT MAX(number) FROM record) - 2',
    /the journal ends at record \d+, and its anchor names record \d+|table (certificate|statement|tree)/],
  ['a certificate that no CRL would list', 'UPDATE certificate SET not_after_s = 1', /table certificate does not follow from the intent/],
  ['the newest statement taken out', 'DELETE FROM statement WHERE number = (SELECT MAX(number) FROM statement)',
    /table statement holds another text, or none, of what record \d+ names/],
  ['a certificate un-revoked in the table', 'UPDATE certificate SET status = 1, reason = 6', /table certificate has another status/],
];

test('with all at rest: what is done to the journal is found, and a signer does not go on with it', async () => {
  const journal = state('signer/signer.db');
  const restore = () => {
    copyFileSync(`${journal}.kept`, journal);
    for (const ending of ['-wal', '-shm']) rmSync(journal + ending, { force: true });
  };
  await run('sqlite3', [journal, 'PRAGMA wal_checkpoint(TRUNCATE)']);
  copyFileSync(journal, `${journal}.kept`);
  for (const [what, sql, ours] of journalEdits) {
    const done = await run('sqlite3', [journal, `DROP TRIGGER record_stays; DROP TRIGGER record_remains; ${sql}`]);
    assert.equal(done.status, 0, `${what}: ${done.stderr}`);
    const { code, findings } = await verify();
    assert.equal(code, 2, what);
    assert.ok(findings.some((text) => ours.test(text)), `${what}: ${JSON.stringify(findings)}`);
    restore();
  }
  const anchor = state('anchor/signer.head');
  copyFileSync(anchor, `${anchor}.kept`);
  rmSync(anchor);
  await isFound(/anchor .* is gone/, /the anchor is gone/);
  copyFileSync(`${anchor}.kept`, anchor);
  assert.deepEqual((await verify()).findings, []);
});

test('and all of it goes on', async () => {
  await installation.run();
  await waitForStatus(installation, certificate.path, 'good');
});
