// The page that shows a verification code, by keyboard and looked at: it goes on by itself, the ticket comes back into its
// browser and into no other, other addresses ask one more proof.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Installation, waitUntil } from '../flow/lib/installation.mjs';
import { Officer, submitFrom } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { Person, startBrowser } from './lib/person.mjs';

let installation, world, browser, officer, account;
const people = [];

async function arrive(language = 'tr') {
  const person = await Person.arrive(browser, { baseUrl: installation.url, language });
  people.push(person);
  return person;
}

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  browser = await startBrowser();
  [account] = installation.demo.officers;
  officer = new Officer(installation, world, account);
  await officer.setUp();
}, { timeout: 200_000 });

after(async () => {
  await browser?.close();
  await installation?.stop();
});

async function begin(person) {
  await person.open('/yetkili/giris');
  await person.press('Log in with an electronic signature');
  await person.fill('Identity number', account.identity_number);
  await person.press('Continue');
  assert.match(person.page.url(), /\/yetkili\/imza$/);
}

const shownCode = (person) => person.page.innerText('.divit-signing__code strong');
const pathOf = (person) => new URL(person.page.url()).pathname;

/** The page's script asks each two seconds. */
function waitForPage(person, pattern) {
  return waitUntil(`${pattern} in ${person.page.url()}`, async () => pattern.test(await person.text().catch(() => '')), 15_000);
}

test('the code is shown, copied, counted down; the program’s ticket comes back and both windows go on', async () => {
  const person = await arrive();
  await person.open('/yetkili/giris');
  await person.press('Log in with an electronic signature');
  await person.look('signing-log-in');
  await person.press('Continue');
  await person.look('signing-log-in-mistake');
  await begin(person);
  await person.look('signing-code');
  await person.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: installation.url });
  const code = await shownCode(person);
  await person.tabTo('the copy button', (focus) => focus.tag === 'button' && /Kodu kopyala/.test(focus.name));
  await person.page.keyboard.press('Enter');
  await waitUntil('the copy', async () => await person.page.evaluate(() => navigator.clipboard.readText()) === code.replaceAll(' ', ''));
  const seconds = Number(await person.page.innerText('[data-countdown]'));
  await waitUntil('the countdown', async () => Number(await person.page.innerText('[data-countdown]')) < seconds, 5000);
  await person.press('I have signed: go on');
  await person.look('signing-not-yet');
  const signed = await world.signCode(account, code);
  assert.equal(signed.exit_code, 0, signed.said);
  await waitForPage(person, /İmzanız geldi/);
  await person.look('signing-signed');
  const back = await person.context.newPage();
  await back.goto(signed.link);
  assert.equal(new URL(back.url()).pathname, '/yetkili/gelen');
  await waitUntil('the page that waited', () => pathOf(person) === '/yetkili/gelen', 15_000);
});

test('another browser gets nothing and is told why; the link can be pasted', async () => {
  const person = await arrive(), other = await arrive();
  await begin(person);
  const signed = await world.signCode(account, await shownCode(person));
  await other.open(new URL(signed.link).pathname);
  await other.look('signing-elsewhere');
  await waitForPage(person, /İmzanız geldi/);
  await person.fill('Link that eimza showed', 'https://localhost/eimza/don/');
  await person.press('Continue');
  await person.look('signing-link-mistake');
  await person.fill('Link that eimza showed', signed.link);
  await person.press('Continue');
  assert.equal(pathOf(person), '/yetkili/gelen');
});

test('page and program at different addresses: one more proof', async () => {
  const person = await arrive();
  await begin(person);
  const path = await submitFrom(installation, world, account, await shownCode(person), '127.0.0.2');
  await person.open(path);
  await person.look('signing-proof');
  await person.fill('Enter the code from your authenticator app', '000000');
  await person.press('Continue');
  await person.look('signing-proof-mistake');
  await person.fill('Enter the code from your authenticator app', await officer.freshCode());
  await person.press('Continue');
  assert.equal(pathOf(person), '/yetkili/gelen');
});

test('a code whose time is over, in English', async () => {
  const person = await arrive('en');
  await begin(person);
  await person.look('signing-code-en');
  await world.advance(301);
  await waitForPage(person, /The time of this code is over/);
  await person.look('signing-over');
  await person.press('Get a new code');
  assert.match(await shownCode(person), /^[1-9]{3}( [1-9]{3}){4}$/);
});

test('the outside world’s computer signs a code by keyboard', async () => {
  const person = await arrive();
  await begin(person);
  const code = await shownCode(person);
  const outside = await Person.arrive(browser, { baseUrl: installation.simUrl });
  people.push(outside);
  await outside.open('/');
  await outside.fill(/^Doğrulama kodu/, code);
  await outside.press(/^Kodla imzala/);
  await outside.look('outside-signed');
  await outside.sees(/Elektronik|E l e k t r o n i k/);
  assert.match(await outside.page.getAttribute('#donus', 'href'), /\/eimza\/don\/[0-9a-f]{32}$/);
});

test('no page broke a rule: axe, html-validate, sideways scrolling, errors in the browser', () => {
  assert.deepEqual(people.flatMap((person) => person.problems), []);
});
