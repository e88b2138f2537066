// The form while it is not yet signed: kept as it was typed, changed and printed anew, gone on with elsewhere, withdrawn.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { Installation } from './lib/installation.mjs';
import { Officer, applicants, barcodeOf, confirmForm, confirmPhone, filledForm, logIn,
  loginValues } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, people;
const next = () => people.shift();
const newBrowser = () => new Browser(installation.url, { language: 'en' });
const door = '/basvuru/saglik';
const officers = new Map(); // those who have set their account up

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  people = applicants(installation.demo, 20);
}, { timeout: 200_000 });
after(() => installation?.stop());

/** An application that waits for its form: { person, barcode, browser, page }. */
async function apply(person = next()) {
  const browser = newBrowser();
  const page = await confirmPhone(world, await confirmForm(browser, person), person.mobile);
  return { person, browser, page, barcode: barcodeOf(page) };
}

async function find(barcode, person) {
  const page = await newBrowser().get('/basvurum-nerede');
  return page.submit({ barcode, identity_number: person.identity_number });
}

/** An officer above the whole ministry of the demo or of this person's institution, logged in. */
async function officerFor(person, barcode) {
  const mail = await world.waitForMessage(person.email, new RegExp(barcode));
  const found = installation.demo.officers.find(({ display_name: name }) => mail.text.includes(name));
  const officer = officers.get(found) ?? new Officer(installation, world, found);
  if (!officers.has(found)) await officer.setUp();
  officers.set(found, officer);
  await officer.logIn();
  return officer;
}

test('what was typed, right or wrong, outlives the server and the session', async () => {
  const person = next();
  const browser = newBrowser();
  let page = await logIn(browser, person);
  page = await page.submit({ ...filledForm(page, person, { email: 'not an address', title: 'Başhekim' }), act: 'continue' });
  assert.ok(page.mistakes.includes('email'), page.describe());
  assert.match(page.text, /Postal codes of \S+ begin with \d\d/); // of the province that is chosen
  await installation.stopPrograms();
  await installation.run();
  page = await browser.get(`${door}/form`);
  const kept = page.form(['email']).fields;
  assert.equal(kept.get('email'), 'not an address');
  assert.equal(kept.get('title'), 'Başhekim');
  assert.equal(kept.get('security_word'), '');

  await world.advance(3600); // the session is over, the browser is the same
  page = await browser.get(`${door}/form`);
  assert.match(page.path, /^\/basvuru$/, page.describe());
  page = await logIn(browser, person);
  assert.equal(page.form(['title']).fields.get('title'), 'Başhekim');
  assert.match(page.text, /security word is kept/);
});

test('a district is found by its first letters, without a script; Enter in that field looks, too', async () => {
  const person = next();
  let page = await logIn(newBrowser(), person);
  page = await page.submit({ act: 'search', district_search: 'KADIK', title: 'Başhekim' });
  assert.equal(page.status, 200, page.describe());
  const [, place] = /name="place" value="([^"]+)"/.exec(page.html);
  page = await page.submit({ place });
  const { fields } = page.form(['district']);
  assert.deepEqual(['province', 'district', 'title'].map((name) => fields.get(name)), ['İstanbul', 'Kadıköy', 'Başhekim']);
  page = await page.submit({ act: 'enter', district_search: 'merkez bol' });
  assert.deepEqual(page.mistakes, ['district_search']);
  assert.match(page.text, /Merkez, Bolu/);
  page = await page.submit({ place: '34/Çankaya' }); // there is none in that province: nothing is changed
  assert.equal(page.form(['district']).fields.get('district'), 'Kadıköy');
  page = await page.submit({ act: 'search', district_search: 'merkez' });
  assert.match(page.text, /More than 20 districts begin with “merkez”/);
  page = await page.submit({ act: 'search', district_search: 'xyz' });
  assert.deepEqual(page.mistakes, ['district_search']);
  page = await page.submit({ act: 'continue', district_search: 'xyz' }); // Continue means the form, whatever stands in the search
  assert.ok(page.mistakes.length > 0 && !page.mistakes.includes('district_search'), page.describe());
});

test('kept while it is filled in; a form sent after 16 minutes, and a browser that was closed', async () => {
  const person = next();
  const browser = newBrowser();
  let page = await logIn(browser, person);
  const keep = (title) => page.submit({ ...filledForm(page, person, { title, security_word: '', security_word_again: '' }), act: 'keep' });
  for (const title of ['Uzman', 'Uzman Hekim']) { // what the script sends is work: the session goes on
    const kept = await keep(title);
    assert.match(kept.headers['content-type'], /json/, kept.describe());
    await world.advance(14 * 60);
  }
  page = await browser.get(`${door}/form`);
  assert.equal(page.form(['title']).fields.get('title'), 'Uzman Hekim');
  await world.advance(16 * 60);
  const late = await page.submit({ title: 'Zu spät', act: 'continue' });
  assert.equal(late.path, '/basvuru');
  assert.match(late.text, /Your session has ended.* log in again in this browser and go on with it/, late.describe());
  page = await logIn(browser, person);
  assert.equal(page.form(['title']).fields.get('title'), 'Uzman Hekim');
});

