// Hostile texts through the fields into page, PDF, SMS, mail, CSV, SCIM's answers and the log: refused at the field with
// what was typed kept, or the same text at the other end, never more. fields.test.mjs tries each field of each form.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../attacks/people.mjs';
import { Browser } from './lib/browser.mjs';
import { AWKWARD, BROKEN, REFUSED, bare } from './lib/hostile.mjs';
import { Installation, run, waitUntil } from './lib/installation.mjs';
import { Officer, barcodeOf, confirmPhone, filledForm, logIn } from './lib/story.mjs';

const FIELDS = ['title', 'unit', 'address'];
let installation, world, house, administrator, person, browser;

before(async () => {
  installation = await Installation.start();
  house = new House(installation);
  ({ world } = house);
  await house.open();
  person = house.people.shift();
  browser = new Browser(installation.url, { language: 'en' });
  administrator = new Officer(installation, world, installation.demo.administrators[0]);
  await administrator.setUp();
  await administrator.logIn();
}, { timeout: 200_000 });
after(() => installation?.stop());

/** The texts in as few fields as hold them. */
function pack(texts, length) {
  const packed = [''];
  for (const text of texts) {
    if ([...packed.at(-1), ...text].length + 1 > length) packed.push('');
    packed.push(`${packed.pop()} ${text}`.trim());
  }
  return packed;
}
const awkward = pack(Object.values(AWKWARD), 120);

/** All of it is there, and nothing of it as markup. */
function assertShown(page, text, what) {
  assert.ok(page.status < 500, `${what}: ${page.describe()}`);
  assert.ok(!page.html.includes('<script>alert'), `${what}: markup came back as markup`);
  assert.ok(bare(page.text).includes(bare(text)), `${what}: ${text} is not on ${page.describe()}`);
}

test('letters that are none are refused at their field, and what else was typed is kept', async () => {
  let page = await logIn(browser, person);
  assert.match(page.path, /\/form$/, page.describe());
  for (const [kind, text] of Object.entries(REFUSED)) {
    page = await browser.get('/basvuru/saglik/form');
    const typed = { ...filledForm(page, person), ...Object.fromEntries(FIELDS.map((name) => [name, text])), act: 'continue' };
    const answer = await page.submit(typed);
    for (const name of FIELDS) assert.ok(answer.mistakes.includes(name), `${kind} at ${name}: ${answer.describe()}`);
    // nobody could find them by hand: what is seen of the text is kept, they are not
    assert.equal(answer.form(['title']).fields.get('title'), text.replace(/[\p{Cc}\p{Cf}\p{Co}]/gu, ''), kind);
    assert.equal(answer.form(['email']).fields.get('email'), person.email, kind);
  }
});

test('broken UTF-8 and NUL are refused at their field', async () => {
  for (const [kind, escaped] of Object.entries(BROKEN)) {
    const page = await browser.get('/basvuru/saglik/form');
    const form = page.form(['title']);
    const fields = { ...Object.fromEntries(form.fields), ...filledForm(page, person), title: 'MARK', act: 'continue' };
    const body = new URLSearchParams(fields).toString().replace('=MARK', `=${escaped}`);
    const answer = await browser.raw('/basvuru/saglik/form', { body, headers: { 'Content-Type': 'application/x-www-form-urlencoded',
      Origin: installation.url } });
    assert.ok(answer.mistakes.includes('title'), `${kind}: ${answer.describe()}`);
    assert.equal(answer.form(['email']).fields.get('email'), person.email, kind);
  }
});

test('awkward texts come out of form, check, PDF and the officer\'s page as they went in; a reason out of SMS and mail', async () => {
  assert.ok(awkward.length <= FIELDS.length, 'one application holds them all');
  let page = await browser.get('/basvuru/saglik/form');
  const typed = Object.fromEntries(awkward.map((text, i) => [FIELDS[i], text]));
  page = await page.submit({ ...filledForm(page, person, typed), act: 'continue' });
  assert.match(page.path, /\/kontrol$/, page.describe());
  for (const text of awkward) assertShown(page, text, 'check');
  page = await confirmPhone(world, await page.submit({}, /kontrol$/), person.mobile);
  const barcode = barcodeOf(page), file = path.join(installation.folder, `${barcode}.pdf`);
  writeFileSync(file, (await browser.get('/basvuru/saglik/form.pdf')).body);
  const printed = await run('pdftotext', ['-raw', file, '-']);
  assert.equal(printed.status, 0, printed.stderr);
  const application = await house.officer.browser.get(`/yetkili/basvuru/${barcode}`);
  for (const text of awkward) {
    assert.ok(bare(printed.stdout).includes(bare(text)), `${text} is not in the PDF: ${printed.stdout}`);
    assertShown(application, text, 'officer');
  }
  const [reason] = awkward, back = await house.officer.browser.get(`/yetkili/basvuru/${barcode}/geri`);
  const returned = await back.submit({ reason, field: 'email' }, /geri$/);
  assert.ok(returned.status === 200 && !returned.mistakes.length, returned.describe());
  for (const to of [person.mobile, person.email]) {
    const message = await waitUntil(`the reason to ${to}`, async () => (await world.messages(to))
      .find(({ text }) => bare(text).includes(bare(reason))));
    assert.doesNotMatch(message.subject ?? '', /[\r\n]/);
  }
});

