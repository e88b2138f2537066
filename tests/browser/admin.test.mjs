// Two administrators at their own desk, by keyboard: one proposes an officer's card and signs, the other reads and signs
// too; each page in all its looks.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Installation, run, waitUntil } from '../flow/lib/installation.mjs';
import { Officer, applicants } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { Person, startBrowser } from './lib/person.mjs';
import { logInAtDesk } from './lib/steps.mjs';

let installation, world, browser, cardKey;
const accounts = [], desks = [];

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  browser = await startBrowser();
  cardKey = path.join(installation.folder, 'kart.key');
  const made = await run('openssl', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', cardKey]);
  assert.equal(made.status, 0, made.stderr);
}, { timeout: 200_000 });

after(async () => {
  await browser?.close();
  await installation?.stop();
});

/** Downloads the proposal's text, signs it at the administrator's computer, hands it in. */
async function sign(person, account) {
  const text = await person.download(/\.txt/);
  const signed = path.join(installation.folder, `${text.name}.p7m`);
  writeFileSync(signed, await world.sign(account.officer, text.name, readFileSync(text.path)));
  await person.attach('Signed file', signed);
  await person.press('Send the signature');
}

/** Of one key each time, as a card's own program gives it. */
async function makeCertificate(person) {
  const file = path.join(installation.folder, `kart-${person.identity_number}.pem`);
  const made = await run('openssl', ['req', '-x509', '-key', cardKey, '-out', file, '-days', '700', '-utf8', '-subj',
    `/C=TR/serialNumber=${person.identity_number}/CN=YENİ YETKİLİ`, '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation']);
  assert.equal(made.status, 0, made.stderr);
  return file;
}

test('an administrator sets the account up and sees the registry', { timeout: 120_000 }, async () => {
  for (const one of installation.demo.administrators) {
    const account = new Officer(installation, world, one);
    await account.setUp();
    accounts.push(account);
    desks.push(await Person.arrive(browser, { baseUrl: installation.url, language: desks.length === 0 ? 'tr' : 'en' }));
  }
  await desks[0].open('/yonetim');
  await desks[0].look('admin-log-in');
  await logInAtDesk(desks[0], accounts[0]);
  await desks[0].look('admin-registry');
});

test('what is proposed is told in words; mistakes are told beside the fields', { timeout: 120_000 }, async () => {
  const [someone] = applicants(installation.demo, 1), [desk] = desks;
  await desk.press('Add a card');
  await desk.press('Propose');
  await desk.look('admin-card-mistakes');
  await desk.attach('Certificate of the card', await makeCertificate(someone));
  await desk.choose('Role', 'Institution officer');
  await desk.choose('Institution', new RegExp(`^${someone.institution_code} `));
  await desk.press('Propose');
  await desk.sees(new RegExp(`${someone.identity_number}, Kurum yetkilisi`));
  await desk.look('admin-proposal');
  await sign(desk, accounts[0]);
  await desk.sees(/İmzanız saklandı/);
  await desk.look('admin-proposal-signed-once');
});

test('the other administrator, in English, reads the proposal and signs: it is in force', { timeout: 120_000 }, async () => {
  const [, desk] = desks;
  await logInAtDesk(desk, accounts[1]);
  await desk.press(/^Registry 2, proposed by/);
  await desk.look('admin-proposal-second');
  await sign(desk, accounts[1]);
  await waitUntil('the signer to take it in', async () => {
    await desk.page.reload();
    return /It is in force/.test(await desk.text());
  });
  await desk.look('admin-proposal-accepted');
  await desk.press('Registry');
  await desk.press('Make an account');
  await desk.press('Make the account');
  await desk.look('admin-account-mistakes');
  await desk.fill('Name', 'Yeni Yetkili');
  await desk.fill('User name', 'yeni.yetkili');
  await desk.press('Make the account');
  await desk.sees(/yeni\.yetkili/);
  await desk.look('admin-link');
});

test('a key that stands in the registry is not taken under a second identity number', { timeout: 60_000 }, async () => {
  const [, someone] = applicants(installation.demo, 2), [desk] = desks;
  await desk.press('Registry');
  await desk.press('Add a card');
  await desk.attach('Certificate of the card', await makeCertificate(someone));
  await desk.choose('Role', 'Auditor');
  await desk.press('Propose');
  await desk.sees(/Bu anahtar sicil defterinde başka bir kimlik numarasıyla yazılı/);
  await desk.look('admin-card-shared-key');
  await desk.press('Back');
});

test('history, removal, refusal, passkeys and stations have pages of their own', { timeout: 180_000 }, async () => {
  const [desk] = desks;
  await desk.press(/^2 numaralı sicil defteri$/);
  await desk.look('admin-record');
  await desk.press('Back');
  await desk.press(/^Çıkar \(Okan|^Çıkar \(Derya/);
  await desk.look('admin-remove');
  await desk.press('Propose the removal');
  await sign(desk, accounts[0]);
  await waitUntil('the signer to refuse', async () => {
    await desk.page.reload();
    return /registry with fewer than two administrators/.test(await desk.text());
  });
  await desk.look('admin-proposal-refused');
  await desk.press('Back');
  await desk.press('Add a passkey that waits');
  await desk.look('admin-passkeys');
  await desk.press('Back');
  await desk.press("Add a station's key");
  await desk.look('admin-station');
  await desk.press('Back');
});

test('institutions and rules of evidence are proposed, and a proposal withdrawn', { timeout: 180_000 }, async () => {
  const [desk] = desks;
  await desk.press('Add an institution');
  await desk.fill("Institution's name", 'Yeni Müdürlük');
  await desk.press('Propose');
  await desk.look('admin-institution-mistakes');
  await desk.fill('Code', '9999');
  await desk.press('Propose');
  await desk.sees(/Kurum 9999 Yeni Müdürlük, en üstte/);
  await desk.look('admin-institution-proposal');
  await desk.press('Withdraw the proposal');
  await desk.sees(/Öneri geri çekildi/);
  await desk.look('admin-proposal-withdrawn');
  await desk.press('Back');
  await desk.press('Add a rule of evidence');
  await desk.choose('Way of the application', 'on paper, signed by hand');
  await desk.press('Propose');
  await desk.look('admin-rule-mistakes');
  await desk.tick('approved by an officer by card');
  await desk.press('Propose');
  await desk.sees(/kâğıt üzerinde, ıslak imzalı/);
  await desk.look('admin-rule');
  await desk.press('Sign out');
  await desk.look('admin-left');
});

test('no page broke a rule: axe, html-validate, sideways scrolling, errors in the browser', () => {
  for (const desk of desks) assert.deepEqual(desk.problems, []);
});
