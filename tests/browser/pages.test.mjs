// Pages beside the straight way, in both languages: what is shown when something is wrong, unfinished or over. Each is
// looked at as in application.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Installation, waitUntil } from '../flow/lib/installation.mjs';
import { applicants } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { Person, startBrowser } from './lib/person.mjs';
import { fillForm, logIn } from './lib/steps.mjs';

let installation, world, browser, english, physician;
const people = [];

async function arrive(language = 'tr') {
  const person = await Person.arrive(browser, { baseUrl: installation.url, language });
  people.push(person);
  return person;
}

const focusedId = (person) => person.page.evaluate(() => document.activeElement.id);

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  browser = await startBrowser();
  const all = applicants(installation.demo, 200);
  english = all[0];
  physician = all.find((one) => /Aile Sağlığı/.test(one.institution));
}, { timeout: 200_000 });

after(async () => {
  await browser?.close();
  await installation?.stop();
});

test('a link of the summary leads into its field, label in view', async () => {
  const applicant = await arrive();
  await applicant.open('/basvuru/saglik/giris');
  await applicant.press('Continue');
  await applicant.page.keyboard.press('Tab');
  await applicant.page.keyboard.press('Tab');
  await applicant.page.keyboard.press('Enter');
  assert.equal(await focusedId(applicant), 'identity_number');
  assert.ok(await applicant.page.isVisible('label[for=identity_number]'));
});

test('the register does not answer: what was typed stays; details that do not match', async () => {
  const applicant = await arrive();
  await world.fault('population', 'down');
  await applicant.open('/basvuru/saglik/giris');
  await logIn(applicant, english);
  await applicant.look('register-down');
  assert.equal(await applicant.page.inputValue('#surname'), english.surname);
  await world.fault('population', 'none');
  await logIn(applicant, english, { surname: 'YANLIŞ' });
  await applicant.look('login-mismatch');
  assert.equal(await applicant.page.inputValue('#surname'), 'YANLIŞ');
});

test('a new picture keeps what was typed, with a script or without; Enter goes on', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ baseURL: installation.url, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto('/online/giris');
    await page.fill('#identity_number', english.identity_number);
    await page.fill('#security_word', 'Gizli9Kelime');
    const before = await page.getAttribute('.divit-picture__image', 'src');
    await page.focus('button[name=new_picture]');
    await page.keyboard.press('Enter');
    await page.waitForFunction((old) => document.querySelector('.divit-picture__image')?.getAttribute('src') !== old, before)
      .catch(() => assert.fail('no new picture came'));
    assert.equal(await page.inputValue('#identity_number'), english.identity_number);
    // a password never comes back from the server
    assert.equal(await page.inputValue('#security_word'), javaScriptEnabled ? 'Gizli9Kelime' : '');
    assert.equal(await page.locator('.govuk-error-message').count(), 0);
    await page.fill('#picture', 'AAAAA');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#picture-error');
    const heard = await page.evaluate(async () => {
      const answer = await fetch(document.querySelector('audio').src);
      return [answer.status, answer.headers.get('content-type')];
    }).catch(() => null);
    if (javaScriptEnabled) assert.deepEqual(heard, [200, 'audio/wav']);
    await context.close();
  }
});

test("a family physician's form; a word of warning two minutes before the session ends", async () => {
  const applicant = await arrive();
  await applicant.page.clock.install();
  await applicant.open('/basvuru/saglik/giris');
  await logIn(applicant, physician);
  await applicant.look('form-family');
  await applicant.page.clock.fastForward('12:30');
  assert.equal(await applicant.page.isVisible('.divit-session'), false);
  await applicant.page.clock.fastForward('00:31');
  await applicant.look('session-warning');
  assert.equal(await applicant.page.isVisible('.divit-session'), true);
});

test('what is typed is saved by itself, also as its page is left, and survives a closed browser', async () => {
  const nurse = applicants(installation.demo, 200).at(-1);
  const applicant = await arrive('en');
  await applicant.open('/basvuru/saglik/giris');
  await logIn(applicant, nurse);
  await applicant.fill('Title', 'Uzman');
  await applicant.page.waitForFunction(() => document.querySelector('[data-keep]').textContent === 'Saved.');
  await applicant.look('form-saved');
  await applicant.fill('Title', 'Uzman Hemşire');
  await applicant.open('/basvurum-nerede');
  const kept = (await applicant.page.context().cookies()).filter(({ expires }) => expires > 0);
  await applicant.page.context().close();

  const later = await arrive('en');
  await later.page.context().addCookies(kept);
  await later.open('/basvuru/saglik/giris');
  await logIn(later, nurse);
  assert.equal(await later.page.inputValue('#title'), 'Uzman Hemşire');
});

test('in English: a draft kept, the form confirmed, another browser told of it, withdrawn', async () => {
  const applicant = await arrive('en');
  await applicant.open('/');
  await applicant.look('home-english');
  await applicant.open('/basvuru');
  await applicant.look('doors-english');
  await applicant.open('/basvuru/saglik/giris');
  await applicant.look('login-english');
  await logIn(applicant, english);
  await applicant.look('form-english');
  await applicant.press('Save and go on later');
  await applicant.look('saved-english');
  await applicant.press('Go on with the form');
  await fillForm(applicant, english);
  await applicant.look('check-english');
  await applicant.press('Confirm the form');
  let last = await world.lastId(english.mobile);
  await applicant.press('Send');
  await applicant.look('code-english');
  const secondsLeft = async () => Number(await applicant.page.innerText('.divit-countdown >> nth=0'));
  const before = await secondsLeft();
  await waitUntil('the countdown', async () => await secondsLeft() < before);
  await applicant.fill('Code', await world.smsCode(english.mobile, last));
  await applicant.press('OK');
  await applicant.press('Continue');
  await applicant.look('result-english');

  const elsewhere = await arrive();
  await elsewhere.open('/basvuru/saglik/giris');
  await logIn(elsewhere, english);
  await elsewhere.look('running');
  last = await world.lastId(english.mobile);
  await world.advance(61);
  await elsewhere.press('Send the code');
  await elsewhere.look('running-code');
  await elsewhere.fill('Code', await world.smsCode(english.mobile, last));
  await elsewhere.press('OK');
  await elsewhere.press('Withdraw the application');
  await elsewhere.look('withdraw');
  await elsewhere.press('Withdraw');
  await elsewhere.look('withdrawn');
});

test('a form whose session is gone, a desk that is closed, an address of a form', async () => {
  const visitor = await arrive();
  await visitor.open('/basvuru/saglik/giris');
  await visitor.context.clearCookies();
  await visitor.press('Continue');
  await visitor.look('session-gone');
  await visitor.open('/yetkili/gelen');
  assert.match(visitor.page.url(), /\/yetkili\/giris/);
  await visitor.look('officer-closed');
  await visitor.open('/yetkili/kurulum/0123456789abcdef0123456789abcdef');
  await visitor.look('link-void');
});

test('no page broke a rule: axe, html-validate, sideways scrolling, errors in the browser', () => {
  assert.deepEqual(people.flatMap((person) => person.problems), []);
});
