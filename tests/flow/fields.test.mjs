// Every field of every form: empty, too long, wrong letters, markup, NUL, broken UTF-8. All mistakes at once, each at its
// field, nothing typed lost, nothing shown as markup, never an error of the server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { Installation } from './lib/installation.mjs';
import { Officer, applicants, barcodeOf, confirmForm, filledForm, logIn, loginValues, picture } from './lib/story.mjs';
import { World } from './lib/world.mjs';

const MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'';
const HOSTILE = {
  'too long': 'a'.repeat(3000),
  'markup': MARKUP,
  'NUL': 'a\0b',
  'other direction': 'abc\u202Edef',
  'no width': 'ab\u200Bcd',
  'control letters': 'a\u0007b',
  'template': '{{csrf}}%s%n${1}',
  'statement': "x'; DROP TABLE person; --",
};
const secret = new Set(['security_word', 'security_word_again', 'password', 'password_again', 'code', 'answer', 'picture', 'challenge', 'csrf']);

let installation, world, person;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  [person] = applicants(installation.demo, 1);
}, { timeout: 200_000 });
after(() => installation?.stop());

function assertHarmless(page, what) {
  assert.ok(page.status < 500, `${what}: ${page.describe()}`);
  assert.ok(!/<script>alert|<img src=x/i.test(page.html), `${what}: markup came back as markup`);
}

function assertKept(page, typed, except, what) {
  const form = page.forms.find((candidate) => Object.keys(typed).every((name) => candidate.names.has(name)));
  if (!form) return;
  for (const [name, value] of Object.entries(typed)) {
    if (secret.has(name) || name === except || name === 'act') continue;
    if (name === 'district' && except === 'province') continue; // its list follows the province
    assert.equal(form.fields.get(name), value, `${what}: ${name} was not kept`);
  }
}

/**
 * Each field in turn with each hostile value. `open` gives a fresh page and the right values of all fields; `required` ones
 * must say so when empty; `strict` ones take none of the hostile values.
 */
async function tryFields({ open, required, strict, stays }) {
  const names = Object.keys((await open()).values).filter((name) => name !== 'act');
  for (const name of names) {
    for (const [kind, value] of Object.entries({ empty: '', ...HOSTILE })) {
      const what = `${name}, ${kind}`;
      const { page, values } = await open();
      const typed = { ...values, [name]: value };
      const answer = await page.submit(typed);
      assertHarmless(answer, what);
      const mustRefuse = kind === 'empty' ? required.includes(name) : strict.includes(name);
      if (!mustRefuse) continue;
      if (kind === 'NUL' && answer.status === 400) continue; // refused before it was a form
      assert.match(answer.path, stays, `${what}: went on`);
      assert.ok(answer.mistakes.includes(name), `${what}: no mistake at it: ${answer.describe()}`);
      assertKept(answer, typed, name, what);
    }
  }
}

/** All fields empty at once: a mistake at each required one, and each in the summary. */
async function tryAllEmpty({ open, required }) {
  const { page, values } = await open();
  const answer = await page.submit(Object.fromEntries(Object.keys(values).map((name) => [name, name === 'act' ? values[name] : ''])));
  assertHarmless(answer, 'all empty');
  for (const name of required) {
    assert.ok(answer.mistakes.includes(name), `no mistake at ${name}: ${answer.describe()}`);
    assert.ok(answer.links.some((link) => link.href === `#${name}`), `no link to ${name} in the summary`);
  }
}

/** Bodies that are no form at all. */
async function tryBadBodies(browser, path, csrfPage) {
  const csrf = csrfPage.forms.find((form) => form.fields.has('csrf'))?.fields.get('csrf') ?? '';
  const type = 'application/x-www-form-urlencoded';
  const bodies = [[type, `csrf=${csrf}&a=%`], [type, `csrf=${csrf}&a=%zz`], [type, `csrf=${csrf}&a=%FF%FE`],
    [type, `csrf=${csrf}&a=%00`], [type, '&'.repeat(5000)], ['text/plain', `csrf=${csrf}`], ['application/json', '{}'],
    ['multipart/form-data', 'x'], ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="a'],
    [type, 'a='.padEnd(3_000_000, 'a')]];
  for (const [kind, body] of bodies) {
    const answer = await browser.raw(path, { body, headers: { 'Content-Type': kind, Origin: browser.base } })
      .catch((error) => ({ status: error.code })); // a body that is too large may be cut off
    assert.ok(['ECONNRESET', 'EPIPE'].includes(answer.status) || (answer.status >= 300 && answer.status < 500),
      `${path}: ${kind} ${body.slice(0, 40)}: ${answer.status}`);
  }
}