test('an administrator\'s names: an institution, a token', async () => {
  for (const [i, text] of Object.values(AWKWARD).entries()) {
    const answer = await (await administrator.browser.get('/yonetim/ekle/kurum')).submit({ code: `7${i}`, name: text, parent: '' });
    assert.ok(answer.status < 500, answer.describe());
    if (answer.mistakes.includes('name')) assert.equal(answer.form(['name']).fields.get('name').normalize('NFC'), text.normalize('NFC'));
    else assertShown(answer, text, 'institution');
  }
  for (const text of awkward) {
    const page = await (await administrator.browser.get('/yonetim/scim')).submit({ register: 'saglik', name: text.slice(0, 60).trim() });
    if (!page.mistakes.length) assertShown(page, text.slice(0, 60).trim(), 'token');
    else assert.deepEqual(page.mistakes, ['name'], page.describe());
  }
});

test('a file of staff: what is wrong comes back as a table that no spreadsheet takes for formulas', async () => {
  const quote = (text) => `"${text.replaceAll('"', '""')}"`;
  const rows = Object.values({ ...AWKWARD, ...REFUSED }).map((text) => ['10000000145', text, text, 'Van', '1.1.1990', '34', text].map(quote).join(';'));
  const columns = await (await administrator.browser.get('/yonetim/personel/yeni')).submit({ register: 'saglik', extent: 'some',
    file: { name: '=cmd|x"\r\nBcc: a.csv', data: Buffer.from(['Kimlik No;Ad;Soyad;Doğum Yeri;Doğum Tarihi;Kurum Kodu;Sicil No', ...rows].join('\n')) } });
  assert.match(columns.path, /\/sutunlar$/, columns.describe());
  const started = await columns.submit({}, /sutunlar$/);
  const at = started.path.replace(/\/sutunlar$/, '');
  await waitUntil('the worker', async () => !/Ne kadar ilerlediğini gör/.test((await administrator.browser.get(at)).text), 60_000);
  const table = await administrator.browser.get(`${at}/hatalar.csv`);
  assert.equal(table.status, 200, table.describe());
  const lines = table.body.toString().replace(/^\uFEFF/, '').trim().split('\n');
  assert.ok(lines.length > rows.length, table.body.toString());
  for (const line of lines) assert.doesNotMatch(line, /(^|;)"?[=+@\t-]/, line);
});

test('SCIM takes a name as it is or refuses it', async () => {
  const made = await (await administrator.browser.get('/yonetim/scim')).submit({ register: 'saglik', name: 'Deneme' });
  const [token] = /\b[0-9a-f]{64}\b/.exec(made.text);
  const send = (body) => fetch(`${installation.url}/scim/v2/Users`, { method: 'POST', body, headers: { authorization: `Bearer ${token}`,
    'content-type': 'application/scim+json' } });
  for (const [kind, text] of Object.entries({ ...AWKWARD, ...REFUSED, 'lone surrogate': '\uD800', 'NUL': 'a\0b' })) {
    const answer = await send(JSON.stringify({ userName: text, externalId: text, name: { givenName: text, familyName: text }, title: text }));
    assert.ok(answer.status < 500, `${kind}: ${answer.status}`);
    const said = await answer.json();
    if (answer.status === 201) assert.equal(said.name.familyName.normalize('NFC'), text.normalize('NFC'), kind);
  }
});

test('the log is one JSON object a line, whatever was sent', async () => {
  const visitor = new Browser(installation.url);
  for (const text of [...Object.values(AWKWARD), ...Object.values(REFUSED)]) {
    const page = await visitor.raw(`/${encodeURIComponent(text)}?${encodeURIComponent(text)}=1`, { method: 'GET',
      headers: { Cookie: `dil=${encodeURIComponent(text)}`, Referer: encodeURIComponent(text) } });
    assert.ok([400, 404].includes(page.status), page.describe());
  }
  const lines = installation.log.split('\n').slice(0, -1).filter((line) => line[0] === '{');
  assert.ok(lines.length > 2);
  for (const line of lines) assert.equal(typeof JSON.parse(line), 'object', line);
  const others = installation.log.split('\n').filter((line) => line && line[0] !== '{');
  assert.ok(others.every((line) => !/script|calc|DROP TABLE|Bcc/.test(line)), others.join('\n'));
  assert.deepEqual(installation.errors, []);
});
