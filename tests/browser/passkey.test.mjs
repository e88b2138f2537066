// Passkeys in a real browser: Chromium with a virtual authenticator makes one and logs in with it, by keyboard; without
// JavaScript, and without an authenticator, the page says what is needed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Installation } from '../flow/lib/installation.mjs';
import { Officer, password } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { Person, startBrowser } from './lib/person.mjs';

let installation, world, browser, officer, person, devtools;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  browser = await startBrowser();
  officer = new Officer(installation, world, installation.demo.officers[0]);
  await officer.setUp();
}, { timeout: 200_000 });

after(async () => {
  await browser?.close();
  await installation?.stop();
});

/** A security key that knows its owner: verified is whether it believes whoever holds it. */
async function plugIn(target) {
  const session = await target.context.newCDPSession(target.page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2',
    transport: 'usb', hasResidentKey: true, hasUserVerification: true, isUserVerified: true } });
  return { session, authenticatorId };
}

async function logIn(target) {
  await target.open('/yetkili/giris');
  await target.fill('User name', officer.officer.user_name);
  await target.fill('Password', password);
  await target.press('Continue');
  await target.fill('Enter the code from your authenticator app', await officer.freshCode());
  await target.press('Log in');
  assert.match(target.page.url(), /\/yetkili\/gelen$/);
}

test('an officer makes a passkey', async () => {
  person = await Person.arrive(browser, { baseUrl: installation.url });
  devtools = await plugIn(person);
  await logIn(person);
  await person.press('Passkeys');
  await person.look('passkeys-none');
  await person.fill('Name of the passkey', 'güvenlik anahtarı');
  await person.press('Make a passkey');
  await person.sees(/Geçiş anahtarı kaydedildi/);
  await person.sees(/güvenlik anahtarı/);
  await person.look('passkeys-one');
  const { credentials } = await devtools.session.send('WebAuthn.getCredentials', { authenticatorId: devtools.authenticatorId });
  assert.equal(credentials.length, 1);
  assert.equal(credentials[0].rpId, 'localhost');
});

test('the same authenticator makes no second one; the page stays and says so', async () => {
  await person.fill('Name of the passkey', 'bir daha');
  const name = person.has('Make a passkey');
  await person.tabTo(name, (focus) => focus.tag === 'button' && focus.name === name);
  await person.page.keyboard.press('Enter');
  await person.page.waitForSelector('[data-passkey-failed]:not([hidden])');
  await person.look('passkeys-failed');
});

test('and logs in with it, without a password', async () => {
  await person.press('Sign out');
  await person.look('log-in-passkey');
  await person.press('Log in with a passkey');
  assert.match(person.page.url(), /\/yetkili\/gelen$/, await person.text());
});

test('an authenticator that does not know who holds it is not enough', async () => {
  await person.press('Sign out');
  await devtools.session.send('WebAuthn.setUserVerified', { authenticatorId: devtools.authenticatorId, isUserVerified: false });
  const name = person.has('Log in with a passkey');
  await person.tabTo(name, (focus) => focus.tag === 'button' && focus.name === name);
  await person.page.keyboard.press('Enter');
  await person.page.waitForSelector('[data-passkey-failed]:not([hidden])');
  assert.match(person.page.url(), /\/yetkili\/giris/);
});

test('without JavaScript the page says what is needed', async () => {
  const context = await browser.newContext({ baseURL: installation.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/yetkili/giris');
  assert.match(await page.innerText('main'), /JavaScript açık olmalı/);
  assert.equal(await page.getByRole('button', { name: 'Geçiş anahtarıyla gir' }).count(), 0);
  await context.close();
});

test('no page broke a rule: axe, html-validate, sideways scrolling, errors in the browser', () => {
  assert.deepEqual(person.problems, []);
});
