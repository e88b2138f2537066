// Decisions by passkey, from the registry to the card (spec 04, Decide; spec 10): two administrators put two officers'
// passkeys into the registry, the officers log in and decide with them; what one of them alone, or one that was removed
// since, comes to; and an application that the signer refused, on its way back.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Authenticator, challengeOf } from './lib/authenticator.mjs';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { proveCard } from './lib/evidence.mjs';
import { Installation, database, waitUntil } from './lib/installation.mjs';
import { Card, addPasskey, makePasskey, openAccount, proposeCard, proposeRemoval, registryNumber, signProposal,
  waitForState } from './lib/registry.mjs';
import { Officer, applicants, askToSign, barcodeOf, codeOf, confirmForm, confirmPhone, filledForm, logIn, produceCards,
  signShown } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, administrators, officer, colleague, applicant, card, fresh;
const keys = new Map();

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  const { officers } = installation.demo;
  administrators = installation.demo.administrators.map((account) => new Officer(installation, world, account));
  // two officers of one institution: one applies with the card, the other decides
  [applicant, officer] = officers.flatMap((one) => officers.filter((two) => two !== one && two.institution === one.institution)
    .map((two) => [one, two]))[0];
  officer = new Officer(installation, world, officer);
  // who is to be the third officer there
  const place = installation.demo.people.find((one) => one.identity_number === applicant.identity_number).institution_code;
  const person = installation.demo.people.find((one) => one.institution_code === place && one.mobile && one.email &&
    !officers.some((two) => two.identity_number === one.identity_number));
  card = new Card(installation, person);
}, { timeout: 200_000 });
after(() => installation?.stop());

const show = (who, barcode) => who.browser.get(`/yetkili/basvuru/${barcode}`);

/** The decision's page over this application, with the words of that button. */
async function decide(who, barcode, word = '') {
  const page = await show(who, barcode);
  return page.submit({ application: page.form(['application']).fields.get('application'), ...(word && { soz: word }) });
}

async function signByCard(who, barcode, word = '') {
  const page = await decide(who, barcode, word);
  const { body } = await who.browser.get(page.link(/\/metin$/));
  const data = who === fresh ? await card.sign(body) : await world.sign(who.officer, 'karar.txt', body);
  return page.submit({ signature: { name: 'karar.txt.p7m', data } });
}

async function signByPasskey(who, barcode, word = '') {
  const page = await decide(who, barcode, word);
  return page.submit(keys.get(who).get(challengeOf(page, /\/anahtar$/)), /\/anahtar$/);
}

async function logInByPasskey(who) {
  who.browser = new Browser(installation.url);
  const page = await who.browser.get('/yetkili/giris');
  const inside = await page.submit(keys.get(who).get(challengeOf(page, /giris\/anahtar$/)), /giris\/anahtar$/);
  assert.match(inside.path, /\/yetkili\/gelen$/, inside.describe());
}

/** A paper application that has come to its officers. */
async function paper(person) {
  const form = await confirmForm(new Browser(installation.url), person);
  const barcode = barcodeOf(await confirmPhone(world, form, person.mobile));
  await officer.takeIn(barcode);
  return barcode;
}

/** Anybody's first choice, but for who has become an officer here. */
const people = (count, from) => applicants(installation.demo, count + from + 1)
  .filter((one) => one.identity_number !== card.person.identity_number).slice(from, from + count);

const stateOf = async (barcode) => (await query(installation, `SELECT state FROM application WHERE barcode = '${barcode}'`))[0][0];

test(`two administrators name a third officer, and two officers’ passkeys (${database})`, { timeout: 200_000 }, async () => {
  const [first, second] = administrators;
  for (const one of [first, second, officer]) {
    await one.setUp();
    await one.logIn();
  }
  await card.make();
  const page = await proposeCard(first, card);
  await signProposal(first, page);
  await signProposal(second, page);
  await waitForState(second, page, /Yürürlükte/);
  fresh = await openAccount(first, card, 'yeni.yetkili');
  for (const who of [officer, fresh]) {
    keys.set(who, new Authenticator(installation.url));
    const made = await makePasskey(who, keys.get(who), 'masa');
    assert.match(made.text, /Henüz sicil defterinde değil/, made.describe());
    await addPasskey(first, second);
    assert.doesNotMatch((await who.browser.get('/yetkili/anahtar')).text, /Henüz sicil defterinde değil/);
  }
  assert.equal(await registryNumber(installation), 4);
});

