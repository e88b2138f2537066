// The e-signed way from the log-in page to a working certificate (spec 02, E-imzalı): an officer, who has a card, applies
// with it; a colleague logs in with a card too and approves by code. No paper, no password, no upload.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { Installation, database } from './lib/installation.mjs';
import { activate, askToSign, barcodeOf, cardCertificates, codeOf, logInOnline, produceCards, signShown, submitFrom,
  waitForStatus } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, applicant, colleague, person, barcode, certificate;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  const { officers } = installation.demo;
  [applicant, colleague] = officers.flatMap((one) => officers.filter((two) => two !== one && two.institution === one.institution)
    .map((two) => [one, two]))[0];
  person = installation.demo.people.find((one) => one.identity_number === applicant.identity_number);
}, { timeout: 200_000 });
after(() => installation?.stop());

test(`the applicant signs with the card, from another network than the page’s: one more proof (${database})`, async () => {
  let page = await askToSign(world, new Browser(installation.url), person);
  assert.equal((await world.signCode(colleague, codeOf(page).code)).exit_code, 5, 'a colleague’s card signs');
  const last = await world.lastId(person.mobile);
  page = await page.browser.get(await submitFrom(installation, world, applicant, codeOf(page).code, '127.0.0.2'));
  assert.match(page.path, /\/kanit$/, page.describe());
  page = await page.submit({ code: await world.smsCode(person.mobile, last) });
  assert.match(page.path, /\/sonuc$/, page.describe());
  barcode = barcodeOf(page);
});

test('a colleague logs in and approves, each with the card', async () => {
  const browser = new Browser(installation.url);
  let page = await (await browser.get('/yetkili/e-imza')).submit({ identity_number: colleague.identity_number });
  page = await signShown(world, page, colleague);
  assert.match(page.path, /\/yetkili\/gelen$/, page.describe());
  page = await browser.get(`/yetkili/basvuru/${barcode}`);
  page = await page.submit({}, /karar$/);
  assert.match(page.text, /e-imza -/, page.describe());
  page = await page.submit({}, /\/imza$/);
  page = await signShown(world, page, colleague);
  assert.match(page.text, /onaylandı/, page.describe());
});

test('the signer takes the evidence; the card’s certificate works', async () => {
  const produced = await produceCards(installation);
  assert.equal(produced.status, 0, produced.output);
  assert.equal(produced.serials.length, 1, produced.output);
  [certificate] = await cardCertificates(installation);
  await waitForStatus(installation, certificate.path, 'suspended');
  const page = await logInOnline(world, new Browser(installation.url), person);
  await activate(world, page, person, certificate.serial);
  await waitForStatus(installation, certificate.path, 'good');
});

test('no program logged an error on the way', () => assert.deepEqual(installation.errors, []));
