// Two officers and one application: who has signed what, what is still missing, passkeys (spec 04, Decide; spec 10).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Authenticator, challengeOf } from './lib/authenticator.mjs';
import { Browser } from './lib/browser.mjs';
import { Installation } from './lib/installation.mjs';
import { Officer, applicants, barcodeOf, confirmForm, confirmPhone, produceCards } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, barcode;
const officers = [];

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
}, { timeout: 200_000 });
after(() => installation?.stop());

/** Those whose institution is the application's or stands above it: they find its barcode. */
async function findOfficers() {
  for (const account of installation.demo.officers) {
    const officer = new Officer(installation, world, account);
    await officer.setUp();
    const page = await (await officer.logIn()).submit({ barcode });
    if (!page.mistakes.length) officers.push(officer);
    if (officers.length === 2) return;
  }
}

const withTwo = (name, act) => test(name, (context) =>
  (officers.length === 2 ? act() : context.skip('the demo has no two officers for one institution')));

test('an application, and the two officers who may act on it', { timeout: 120_000 }, async () => {
  const [person] = applicants(installation.demo, 1);
  const page = await confirmForm(new Browser(installation.url), person);
  barcode = barcodeOf(await confirmPhone(world, page, person.mobile));
  await findOfficers();
  await officers[0].takeIn(barcode);
});

const show = (officer) => officer.browser.get(`/yetkili/basvuru/${barcode}`);

/** Signs the words of this button over the application, with the card: the page after it. */
async function sign(officer, word) {
  let page = await show(officer);
  const form = page.form(['application']);
  page = await page.submit({ application: form.fields.get('application'), ...(word && { soz: word }) });
  assert.match(page.path, /\/yetkili\/karar\/[0-9a-f]+$/, page.describe());
  const statement = await officer.browser.get(page.link(/\/metin$/));
  const signature = await world.sign(officer.officer, 'karar.txt', statement.body);
  return { statement: statement.body.toString(), page: await page.submit({ signature: { name: 'karar.txt.p7m', data: signature } }) };
}

withTwo('the desk says what is missing and who may sign', async () => {
  const page = await show(officers[0]);
  assert.match(page.text, /Hâlâ eksik olan/);
  assert.match(page.text, /formun teslim alındığına dair imza/);
  assert.ok(page.text.includes(officers[1].officer.display_name), page.describe());
});

withTwo('one signs that the form was received: the application waits for the approval of another', async () => {
  const { statement, page } = await sign(officers[0], 'teslim');
  assert.match(statement, /^Teslim: evet$/m);
  assert.match(statement, /^Onay: -$/m);
  assert.match(page.text, /İmzanız saklandı/, page.describe());
  const waiting = await show(officers[1]);
  assert.match(waiting.text, /form teslim alındı · kart/, waiting.describe());
  assert.doesNotMatch(waiting.text, /formun teslim alındığına dair imza/);
  const { output } = await produceCards(installation);
  assert.doesNotMatch(output, /certificate [0-9a-f]+/, 'a card before the approval');
});

withTwo('a card that is not the officer\'s own is refused at once', async () => {
  let page = await show(officers[1]);
  page = await page.submit({ application: page.form(['application']).fields.get('application') });
  const statement = await officers[1].browser.get(page.link(/\/metin$/));
  const signature = await world.sign(officers[0].officer, 'karar.txt', statement.body);
  const refused = await page.submit({ signature: { name: 'karar.txt.p7m', data: signature } });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /sicil defterinde sizin adınıza yazılı değil/);
});

withTwo('another approves: the text says so and no more, the card is made', async () => {
  const { statement, page } = await sign(officers[1], '');
  assert.match(statement, /^Teslim: -$/m); // somebody else has signed that
  assert.match(statement, /^Onay: evet$/m);
  assert.equal(page.status, 200, page.describe());
  assert.doesNotMatch(page.text, /İmzanız saklandı/);
  const { status, output, serials } = await produceCards(installation);
  assert.equal(status, 0, output);
  assert.equal(serials.length, 1, output);
});

test('a passkey is registered, logs its owner in, and does not decide before the registry names it', async () => {
  const [officer] = officers, key = new Authenticator(installation.url);
  let page = await officer.browser.get('/yetkili/anahtar');
  const answer = key.create(challengeOf(page, /anahtar$/));
  const wrong = await page.submit({ name: 'masa', ...answer, client_data: answer.client_data.slice(0, -4) }, /anahtar$/);
  assert.equal(wrong.status, 422, wrong.describe());
  page = await page.submit({ name: 'masa', ...answer }, /anahtar$/);
  assert.equal(page.status, 200, page.describe());
  assert.match(page.text, /masa[\s\S]*Henüz sicil defterinde değil/, page.describe());
  const twice = await page.submit({ name: 'masa', ...key.create(challengeOf(page, /anahtar$/)) }, /yetkili\/anahtar$/);
  assert.equal(twice.status, 422, twice.describe());

  const visitor = new Browser(installation.url), other = new Browser(installation.url);
  const open = await visitor.get('/yetkili/giris'), elsewhere = await other.get('/yetkili/giris');
  const assertion = key.get(challengeOf(open, /giris\/anahtar$/));
  const relayed = await elsewhere.submit(assertion, /giris\/anahtar$/);
  assert.match(relayed.path, /\/yetkili\/giris/, 'an answer to another session\'s challenge');
  const stranger = await open.submit(new Authenticator(installation.url).get(challengeOf(open, /giris\/anahtar$/)), /giris\/anahtar$/);
  assert.match(stranger.path, /\/yetkili\/giris/);
  const inside = await open.submit(assertion, /giris\/anahtar$/);
  assert.match(inside.path, /\/yetkili\/gelen$/, inside.describe());
  const again = await open.submit(assertion, /giris\/anahtar$/);
  assert.doesNotMatch(again.path, /gelen$/, 'the same answer twice');
  page = await visitor.get('/yetkili/anahtar');
  page = await page.submit({}, /\/sil$/);
  assert.match(page.text, /Henüz geçiş anahtarınız yok/, page.describe());
  const gone = await new Browser(installation.url).get('/yetkili/giris');
  assert.match((await gone.submit(key.get(challengeOf(gone, /giris\/anahtar$/)), /giris\/anahtar$/)).path, /\/yetkili\/giris/);
});

test('no program logged an error on the way', () => assert.deepEqual(installation.errors, []));
