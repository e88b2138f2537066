// Adıma Sertifika Üretimi by keyboard and looked at: locked after a page that says what it means; what applicant and officer
// see of a card that waits; unlocked with a card, and locked again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Holder } from '../flow/lib/holder.mjs';
import { Installation, waitUntil } from '../flow/lib/installation.mjs';
import { produceCards, securityWord } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { Person, startBrowser } from './lib/person.mjs';
import { answerPicture } from './lib/steps.mjs';

let installation, world, browser, holder, owner;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  browser = await startBrowser();
  holder = new Holder(installation, world);
  await holder.begin();
  await world.advance(61); // codes to one person
  owner = await Person.arrive(browser, { baseUrl: installation.url, language: 'tr' });
}, { timeout: 200_000 });

after(async () => {
  await browser?.close();
  await installation?.stop();
});

const settled = () => waitUntil('the signer’s answer', async () => {
  await owner.open('/online/adima-uretim');
  return !/iletiliyor/.test(await owner.text());
}, 15_000, 300);

test('locked after a page that says what it means', async () => {
  await owner.open('/online');
  await answerPicture(owner);
  await owner.fill('Identity number', holder.person.identity_number);
  await owner.fill('Security word', securityWord);
  const last = await world.lastId(holder.person.mobile);
  await owner.press('Continue');
  await owner.fill('Enter the code from your phone', await world.smsCode(holder.person.mobile, last));
  await owner.press('Log in');
  await owner.press('Certificates in my name');
  await owner.look('issuance-open');
  await owner.press('Lock new certificates');
  await owner.look('issuance-lock');
  await owner.press('Lock');
  await settled();
  await owner.look('issuance-locked');
  assert.match(await owner.text(), /adına yeni sertifika|adınıza yeni sertifika üretilmiyor/);
});

test('a card that waits says so to applicant and officer', { timeout: 120_000 }, async () => {
  const { barcode } = await holder.applyAgain();
  await holder.approve(barcode);
  await waitUntil('the lock to be heard of', async () => /waits: its owner/.test((await produceCards(installation)).output));
  const asker = await Person.arrive(browser, { baseUrl: installation.url, language: 'tr' });
  await asker.open('/basvurum-nerede');
  await asker.fill('Barcode', barcode);
  await asker.fill('Identity number', holder.person.identity_number);
  await asker.press('Show');
  await asker.look('where-locked');
  assert.match(await asker.text(), /Kart sizi bekliyor/);
  const desk = await Person.arrive(browser, { baseUrl: installation.url, language: 'tr' });
  await desk.open('/yetkili/e-imza');
  await desk.fill('Identity number', holder.colleague.identity_number);
  await desk.press('Continue');
  const code = await desk.page.innerText('.divit-signing__code strong');
  await desk.open(new URL((await world.signCode(holder.colleague, code)).link).pathname);
  await desk.open(`/yetkili/basvuru/${barcode}`);
  await desk.look('officer-locked');
  assert.match(await desk.text(), /Kilidi yalnızca kişinin kendisi/);
  assert.deepEqual([...asker.problems, ...desk.problems], []);
});

test('unlocked with a card, and locked again', async () => {
  await owner.open('/online/adima-uretim');
  await owner.press('Unlock with an electronic signature');
  await owner.look('issuance-unlock');
  await owner.press('Get a verification code');
  const code = await owner.page.innerText('.divit-signing__code strong');
  const { link } = await world.signCode(holder.card, code);
  await owner.open(new URL(link).pathname);
  await settled();
  await owner.look('issuance-unlocking');
  await owner.press('Lock again');
  await owner.press('Lock');
  await settled();
  assert.match(await owner.text(), /adınıza yeni sertifika üretilmiyor/);
  assert.deepEqual(owner.problems, []);
});