test('an e-signed application: one passkey approves nothing, two of different officers do', { timeout: 120_000 }, async () => {
  const person = installation.demo.people.find((one) => one.identity_number === applicant.identity_number);
  const asked = await askToSign(world, new Browser(installation.url), person);
  const barcode = barcodeOf(await signShown(world, asked, applicant));
  for (const who of [officer, fresh]) await logInByPasskey(who);
  const one = await signByPasskey(officer, barcode);
  assert.match(one.text, /İmzanız saklandı/, one.describe());
  const waiting = await show(fresh, barcode);
  assert.match(waiting.text, /onaylandı · geçiş anahtarı/, waiting.describe());
  assert.equal(await stateOf(barcode), 'officer_pending');
  assert.deepEqual((await produceCards(installation)).serials, []);

  const two = await signByPasskey(fresh, barcode);
  assert.equal(two.status, 200, two.describe());
  assert.equal(await stateOf(barcode), 'approved');
  const { status, output, serials } = await produceCards(installation);
  assert.deepEqual([status, serials.length], [0, 1], output);
  const { said, verified, folder } = await proveCard(installation, barcode);
  assert.match(said, /^ {2}\* e-imza: başvuran iki-anahtar-onayı: met$/m);
  assert.match(verified, /^ok {4}a rule of the registry is met: e-imza: başvuran iki-anahtar-onayı$/m);
  assert.match(verified, /^ok {4}registry 4: 2 administrators, 2 needed$/m);
  assert.equal(readdirSync(folder).filter((name) => /^proof-\d+-passkey\.der$/.test(name)).length, 2);
});

test('a paper form: received by a card, approved by a passkey', { timeout: 120_000 }, async () => {
  const barcode = await paper(people(1, 0)[0]);
  await signByCard(officer, barcode, 'teslim');
  const approved = await signByPasskey(fresh, barcode, 'onay');
  assert.equal(approved.status, 200, approved.describe());
  assert.equal(await stateOf(barcode), 'approved');
  const { status, output } = await produceCards(installation);
  assert.equal(status, 0, output);
  assert.match((await proveCard(installation, barcode)).verified, /a rule of the registry is met: ıslak: iki-kişi$/m);
});

test('a passkey removed before production: refused for good, back with its officers; the next card is made', { timeout: 200_000 }, async () => {
  const [, second] = administrators, three = people(3, 1);
  const barcodes = [];
  for (const person of three) barcodes.push(await paper(person));
  const [kept, anew, returned] = barcodes;
  for (const barcode of [anew, returned]) {
    await signByCard(officer, barcode, 'teslim');
    await signByPasskey(fresh, barcode, 'onay');
  }
  await officer.approve([kept]);
  const registered = await second.browser.get('/yonetim/sicil');
  const digest = registered.links.filter((link) => /cikar\/kisi/.test(link.href) && !link.href.includes(card.digest))
    .find((link) => link.text.includes(fresh.officer.given_names)).href.split('/').at(-1);
  const page = await proposeRemoval(second, digest);
  await signProposal(second, page);
  await waitForState(second, page, /Yürürlükte/);

  const { status, output, serials } = await produceCards(installation);
  assert.equal(status, 1, output);
  assert.equal(serials.length, 1, output);
  assert.equal([...output.matchAll(/refused by the signer: signer not in the registry; the application is back with its officer/g)].length, 2, output);
  assert.match(output, /2 refused cards set aside[\s\S]*\n1 of 3 cards ready/);
  assert.equal(await stateOf(kept), 'produced');
  for (const barcode of [anew, returned]) {
    assert.equal(await stateOf(barcode), 'officer_pending');
    assert.ok(!existsSync(path.join(installation.state, `cards/kart-${barcode}-1.pin`)), 'the transport PIN is left');
  }
  const again = await produceCards(installation);
  assert.deepEqual([again.status, again.serials], [0, []], again.output);

  const inbox = await officer.browser.get('/yetkili/gelen');
  assert.equal([...inbox.text.matchAll(/Üretimde reddedildi/g)].length, 2, inbox.describe());
  const shown = await show(officer, anew);
  assert.match(shown.text, /anahtarı artık sicil defterinde yazılı değil/, shown.describe());
  assert.match(shown.text, /signer not in the registry/);
  assert.match(shown.text, /Bu başvuru hakkında henüz kimse bir şey imzalamadı/, shown.describe());

  const decision = await decide(fresh, anew, 'onay');
  assert.match(decision.text, /anahtarlarınızdan hiçbiri sicil defterinde değil/, decision.describe());
  const { body } = await fresh.browser.get(decision.link(/\/metin$/));
  const late = await fresh.browser.post(`${decision.path}/anahtar`, { csrf: decision.form(['csrf']).fields.get('csrf'),
    ...keys.get(fresh).get(createHash('sha256').update(body).digest('base64url')) });
  assert.match(late.text, /sicil defterinde sizin adınıza yazılı değil/, late.describe());
  assert.equal(await stateOf(anew), 'officer_pending');
  await signByCard(officer, anew, 'teslim');
  await signByCard(fresh, anew, 'onay');
  const countAttempt = (number) => query(installation, `UPDATE card_attempt SET attempt = ${number} WHERE application_id = ` +
    `(SELECT id FROM application WHERE barcode = '${anew}')`);
  await countAttempt(3);
  const fourth = await produceCards(installation);
  assert.deepEqual([fourth.status, fourth.serials], [1, []], fourth.output);
  assert.match(fourth.output, /gets no fourth; its officer rejects it, and the person applies anew/);
  await countAttempt(1);
  const made = await produceCards(installation);
  assert.deepEqual([made.status, made.serials.length], [0, 1], made.output);
  const { said } = await proveCard(installation, anew);
  assert.match(said, /attempt 2$/m);
  await returnToApplicant(returned, three[2]);
});

