// Who has a certificate applies again (spec 01, Reasons): a faulty card is replaced for the time that was left, a
// certificate near its end is renewed and the new one starts when it ends, an additional one has a full term.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { Installation, database, run, waitUntil } from './lib/installation.mjs';
import { Officer, activate, applicants, barcodeOf, cardCertificates, confirmForm, confirmPhone, filledForm, logIn,
  logInOnline, produceCards, waitForStatus } from './lib/story.mjs';
import { World } from './lib/world.mjs';

const DAY_S = 86_400;
let installation, world, officers, people, current, renewal;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  people = applicants(installation.demo, 60);
  const one = await confirmed(people[0]);
  const mail = await world.waitForMessage(people[0].email, new RegExp(one.barcode));
  const named = installation.demo.officers.find(({ display_name: name }) => mail.text.includes(name));
  officers = installation.demo.officers.filter(({ institution }) => institution === named.institution)
    .map((found) => new Officer(installation, world, found));
  for (const officer of officers.slice(0, 2)) await officer.setUp();
  people[0].barcode = one.barcode;
}, { timeout: 200_000 });
after(() => installation?.stop());

/** A first application that waits for its form. */
async function confirmed(person, changes) {
  const page = await confirmPhone(world, await confirmForm(new Browser(installation.url), person, changes), person.mobile);
  return { page, barcode: barcodeOf(page) };
}

/** Taken in by one officer, approved by another, made: the new certificate. */
async function bring(barcode) {
  for (const officer of officers.slice(0, 2)) await officer.logIn();
  await officers[0].takeIn(barcode);
  await officers[0].approve([barcode]);
  const before = new Set((await cardCertificates(installation)).map(({ serial }) => serial));
  const made = await produceCards(installation);
  assert.equal(made.status, 0, made.output);
  const fresh = (await cardCertificates(installation)).filter(({ serial }) => !before.has(serial));
  assert.equal(fresh.length, 1, made.output);
  const kept = path.join(installation.folder, `${fresh[0].serial}.pem`); // the others' files change places
  copyFileSync(fresh[0].path, kept);
  return { serial: fresh[0].serial, path: kept };
}

async function activated(person, certificate) {
  const page = await logInOnline(world, new Browser(installation.url), person);
  await activate(world, page, person, certificate.serial);
  await waitForStatus(installation, certificate.path, 'good');
}

async function datesOf(certificate) {
  const { stdout } = await run('openssl', ['x509', '-in', certificate.path, '-noout', '-startdate', '-enddate']);
  const [start, end] = [...stdout.matchAll(/=(.*)/g)].map((match) => Date.parse(match[1]) / 1000);
  return { start, end };
}

/** Logged in again, the reason chosen: the form. */
async function choose(person, reason, certificate = '') {
  const asked = await logIn(new Browser(installation.url, { language: 'en' }), person);
  assert.match(asked.path, /\/neden$/, asked.describe());
  const { names, options } = asked.form(['reason']);
  const page = await asked.submit({ reason, ...(names.has('certificate') ? { certificate } : {}) });
  assert.match(page.path, /\/form$/, page.describe());
  return { page, offered: options.get('reason') };
}

/** From the form to the result page. */
async function finish(page, person) {
  page = await page.submit({ ...filledForm(page, person, { reader: 'none' }), act: 'continue' });
  assert.match(page.path, /\/kontrol$/, page.describe());
  const checked = page;
  page = await page.submit({}, /kontrol$/);
  const sent = await confirmPhone(world, page, person.mobile);
  return { checked, page: sent, barcode: barcodeOf(sent) };
}

test(`a faulty card is replaced for the time that was left (${database})`, { timeout: 300_000 }, async () => {
  const [person] = people;
  const first = await bring(person.barcode);
  await activated(person, first);
  const old = await datesOf(first);

  const { page, offered } = await choose(person, 'faulty');
  assert.deepEqual(offered, ['lost', 'faulty', 'additional']); // far from its end: no renewal; the name is the same
  assert.ok(!page.form(['title']).names.has('term'), 'the term of a replacement is not asked');
  assert.equal(page.form(['title']).fields.get('reader'), 'none');
  const { checked, page: result, barcode } = await finish(page, person);
  assert.match(checked.text, /Faulty card/);
  assert.match(checked.text, /Replacement certificate 413,00 TL Together 413,00 TL Your institution pays/);
  assert.equal(result.preselected, 'wet'); // what is reported signs nothing
  // the code went to a number known from before: suspended at once, and its holder told
  await waitForStatus(installation, first.path, 'suspended');
  await world.waitForMessage(person.mobile, new RegExp(`${first.serial} was suspended|${first.serial}.*askıya alındı`));

  const second = await bring(barcode);
  await waitForStatus(installation, first.path, 'revoked');
  const dates = await datesOf(second);
  assert.equal(dates.end, old.end);
  assert.ok(dates.start > old.start);
  await world.advance(61); // codes to one person
  await activated(person, second);
  current = second;
});