test('a draft that no code confirmed is nobody else’s to read, and does not lock its person out', async () => {
  const person = next();
  let page = await logIn(newBrowser(), person);
  await page.submit({ ...filledForm(page, person, { title: 'Gizli Unvan' }), act: 'save' });
  page = await logIn(newBrowser(), person);
  assert.match(page.path, /\/form$/, page.describe());
  assert.notEqual(page.form(['title']).fields.get('title'), 'Gizli Unvan');
});

test('another browser goes on with a code to the number on the form', async () => {
  const { person, barcode } = await apply();
  const browser = newBrowser();
  let page = await logIn(browser, person);
  assert.match(page.path, /\/devam$/, page.describe());
  assert.match((await browser.get(`${door}/sonuc`)).path, /^\/basvuru$/); // the log-in alone opens nothing
  await world.advance(61);
  const last = await world.lastId(person.mobile);
  page = await page.submit({}, /devam$/);
  assert.match(page.path, /\/devam\/kod$/, page.describe());
  page = await page.submit({ code: '00 00 00' });
  assert.ok(page.mistakes.includes('code'), page.describe());
  const code = await world.smsCode(person.mobile, last);
  page = await page.submit({ code: `${code.slice(0, 3)} ${code.slice(3)}` });
  assert.match(page.path, /\/sonuc$/, page.describe());
  assert.equal(barcodeOf(page), barcode);
});

test('a changed form has a new barcode; the officer is told that the old print is superseded', async () => {
  const { person, page, barcode } = await apply();
  let changed = await page.submit({}, /degistir$/);
  assert.match(changed.path, /\/form$/, changed.describe());
  assert.ok(!changed.form(['security_word']).fields.get('security_word'));
  changed = await changed.submit({ title: 'Uzman', security_word: '', security_word_again: '', act: 'continue' });
  assert.match(changed.path, /\/kontrol$/, changed.describe());
  assert.match(changed.text, /Certificate for 3 years 413,00 TL Mini card reader 118,00 TL Together 531,00 TL Your institution pays/);
  changed = await changed.submit({}, /kontrol$/);
  await world.advance(61);
  changed = await confirmPhone(world, changed, person.mobile);
  const fresh = barcodeOf(changed);
  assert.notEqual(fresh, barcode);
  assert.match((await find(barcode, person)).text, new RegExp(fresh)); // the old number still leads to it

  const officer = await officerFor(person, fresh);
  let inbox = await officer.browser.get('/yetkili/gelen');
  inbox = await inbox.submit({ barcode });
  assert.doesNotMatch(inbox.path, /basvuru/, inbox.describe());
  assert.match(inbox.text, /eski|yeniden yazdır|geçersiz/i, inbox.describe());
  inbox = await inbox.submit({ name: `${person.surname.toLowerCase()} yok` }, /gelen\/ad$/);
  assert.match(inbox.text, /Bu adı taşıyan birinin başvurusu yok/, inbox.describe());
  inbox = await inbox.submit({ name: `  ${person.surname}  ${person.given_names}` }, /gelen\/ad$/);
  assert.match(inbox.text, new RegExp(`Ada göre bulunanlar[\\s\\S]*${fresh}`), inbox.describe());
  await officer.takeIn(fresh);
  const where = await find(fresh, person); // who must act next, and by when
  assert.match(where.text, /Waiting for the institution officer/);
  assert.match(where.text, /bring the original \(done\) you; done on \d\d\.\d\d\.\d{4}/);
  assert.match(where.text, /What happens next Check and approve \(the institution officer\)/);
  await world.waitForMessage(person.mobile, /Next: Check and approve \(the institution officer\)\./); // the same words
  assert.match(where.text, /Check and approve the institution officer; expected by \d\d\.\d\d\.\d{4}/);
  assert.match(where.text, /Bring the card to you by hand the courier; expected by/);
});

