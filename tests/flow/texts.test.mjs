// What people accept comes in versions (spec 01, 02): an administrator puts a new one into force; who applied before keeps
// theirs, byte for byte, however often it is printed; who applies after gets the new one.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { Installation, run } from './lib/installation.mjs';
import { Officer, applicants, barcodeOf, confirmForm, confirmPhone } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, administrator, people;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  administrator = new Officer(installation, world, installation.demo.administrators[0]);
  await administrator.setUp();
  await administrator.logIn();
  people = applicants(installation.demo, 2);
}, { timeout: 200_000 });
after(() => installation?.stop());

async function apply(person) {
  const browser = new Browser(installation.url);
  const page = await confirmPhone(world, await confirmForm(browser, person), person.mobile);
  const print = async () => (await browser.get(page.link(/form\.pdf/))).body;
  const digest = () => query(installation, `SELECT statement_digest FROM application WHERE barcode = '${barcodeOf(page)}'`);
  return { print, digest };
}
async function textOf(pdf) {
  const file = path.join(installation.folder, 'form.pdf');
  writeFileSync(file, pdf);
  return (await run('pdftotext', ['-layout', file, '-'])).stdout;
}
const publish = async (kind, values) => {
  const looked = await (await administrator.browser.get(`/yonetim/metin/${kind}`)).submit({ ...values, act: 'preview' }, new RegExp(`${kind}$`));
  assert.equal(looked.status, 200, looked.describe());
  return { looked, kept: await looked.submit({ act: 'publish' }, new RegExp(`${kind}$`)) };
};
const OWN = 'Birinci madde.\n\nYalnız yeni sürümde duran cümle.';

test('a new version is looked at with what changes, and put into force; the old one is printed as it was', { timeout: 300_000 }, async () => {
  const before = await apply(people[0]);
  const first = await before.print(), digest = await before.digest();
  assert.match(await textOf(first), /FORM-001-042 sürüm 1/);
  assert.doesNotMatch(await textOf(first), /Yalnız yeni/);
  const { looked, kept } = await publish('undertaking', { version: '2', text: OWN });
  assert.match(looked.text, /Çıkan: 1\. Başvuruda verdiğim .* Gelen: Birinci madde\. Gelen: Yalnız yeni/, looked.describe());
  assert.deepEqual(await query(installation, "SELECT COUNT(*) FROM legal_text WHERE version = '2'"), [['1']]);
  assert.match(kept.text, /Yeni sürüm kaydedildi/, kept.describe());
  const changed = await looked.submit({ version: '3', text: 'Görülmemiş madde.', act: 'publish' }, /undertaking$/);
  assert.match(changed.text, /Baktıktan sonra metni değiştirdiniz.* Gelen: Görülmemiş madde/, changed.describe());
  assert.deepEqual(await query(installation, "SELECT COUNT(*) FROM legal_text WHERE version = '3'"), [['0']]);
  await publish('declaration', { version: '2', text: 'Yeni beyan: yazdıklarım doğrudur.' });
  assert.ok(first.equals(await before.print()), 'printed again, it is the same to the byte');
  assert.deepEqual(await before.digest(), digest);

  const later = await apply(people[1]);
  const text = await textOf(await later.print());
  assert.match(text, /FORM-001-042 sürüm 2/);
  assert.match(text, /Yalnız yeni sürümde duran cümle/);
  assert.match(text, /Yeni beyan: yazdıklarım doğrudur/);
  assert.doesNotMatch(text, /FORM-001-042 sürüm 1/);

  // what somebody wrote into the database is printed under nobody's signature
  await query(installation, "UPDATE legal_text SET text = text || '!' WHERE kind = 'undertaking'");
  assert.match((await before.print()).toString(), /<html/);
  await query(installation, "UPDATE legal_text SET text = substr(text, 1, length(text) - 1) WHERE kind = 'undertaking'");
  assert.ok(first.equals(await before.print()));
});

test('one that comes later waits for its day; mistakes are told; no version is made twice or in the past', async () => {
  const day = (offset) => new Date(Date.now() + offset * 86_400_000).toLocaleDateString('tr-TR',
    { timeZone: 'Europe/Istanbul', day: '2-digit', month: '2-digit', year: 'numeric' });
  await publish('notice', { version: '2', text: 'Bambaşka bir aydınlatma.', from: day(2) });
  const door = await new Browser(installation.url).get('/basvuru/saglik');
  assert.doesNotMatch(door.text, /Bambaşka/, door.describe());
  assert.match(door.text, /6698 sayılı/);
  assert.match((await administrator.browser.get('/yonetim/metin/notice/2')).text, /Bambaşka bir aydınlatma/);
  const form = await administrator.browser.get('/yonetim/metin/declaration');
  const wrong = await form.submit({ version: '2/3', text: 'Bir\n\nİki', from: day(-1) }, /declaration$/);
  assert.deepEqual([wrong.status, wrong.mistakes.sort()], [422, ['from', 'text', 'version']], wrong.describe());
  const { kept: twice } = await publish('declaration', { version: '2', text: 'Yine.' });
  assert.deepEqual([twice.status, twice.mistakes], [422, ['version']], twice.describe());
  assert.deepEqual(await query(installation, "SELECT detail FROM audit_record WHERE event = 'publish_legal_text' ORDER BY id")
    .then((rows) => rows.map(([detail]) => detail.split(' ').slice(0, 2).join(' '))), ['undertaking 2', 'declaration 2', 'notice 2']);
});
