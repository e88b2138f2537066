// Staff registers (spec 08): an administrator brings a file, sees what is wrong with it and what it changes, applies and
// undoes it. Whom a register no longer names begins no application, and loses none (spec 01, 1 Log in).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { Installation, waitUntil } from './lib/installation.mjs';
import { Officer, applicants, barcodeOf, confirmForm, confirmPhone, logIn } from './lib/story.mjs';
import { World } from './lib/world.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const whole = readFileSync(path.join(root, 'data/demo-staff.csv'), 'utf8').trimEnd().split('\n');
const STEPS_MS = 120_000;

let installation, world, administrator, leaving, running;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  administrator = new Officer(installation, world, installation.demo.administrators[0]);
  await administrator.setUp();
  await administrator.logIn();
  [leaving, running] = applicants(installation.demo, 2);
}, { timeout: 200_000 });
after(() => installation?.stop());

/** The page after the file: which column is which. */
async function bring(text, { extent = 'whole', name = 'personel.csv' } = {}) {
  const page = await administrator.browser.get('/yonetim/personel/yeni');
  return page.submit({ register: 'saglik', extent, file: { name, data: Buffer.isBuffer(text) ? text : Buffer.from(text) } });
}

const NAME_DIFFERS = /Personel kaydındaki ad, nüfus kaydındakinden farklı/;

const pageOf = (page) => page.path.replace(/\/(sutunlar|uygula|geri-al)$/, '');

/** The import's own page, once the worker has done what it does there. */
function settled(page) {
  return waitUntil('the worker', async () => {
    const now = await administrator.browser.get(pageOf(page));
    return /Ne kadar ilerlediğini gör/.test(now.text) ? null : now;
  }, STEPS_MS);
}

const check = async (page, values = {}) => settled(await page.submit(values, /sutunlar$/));
const apply = async (page, values = {}) => settled(await page.submit(values, /uygula$/));
const counts = (page) => Object.fromEntries([...page.html.matchAll(/<th scope="row"[^>]*>(?:<a[^>]*>)?([^<]+)(?:<\/a>)?<\/th>\s*<td[^>]*>(\d+)/g)]
  .map((match) => [match[1], Number(match[2])]));
const without = (...people) => [whole[0], ...whole.slice(1).filter((row) => !people.some((one) => row.startsWith(one.identity_number)))].join('\n');

test('a file in the old encoding with other names of columns is understood; bad rows are told by line and column', { timeout: 300_000 }, async () => {
  const header = 'T.C. Kimlik No,Adi,Soyadi,"Do\u011fum Yeri","Do\u011fum Tarihi",Kurum Kodu,"=cmd|\' /C calc\'!A1",GSM';
  const rows = ['10000100068,Deneme,"\u015eahin",I\u011fd\u0131r,3/4/1991,34,x,', '10000100069,Deneme,Yanl\u0131\u015f,Van,1.1.1990,34,x,',
    '10000000078,Ya\u011fmur Su,Erdo\u011fdu,Eski\u015fehir,31.2.1984,34,x,', '10000000146,\u00d6zlem,Y\u0131ld\u0131r\u0131m,Ankara,13.12.1963,99999,x,'];
  const turkish = { '\u011f': 0xf0, '\u011e': 0xd0, '\u0131': 0xfd, '\u0130': 0xdd, '\u015f': 0xfe, '\u015e': 0xde };
  const bytes = Buffer.from([...[header, ...rows].join('\r\n')].map((letter) => turkish[letter] ?? letter.charCodeAt(0)));
  const columns = await bring(bytes, { extent: 'some' });
  assert.match(columns.path, /\/sutunlar$/, columns.describe());
  const { fields } = columns.form(['tckn']);
  assert.deepEqual(['tckn', 'ad', 'soyad', 'dogum_yeri', 'dogum_tarihi', 'kurum_kodu', 'sicil_no', 'cep'].map((name) => fields.get(name)),
    ['0', '1', '2', '3', '4', '5', '', '7']);
  assert.ok(columns.text.includes("=cmd|' /C calc'!A1"), 'a hostile name is shown as it is');
  const twice = await columns.submit({ ad: '2' }, /sutunlar$/);
  assert.deepEqual([twice.status, twice.mistakes], [422, ['soyad']], twice.describe());
  const page = await check(columns);
  assert.deepEqual(counts(page), { 'Sicile yeni girenler': 1, 'Değişenler': 0, 'Değişmeyenler': 0,
    'Dosyada olmayanlar: sicilden ayrılıyorlar': 0, 'Alınmayanlar: bir yanlışlık var': 3 }, page.describe());
  const wrong = await administrator.browser.get(`${page.path}/hatali`);
  assert.match(wrong.text, /3 Kimlik no T\.C\. kimlik numarası geçerli değil/, wrong.describe());
  assert.match(wrong.text, /4 Doğum tarihi Doğum tarihi geçerli değil/);
  assert.match(wrong.text, /5 Kurum kodu Kurum kodu bilinmiyor/);
  const csv = await administrator.browser.get(`${page.path}/hatalar.csv`);
  assert.match(csv.headers['content-disposition'], /attachment/);
  assert.match(csv.body.toString(), /^\ufeff"Satır";"Sütun";"Yanlış olan"\n"3";"Kimlik no";/);
  const dropped = await page.submit({}, /vazgec$/);
  assert.match(dropped.text, /Dosyadan vazgeçildi/, dropped.describe());
  assert.deepEqual(await query(installation, 'SELECT COUNT(*) FROM staff_import_part'), [['0']]);
});

