// The e-signed way from the log-in page to a working certificate (spec 02, E-imzalı): an officer, who has a card, applies
// with it; a colleague logs in with a card too and approves by code. No paper, no password, no upload.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { proveCard, verifyBundle } from './lib/evidence.mjs';
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

test('the chain and the revocation evidence of then are in the bundle; changed or gone, it does not hold', { timeout: 240_000 }, async () => {
  const { verified, folder } = await proveCard(installation, barcode);
  assert.match(verified, /^ok {4}the applicant's certificate was good when it signed, by the chain and evidence of then$/m);
  const files = readdirSync(folder).filter((name) => name.startsWith('applicant-'));
  assert.deepEqual(files, ['applicant-chain-1.der', 'applicant-chain-2.der', 'applicant-crl-1.der', 'applicant-crl-2.der']);
  // each with an octet changed, and one of each kind gone
  await Promise.all([...files, files[1], files[3]].map(async (name, number) => {
    const copy = path.join(installation.folder, `evidence-${number}`), file = path.join(copy, name);
    cpSync(folder, copy, { recursive: true });
    const content = readFileSync(file);
    content[content.length >> 1] ^= 1;
    if (number < files.length) writeFileSync(file, content);
    else rmSync(file);
    const { status, stdout } = await verifyBundle(installation, copy);
    assert.equal(status, 1, `${name}: ${stdout}`);
    assert.match(stdout, /^WRONG the applicant's certificate was good when it signed/m, name);
  }));
});

test('no program logged an error on the way', () => assert.deepEqual(installation.errors, []));