test('returned for correction: the fields are marked, no new code, another barcode; a new number wants its code', async () => {
  const { person, barcode } = await apply();
  const officer = await officerFor(person, barcode);
  await officer.takeIn(barcode);
  let page = await officer.browser.get(`/yetkili/basvuru/${barcode}`);
  page = await officer.browser.get(page.link(/\/geri$/));
  assert.deepEqual((await page.submit({}, /\/geri$/)).mistakes, ['reason']);
  const last = await world.lastId(person.email);
  page = await page.submit({ reason: 'Unvanınız Uzman olmalı.', field: 'title' }, /\/geri$/);
  assert.match(page.text, /Başvurana geri gönderildi: Unvanınız Uzman olmalı/, page.describe());
  await world.waitForMessage(person.email, /Unvanınız Uzman olmalı/, last);
  const seen = await find(barcode, person);
  assert.match(seen.text, /Returned for correction/);
  assert.doesNotMatch(seen.text, /Unvanınız/); // whoever has barcode and identity number sees no words of the officer

  const browser = newBrowser();
  await world.advance(61);
  let form = await logIn(browser, person);
  const sms = await world.lastId(person.mobile);
  form = await form.submit({}, /devam$/);
  form = await form.submit({ code: await world.smsCode(person.mobile, sms) });
  assert.match(form.text, /returned the application: Unvanınız Uzman olmalı/, form.describe());
  form = await form.submit({}, /degistir$/);
  assert.deepEqual(form.mistakes, ['title']);
  form = await form.submit({ title: 'Uzman', security_word: '', security_word_again: '', act: 'continue' });
  form = await form.submit({}, /kontrol$/);
  assert.match(form.path, /\/yontem$/, form.describe());
  form = await form.submit({ way: 'wet' });
  const next = barcodeOf(form);
  assert.notEqual(next, barcode);
  let inbox = await officer.browser.get('/yetkili/gelen');
  inbox = await inbox.submit({ barcode });
  assert.match(inbox.text, /eski|yeniden yazdır|geçersiz/i, inbox.describe());
  await officer.takeIn(next);
  page = await officer.browser.get(`/yetkili/basvuru/${next}/geri`);
  await page.submit({ reason: 'Cep telefonunuz yanlış.', field: 'mobile' }, /\/geri$/);
  form = await (await browser.get(`${door}/sonuc`)).submit({}, /degistir$/);
  form = await form.submit({ mobile: '5000009999', security_word: '', security_word_again: '', act: 'continue' });
  assert.match((await form.submit({}, /kontrol$/)).path, /\/sms$/); // a number just typed proves nothing
});

test('a withdrawn application is over, and its person can apply anew', async () => {
  const { person, browser, page, barcode } = await apply();
  const asked = await browser.get(page.link(/geri-cek$/));
  const done = await asked.submit({}, /geri-cek$/);
  assert.match(done.path, /\/geri-cekildi$/, done.describe());
  assert.match((await browser.get(`${door}/sonuc`)).path, /^\/basvuru$/);
  assert.match((await find(barcode, person)).text, /Withdrawn/);
  await world.waitForMessage(person.mobile, new RegExp(`${barcode} has been withdrawn`));
  const again = await logIn(newBrowser(), person);
  assert.match(again.path, /\/form$/, again.describe());
});

test('where is my application: the same answer for another’s barcode and for none', async () => {
  const { barcode } = await apply();
  const stranger = next();
  const texts = new Set();
  for (const number of [barcode, '0123456789abcde']) {
    const page = await find(number, stranger);
    assert.equal(page.status, 422);
    texts.add(page.text);
  }
  assert.equal(texts.size, 1, [...texts].join('\n'));
});

test('the log-in page leads to the two texts that going on accepts', async () => {
  const page = await newBrowser().get(`${door}/giris`);
  const links = page.links.filter(({ href }) => href?.startsWith(`${door}#`));
  assert.equal(links.length, 2, page.describe());
  const { html } = await newBrowser().get(door);
  for (const { href } of links) assert.match(html, new RegExp(`<details[^>]* id="${href.split('#')[1]}"`));
});

test('a mistyped mail domain is hinted at, on the form beside a mistake and where answers are checked', async () => {
  const person = next();
  const hint = /did you mean \w+@gmail\.com\?/i;
  let page = await logIn(newBrowser(), person);
  const email = 'ornek@gmial.com';
  page = await page.submit({ ...filledForm(page, person, { email, work_phone: '' }), act: 'continue' });
  assert.match(page.path, /\/form$/, page.describe());
  assert.match(page.text, hint);
  page = await page.submit({ ...filledForm(page, person, { email }), act: 'continue' });
  assert.match(page.path, /\/kontrol$/, page.describe());
  assert.match(page.text, hint);
});

test('who wants e-mails alone gets the code and the officer’s name by SMS all the same, and nothing else', async () => {
  const person = next();
  const page = await confirmPhone(world, await confirmForm(newBrowser(), person, { channel: 'email' }), person.mobile);
  const barcode = barcodeOf(page);
  const officer = await officerFor(person, barcode);
  await officer.takeIn(barcode);
  await world.waitForMessage(person.email, /has been received/);
  const told = (await query(installation, `SELECT event, channel FROM message WHERE person_id =
    (SELECT person_id FROM application WHERE barcode = '${barcode}')`)).map((row) => row.join(' ')).sort();
  assert.deepEqual(told, ['form_awaited email', 'form_awaited sms', 'phone_code sms', 'taken_in email']);
});

test('who is in the population register and in no institution is told whom to turn to', async () => {
  let page = await newBrowser().get('/basvuru/meb/giris'); // a health worker at the door of education
  page = await page.submit({ ...loginValues(page, next()), staff_number: null }, /giris$/);
  assert.match(page.text, /Your details are right, but the staff register MEBBİS names no institution/, page.describe());
  assert.match(page.text, /Turn to the MEBBİS users of your institution’s personnel unit/);
});
