// Contact data that differ from those known before: who was known is told and may object, the owner's word is asked before
// anybody works on the application, and it lapses when nobody answers (spec 01, confirmation_pending; spec 09).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { Installation, database, waitUntil } from './lib/installation.mjs';
import { Officer, applicants, barcodeOf, confirmForm, signShown } from './lib/story.mjs';
import { World } from './lib/world.mjs';

const NEW_MOBILE = '5330000077', DAY_S = 86_400;
let installation, world, people, officer;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  people = applicants(installation.demo, 4);
}, { timeout: 200_000 });
after(() => installation?.stop());

/** Somebody who knows the person's details types another telephone, and chooses the wet way. */
async function applyWith(person, mobile) {
  let page = await confirmForm(new Browser(installation.url), person, { mobile });
  const last = await world.lastId(mobile), lastOld = await world.lastId(person.mobile);
  page = await page.submit({}, /sms$/);
  page = await page.submit({ code: await world.smsCode(mobile, last) });
  assert.match(page.path, /\/yontem$/, page.describe());
  const notice = await world.waitForMessage(person.mobile, /itiraz/, lastOld);
  page = await page.submit({ way: 'wet' });
  assert.match(page.path, /\/onay$/, page.describe());
  return { page, barcode: barcodeOf(page), objection: /(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}/.exec(notice.text)[0], notice };
}

/** A code to the number known from before: the page that asks for it, and the code. */
async function sendToOld(page, person) {
  await world.advance(61); // one was sent to the new number a moment ago
  const last = await world.lastId(person.mobile);
  page = await page.submit({ number: '0' }, /onay$/);
  assert.match(page.path, /\/onay\/kod$/, page.describe());
  return { page, code: await world.smsCode(person.mobile, last) };
}

async function object(code) {
  const page = await new Browser(installation.url).get('/itiraz');
  return page.submit({ code });
}

async function where(person, barcode) {
  const page = await new Browser(installation.url).get('/basvurum-nerede');
  return page.submit({ barcode, identity_number: person.identity_number });
}

const typo = (code) => (code[0] === '0' ? '1' : '0') + code.slice(1);

/** The officer who finds this barcode. */
async function findOfficer(barcode) {
  for (const account of installation.demo.officers) {
    officer = new Officer(installation, world, account);
    await officer.setUp();
    const page = await (await officer.logIn()).submit({ barcode });
    if (!page.mistakes.length) return;
  }
}

const desk = (barcode) => officer.browser.get(`/yetkili/basvuru/${barcode}`);

let first;
test(`who was known before is told what changed, masked, and how to object (${database})`, { timeout: 120_000 }, async () => {
  const [person] = people;
  first = await applyWith(person, NEW_MOBILE);
  assert.match(first.notice.text, /5\*\* \*\*\* \*\* 77/);
  assert.match(first.notice.text, /\d\d\.\d\d\.\d{4} \d\d:\d\d/);
  assert.doesNotMatch(first.notice.text, /http|giris|5330000077/);
  const mail = await world.waitForMessage(person.email, /itiraz/i);
  assert.ok(mail.text.includes(first.objection), mail.text);
  const [[hashed]] = await query(installation, `SELECT COUNT(*) FROM contact_notice WHERE objected_s IS NULL`);
  assert.equal(hashed, '1');
});

test('everybody sees that the owner is asked; the officer can neither take it in nor approve', { timeout: 120_000 }, async () => {
  await findOfficer(first.barcode);
  const seen = await desk(first.barcode);
  assert.match(seen.text, /Başvuru sahibinin onayı bekleniyor/, seen.describe());
  assert.match(seen.text, /Kişinin önceden bilinen bilgilerinden farklı: cep telefonu/);
  assert.ok(!seen.forms.some((form) => /teslim|karar/.test(form.action)), seen.describe());
  const token = (await officer.browser.get('/yetkili/gelen')).form(['barcode']).fields.get('csrf');
  const forced = await officer.browser.post(`/yetkili/basvuru/${first.barcode}/teslim`, { csrf: token });
  assert.equal(forced.status, 409, forced.describe());
  const timeline = await where(people[0], first.barcode);
  assert.match(timeline.text, /Önceden bilinen telefonunuza gönderilecek kodla veya elektronik imzanızla onaylayın/, timeline.describe());
  assert.match(first.page.text, /Önceki telefon artık sizde değil mi\?/);
});

test('wrong codes, another person’s and the new number’s own do not confirm; the old number’s does, once', { timeout: 120_000 }, async () => {
  const [person, other] = people;
  const second = await applyWith(other, '5330000078');
  const ofOther = await sendToOld(second.page, other);
  const own = await sendToOld(first.page, person);
  assert.match(own.page.text, /5\*\* \*\*\* \*\*/);
  let page = await own.page.submit({ code: typo(own.code) });
  assert.deepEqual(page.mistakes, ['code'], page.describe());
  page = await page.submit({ code: ofOther.code === own.code ? typo(own.code) : ofOther.code });
  assert.deepEqual(page.mistakes, ['code'], page.describe());
  page = await page.submit({ code: own.code });
  assert.match(page.path, /\/sonuc$/, page.describe());
  const again = await own.page.submit({ code: own.code });
  assert.match(again.path, /\/sonuc$/, again.describe());
  await world.waitForMessage(NEW_MOBILE, /başvurunuz kaydedildi/);
  await officer.takeIn(first.barcode);
  const [[state]] = await query(installation, `SELECT state FROM application WHERE barcode = '${first.barcode}'`);
  assert.equal(state, 'officer_pending');

  page = await ofOther.page.browser.get('/basvuru/saglik/geri-cek'); // and it can be given up meanwhile
  await page.submit({}, /geri-cek/);
});

