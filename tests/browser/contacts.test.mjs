// Changed contact data, by keyboard: the owner confirms by a code to the earlier telephone, an earlier contact objects, and
// the officer sees both. Every page looked at.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Installation } from '../flow/lib/installation.mjs';
import { applicants, password } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { Person, startBrowser } from './lib/person.mjs';
import { fillForm, logIn } from './lib/steps.mjs';

const NEW_MOBILE = '5330000077';
let installation, world, browser, someone, applicant, barcode, objection;
const people = [];

async function arrive(options) {
  const person = await Person.arrive(browser, { baseUrl: installation.url, ...options });
  people.push(person);
  return person;
}

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  browser = await startBrowser();
  [someone] = applicants(installation.demo, 1);
}, { timeout: 200_000 });

after(async () => {
  await browser?.close();
  await installation?.stop();
});

test('with another telephone, the application waits for its owner', async () => {
  applicant = await arrive();
  await applicant.open('/basvuru/saglik/giris');
  await logIn(applicant, someone);
  await fillForm(applicant, { ...someone, mobile: NEW_MOBILE });
  await applicant.press('Confirm the form');
  const last = await world.lastId(NEW_MOBILE);
  await applicant.press(/^Gönder$/);
  await applicant.fill('Code', await world.smsCode(NEW_MOBILE, last));
  await applicant.press('OK');
  await applicant.press('Continue');
  await applicant.sees(/Başvurunun sizin olduğunu onaylayın/);
  await applicant.look('owner');
  barcode = /[0-9a-f]{15}/.exec(await applicant.text())[0];
  const notice = await world.waitForMessage(someone.mobile, /itiraz/);
  objection = /(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}/.exec(notice.text)[0];
});

test('the officer is told that the owner is asked', async () => {
  const officer = await arrive();
  for (const account of installation.demo.officers) {
    await officer.open(account.link);
    await officer.fill('New password', password);
    await officer.fill('New password again', password);
    await officer.fill('Code that the app shows now', await world.code(account));
    await officer.press('Set up the account');
    await officer.fill('User name', account.user_name);
    await officer.fill('Password', password);
    await officer.press('Continue');
    await world.advance(30);
    await officer.fill('Enter the code from your authenticator app', await world.code(account));
    await officer.press('Log in');
    await officer.fill('Barcode', barcode);
    await officer.press('Find');
    if (officer.page.url().endsWith(barcode)) break;
    await officer.press('Sign out');
  }
  await officer.sees(/Başvuru sahibinin onayı bekleniyor/);
  await officer.look('officer-owner-asked');
});

test('a code to the earlier telephone confirms', async () => {
  await world.advance(61);
  const last = await world.lastId(someone.mobile);
  await applicant.press('Send the code');
  await applicant.look('owner-code');
  await applicant.fill('Code', '000000');
  await applicant.press('OK');
  await applicant.look('owner-code-mistake');
  await applicant.fill('Code', await world.smsCode(someone.mobile, last));
  await applicant.press('OK');
  assert.match(applicant.page.url(), /\/sonuc$/);
});

test('the earlier contact objects: it is stopped, and all pages say so', async () => {
  const visitor = await arrive();
  await visitor.open('/');
  await visitor.press(/^Başvuruya itiraz$/);
  await visitor.look('objection');
  await visitor.fill('Code of objection', 'ABCD');
  await visitor.press('Stop the application');
  assert.equal(await visitor.page.evaluate(() => document.activeElement.className), 'govuk-error-summary');
  await visitor.look('objection-mistake');
  await visitor.fill('Code of objection', objection);
  await visitor.press('Stop the application');
  await visitor.look('objected');
  await applicant.open('/basvuru/saglik/sonuc');
  await applicant.sees(/itiraz edildi/);
  await applicant.look('result-objected');
  await visitor.open('/basvurum-nerede');
  await visitor.fill('Barcode', barcode);
  await visitor.fill('Identity number', someone.identity_number);
  await visitor.press('Show');
  await visitor.look('timeline-objected');
  const officer = people[1];
  await officer.open(`/yetkili/basvuru/${barcode}`);
  await officer.look('officer-objected');
});

test('the same page in English', async () => {
  const visitor = await arrive({ language: 'en' });
  await visitor.open('/itiraz');
  await visitor.sees(/This cannot be undone/);
  await visitor.look('objection-english');
});

test('no page broke a rule: axe, html-validate, sideways scrolling, errors in the browser', () => {
  assert.deepEqual(people.flatMap((person) => person.problems), []);
});
