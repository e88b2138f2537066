// What the provider tells everybody (spec 01): an administrator writes, changes and withdraws announcements and says how
// the provider is reached; everybody reads it at once, in both languages, and nobody else changes it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { Installation, waitUntil } from './lib/installation.mjs';
import { Officer } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, administrator, stranger;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  administrator = new Officer(installation, world, installation.demo.administrators[0]);
  await administrator.setUp();
  await administrator.logIn();
  stranger = new Browser(installation.url);
}, { timeout: 200_000 });
after(() => installation?.stop());

const day = (offset) => new Date(Date.now() + offset * 86_400_000).toLocaleDateString('tr-TR',
  { timeZone: 'Europe/Istanbul', day: '2-digit', month: '2-digit', year: 'numeric' });
const write = async (values) => (await administrator.browser.get('/yonetim/duyuru/yeni')).submit(values, /yeni$/);
const events = (kind) => query(installation, `SELECT event FROM audit_record WHERE subject_kind = '${kind}' ORDER BY id`);

test('an announcement is shown from its first day to its last, in both languages, as text', async () => {
  assert.doesNotMatch((await stranger.get('/')).text, /Duyurular/);
  const kept = await write({ title: 'Bayramda kargo yok', text: 'Birinci <b>satır</b>\r\nikinci satır\r\n\r\n\r\nİkinci paragraf',
    english_title: 'No courier on the holiday', english_text: 'One paragraph' });
  assert.match(kept.text, /Duyuru kaydedildi/, kept.describe());
  await write({ title: 'Gelecek', text: 'Henüz değil', from: day(3) });
  await write({ title: 'Geçmiş', text: 'Artık değil', from: day(-5), until: day(-1) });
  await write({ title: 'Yalnız Türkçe', text: 'Metin', from: day(-1), until: day(0) });
  const home = await stranger.get('/');
  assert.match(home.text, /Duyurular Bayramda kargo yok .* Yalnız Türkçe/, home.describe());
  assert.doesNotMatch(home.text, /Gelecek|Geçmiş/);
  const all = await stranger.get('/duyurular');
  assert.match(all.html, /<p [^>]*lang="tr">Birinci &lt;b&gt;satır&lt;\/b&gt;\nikinci satır<\/p>\s*<p [^>]*>İkinci paragraf<\/p>/);
  const english = new Browser(installation.url);
  await english.get('/dil/en?sayfa=/');
  const read = await english.get('/duyurular');
  assert.match(read.text, /No courier on the holiday/);
  assert.match(read.html, /lang="tr">Yalnız Türkçe/, 'what has no English is Turkish, and says so to screen readers');
});

test('mistakes are told and nothing is lost; a changed one reads anew, a withdrawn one is gone for good', async () => {
  const wrong = await write({ title: 'X', text: 'Yazdıklarım durur', english_text: 'alone', from: '31.2.2026', until: 'never' });
  assert.deepEqual([wrong.status, wrong.mistakes.sort()], [422, ['english_title', 'from', 'until']], wrong.describe());
  assert.equal(wrong.form(['text']).fields.get('text'), 'Yazdıklarım durur');
  const early = await write({ title: 'X', text: 'Y', from: day(2), until: day(1) });
  assert.deepEqual(early.mistakes, ['until'], early.describe());
  const [[uid]] = await query(installation, "SELECT uid FROM announcement WHERE title = 'Bayramda kargo yok'");
  await (await administrator.browser.get(`/yonetim/duyuru/${uid}`)).submit({ title: 'Bayramda kargo var' }, new RegExp(`${uid}$`));
  assert.match((await stranger.get('/')).text, /Bayramda kargo var/);
  const page = await administrator.browser.get(`/yonetim/duyuru/${uid}`);
  const gone = await page.submit({}, /geri-al$/);
  assert.match(gone.text, /Duyuru geri alındı/, gone.describe());
  assert.doesNotMatch((await stranger.get('/duyurular')).text, /Bayramda/);
  assert.equal((await page.submit({ title: 'Yine' }, new RegExp(`${uid}$`))).status, 409);
  assert.deepEqual(await events('announcement'), [...Array(4).fill(['write_announcement']), ['change_announcement'], ['withdraw_announcement']]);
});

test('contacts stand on every page, also where something is wrong', async () => {
  const page = await administrator.browser.get('/yonetim/iletisim');
  const wrong = await page.submit({ email: 'destek', phone: 'yarın' });
  assert.deepEqual([wrong.status, wrong.mistakes], [422, ['email', 'phone']], wrong.describe());
  await page.submit({ email: 'yardim@kurum.example', phone: '444 0 444', address: 'Örnek Cad. 1, Ankara' });
  for (const path of ['/', '/yok-boyle-bir-sayfa', '/basvuru/saglik'])
    await waitUntil(path, async () => /yardim@kurum\.example.*444 0 444/.test((await stranger.get(path)).text), 5_000);
  assert.match((await stranger.get('/iletisim')).text, /Örnek Cad\. 1, Ankara/);
  assert.deepEqual(await events('contacts'), [['change_contacts']]);
});

test('who is no administrator is sent to log in', async () => {
  const operator = new Officer(installation, world, installation.demo.operators[0]);
  await operator.setUp();
  await operator.logIn();
  for (const path of ['/yonetim/duyuru', '/yonetim/duyuru/yeni', '/yonetim/iletisim'])
    for (const browser of [operator.browser, stranger]) assert.match((await browser.get(path)).path, /\/giris$/);
});
