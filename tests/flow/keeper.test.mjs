// The keeper against a web process that has fallen, and against a thief of the database (spec 10, Claims: personal data).
// An intruder's code runs inside the real web (tests/unit/keeper/web_intruder.c) and asks for all that web may ask for.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { query } from './lib/database.mjs';
import { build, database, Installation, run, waitUntil } from './lib/installation.mjs';
import { applicants, barcodeOf, confirmForm, confirmPhone } from './lib/story.mjs';
import { Browser } from './lib/browser.mjs';
import { World } from './lib/world.mjs';

const limits = { public_persons: 30, officer_persons: 10, officers_persons: 25, searches: 500, secrets: 5, wrong_codes: 40 };
let folder, installation, world;

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'divit-intruder-'));
  installation = await Installation.start();
  world = new World(installation);
}, { timeout: 200_000 });

after(async () => {
  await installation?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What an installation writes, but for the demonstration's outside world: its people's cards, its list of them. */
function filesOf(state) {
  const outside = ['demo.json', 'people', 'cards', 'sim', 'run'];
  return readdirSync(state, { withFileTypes: true }).filter((entry) => !outside.includes(entry.name))
    .flatMap((entry) => entry.isFile() ? [path.join(state, entry.name)] : filesOf(path.join(state, entry.name)));
}

test('a thief of all that is written finds nobody in it, staff neither', async (t) => {
  const [person] = applicants(installation.demo, 1);
  const page = await confirmForm(new Browser(installation.url), person);
  barcodeOf(await confirmPhone(world, page, person.mobile));
  const files = filesOf(installation.state).map((file) => readFileSync(file));
  if (database === 'postgresql') {
    const tables = await query(installation, 'SELECT tablename FROM pg_tables WHERE schemaname = \'public\'');
    for (const [table] of tables) files.push(Buffer.from(JSON.stringify(await query(installation, `SELECT * FROM ${table}`))));
  }
  const { people, officers, operators, administrators } = installation.demo;
  assert.ok(people.length > 150 && officers.length > 3 && operators.length + administrators.length > 2);
  const planted = [...people, ...officers, ...operators, ...administrators]
    .flatMap((one) => [one.identity_number, one.mobile, one.email].filter(Boolean));
  // PostgreSQL prints octets as hexadecimal digits
  const found = planted.filter((value) => files.some((file) => file.includes(value) || file.includes(Buffer.from(value).toString('hex'))));
  t.diagnostic(`of ${planted.length} planted values ${found.length} were found in the files`);
  assert.deepEqual(found, [], 'planted values found');
});

/** What the intruder in web got, at the n-th time. */
async function intrude(pid, time) {
  process.kill(pid, 'SIGUSR1');
  const file = path.join(folder, String(pid));
  const report = await waitUntil('the intruder to be done', () => {
    const runs = existsSync(file) ? readFileSync(file, 'utf8').split('\nend 0\n') : [];
    return runs.length > time && runs[time - 1];
  }, 120_000);
  const lines = report.trim().split('\n').map((line) => line.split(' '));
  return Object.fromEntries(lines.map(([name, value]) => [name, Number(value)]));
}

test('an intruder in web gets the persons of the budgets, and no more', { timeout: 200_000 }, async (t) => {
  const hex = database === 'postgresql' ? 'encode(wrapped_key, \'hex\')' : 'hex(wrapped_key)';
  const persons = await query(installation, `SELECT uid, key_epoch, ${hex} FROM person`);
  await installation.stopPrograms();
  await run('sqlite3', [path.join(installation.state, 'keeper/keeper.db'), 'DELETE FROM budget_block']); // as an hour later
  writeFileSync(path.join(folder, 'persons'), persons.map((row) => `${row.join(' ')}\n`).join(''));
  appendFileSync(path.join(installation.state, 'divit.conf'),
    `\n[keeper]\n${Object.entries(limits).map(([name, value]) => `${name} = ${value}\n`).join('')}`);
  Object.assign(process.env, {
    DIVIT_PROBE: folder,
    LD_PRELOAD: path.join(build, 'tests/unit/keeper/web-intruder.so'),
    ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? 'detect_leaks=0'}:verify_asan_link_order=0`,
  });
  await installation.run();
  delete process.env.LD_PRELOAD;
  const pid = installation.pidOf('web');
  const got = await intrude(pid, 1);
  t.diagnostic(`of ${got.persons} persons ${got.public + got['by-officers']} were opened within an hour's budgets of `
    + `${limits.public_persons} + ${limits.officers_persons}, in ${got.milliseconds} ms`);
  assert.equal(got.persons, persons.length);
  assert.equal(got.public, limits.public_persons);
  assert.equal(got.officers, limits.secrets, 'officers made up');
  assert.equal(got['by-officers'], limits.officers_persons);
  assert.deepEqual([got.swapped, got.forged, got.texts, got.others], [0, 0, 0, 0]);
  assert.equal(got.searches, limits.searches);
  assert.ok(got.codes <= 20 && got.guesses <= limits.wrong_codes, `${got.codes} codes to one number, ${got.guesses} guesses`);
  // who can make the keeper fall gets no second budget by it
  const starts = () => installation.log.match(/"program":"keeper","event":"serving"/g).length, before = starts();
  await installation.killProgram('keeper');
  await waitUntil('the keeper to serve again', () => starts() > before);
  const again = await intrude(pid, 2);
  assert.deepEqual([again.public, again.officers, again['by-officers'], again.searches], [0, 0, 0, 0]);
});

test('divit keeper status tells what happened', async () => {
  const { status, stdout, stderr } = await installation.divit('keeper', 'status', '--state', installation.state);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /journal: \d+ records, each as it was written/);
  assert.match(stdout, /persons by public pages: 30 of 30/);
  assert.match(stdout, /persons by officers: 25 of 25/);
  assert.match(stdout, /owner acts: 1\n/);
  assert.equal((await fetch(installation.url)).status, 200);
});
