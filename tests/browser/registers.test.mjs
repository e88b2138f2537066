// An administrator brings a file of a staff register, by keyboard: mistakes, columns, what changes, applied, undone; each
// page in all its looks.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { query } from '../flow/lib/database.mjs';
import { Installation, waitUntil } from '../flow/lib/installation.mjs';
import { Officer, applicants } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { Person, startBrowser } from './lib/person.mjs';
import { logIn, logInAtDesk } from './lib/steps.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const rows = readFileSync(path.join(root, 'data/demo-staff.csv'), 'utf8').trimEnd().split('\n');

let installation, world, browser, desk, leaving;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  browser = await startBrowser();
  const account = new Officer(installation, world, installation.demo.administrators[0]);
  await account.setUp();
  desk = await Person.arrive(browser, { baseUrl: installation.url });
  await logInAtDesk(desk, account);
  [leaving] = applicants(installation.demo, 1);
}, { timeout: 200_000 });

after(async () => {
  await browser?.close();
  await installation?.stop();
});

/** Looks how far the worker is until it is done. */
async function settle() {
  await waitUntil('the worker', async () => {
    if (!await desk.page.getByText(desk.has('See how far it is')).count()) return true;
    await desk.press('See how far it is');
    return false;
  }, 60_000);
}

test('a file is brought, its columns are named, and it is checked', { timeout: 200_000 }, async () => {
  const file = path.join(installation.folder, 'sağlık personeli.csv');
  const changed = rows.filter((row) => !row.startsWith(leaving.identity_number)).map((row) => row.replace(';Hemşire;', ';Başhemşire;'));
  const bad = `10000100068;Deneme;Yanlış;Van;31.2.1990;1;34${';'.repeat(10)}`;
  writeFileSync(file, [rows[0].replace('unvan', 'Görevi'), ...changed.slice(1), bad].join('\n'));
  await desk.press('Staff registers');
  await desk.look('registers-none');
  await desk.press('Bring a file');
  await desk.press('Continue');
  await desk.look('registers-new-mistakes');
  await desk.choose('Register', /ÇKYS/);
  await desk.choose('What does the file hold?', /^Sicilin tamamı/);
  await desk.attach('File with separated values (CSV)', file);
  await desk.press('Continue');
  await desk.look('registers-columns');
  await desk.choose('Title', /^Görevi$/);
  await desk.press('Check the file');
  await settle();
  await desk.sees(/200 kişiden 1 kişi dosyada yok/);
  await desk.look('registers-checked');
});

test('what would change is looked at, applied and undone', { timeout: 200_000 }, async () => {
  await desk.press('Changed');
  await desk.sees(/Hemşire → Başhemşire/);
  await desk.look('registers-changed');
  await desk.press('Back');
  await desk.press('Not in the file: they leave');
  await desk.look('registers-left');
  await desk.press('Back');
  await desk.press('Not taken: something is wrong');
  await desk.look('registers-wrong');
  await desk.press('Back');
  // as an identity system that writes a row between check and applying
  await query(installation, `UPDATE staff_member SET row_tag = NULL
    WHERE person_id = (SELECT MIN(person_id) FROM staff_import_row WHERE kind = 'changed')`);
  await desk.press('Apply the file');
  await settle();
  await desk.sees(/1 satır atlandı/);
  await desk.look('registers-applied');
  const applicant = await Person.arrive(browser, { baseUrl: installation.url });
  await applicant.open('/basvuru/saglik/giris');
  await logIn(applicant, leaving);
  await applicant.sees(/tarihinden beri ÇKYS/);
  await applicant.look('apply-left-register');
  assert.deepEqual(applicant.problems, []);
  await desk.press('Undo the file');
  await settle();
  await desk.sees(/önceki hâline döndü/);
  await desk.press('Staff registers');
  await desk.look('registers-list');
});

test('a token for an identity system is made and revoked', { timeout: 100_000 }, async () => {
  await desk.press('Identity systems that keep a register up to date (SCIM)');
  await desk.press('Make the token');
  await desk.look('scim-mistakes');
  await desk.fill('Name of the system', 'Deneme İKYS');
  await desk.press('Make the token');
  await desk.sees(/\b[0-9a-f]{64}\b/);
  await desk.look('scim-token');
  await desk.press('Revoke');
  await desk.sees(/Anahtar artık geçersiz/);
});

test('a directory: none is configured; one that does not answer', { timeout: 200_000 }, async () => {
  await desk.open('/yonetim/dizin');
  await desk.look('directory-none');
  await installation.stopPrograms();
  const file = path.join(installation.state, 'divit.conf');
  const settings = { url: 'ldap://127.0.0.1:1', base: 'ou=personel,dc=kurum,dc=example', register: 'saglik', tckn: 'employeeNumber',
    ad: 'givenName', soyad: 'sn', dogum_yeri: 'dogumYeri', dogum_tarihi: 'dogumTarihi', kurum_kodu: '"34"' };
  const added = Object.entries(settings).map(([name, value]) => `ldap_${name} = ${value}\n`).join('');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\[worker\]\n/m, `[worker]\n${added}`));
  await installation.run();
  await desk.open('/yonetim/dizin');
  await desk.look('directory');
  await desk.press('Read it now');
  await waitUntil('the worker', async () => {
    if (!await desk.page.getByText(desk.has('See whether it has come')).count()) return true;
    await desk.press('See whether it has come');
    return false;
  }, 60_000);
  await desk.sees(/Dizin gerektiği gibi yanıt vermedi/);
  await desk.press('Read it each day');
  await desk.sees(/Dizin her gün okunuyor/);
  await desk.look('directory-unread');
});

test('no page broke a rule: axe, html-validate, sideways scrolling, errors in the browser', () => {
  assert.deepEqual(desk.problems, []);
});