test('what no file is, is refused', async () => {
  const nothing = await bring('');
  assert.deepEqual([nothing.status, nothing.mistakes], [422, ['file']], nothing.describe());
  const picture = await bring(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  assert.deepEqual([picture.status, picture.mistakes], [422, ['file']], picture.describe());
  const operator = new Officer(installation, world, installation.demo.operators[0]);
  await operator.setUp();
  await operator.logIn();
  assert.match((await operator.browser.get('/yonetim/personel/yeni')).path, /\/giris$/);
});

test('the same register again changes nothing, and nobody is opened for it', { timeout: 300_000 }, async () => {
  const page = await check(await bring(whole.join('\n')));
  assert.match(page.text, /Sicil zaten bu dosyada yazdığı gibi/, page.describe());
  assert.equal(counts(page)['Değişmeyenler'], whole.length - 1);
  assert.equal((await query(installation, "SELECT opened FROM staff_import ORDER BY id DESC LIMIT 1"))[0][0], '0');
  assert.ok(!page.hasForm('leaving') && !page.forms.some((form) => /uygula$/.test(form.action)), 'nothing to apply');
});

test('who is not in the file leaves: no new application, and the running one is its officer\'s with a note', { timeout: 400_000 }, async () => {
  const browser = new Browser(installation.url);
  const renamed = whole.map((row) => (row.startsWith(running.identity_number) ? row.replace(`;${running.surname};`, ';Başkası;') : row)).join('\n');
  await apply(await check(await bring(renamed)));
  const barcode = barcodeOf(await confirmPhone(world, await confirmForm(browser, running), running.mobile));
  const changed = without(leaving, running).replace(/;Hemşire;/, ';Başhemşire;');
  let page = await check(await bring(changed));
  assert.match(page.text, /Sicildeki 200 kişiden 2 kişi dosyada yok/, page.describe());
  const list = await administrator.browser.get(`${page.path}/degisen`);
  assert.match(list.text, /Unvan: Hemşire → Başhemşire/, list.describe());
  const gone = await administrator.browser.get(`${page.path}/ayrilan`);
  assert.ok(gone.text.includes(leaving.identity_number), gone.describe());
  assert.match((await logIn(new Browser(installation.url), leaving)).path, /\/form$/, 'nothing has changed yet');
  page = await apply(page);
  assert.match(page.text, /Sicil, bu dosyada yazdığı gibi/, page.describe());

  const refused = await logIn(new Browser(installation.url), leaving, {});
  assert.doesNotMatch(refused.path, /\/form$/);
  const other = await logIn(browser, running);
  assert.match(other.path, /\/sonuc$/, 'what was begun goes on');
  const mail = await world.waitForMessage(running.email, new RegExp(barcode));
  const officer = new Officer(installation, world, installation.demo.officers.find((one) => mail.text.includes(one.display_name)));
  await officer.setUp();
  await officer.logIn();
  assert.match((await officer.browser.get('/yetkili/gelen')).text, /Sicilden ayrıldı/);
  const shown = await officer.browser.get(`/yetkili/basvuru/${barcode}`);
  assert.match(shown.text, /Personel sicilinde bu kişi için artık/);
  assert.match(shown.text, NAME_DIFFERS);
  const refusing = await officer.browser.get(shown.link(/\/ret$/));
  await refusing.submit({ refusal: refusing.form(['refusal']).options.get('refusal')[0] });
  assert.match((await officer.browser.get(`/yetkili/basvuru/${barcode}`)).text, NAME_DIFFERS, 'a refusal hides the note');

  page = await settled(await page.submit({}, /geri-al$/));
  assert.match(page.text, /bu dosyadan önceki hâline döndü/, page.describe());
  assert.doesNotMatch((await officer.browser.get(`/yetkili/basvuru/${barcode}`)).text, /Personel sicilinde bu kişi için artık/);
  const last = await check(await bring(renamed));
  assert.match(last.text, /Sicil zaten bu dosyada yazdığı gibi/, last.describe());
});

test('who never began anything is told since when, and what to do', { timeout: 300_000 }, async () => {
  const [, , third] = applicants(installation.demo, 3);
  await apply(await check(await bring(without(third))));
  const page = await logIn(new Browser(installation.url), third);
  assert.match(page.text, /tarihinden beri ÇKYS\/İKYS personel sicilinde sizin için bu bakanlığın bir kurumu yazılı değil/, page.describe());
});

test('a file by which many would leave asks for their number; rows that say nothing keep everybody in', { timeout: 300_000 }, async () => {
  let page = await check(await bring(whole.slice(0, 101).join('\n')));
  const unsure = await page.submit({}, /uygula$/);
  assert.deepEqual([unsure.status, unsure.mistakes], [422, ['leaving']], unsure.describe());
  page = await check(await bring([...whole.slice(0, 101), 'bu satır bir kişi değil'].join('\n')));
  assert.match(page.text, /Kimse ayrılmış sayılmıyor: 1 satırın/, page.describe());
});

test('every row that is not taken is in the list that is downloaded', { timeout: 300_000 }, async () => {
  const page = await check(await bring([whole[0], ...Array(10_050).fill('1'), ''].join('\n'), { extent: 'some' }));
  const csv = await administrator.browser.get(`${page.path}/hatalar.csv`);
  const lines = csv.body.toString().trimEnd().split('\n');
  assert.deepEqual([lines.length, lines.at(-1).split(';')[0]], [10_051, '"10051"']);
});