/** What was answered before comes into the form after a code to the telephone of then, and no contact stands there before. */
async function takeAnswers(page, person) {
  const values = page.form(['mobile']).fields;
  assert.equal(values.get('mobile') + values.get('email') + values.get('work_phone'), '');
  page = await page.submit({ act: 'earlier', mobile: '5000001234' }); // another's
  assert.match(page.path, /\/onceki$/, page.describe());
  assert.ok(!page.text.includes(person.email) && !page.text.replace(/ /g, '').includes(person.mobile), page.describe());
  const last = await world.lastId(person.mobile);
  page = await page.submit({}, /onceki$/);
  assert.match(page.path, /\/onceki\/kod$/, page.describe());
  assert.ok((await page.submit({ code: '000 000' })).mistakes.includes('code'));
  page = await page.submit({ code: await world.smsCode(person.mobile, last) });
  assert.match(page.path, /\/form$/, page.describe());
  const taken = page.form(['mobile']).fields;
  assert.deepEqual(['mobile', 'email', 'work_phone', 'title'].map((name) => taken.get(name)),
    [person.mobile, person.email, '2165551234', 'Hemşire']);
  assert.doesNotMatch(page.html, /value="earlier"/);
  return page;
}

test('an additional certificate has a full term and leaves the other alone', { timeout: 300_000 }, async () => {
  const [person] = people;
  const { page } = await choose(person, 'additional');
  const { page: result, barcode } = await finish(await takeAnswers(page, person), person);
  assert.equal(result.preselected, 'e_signed'); // its holder needs no paper
  const again = await logIn(new Browser(installation.url, { language: 'en' }), person);
  assert.match(again.path, /\/devam$/, again.describe()); // one open application a person
  const made = await bring(barcode);
  const { start, end } = await datesOf(made);
  assert.ok(end - start > 3 * 365 * DAY_S - 2 * DAY_S);
  await waitForStatus(installation, current.path, 'good');
});

test('rows that say a card is lost end no certificate', { timeout: 60_000 }, async () => {
  const [[another]] = await query(installation, "SELECT MAX(id) FROM application WHERE reason = 'additional'");
  await query(installation, `UPDATE application SET reason = 'lost', certificate = '${current.serial}' WHERE id = ${another}`);
  const jobs = ['suspend', 'revoke'].flatMap((act) => [another, `${current.serial} 1`, '4711']
    .map((payload) => `('certificate_${act}', 'by row ${payload}', '${payload}', 'open', 0)`));
  await query(installation, `INSERT INTO job (kind, key, payload, state, due_s) VALUES ${jobs.join(', ')}`);
  await waitUntil('the jobs to end', async () =>
    (await query(installation, "SELECT id FROM job WHERE key LIKE 'by row %'")).length === 0);
  await waitForStatus(installation, current.path, 'good');
  await query(installation, `UPDATE application SET reason = 'additional', certificate = NULL WHERE id = ${another}`);
});

/** The population register has another surname from now on; the staff register still has the old one. */
function marry(person, surname) {
  const file = path.join(installation.state, 'demo.json');
  const demo = JSON.parse(readFileSync(file, 'utf8'));
  demo.people.find(({ identity_number: number }) => number === person.identity_number).surname = surname;
  writeFileSync(file, JSON.stringify(demo));
  return { ...person, surname };
}

