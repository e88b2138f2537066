// The doors are rows (spec 01): former addresses lead to them for good, an administrator changes them, adds one, and closes
// one for a while; whoever began goes on, nobody begins. Institutions are listed and found.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { Installation } from './lib/installation.mjs';
import { Officer, applicants, confirmForm, confirmPhone, logIn } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, administrator, stranger, people;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  administrator = new Officer(installation, world, installation.demo.administrators[0]);
  await administrator.setUp();
  await administrator.logIn();
  stranger = new Browser(installation.url);
  people = applicants(installation.demo, 3);
}, { timeout: 200_000 });
after(() => installation?.stop());

const change = async (door, values) => (await administrator.browser.get(`/yonetim/kapi/${door}`)).submit(values, new RegExp(`kapi/${door}$`));
const events = () => query(installation, "SELECT event FROM audit_record WHERE subject_kind = 'door' AND actor_kind = 'staff' ORDER BY id");
async function leadsTo(address) {
  const { status, headers } = await stranger.raw(address, { method: 'GET' });
  return status === 301 ? headers.location : status;
}

test('former addresses lead to their doors for good, without what followed them; others lead nowhere', async () => {
  assert.deepEqual([await leadsTo('/bp/ws.go'), await leadsTo('/bp/meb.go?dil=tr&x=1'), await leadsTo('/bp/yok.go'), await leadsTo('/bp')],
    ['/basvuru/saglik', '/basvuru/meb', 404, 404]);
});

test('a door is changed: its name in both languages, what it asks for and offers, its addresses', async () => {
  const kept = await change('meb', { name: 'Eğitim Bakanlığı', english_name: 'Education', register_name: 'KÜTÜK', asks_staff_number: 'yes',
    term: '2', addresses: 'meb.go\r\nhttps://eski.example/bp/ogretmen.go\r\nmeb.go' });
  assert.match(kept.text, /Kapı yazdığınız gibi kaydedildi/, kept.describe());
  assert.match((await stranger.get('/')).text, /Eğitim Bakanlığı/);
  assert.match((await stranger.get('/basvuru/meb')).text, /KÜTÜK/);
  assert.ok((await stranger.get('/basvuru/meb/giris')).hasForm('staff_number'));
  const english = new Browser(installation.url);
  await english.get('/dil/en?sayfa=/');
  assert.match((await english.get('/basvuru/meb')).text, /Education Apply/);
  assert.deepEqual(await query(installation, "SELECT terms FROM door WHERE path = 'meb'"), [['2']]);
  assert.equal(await leadsTo('/bp/ogretmen.go'), '/basvuru/meb');
  await change('meb', { addresses: 'ogretmen.go' });
  assert.equal(await leadsTo('/bp/meb.go'), 404);
});

test('a new one is added; mistakes are told, and an address leads to one door only', async () => {
  const page = await administrator.browser.get('/yonetim/ekle/kapi');
  const wrong = await page.submit({ path: 'Büyük', register: '', name: '', register_name: '', term: null, addresses: 'a/b' }, /ekle\/kapi$/);
  assert.deepEqual([wrong.status, wrong.mistakes.sort()], [422, ['addresses', 'name', 'path', 'register', 'register_name', 'terms']],
    wrong.describe());
  const values = { path: 'adalet', register: 'uyap', name: 'Adalet Bakanlığı', register_name: 'UYAP', addresses: 'ws.go' };
  const taken = await page.submit(values, /ekle\/kapi$/);
  assert.deepEqual([taken.status, taken.mistakes], [422, ['addresses']], taken.describe());
  const twice = await page.submit({ ...values, path: 'meb', addresses: '' }, /ekle\/kapi$/);
  assert.deepEqual([twice.status, twice.mistakes], [422, ['path']], twice.describe());
  await page.submit({ ...values, addresses: 'adalet.go' }, /ekle\/kapi$/);
  assert.equal(await leadsTo('/bp/adalet.go'), '/basvuru/adalet');
  assert.match((await stranger.get('/basvuru/adalet')).text, /Adalet Bakanlığı/);
});