/** Without the session's token a form does nothing. */
async function tryWithoutToken(page, values) {
  const without = await page.browser.clone().post(page.form(Object.keys(values)).action, { ...values });
  assert.ok([400, 403].includes(without.status), `no token: ${without.describe()}`);
  const wrong = await page.browser.clone().post(page.form(Object.keys(values)).action, { ...values, csrf: 'x'.repeat(43) });
  assert.ok([400, 403].includes(wrong.status), `wrong token: ${wrong.describe()}`);
}

test('log-in of applicants', async () => {
  const names = ['identity_number', 'given_names', 'surname', 'birth_place', 'birth_date', 'staff_number', 'answer'];
  let count = 0;
  const open = async () => {
    if (++count % 8 === 0) await world.advance(3600); // attempts are counted; their time passes
    const page = await new Browser(installation.url, { language: 'en' }).get('/basvuru/saglik/giris');
    const values = loginValues(page, person);
    return { page, values: Object.fromEntries(names.map((name) => [name, values[name]])) };
  };
  const table = { open, required: names, strict: ['identity_number', 'birth_date'], stays: /\/giris$/ };
  await tryAllEmpty(table);
  await tryFields(table);
  const { page, values } = await open();
  await tryWithoutToken(page, values);
  await tryBadBodies(page.browser, '/basvuru/saglik/giris', page);
});

test('the identity number: check digits, letters, lengths', async () => {
  for (const number of ['10000000145', '00000000000', '01234567890', '1000000014', '100000001460', '1000000014x', '١٠٠٠٠٠٠٠١٤٦']) {
    await world.advance(3600);
    const answer = await logIn(new Browser(installation.url), person, { identity_number: number });
    assert.ok(answer.mistakes.includes('identity_number'), `${number}: ${answer.describe()}`);
  }
});

test('the form of the application', async () => {
  await world.advance(86_400);
  const browser = new Browser(installation.url, { language: 'en' });
  const first = await logIn(browser, person);
  assert.match(first.path, /\/form$/, first.describe());
  const open = async () => {
    const page = await browser.get('/basvuru/saglik/form');
    return { page, values: { ...filledForm(page, person), act: 'continue' } };
  };
  const required = ['security_word', 'title', 'address', 'province', 'district', 'postal_code', 'email', 'work_phone', 'mobile']
    .concat(['unit', 'family_district', 'family_centre', 'family_unit_code'].filter((name) => first.form(['title']).names.has(name)));
  const table = { open, required, stays: /\/form$/,
    strict: ['security_word', 'province', 'district', 'postal_code', 'email', 'work_phone', 'mobile'] };
  await tryAllEmpty(table);
  await tryFields(table);
  const { page, values } = await open();
  await tryWithoutToken(page, values);
  await tryBadBodies(browser, '/basvuru/saglik/form', page);
});

test('rules of the form', async () => {
  const browser = new Browser(installation.url, { language: 'en' });
  await logIn(browser, person);
  const wrong = [['security_word', 'kisa1'], ['security_word', 'iki kelime 1'], ['security_word', person.identity_number],
    ['security_word', '12345678'], ['postal_code', '06100'], ['postal_code', '3471'], ['email', 'ayse@'], ['email', 'ayse@localhost'],
    ['mobile', '0216 555 12 34'], ['mobile', '532 123 45 6'], ['district', 'Çankaya'], ['term', '9'], ['reader', 'gold'],
    ['channel', 'pigeon'], ['mobile_operator', 'nobody']];
  for (const [name, value] of wrong) {
    const page = await browser.get('/basvuru/saglik/form');
    const values = filledForm(page, person, name === 'security_word' ? { security_word: value, security_word_again: value }
      : { [name]: value });
    const answer = await page.submit({ ...values, act: 'continue' });
    assert.match(answer.path, /\/form$/, `${name}=${value}: ${answer.describe()}`);
    assert.ok(answer.mistakes.includes(name), `${name}=${value}: ${answer.describe()}`);
  }
  const page = await browser.get('/basvuru/saglik/form');
  const answer = await page.submit({ ...filledForm(page, person, { security_word_again: 'Baska9Kelime' }), act: 'continue' });
  assert.ok(answer.mistakes.some((name) => /security_word/.test(name)), answer.describe());
});