test('after a change of name the old certificate works until the new one is activated', { timeout: 300_000 }, async () => {
  const person = marry(people[0], 'Yeniyuva');
  const { page, offered } = await choose(person, 'name_change', current.serial);
  assert.deepEqual(offered, ['lost', 'faulty', 'name_change', 'additional']);
  const { barcode } = await finish(page, person);
  const made = await bring(barcode);
  const { stdout: subject } = await run('openssl', ['x509', '-in', made.path, '-noout', '-subject', '-nameopt', 'utf8']);
  assert.match(subject, /YENİYUVA/);
  assert.equal((await datesOf(made)).end, (await datesOf(current)).end);
  await waitForStatus(installation, current.path, 'good');
  const [[due, produced]] = await query(installation, `SELECT j.due_s, s.at_s FROM job j JOIN application a
    ON j.payload = CAST(a.id AS TEXT) JOIN application_step s ON s.application_id = a.id AND s.to_state = 'produced'
    WHERE j.kind = 'certificate_revoke' AND j.state = 'open' AND a.barcode = '${barcode}'`);
  assert.ok(Math.abs(due - produced - 30 * DAY_S) <= 2, `revoked at the latest ${due - produced} s after production`);
  await world.advance(61); // codes to one person
  await activated(person, made);
  await waitForStatus(installation, current.path, 'revoked');
});

/** The card is lost while its renewal is open: that gives way, and the draft to the story's next application. */
async function giveWay(person, given) {
  let page = await given.page.browser.get(given.page.link(/\/kayip$/));
  assert.match(page.text, /Report it now, before you go on/);
  page = await page.submit({}, /\/kayip$/);
  assert.match(page.path, /\/neden$/, page.describe()); // why, and over which, is asked as of everybody
  await world.waitForMessage(person.mobile, new RegExp(`${given.barcode} has been withdrawn|${given.barcode}.*geri çekildi`));
  page = await page.submit({ reason: 'lost' });
  assert.equal(page.form(['work_phone']).fields.get('work_phone'), '2165551234'); // as the renewal said
  assert.equal((await page.browser.get('/basvuru/saglik/kayip')).path, page.path); // no renewal any more
}

test('a renewal is offered 90 days before the end and starts when the present one ends', { timeout: 300_000 }, async () => {
  const person = people.find((one) => one !== people[0] && one.institution === people[0].institution);
  const { barcode } = await confirmed(person, { term: '1' });
  const first = await bring(barcode);
  await activated(person, first);
  const { end } = await datesOf(first);
  const { now_s: now } = await world.clock();
  await world.advance(end - now - 80 * DAY_S);

  const { page, offered } = await choose(person, 'renewal');
  assert.deepEqual(offered, ['renewal', 'lost', 'faulty', 'additional']);
  const move = (by) => query(installation, `UPDATE certificate SET not_after_s = not_after_s + ${by} WHERE serial = '${first.serial}'`);
  await move(60); // the dates that were offered do not hold any more: said so, and chosen again
  const moved = await page.browser.get(page.path);
  assert.match(moved.path, /\/neden$/, moved.describe());
  assert.match(moved.text, /The reason you had chosen does not hold any more.*Everything else in your form was kept/);
  await move(-60);
  assert.doesNotMatch((await page.browser.get(moved.path)).text, /does not hold any more/);
  const given = await finish(page, person);
  await giveWay(person, given);
  await world.advance(61); // codes to one person
  const again = await choose(person, 'renewal');
  const renewed = await finish(again.page, person);
  const second = await bring(renewed.barcode);
  assert.equal((await datesOf(second)).start, end + 1);
  await world.waitForMessage(person.email, /leave the new (card|one) alone|yeni karta dokunmayın/);
  await waitForStatus(installation, first.path, 'good');
  const asked = await logIn(new Browser(installation.url, { language: 'en' }), person);
  assert.match(asked.path, /\/neden$/, asked.describe());
  assert.ok(!asked.form(['reason']).options.get('reason').includes('renewal')); // one that is still to start is enough
  renewal = { person, present: first, next: second };
});

test('a card lost beside a renewal that is made already: one that starts now replaces both', { timeout: 300_000 }, async () => {
  const { person, present, next } = renewal;
  const { page } = await choose(person, 'lost', present.serial);
  const { barcode } = await finish(page, person);
  await waitForStatus(installation, present.path, 'suspended');
  await waitForStatus(installation, next.path, 'suspended'); // as it was made: it is still wanted if nothing comes of this
  const made = await bring(barcode);
  await waitForStatus(installation, present.path, 'revoked');
  await waitForStatus(installation, next.path, 'revoked');
  const dates = await datesOf(made), { start } = await datesOf(next);
  assert.ok(dates.start < start);
  assert.ok(dates.end - dates.start > 3 * 365 * DAY_S - 2 * DAY_S);
  await world.waitForMessage(person.mobile, new RegExp(`${next.serial} was revoked|${next.serial}.*iptal edildi`));
  await world.advance(61); // codes to one person
  await activated(person, made);
});

test('no program logged an error on the way', () => assert.deepEqual(installation.errors, []));