test('through a closed door nobody begins, whoever began goes on; opened again, it is as before', { timeout: 200_000 }, async () => {
  const begun = new Browser(installation.url), elsewhere = new Browser(installation.url);
  await confirmForm(begun, people[0]);
  await confirmPhone(world, await confirmForm(new Browser(installation.url), people[1]), people[1].mobile);
  const page = await administrator.browser.get('/yonetim/kapi/saglik/kapat');
  assert.deepEqual((await page.submit({}, /kapat$/)).mistakes, ['reason']);
  const closed = await page.submit({ reason: 'Kütük taşınıyor.\r\n\r\n1 Mart’ta <b>yeniden</b> gelin.', english: 'The register moves.' }, /kapat$/);
  assert.match(closed.text, /Kapı kapatıldı/, closed.describe());

  const shown = await stranger.get('/basvuru/saglik');
  assert.match(shown.text, /yeni başvuru alınmıyor .* Kütük taşınıyor\. 1 Mart’ta <b>yeniden<\/b> gelin\./, shown.describe());
  assert.match((await stranger.get('/')).text, /Sağlık Bakanlığı Kapalı/);
  const refused = await logIn(stranger, people[2]);
  assert.match(refused.text, /Kütük taşınıyor.* daha önce başlamış bir başvurunuz yok/, refused.describe());
  assert.deepEqual(await query(installation, 'SELECT COUNT(*) FROM application'), [['2']]);
  assert.match((await logIn(begun, people[0])).path, /\/sms$/, 'in the browser that began');
  assert.match((await logIn(elsewhere, people[1])).path, /\/devam$/, 'elsewhere, by a code to the number of the form');
  assert.deepEqual(await query(installation, 'SELECT COUNT(*) FROM application'), [['2']]);

  const opened = await (await administrator.browser.get('/yonetim/kapi/saglik')).submit({}, /ac$/);
  assert.match(opened.text, /Kapı yeniden açık/, opened.describe());
  assert.match((await logIn(stranger, people[2])).path, /\/form$/);
  assert.deepEqual((await events()).flat(), ['change_door', 'change_door', 'write_door', 'close_door', 'open_door']);
});

test('institutions are found by words of name or code, with or without Turkish letters, a page at a time', async () => {
  const found = async (query) => {
    const page = await administrator.browser.get(`/yonetim/kurum?${new URLSearchParams(query)}`);
    assert.equal(page.status, 200, page.describe());
    return { page, codes: page.links.map(({ href }) => /^\/yonetim\/kurum\/(.+)$/.exec(href)?.[1]).filter(Boolean) };
  };
  const first = await found({}), second = await found({ sayfa: '2' });
  assert.deepEqual([first.codes.length, new Set([...first.codes, ...second.codes]).size], [15, 20], first.page.describe());
  for (const words of ['KADIKOY  hastane', 'kadıköy HASTANE', '3412'])
    assert.deepEqual((await found({ ara: words })).codes, ['3412'], words);
  const none = await found({ ara: 'yoktur böyle bir yer' });
  assert.match(none.page.text, /0 kayıt bulundu/);
  assert.deepEqual((await found({ sayfa: '99' })).codes, second.codes, 'a page that is not there is the last one');
  assert.equal((await administrator.browser.get(`/yonetim/kurum/${first.codes[0]}`)).status, 200);
});

test('who is no administrator is sent to log in', async () => {
  const operator = new Officer(installation, world, installation.demo.operators[0]);
  await operator.setUp();
  await operator.logIn();
  for (const path of ['/yonetim/kurum', '/yonetim/kapi', '/yonetim/ekle/kapi', '/yonetim/kapi/saglik', '/yonetim/kapi/saglik/kapat'])
    for (const browser of [operator.browser, stranger]) assert.match((await browser.get(path)).path, /\/giris$/);
});
