// The whole workflow, many applications at once, while signer, keeper, worker and web are killed at one write, sync or
// send after the other. Most apply on paper, who has a card signs with it; the officer approves by file and by verification
// code. People try again what was not answered; in the end each has one certificate that works, what was acknowledged is
// there, nobody was told anything twice.
//
// DIVIT_FAULTS_SECONDS: how long applications are begun (15). DIVIT_FAULTS_DONE: file of the points done; goes on there.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Browser } from '../flow/lib/browser.mjs';
import { query, queryJournal } from '../flow/lib/database.mjs';
import { Installation, database, run } from '../flow/lib/installation.mjs';
import { Officer, activate, applicants, barcodeOf, cardCertificates, filledForm, logIn, logInOnline, produceCards,
  signShown } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { Killer } from './killer.mjs';

const seconds = Number(process.env.DIVIT_FAULTS_SECONDS ?? 15);
const AT_ONCE = 12;
const PATIENCE_MS = 240_000; // for one step: a worker's lease lasts 60 s
const door = '/basvuru/saglik';

let installation, world, officer, killer, people;
const applications = [];

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  const [account] = installation.demo.officers;
  officer = new Officer(installation, world, account);
  await officer.setUp();
  await officer.logIn();
  const { officers, people: all } = installation.demo;
  const colleagues = officers.filter((one) => one.institution === account.institution && one !== account);
  people = [...colleagues.map((card) => ({ ...all.find((one) => one.identity_number === card.identity_number), card })),
    ...applicants(installation.demo, 200).filter((person) => person.institution_code.startsWith(account.institution))];
  killer = new Killer(installation, process.env.DIVIT_FAULTS_DONE);
}, { timeout: 200_000 });
after(() => installation?.stop());

