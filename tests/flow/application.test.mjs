// One application all the way from the log-in page to a working certificate (spec 01, 02 wet, 03, 04, 06, 07), by two
// people, one in Turkish and one in English.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { Installation, database, run } from './lib/installation.mjs';
import { Officer, activate, applicants, barcodeOf, cardCertificates, confirmForm, confirmPhone, logIn, logInOnline,
  produceCards, waitForStatus } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, officer;
/** The two applicants: person, language, browser, and what they learn on the way. */
const people = [];

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
}, { timeout: 200_000 });
after(() => installation?.stop());

test(`an installation on ${database} is ready in seconds, with people to try it`, () => {
  assert.ok(installation.readyMs < 20_000, `${installation.readyMs} ms`);
  assert.equal(installation.demo.people.length, 200);
  assert.ok(installation.demo.officers.length >= 2);
  const [turkish, english] = applicants(installation.demo, 200).filter((person) => person.institution_code === '3412');
  for (const [person, language] of [[turkish, 'tr'], [english, 'en']])
    people.push({ person, language, browser: new Browser(installation.url, { language }) });
});

test('both log in, fill in the form, confirm by SMS and choose the wet way', async () => {
  for (const applicant of people) {
    const page = await confirmForm(applicant.browser, applicant.person);
    applicant.result = await confirmPhone(world, page, applicant.person.mobile);
    applicant.barcode = barcodeOf(applicant.result);
    assert.equal(applicant.result.preselected, 'wet'); // they hold no certificate
  }
  assert.notEqual(people[0].barcode, people[1].barcode);
});

/** Of the province: the hospital 3412 has no officer of its own. */
const officersDesk = [/Personel Hizmetleri Başkanlığı/, /Sağlık Caddesi 1, İstanbul/, /0?500 340 00 00/];

test('the form to sign is a PDF of A4 with the barcode and selectable Turkish text', async () => {
  for (const { browser, result, barcode, person } of people) {
    const pdf = await browser.get(result.link(/form\.pdf/));
    assert.equal(pdf.status, 200);
    assert.match(pdf.headers['content-type'], /^application\/pdf/);
    const file = path.join(installation.folder, `${barcode}.pdf`);
    writeFileSync(file, pdf.body);
    const { stdout } = await run('pdftotext', ['-layout', file, '-']);
    assert.ok(stdout.includes(person.surname.toLocaleUpperCase('tr')) && stdout.includes(person.identity_number), stdout);
    assert.ok(stdout.replaceAll(' ', '').includes(barcode), stdout);
    assert.match((await run('pdfinfo', [file])).stdout, /A4/);
  }
});

test('page, paper and SMS send the signed original to the officer’s institution, not to the applicant’s own', async () => {
  for (const { result, barcode, person } of people) {
    const pdf = (await run('pdftotext', ['-raw', path.join(installation.folder, `${barcode}.pdf`), '-'])).stdout;
    const sms = (await world.waitForMessage(person.mobile, new RegExp(barcode))).text;
    for (const [name, text] of Object.entries({ page: result.text, pdf: pdf.replaceAll('\n', ' '), sms })) {
      for (const wanted of officersDesk) assert.match(text, wanted, name);
      assert.doesNotMatch(text, /Öğretmen Caddesi 12, Kadıköy\/İstanbul(?! *Posta)/, name);
    }
  }
});

test('the message names the officer; their one-time link sets password and authenticator up, once', async () => {
  const mail = await world.waitForMessage(people[0].person.email, new RegExp(people[0].barcode));
  const wanted = installation.demo.officers.find((candidate) => mail.text.includes(candidate.display_name));
  assert.ok(wanted, `no officer of demo.json in: ${mail.text}`);
  officer = new Officer(installation, world, wanted);
  await officer.setUp();
  const again = await officer.browser.get(new URL(wanted.link).pathname);
  assert.ok(!again.hasForm('password'), 'the link works a second time');
  await officer.logIn();
});

test('the officer takes both forms in and approves them with one signed decision', async () => {
  for (const { barcode } of people) await officer.takeIn(barcode);
  await officer.approve(people.map(({ barcode }) => barcode));
});