/** The officer returns it; the person is told, changes the form, brings a new paper; another card is made. */
async function returnToApplicant(barcode, person) {
  const last = await world.lastId(person.email);
  let page = await officer.browser.get((await show(officer, barcode)).link(/\/geri$/));
  page = await page.submit({}, /\/geri$/); // the signer's reason stands there already
  assert.match(page.text, /başvurana geri gönderildi/, page.describe());
  const told = await world.waitForMessage(person.email, new RegExp(barcode), last);
  assert.match(told.text, /anahtarı artık sicil defterinde yazılı değil/);
  assert.equal(await stateOf(barcode), 'returned');

  const browser = new Browser(installation.url);
  let form = await logIn(browser, person);
  const sms = await world.lastId(person.mobile);
  form = await form.submit({}, /devam|surdur|kod/);
  form = await form.submit({ code: await world.smsCode(person.mobile, sms) });
  assert.match(form.text, /geri gönderdi: .*anahtarı artık sicil defterinde yazılı değil/i, form.describe());
  form = await form.submit({}, /degistir$/);
  form = await form.submit({ ...filledForm(form, person, { title: 'Başhemşire' }), act: 'continue' });
  form = await form.submit({}, /kontrol$/);
  assert.match(form.path, /\/yontem$/, form.describe()); // no code: the number is the same
  const next = barcodeOf(await form.submit({ way: 'wet' }));
  assert.notEqual(next, barcode);
  await officer.takeIn(next);
  await signByCard(officer, next, 'teslim');
  await signByCard(fresh, next, 'onay');
  const made = await produceCards(installation);
  assert.deepEqual([made.status, made.serials.length], [0, 1], made.output);
  await proveCard(installation, next);
}

test('a signer that does not answer is no refusal: the application stays in production and its card comes', { timeout: 120_000 }, async () => {
  const barcode = await paper(people(1, 4)[0]);
  await officer.approve([barcode]);
  const signer = installation.pidOf('signer');
  process.kill(signer, 'SIGSTOP');
  const producing = produceCards(installation);
  await waitUntil('the worker to have asked', async () =>
    Number((await query(installation, "SELECT COUNT(*) FROM job WHERE kind = 'certificate_issue' AND tries > 0"))[0][0]) > 0);
  await waitUntil('the worker to ask again', async () =>
    (await query(installation, "SELECT why FROM job WHERE kind = 'certificate_issue'"))[0]?.[0], 60_000);
  assert.equal(await stateOf(barcode), 'in_production');
  process.kill(signer, 'SIGCONT');
  const { status, output, serials } = await producing;
  assert.deepEqual([status, serials.length], [0, 1], output);
});

test('each step back is in the audit trail', async () => {
  const rows = await query(installation, "SELECT event, COUNT(*) FROM audit_record WHERE event IN ('refuse_card', 'send_back_to_officer', 'set_aside_card', 'return_application') GROUP BY event ORDER BY event");
  assert.deepEqual(rows.map(([event, count]) => [event, Number(count)]), [['refuse_card', 2], ['return_application', 1],
    ['send_back_to_officer', 2], ['set_aside_card', 2]]);
});

test('no program logged an error on the way', () => assert.deepEqual(
  installation.errors.filter((line) => !/certificate_refused|"event":"job"/.test(line)), []));