/** Until it gives something true: a person presses the button again. */
async function insist(what, act) {
  const end = Date.now() + PATIENCE_MS;
  let last;
  while (Date.now() < end) {
    try {
      const found = await act();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    await pause(250);
  }
  throw new Error(`${what}: not done after ${PATIENCE_MS / 1000} s: ${last?.stack ?? 'no error'}`);
}

/** One after another: there is one officer, one station. */
function queueOf() {
  let last = Promise.resolve();
  return (act) => {
    const mine = last.then(act);
    last = mine.catch(() => {});
    return mine;
  };
}
const atDesk = queueOf(), atStation = queueOf();

async function rowOf(application) {
  const [row] = await query(installation, `SELECT state, id FROM application WHERE barcode = '${application.barcode}'`);
  return { state: row?.[0], id: row?.[1] };
}

/** The newest code not typed yet; asks for another one after a minute without any. */
async function typeCode(application, page) {
  const { person } = application;
  const codes = (await world.messages(person.mobile)).map(({ text }) => /\b\d{6}\b/.exec(text)?.[0]).filter(Boolean);
  const fresh = codes.find((code) => !application.typed.has(code));
  if (fresh) {
    application.typed.add(fresh);
    return page.submit({ code: fresh });
  }
  application.waits += 1;
  if (application.waits % 120 !== 0) return page;
  await world.advance(61);
  return page.submit({}, /sms$|yeni|tekrar|askidan-indir\/\w+$/);
}

/** Log-ins are counted, ten in a quarter of an hour: who was not let in waits longer each time. */
async function notTooOften(application) {
  application.logIns += 1;
  await pause(100 * 2 ** application.logIns);
}

/** By the card; a code that was used while no answer came is of no use any more. */
async function sign(page, application) {
  const fresh = application.hasSigned ? await page.submit({}, /imza$/) : page;
  application.hasSigned = true;
  return signShown(world, fresh, application.person.card);
}

async function applyFurther(application) {
  const { browser, person } = application;
  let page = await browser.get(`${door}/sonuc`);
  if (!/\/(form|kontrol|sms|kod|yontem|imza|sonuc)$/.test(page.path)) {
    await notTooOften(application);
    page = await logIn(browser, person);
  }
  if (/\/form$/.test(page.path)) page = await page.submit({ ...filledForm(page, person), act: 'continue' });
  if (/\/kontrol$/.test(page.path)) page = await page.submit({}, /kontrol$/);
  if (/\/sms$/.test(page.path)) page = await page.submit({}, /sms$/);
  if (/\/kod$/.test(page.path)) page = await typeCode(application, page);
  if (/\/yontem$/.test(page.path)) page = await page.submit({ way: person.card ? 'e_signed' : 'wet' });
  if (/\/imza$/.test(page.path)) page = await sign(page, application);
  if (!/\/sonuc$/.test(page.path)) throw new Error(`at ${page.describe()}`);
  return barcodeOf(page);
}

async function takeIn(application) {
  if ((await rowOf(application)).state !== 'form_awaited') return true;
  const page = await officer.browser.get('/yetkili/gelen');
  if (!/gelen$/.test(page.path)) await officer.logIn();
  await officer.takeIn(application.barcode);
  return false; // looked at again
}

async function approve(application) {
  if ((await rowOf(application)).state !== 'officer_pending') return true;
  const page = await officer.browser.get('/yetkili/gelen');
  if (!/gelen$/.test(page.path)) await officer.logIn();
  application.approvals = (application.approvals ?? applications.indexOf(application)) + 1;
  if (application.approvals % 2) await officer.approve([application.barcode]);
  else await signShown(world, await (await officer.propose([application.barcode])).submit({}, /\/imza$/), officer.officer);
  return false;
}

async function produce(application) {
  const { state } = await rowOf(application);
  if (state === 'produced') return true;
  assert.match(state, /approved|in_production/);
  await atStation(() => produceCards(installation));
  return false;
}

async function activateIt(application) {
  const { id, state } = await rowOf(application);
  const [[serial]] = await query(installation, `SELECT serial FROM certificate WHERE application_id = ${id}`);
  application.serial = serial;
  if (state === 'completed') return true;
  if (application.isAsked) return false; // acknowledged: it must become active without asking again
  await notTooOften(application);
  const page = await logInOnline(world, browserOf(application.person), application.person);
  await activate(world, page, application.person, serial);
  application.isAsked = true;
  return false;
}

/** Each person has an address; who signs has that of the program, else one more proof would be asked. */
function browserOf(person) {
  const number = people.indexOf(person);
  return new Browser(installation.url, { language: 'en', address: person.card ? undefined : `127.0.1.${number + 1}` });
}

async function goThrough(person) {
  const application = { person, browser: browserOf(person), typed: new Set(), waits: 0, logIns: 0 };
  applications.push(application);
  application.barcode = await insist(`${person.identity_number} applies`, () => applyFurther(application));
  await insist(`${application.barcode} is taken in`, () => atDesk(() => takeIn(application)));
  await insist(`${application.barcode} is approved`, () => atDesk(() => approve(application)));
  await insist(`${application.barcode} is produced`, () => produce(application));
  application.logIns = 0;
  await insist(`${application.barcode} is activated`, () => activateIt(application));
  application.isDone = true;
}

test('many applications while programs are killed', { timeout: (seconds + 2 * PATIENCE_MS / 1000) * 1000 }, async () => {
  const end = Date.now() + seconds * 1000;
  const waiting = [...people];
  const walk = async () => {
    while (Date.now() < end && waiting.length) await goThrough(waiting.shift());
  };
  const killing = killer.run();
  const walking = Promise.all(Array.from({ length: AT_ONCE }, walk));
  await Promise.race([walking, killing, pause(seconds * 1000)]); // an error of either ends it
  killer.stop();
  await Promise.all([walking, killing]);
});

test('each has one certificate, and OCSP knows every serial', async () => {
  assert.ok(killer.killed > 0, 'nothing was killed');
  assert.ok(applications.length > 0 && applications.every(({ isDone }) => isDone));
  const uids = await queryJournal(installation, 'SELECT application_uid, count(*) FROM certificate GROUP BY application_uid');
  assert.equal(uids.length, applications.length);
  assert.deepEqual(uids.filter(([, count]) => count !== '1'), []);
  const serials = await queryJournal(installation, 'SELECT serial, status FROM certificate');
  assert.deepEqual(serials.filter(([, status]) => status !== '2'), [], 'not active');
  assert.equal(new Set(applications.map(({ serial }) => serial)).size, applications.length);
  const onCards = new Set((await cardCertificates(installation)).map(({ serial }) => serial));
  assert.deepEqual(applications.filter(({ serial }) => !onCards.has(serial)), [], 'on no card');
  const issuer = `${installation.folder}/issuing.der`;
  const { body } = await new Browser(installation.responderUrl).get('/ca/issuing.cer');
  writeFileSync(issuer, body);
  const { stdout } = await run('openssl', ['ocsp', '-issuer', issuer, '-url', `http://127.0.0.1:${installation.port + 1}/ocsp`,
    '-noverify', ...serials.flatMap(([serial]) => ['-serial', `0x${serial}`])]);
  assert.equal([...stdout.matchAll(/: good$/gm)].length, serials.length, stdout);
});

test('nothing was told twice, no job was given up', async () => {
  for (const { person } of applications) {
    const texts = (await world.messages(person.mobile)).map(({ text }) => text);
    assert.equal(new Set(texts).size, texts.length, texts.join('\n'));
    const mails = await world.messages(person.email);
    const bySubject = new Map(mails.map(({ subject, message_id: id }) => [subject, id]));
    assert.deepEqual(mails.filter(({ subject, message_id: id }) => bySubject.get(subject) !== id), []);
  }
  const failed = await query(installation, "SELECT kind, why FROM job WHERE state = 'failed'");
  assert.deepEqual(failed, []);
});

test('the journals start once more', async () => {
  await installation.stopPrograms();
  await installation.run();
  const chain = await queryJournal(installation, 'SELECT count(*), max(number) FROM record');
  assert.equal(chain[0][0], chain[0][1]);
  console.log(`# workflow on ${database}: killed at ${killer.killed} points, ${killer.before + killer.killed} in all, `
    + `${applications.length} applications, 0 violated`);
});