let barcode;
test('SMS code of the application', async () => {
  const browser = new Browser(installation.url, { language: 'en' });
  await world.advance(86_400);
  let page = await confirmForm(browser, person);
  const digits = (shown) => shown.text.replace(/\D/g, '');
  assert.ok(digits(page).includes(person.mobile), page.describe()); // in full to who has just typed it
  const last = await world.lastId(person.mobile);
  page = await page.submit({}, /sms$/);
  assert.match(page.html, /autocomplete="one-time-code"/);
  assert.match(page.html, /data-countdown="(300|2[89]\d)"/);
  const visited = await browser.get('/basvuru/saglik/sms');
  assert.match(visited.text, /5\*\* \*\*\* \*\* \d\d/); // masked after the first visit
  assert.ok(![page, visited].some((shown) => digits(shown).includes(person.mobile)));
  for (const value of ['', 'abcdef', '12345', '1234567', MARKUP, 'a\0b', '１２３４５６']) {
    const answer = await (await browser.get('/basvuru/saglik/kod')).submit({ code: value });
    assertHarmless(answer, value);
    assert.match(answer.path, /\/kod$/, `${value}: ${answer.describe()}`);
  }
  const right = await world.smsCode(person.mobile, last);
  await world.advance(61);
  page = await (await browser.get('/basvuru/saglik/kod')).submit({}, /sms$/);
  assert.match(page.text, /The one before stays valid for its time/);
  page = await (await browser.get('/basvuru/saglik/kod')).submit({ code: ` ${right.slice(0, 3)} ${right.slice(3)} ` });
  assert.match(page.path, /\/yontem$/, `codes of the wrong form are no tries: ${page.describe()}`);
  for (const way of ['', 'pigeon', MARKUP]) {
    const answer = await (await browser.get('/basvuru/saglik/yontem')).submit({ way });
    assertHarmless(answer, way);
    assert.doesNotMatch(answer.path, /\/sonuc$/, way);
  }
  page = await (await browser.get('/basvuru/saglik/yontem')).submit({ way: 'wet' });
  barcode = barcodeOf(page);
});

test('where is my application', async () => {
  const open = async () => ({ page: await new Browser(installation.url, { language: 'en' }).get('/basvurum-nerede'),
    values: { barcode, identity_number: person.identity_number } });
  const table = { open, required: ['barcode', 'identity_number'], strict: [], stays: /nerede/ };
  await tryAllEmpty(table);
  await tryFields(table);
});

test('the officer\'s desk', async () => {
  const mail = await world.waitForMessage(person.email, new RegExp(barcode));
  const officer = new Officer(installation, world, installation.demo.officers.find(({ display_name: name }) => mail.text.includes(name)));
  const link = new URL(officer.officer.link).pathname;
  const openSetUp = async () => ({ page: await new Browser(installation.url, { language: 'en' }).get(link),
    values: { password: 'uzun ve gizli parola 9', password_again: 'uzun ve gizli parola 9', code: '000000' } });
  await tryAllEmpty({ open: openSetUp, required: ['password', 'code'] });
  for (const password of ['kisa', 'password12', '1234567890', 'a'.repeat(300)]) {
    const { page, values } = await openSetUp();
    const answer = await page.submit({ ...values, password, password_again: password, code: await world.code(officer.officer) });
    assert.ok(answer.mistakes.includes('password'), `${password.slice(0, 20)}: ${answer.describe()}`);
  }
  await officer.setUp();
  const openLogIn = async () => ({ page: await new Browser(installation.url, { language: 'en' }).get('/yetkili/giris'),
    values: { user_name: officer.officer.user_name, password: 'x' } });
  await tryFields({ open: openLogIn, required: ['user_name', 'password'], strict: [], stays: /giris$/ });
  await world.advance(86_400);
  await officer.logIn();
  for (const value of ['', 'x', MARKUP, 'a\0b', 'f'.repeat(15), 'F'.repeat(3000)]) {
    const answer = await (await officer.browser.get('/yetkili/gelen')).submit({ barcode: value });
    assertHarmless(answer, value);
    assert.match(answer.path, /\/gelen$/, answer.describe());
  }
  for (const path of ['/yetkili/basvuru/fffffffffffffff', '/yetkili/basvuru/..%2f..', '/yetkili/basvuru/%00', '/yetkili/karar/x'])
    assert.ok([400, 404].includes((await officer.browser.get(path)).status), path);
});

test('log-in of holders', async () => {
  let count = 0;
  const open = async () => {
    if (++count % 4 === 0) await world.advance(86_400);
    const page = await new Browser(installation.url, { language: 'en' }).get('/online/giris');
    return { page, values: { identity_number: person.identity_number, security_word: 'Yanlis9Kelime', ...picture(page) } };
  };
  const table = { open, required: ['identity_number', 'security_word'], strict: ['identity_number'], stays: /giris$/ };
  await tryAllEmpty(table);
  await tryFields(table);
});
