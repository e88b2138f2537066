// One application all the way from the home page to a working certificate, by keyboard alone, every page looked at
// (axe, html-validate, 320 and 1280 px, light and dark). Applicant, officer and holder speak Turkish.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Installation } from '../flow/lib/installation.mjs';
import { applicants, cardCertificates, password, produceCards, securityWord, waitForStatus } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { Person, startBrowser } from './lib/person.mjs';
import { answerPicture, fillForm, logIn } from './lib/steps.mjs';

let installation, world, browser, someone, barcode, certificate;
const people = [];

async function arrive(baseUrl = installation.url) {
  const person = await Person.arrive(browser, { baseUrl });
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

test('home page, legal notice, contact, an address that is nowhere; the language changes and comes back', async () => {
  const visitor = await arrive();
  await visitor.open('/');
  await visitor.look('home');
  for (const [link, name] of [['Legal notice', 'legal'], ['Contact', 'contact']]) {
    await visitor.press(link);
    await visitor.look(name);
  }
  await visitor.press(/^English$/);
  assert.equal(await visitor.page.getAttribute('html', 'lang'), 'en');
  await visitor.look('contact-english');
  await visitor.press(/^Türkçe$/);
  await visitor.open('/yok');
  await visitor.look('not-found');
});

test('a skip link comes first and leads to the content', async () => {
  const visitor = await arrive();
  await visitor.open('/');
  await visitor.page.keyboard.press('Tab');
  await visitor.page.keyboard.press('Enter');
  assert.equal(await visitor.page.evaluate(() => document.activeElement.id), 'main-content');
});

test('log-in: mistakes are shown with their fields, then the register says yes', async () => {
  const applicant = await arrive();
  await applicant.open('/basvuru/saglik');
  await applicant.look('door');
  await applicant.press('Start');
  await applicant.look('login');
  await applicant.press('Continue');
  assert.equal(await applicant.page.evaluate(() => document.activeElement.className), 'govuk-error-summary');
  await applicant.look('login-mistakes');
  await logIn(applicant, someone);
  assert.match(applicant.page.url(), /\/form$/);
  await applicant.look('form');
});

test('form: all mistakes at once, then checked, confirmed by SMS, ready to be signed', async () => {
  const applicant = people.at(-1);
  await applicant.fill('E-mail', 'kimse');
  await applicant.press('Continue');
  await applicant.look('form-mistakes');
  await fillForm(applicant, someone);
  assert.match(applicant.page.url(), /\/kontrol$/);
  await applicant.look('check');
  await applicant.press('Confirm the form');
  await applicant.look('sms');
  const last = await world.lastId(someone.mobile);
  await applicant.press(/^(Gönder|Send)$/);
  await applicant.look('code');
  await applicant.fill('Code', '000000');
  await applicant.press('OK');
  await applicant.look('code-mistake');
  await applicant.fill('Code', await world.smsCode(someone.mobile, last));
  await applicant.press('OK');
  await applicant.look('way');
  await applicant.press('Continue');
  await applicant.look('result');
  barcode = /[0-9a-f]{15}/.exec(await applicant.text())[0];
});

test('the officer sets the account up by the link, logs in, takes the form in, approves with a signed text', async () => {
  const mail = await world.waitForMessage(someone.email, new RegExp(barcode));
  const account = installation.demo.officers.find((one) => mail.text.includes(one.display_name));
  const officer = await arrive();
  await officer.open(account.link);
  await officer.look('officer-set-up');
  await officer.press('Set up the account');
  await officer.look('officer-set-up-mistakes');
  await officer.fill('New password', password);
  await officer.fill('New password again', password);
  await officer.fill('Code that the app shows now', await world.code(account));
  await officer.press('Set up the account');
  await officer.look('officer-log-in');
  await officer.fill('User name', account.user_name);
  await officer.fill('Password', password);
  await officer.press('Continue');
  await officer.look('officer-code');
  await world.advance(30);
  await officer.fill('Enter the code from your authenticator app', await world.code(account));
  await officer.press('Log in');
  await officer.look('officer-inbox');
  await officer.fill('Barcode', '000000000000000');
  await officer.press('Find');
  await officer.look('officer-inbox-mistake');
  await officer.fill('Barcode', barcode);
  await officer.press('Find');
  await officer.look('officer-application');
  await officer.press('Refuse the form');
  await officer.look('officer-refuse');
  await officer.press('Back');
  await officer.press('Return to the applicant');
  await officer.look('officer-return');
  await officer.press('Return to the applicant');
  await officer.look('officer-return-mistakes');
  await officer.press('Back');
  await officer.press('Form received');
  await officer.look('officer-taken-in');
  await officer.press('Incoming applications');
  await officer.look('officer-inbox-taken-in');
  await officer.tick('Approve {name}');
  await officer.press('Prepare the approval of those ticked');
  await officer.look('officer-decision');
  const text = await officer.download(/\.txt/);
  const signed = path.join(installation.folder, 'karar.txt.p7s');
  writeFileSync(signed, await world.sign(account, text.name, readFileSync(text.path)));
  await officer.attach('Signed file', signed);
  await officer.press('Approve');
  await officer.look('officer-approved');
  await officer.press('Incoming applications');
  await officer.press('Sign out');
  await officer.look('officer-left');
});

test('a card is produced; its holder logs in and activates the certificate', async () => {
  const produced = await produceCards(installation);
  assert.equal(produced.status, 0, produced.output);
  [certificate] = await cardCertificates(installation);
  assert.ok(certificate, produced.output);
  await waitForStatus(installation, certificate.path, 'suspended');
  const holder = await arrive();
  await holder.open('/online');
  await holder.look('online-log-in');
  await holder.press('Continue');
  await holder.look('online-log-in-mistakes');
  await holder.fill('Identity number', someone.identity_number);
  await holder.fill('Security word', securityWord);
  await answerPicture(holder);
  let last = await world.lastId(someone.mobile);
  await holder.press('Continue');
  await holder.look('online-code');
  await holder.fill('Enter the code from your phone', await world.smsCode(someone.mobile, last));
  await holder.press('Log in');
  await holder.look('online-certificates');
  await holder.press('Activate (Askıdan İndir)');
  await holder.look('online-activate');
  last = await world.lastId(someone.mobile);
  await holder.press('Send the code');
  await holder.look('online-activate-code');
  await holder.fill('Enter the code to activate the certificate', await world.smsCode(someone.mobile, last));
  await holder.press('Activate');
  await holder.look('online-activated');
  await waitForStatus(installation, certificate.path, 'good');
  await holder.press('My certificates');
  await holder.look('online-certificates-active');
  await holder.press('Sign out');
  await holder.look('online-left');
});

test('the outside world has a page that is whole, too', async () => {
  const visitor = await arrive(installation.simUrl);
  await visitor.open(`/?kisi=${someone.identity_number}`);
  await visitor.look('outside');
});

test('where is my application', async () => {
  const visitor = await arrive();
  await visitor.open('/basvurum-nerede');
  await visitor.look('where');
  await visitor.fill('Barcode', barcode);
  await visitor.fill('Identity number', someone.identity_number);
  await visitor.press('Show');
  await visitor.look('timeline');
});

test('who has a certificate says why they apply again', async () => {
  const holder = await arrive();
  await holder.open('/basvuru/saglik/giris');
  await logIn(holder, someone);
  await holder.look('reason');
  await holder.press('Continue');
  await holder.look('reason-mistakes');
  await holder.choose('Reason', 'Faulty card');
  await holder.press('Continue');
  await holder.look('form-replacement');
});

test('no page broke a rule: axe, html-validate, sideways scrolling, errors in the browser', () => {
  assert.deepEqual(people.flatMap((person) => person.problems), []);
});
