// A staff register that is read from an LDAP directory (spec 08), OpenLDAP's own server: on an administrator's word, what
// changes being shown first, or each day, what is harmless being applied by itself.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { query } from './lib/database.mjs';
import { Installation, waitUntil } from './lib/installation.mjs';
import { ATTRIBUTES, Directory, SLAPD } from './lib/slapd.mjs';
import { Officer } from './lib/story.mjs';
import { World } from './lib/world.mjs';

const skip = existsSync(SLAPD) ? false : `not installed: ${SLAPD}`;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const [header, ...lines] = readFileSync(path.join(root, 'data/demo-staff.csv'), 'utf8').trimEnd().split('\n').map((line) => line.split(';'));
const people = lines.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]])))
  .map((row) => ({ ...row, ahb_kodu: '' }));
const STEPS_MS = 120_000;

let installation, directory, world, administrator;

/** As an operator would: divit.conf edited, everything started anew. */
async function configure(values = {}, password = directory.password) {
  await installation.stopPrograms();
  const file = path.join(installation.state, 'divit.conf');
  const settings = { url: `ldap://127.0.0.1:${directory.port}`, ca_file: directory.caFile, user: directory.bindDn,
    password_file: 'ldap-password', base: directory.base, filter: '(objectClass=inetOrgPerson)', register: 'saglik',
    ...ATTRIBUTES, ...values };
  const text = readFileSync(file, 'utf8').replace(/^ldap_.*\n/gm, '');
  const added = Object.entries(settings).map(([name, value]) => `ldap_${name} = ${value}\n`).join('');
  writeFileSync(file, text.replace(/^\[worker\]\n/m, `[worker]\n${added}`));
  writeFileSync(path.join(installation.state, 'ldap-password'), `${password}\n`, { mode: 0o600 });
  await installation.run();
}

/** The directory's page once the worker is done. */
async function read() {
  const page = await administrator.browser.get('/yonetim/dizin');
  await page.submit({}, /dizin$/);
  return waitUntil('the worker', async () => {
    const now = await administrator.browser.get('/yonetim/dizin');
    return /Okunuyor/.test(now.text) ? null : now;
  }, STEPS_MS);
}

/** The import that came of it, once it is checked. */
async function result(page) {
  const address = page.html.match(/\/yonetim\/personel\/[0-9a-f]{32}/)?.[0] ?? assert.fail(page.describe());
  return waitUntil('the check', async () => {
    const now = await administrator.browser.get(address);
    return /Ne kadar ilerlediğini gör/.test(now.text) ? null : now;
  }, STEPS_MS);
}

/** The log comes by a pipe, so it may come after the page. */
const logged = (pattern) => waitUntil(String(pattern), () => pattern.test(installation.log));

const staff = async () => Number((await query(installation, "SELECT COUNT(*) FROM staff_member WHERE register = 'saglik' AND left_s = 0"))[0][0]);

before(async () => {
  if (skip) return;
  installation = await Installation.start();
  directory = new Directory();
  await directory.prepare();
  world = new World(installation);
  administrator = new Officer(installation, world, installation.demo.administrators[0]);
  await administrator.setUp();
  await administrator.logIn();
}, { timeout: 200_000 });
after(async () => {
  await installation?.stop();
  await directory?.remove();
});

test('without a directory the page says where one is configured', { skip }, async () => {
  const page = await administrator.browser.get('/yonetim/dizin');
  assert.match(page.text, /Şu anda tanımlı bir dizin yok.*divit\.conf/, page.describe());
});

test('the directory is read over TLS, page after page, and nothing is changed before an administrator says so', { skip, timeout: 300_000 }, async () => {
  const before = await staff();
  const [gone, promoted] = people;
  await directory.serve(people.slice(1).map((row) => (row === promoted ? { ...row, unvan: 'Başhekim; "vekil"' } : row)));
  await configure();
  await administrator.logIn();
  const page = await result(await read());
  assert.match(page.text, /1 kişi dosyada yok/, page.describe());
  assert.ok((await administrator.browser.get(`${page.path}/ayrilan`)).text.includes(gone.tckn));
  const changed = await administrator.browser.get(`${page.path}/degisen`);
  assert.match(changed.text, new RegExp(`Unvan: ${promoted.unvan} → Başhekim; "vekil"`), changed.describe());
  assert.equal(await staff(), before);
});

test('what a directory gives only in part is not taken', { skip, timeout: 300_000 }, async () => {
  await directory.serve(people, { limit: 50 });
  const page = await read();
  assert.match(page.text, /Dizin gerektiği gibi yanıt vermedi/, page.describe());
  await logged(/"event":"directory_unread","why":"the directory: the search: Size limit exceeded"/);
  await directory.stop();
  assert.match((await read()).text, /Dizin gerektiği gibi yanıt vermedi/);
  await directory.serve([]);
  assert.match((await read()).text, /süzgece uyan kimse yok/);
});

test('a wrong password, or a server that another authority certifies, gives nothing', { skip, timeout: 300_000 }, async () => {
  await directory.serve(people);
  await configure({}, 'yanlış');
  await administrator.logIn();
  assert.match((await read()).text, /Dizin gerektiği gibi yanıt vermedi/);
  await logged(/the log-in: Invalid credentials/);
  await configure({ ca_file: '/etc/ssl/certs/ca-certificates.crt' });
  await administrator.logIn();
  assert.match((await read()).text, /Dizin gerektiği gibi yanıt vermedi/);
  await logged(/the directory: StartTLS: /);
  await configure({ tls: 'no' });
  await administrator.logIn();
  await read();
  await logged(/the log-in: Confidentiality required/);
});

test('read each day, a small change is applied by itself; when half the people are gone, somebody looks first', { skip, timeout: 400_000 }, async () => {
  const before = await staff();
  await directory.serve(people.slice(1));
  await configure({ url: `ldaps://127.0.0.1:${directory.port + 1}` });
  await administrator.logIn();
  const page = await administrator.browser.get('/yonetim/dizin');
  assert.match((await page.submit({}, /gunluk$/)).text, /Dizin her gün okunuyor/);
  await waitUntil('the register', async () => await staff() === before - 1, STEPS_MS);
  const applied = await administrator.browser.get('/yonetim/dizin');
  await directory.serve(people.slice(100));
  await world.advance(86_400 + 60);
  await administrator.logIn();
  const importOf = (one) => one.html.match(/personel\/([0-9a-f]{32})/)?.[1];
  const halved = await result(await waitUntil('the next reading', async () => {
    const now = await administrator.browser.get('/yonetim/dizin');
    return importOf(now) !== importOf(applied) ? now : null;
  }, STEPS_MS));
  assert.match(halved.text, /99 kişi dosyada yok/, halved.describe());
  assert.ok(halved.forms.some((form) => /uygula$/.test(form.action)), halved.describe());
  assert.equal(await staff(), before - 1, 'it waits for an administrator');
  const off = await administrator.browser.get('/yonetim/dizin');
  assert.match((await off.submit({}, /gunluk-degil$/)).text, /Divit dizini her gün sizin adınıza okuyabilir/);
});