test('an objection stops it, at the officer’s desk too; everybody is told; wrong codes do nothing', { timeout: 120_000 }, async () => {
  const [person] = people;
  for (const code of ['', 'ABCD', 'ABCD-EFGH-JKLM-NPQR', `${first.objection}2`]) {
    const page = await object(code);
    assert.equal(page.status, 422, page.describe());
    assert.deepEqual(page.mistakes, ['code']);
  }
  const last = await world.lastId(NEW_MOBILE), lastOld = await world.lastId(person.mobile);
  const done = await object(first.objection.toLowerCase().replaceAll('-', ' '));
  assert.match(done.text, /Başvuru durduruldu/, done.describe());
  assert.doesNotMatch(done.text, new RegExp(`${first.barcode}|${person.surname}|${person.identity_number}`, 'i'));
  await world.waitForMessage(NEW_MOBILE, /durduruldu/, last);
  await world.waitForMessage(person.mobile, /durduruldu/, lastOld);
  const { mobile } = installation.demo.people.find((one) => one.identity_number === officer.officer.identity_number);
  await world.waitForMessage(mobile, new RegExp(`${first.barcode}[\\s\\S]*itiraz`));
  const seen = await desk(first.barcode);
  assert.match(seen.text, /önceden bilinen bir iletişim adresinden itiraz edildi/, seen.describe());
  assert.ok(!seen.forms.some((form) => /karar/.test(form.action)), seen.describe());
  const timeline = await where(person, first.barcode);
  assert.match(timeline.text, /Reddedildi[\s\S]*itiraz edildi/, timeline.describe());
  assert.match((await object(first.objection)).text, /Başvuru durduruldu/); // twice is once
  const records = await query(installation, `SELECT event FROM audit_record WHERE event IN ('notify_contacts',
    'confirm_owner', 'object_to_application') ORDER BY id`);
  assert.deepEqual(records.map(([event]) => event),
    ['notify_contacts', 'notify_contacts', 'confirm_owner', 'object_to_application']);
});

test('guesses from one address are few', { timeout: 60_000 }, async () => {
  const page = await waitUntil('the throttle', async () => {
    const answer = await object('ABCD-EFGH-JKLM-NPQR');
    return answer.status === 429 && answer;
  });
  assert.match(page.text, /Çok fazla deneme/, page.describe());
});

test('an electronic signature is the owner’s word too, and needs no paper', { timeout: 120_000 }, async () => {
  const signer = installation.demo.officers.find((one) => one.identity_number !== officer.officer.identity_number);
  const person = installation.demo.people.find((one) => one.identity_number === signer.identity_number);
  const { page: asked, barcode } = await applyWith(person, '5330000080');
  let page = await asked.submit({}, /onay\/imza$/);
  assert.match(page.path, /\/imza$/, page.describe());
  page = await signShown(world, page, signer);
  assert.match(page.path, /\/sonuc$/, page.describe());
  assert.deepEqual(await query(installation, `SELECT state, way FROM application WHERE barcode = '${barcode}'`),
    [['officer_pending', 'e_signed']]);
});

test('not answered: two reminders, then it lapses', { timeout: 120_000 }, async () => {
  const person = people[2], mobile = '5330000079';
  const { barcode } = await applyWith(person, mobile);
  for (const days of [7, 4]) {
    const last = await world.lastId(mobile);
    await world.advance(days * DAY_S + 60);
    await world.waitForMessage(mobile, /sizi bekliyor[\s\S]*zaman aşımı/, last);
  }
  await world.advance(3 * DAY_S);
  await world.waitForMessage(mobile, /zaman aşımına uğradı/);
  const page = await where(person, barcode);
  assert.match(page.text, /Durum Zaman aşımına uğradı/, page.describe());
});

test('an unchanged telephone, known from before, is the owner’s word: told, but not asked', { timeout: 120_000 }, async () => {
  const person = people[3], email = 'yeni@posta.example';
  let page = await confirmForm(new Browser(installation.url), person, { email });
  const last = await world.lastId(person.mobile), lastMail = await world.lastId(person.email);
  page = await page.submit({}, /sms$/);
  page = await page.submit({ code: await world.smsCode(person.mobile, last) });
  await world.waitForMessage(person.email, /y\*\*\*@posta\.example/, lastMail);
  page = await page.submit({ way: 'wet' });
  assert.match(page.path, /\/sonuc$/, page.describe());
});

test('no program logged an error on the way', () => assert.deepEqual(installation.errors, []));
