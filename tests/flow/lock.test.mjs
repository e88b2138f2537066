// The owner's lock (spec 03, Adıma Sertifika Üretimi; spec 10): from the page to the signer, whose refusal costs nothing;
// unlocked by eimza-cli, after 72 hours the certificate comes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { evidence } from './lib/evidence.mjs';
import { Holder } from './lib/holder.mjs';
import { Installation, database, waitUntil } from './lib/installation.mjs';
import { codeOf, logInOnline, produceCards, submitFrom } from './lib/story.mjs';
import { World } from './lib/world.mjs';

const HOUR_S = 3600;
let installation, world, holder, waiting;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  holder = new Holder(installation, world);
  await holder.begin();
}, { timeout: 200_000 });
after(() => installation?.stop());

test(`locked at once, after a page that says what it means; every contact is told (${database})`, async () => {
  const before = await holder.issuancePage();
  assert.match(before.text, /Not locked/);
  assert.match(before.text, /All certificates that were ever made in your name.*Active/s);
  assert.match((await holder.online.get('/online/adima-uretim/kilitle')).text, /no new certificate is made.*72 hours/s);
  const page = await holder.lock();
  assert.match(page.text, /Since .* no new certificate is made in your name/);
  await world.waitForMessage(holder.person.mobile, /no new certificate is made|yeni sertifika üretilmiyor/);
  await world.waitForMessage(holder.person.email, /no new certificate is made|yeni sertifika üretilmiyor/);
  assert.doesNotMatch((await holder.online.get('/online/sertifikalar')).text, /Suspended|Revoked/);
});

test('an approved application waits, and each is told who must do what', { timeout: 120_000 }, async () => {
  waiting = await holder.applyAgain();
  await holder.approve(waiting.barcode);
  await waitUntil('the station to hear of the lock', async () => {
    const { status, output } = await produceCards(installation);
    assert.equal(status, 1, output);
    return /waits: its owner has locked/.test(output);
  });
  const applicant = await waiting.browser.get('/basvuru/saglik/sonuc');
  assert.match(applicant.text, /The card waits for you.*Nothing of your application is lost/s, applicant.describe());
  assert.ok(applicant.link(/adima-uretim$/));
  const where = await (await waiting.browser.get('/basvurum-nerede'))
    .submit({ barcode: waiting.barcode, identity_number: holder.person.identity_number });
  assert.match(where.text, /The card waits for you/, where.describe());
  const officer = await (await holder.desk()).get(`/yetkili/basvuru/${waiting.barcode}`);
  assert.match(officer.text, /the signer makes none.*The person alone can unlock it/s, officer.describe());
  assert.match((await evidence(installation, waiting.barcode)).stdout, /^Checked at 20.*: locked by the owner$/m);
});

test('locking again voids an unlocking; what it was signed for is not good any more', { timeout: 120_000 }, async () => {
  let page = await holder.unlock();
  assert.match(page.text, /unlocked with your electronic signature.*until then no new certificate/s, page.describe());
  await world.waitForMessage(holder.person.mobile, /made again from|yeniden açılacak/);
  page = await holder.lock();
  assert.match(page.text, /Since .* no new certificate is made/, page.describe());
  await world.advance(73 * HOUR_S);
  await waitUntil('the signer to have been asked', async () => /waits: its owner/.test((await produceCards(installation)).output));
});

test('unlocked by eimza-cli, from another network than the page’s: one more proof', { timeout: 120_000 }, async () => {
  await logInOnline(world, holder.online, holder.person);
  let page = await (await holder.online.get('/online/adima-uretim/kilit-ac')).submit({}, /kilit-ac$/);
  assert.equal((await world.signCode(holder.colleague, codeOf(page).code)).exit_code, 5, 'a colleague’s card signs');
  await world.advance(61); // a code was sent to log in
  page = await (await holder.online.get('/online/adima-uretim/kilit-ac')).submit({}, /kilit-ac$/);
  const last = await world.lastId(holder.person.mobile);
  page = await holder.online.get(await submitFrom(installation, world, holder.card, codeOf(page).code, '127.0.0.2'));
  assert.match(page.path, /\/kanit$/, page.describe());
  page = await page.submit({ code: await world.smsCode(holder.person.mobile, last) });
  assert.match(page.path, /\/adima-uretim$/, page.describe());
  page = await holder.issuancePage();
  assert.match(page.text, /until then no new certificate/, page.describe());
});

test('72 hours later the certificate comes by itself', { timeout: 120_000 }, async () => {
  await world.advance(71 * HOUR_S);
  assert.match((await produceCards(installation)).output, /waits: its owner/);
  await world.advance(2 * HOUR_S);
  await waitUntil('the certificate', async () => (await produceCards(installation)).status === 0, 60_000);
  await logInOnline(world, holder.online, holder.person);
  const page = await holder.issuancePage();
  assert.match(page.text, /Not locked.*Suspended.*Active/s, page.describe());
  assert.doesNotMatch((await (await holder.desk()).get(`/yetkili/basvuru/${waiting.barcode}`)).text, /The card waits/);
});

test('no program logged an error on the way', () => assert.deepEqual(installation.errors, []));