test('cards are produced, their certificates suspended', async () => {
  const produced = await produceCards(installation);
  assert.equal(produced.status, 0, produced.output);
  assert.equal(produced.serials.length, 2, produced.output);
  const certificates = await cardCertificates(installation);
  assert.equal(certificates.length, 2);
  for (const certificate of certificates) {
    const text = (await run('openssl', ['x509', '-in', certificate.path, '-noout', '-subject', '-nameopt', 'utf8,sep_multiline'])).stdout;
    const owner = people.find(({ person }) => text.includes(person.identity_number));
    assert.ok(owner, text);
    owner.certificate = certificate;
    await waitForStatus(installation, certificate.path, 'suspended');
  }
});

test('their holders activate them; OCSP and CRL say good', async () => {
  for (const { person, language, certificate } of people) {
    const browser = new Browser(installation.url, { language });
    const page = await logInOnline(world, browser, person);
    await activate(world, page, person, certificate.serial);
    await waitForStatus(installation, certificate.path, 'good');
  }
});

test('where is my application: completed', async () => {
  for (const { person, barcode } of people) {
    const browser = new Browser(installation.url, { language: 'en' });
    const page = await (await browser.get('/basvurum-nerede')).submit({ barcode, identity_number: person.identity_number });
    assert.match(page.text, /complete|active/i, page.describe());
    assert.ok(!page.text.includes(person.surname), 'a personal detail on a page for anybody');
  }
});

const subjects = {
  tr: ['E-imza başvurunuz: imzalı formunuzu bekliyoruz', 'İmzalı formunuz teslim alındı', 'E-imza başvurunuz onaylandı',
    'E-imza kartınız üretildi', 'Sertifikanız kullanıma açıldı'],
  en: ['Your e-signature application: we are waiting for the signed form', 'Your signed form has been received',
    'Your e-signature application has been approved', 'Your e-signature card has been made', 'Your certificate is active'],
};
const smsTexts = {
  tr: [/dogrulama kodu/, /başvurunuz kaydedildi/, /teslim alındı/, /onaylandı/, /kartı üretildi/, /giris kodunuz/,
    /askidan indirme kodu/, /askıdan indirildi/],
  en: [/code for your e-signature application/, /application is recorded/, /has been received/, /has been approved/,
    /has been made/, /log-in code/, /code to activate/, /certificate is active/],
};

test('each step told its applicant once, by SMS and e-mail, in their language', async () => {
  for (const { person, language } of people) {
    await world.waitForMessage(person.email, new RegExp(subjects[language].at(-1)));
    await world.waitForMessage(person.mobile, smsTexts[language].at(-1));
    const mails = (await world.messages(person.email)).reverse();
    assert.deepEqual(mails.map((mail) => mail.subject).sort(), [...subjects[language]].sort());
    assert.equal(new Set(mails.map((mail) => mail.message_id)).size, mails.length);
    const texts = (await world.messages(person.mobile)).map((message) => message.text);
    assert.equal(texts.length, smsTexts[language].length, texts.join('\n'));
    for (const pattern of smsTexts[language])
      assert.equal(texts.filter((text) => pattern.test(text)).length, 1, `${pattern}\n${texts.join('\n')}`);
    for (const text of texts) assert.ok(!text.includes(person.identity_number), text);
  }
});

test('who has a certificate is asked why, and files no second first application', async () => {
  const page = await logIn(new Browser(installation.url, { language: 'en' }), people[0].person);
  assert.match(page.path, /\/neden$/, page.describe());
  assert.ok(!page.form(['reason']).options.get('reason').includes('first'));
  assert.ok((await page.submit({ reason: 'first' })).mistakes.includes('reason'));
});

test('no program logged an error on the way', () => assert.deepEqual(installation.errors, []));

test('all of it ends on SIGTERM and starts again with what it knew', async () => {
  await installation.stopPrograms();
  mkdirSync(path.join(installation.folder, 'certificates'), { recursive: true });
  await installation.run();
  await waitForStatus(installation, people[0].certificate.path, 'good');
});

test('a holder who logs in again is told of the last log-in', async () => {
  await world.advance(61);
  const page = await logInOnline(world, new Browser(installation.url, { language: 'en' }), people[0].person);
  assert.match(page.text, /Your last log-in: \d\d\.\d\d\.\d{4} \d\d:\d\d \(security word and SMS code\)/);
});
