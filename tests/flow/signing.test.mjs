// Verification codes from end to end (spec 02, Verification codes; spec 04, log-in and approval; spec 10, Tickets): an
// officer logs in with a card, applies with it, and another one's approval is signed by code. And what must not work.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { Installation, build, database, run } from './lib/installation.mjs';
import { Officer, applicants, askAgent, barcodeOf, codeOf, confirmForm, confirmPhone, signShown, submitFrom } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, officer, other;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  const [first] = installation.demo.officers;
  officer = new Officer(installation, world, first);
  other = installation.demo.officers.find((one) => one.identity_number !== first.identity_number);
  await officer.setUp();
}, { timeout: 200_000 });
after(() => installation?.stop());

const agent = (operation, wish, options) => askAgent(installation, operation, wish, options);

/** The page of an officer's e-signed log-in, with its code. */
async function beginLogIn(identityNumber, browser = new Browser(installation.url)) {
  const page = await (await browser.get('/yetkili/e-imza')).submit({ identity_number: identityNumber });
  assert.match(page.path, /\/yetkili\/imza$/, page.describe());
  return page;
}

async function signatureOver(signer, text) {
  return (await world.sign(signer, 'metin.txt', text)).toString('base64');
}

/** The state that the page's script asks for. */
async function stateOf(page) {
  return JSON.parse((await page.browser.get('/yetkili/imza/durum')).body).state;
}

/** How many of the staff the keeper gave a budget of their own in these 24 hours. */
async function grants() {
  const { stdout } = await installation.divit('keeper', 'status', '--state', installation.state);
  return Number(/officers logged in: (\d+)\n/.exec(stdout)[1]);
}

test(`an officer logs in with a card (${database})`, async () => {
  const before = await grants();
  const page = await beginLogIn(officer.officer.identity_number, officer.browser);
  const { code, words } = codeOf(page);
  assert.match(code, /^[1-9]{3}( [1-9]{3}){4}$/);
  assert.ok(page.html.includes(`eimza://kod/${code.replaceAll(' ', '')}`), 'no link that opens the program');
  assert.ok(/data-countdown="(29\d|300)"/.test(page.html), 'no seconds left');
  const opened = await agent('open', { code });
  assert.equal(opened.status, 200, opened.text);
  assert.deepEqual(opened.body.words, words);
  assert.equal(opened.body.purpose, 'log_in');
  assert.match(opened.body.text, /^divit login 1\n[\s\S]*elektronik imzayla giriş yapmayı onaylıyorum/);
  assert.equal(await stateOf(page), 'waiting');
  const inbox = await signShown(world, page, officer.officer);
  assert.match(inbox.path, /\/yetkili\/gelen$/, inbox.describe());
  assert.equal(await grants(), before + 1);
  const waiting = await page.browser.get('/yetkili/imza');
  assert.match(waiting.path, /\/yetkili\/gelen$/, waiting.describe());
});

test('without a script, a button goes on', async () => {
  let page = await beginLogIn(officer.officer.identity_number);
  page = await page.submit({}, /devam$/);
  assert.match(page.text, /İmza henüz gelmedi/, page.describe());
  const signed = await world.signCode(officer.officer, codeOf(page).code);
  assert.equal(signed.exit_code, 0, signed.said);
  page = await page.submit({}, /devam$/);
  assert.match(page.text, /İmzanız geldi/, page.describe());
  page = await page.submit({ link: `  ${signed.link}\n` });
  assert.match(page.path, /\/yetkili\/gelen$/, page.describe());
});

test('a new code voids the one before; every wrong code is answered alike', async () => {
  const first = await beginLogIn(officer.officer.identity_number);
  const second = await first.submit({}, /\/yetkili\/imza$/);
  assert.notEqual(codeOf(first).code, codeOf(second).code);
  const wrong = [codeOf(first).code, '111111111111111', '123', 'değil', ''];
  const answers = await Promise.all(wrong.map((code) => agent('open', { code })));
  for (const answer of answers) assert.deepEqual([answer.status, answer.text], [404, answers[0].text]);
  const program = await world.signCode(officer.officer, codeOf(first).code);
  assert.equal(program.exit_code, 6, program.said);
  assert.equal((await world.signCode(officer.officer, codeOf(second).code)).exit_code, 0);
  assert.deepEqual((await agent('open', { code: codeOf(second).code })).text, answers[0].text);
});

test('a code ends with its 300 seconds; the page says so', async () => {
  let page = await beginLogIn(officer.officer.identity_number);
  const { code } = codeOf(page);
  await world.advance(301);
  assert.equal((await agent('open', { code })).status, 404);
  assert.equal(await stateOf(page), 'over');
  page = await page.browser.get('/yetkili/imza');
  assert.match(page.text, /süresi doldu/, page.describe());
  page = await page.submit({}, /\/yetkili\/imza$/);
  assert.equal((await agent('open', codeOf(page))).status, 200);
});

test('of two submits one wins', async () => {
  const page = await beginLogIn(officer.officer.identity_number);
  const { code } = codeOf(page);
  const signature = await signatureOver(officer.officer, (await agent('open', { code })).body.text);
  const answers = await Promise.all(Array.from({ length: 6 }, () => agent('submit', { code, signature })));
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 404, 404, 404, 404, 404]);
});

test('a signature that does not fit is refused with its reason, and the code stays', async () => {
  const page = await beginLogIn(officer.officer.identity_number);
  const { code } = codeOf(page);
  const { text } = (await agent('open', { code })).body;
  const cases = [
    ['person', await signatureOver(other, text)],
    ['text', await signatureOver(officer.officer, `${text}\n`)],
    ['form', Buffer.from('imza').toString('base64')],
  ];
  for (const [reason, signature] of cases) {
    const answer = await agent('submit', { code, signature });
    assert.deepEqual([answer.status, answer.body.error, answer.body.reason], [422, 'signature', reason], answer.text);
  }
  const program = await world.signCode(other, code);
  assert.equal(program.exit_code, 5, program.said);
  const early = await signatureOver(officer.officer, text);
  await world.advance(200);
  const late = await agent('submit', { code, signature: await signatureOver(officer.officer, text) });
  assert.equal(late.status, 200, late.text);
  assert.equal((await agent('submit', { code, signature: early })).status, 404);
});

test('a signature made at another time than the code’s is refused', async () => {
  const browser = new Browser(installation.url);
  const before = await beginLogIn(officer.officer.identity_number, browser);
  const { text } = (await agent('open', codeOf(before))).body;
  assert.equal((await agent('submit', { ...codeOf(before), signature: await signatureOver(officer.officer, text) })).status, 200);
  const page = await beginLogIn(officer.officer.identity_number, browser);
  const { code } = codeOf(page);
  const opened = (await agent('open', { code })).body;
  const signature = await signatureOver(officer.officer, opened.text);
  await world.advance(-400); // as if the signature had been made 400 s from now
  const answer = await agent('submit', { code, signature });
  await world.advance(400);
  assert.ok(answer.status === 422 ? answer.body.reason === 'time' : answer.status === 404, answer.text);
});

test('a relayed code: the ticket does nothing outside the session that asked', async () => {
  const stranger = await beginLogIn(officer.officer.identity_number);
  const signed = await world.signCode(officer.officer, codeOf(stranger).code);
  assert.equal(signed.exit_code, 0, signed.said);
  const victim = new Browser(installation.url);
  const elsewhere = await victim.get(new URL(signed.link).pathname);
  assert.equal(elsewhere.status, 403);
  assert.match(elsewhere.text, /başka bir yerde istendi/, elsewhere.describe());
  assert.match((await victim.get('/yetkili/gelen')).path, /giris$/);
  for (const guess of ['0'.repeat(32), 'f'.repeat(32), 'ab'])
    assert.equal((await stranger.browser.get(`/yetkili/imza/don/${guess}`)).status, 410);
  assert.match((await stranger.browser.get('/yetkili/gelen')).path, /giris$/, 'the stranger is in');
  const pasted = await (await stranger.browser.get('/yetkili/imza')).submit({ link: `${installation.url}/eimza/don/${'a'.repeat(32)}` });
  assert.equal(pasted.status, 422, pasted.describe());
});

test('page and program at different addresses: one more proof', async () => {
  let page = await beginLogIn(officer.officer.identity_number);
  page = await page.browser.get(await submitFrom(installation, world, officer.officer, codeOf(page).code, '127.0.0.2'));
  assert.match(page.path, /\/yetkili\/imza\/kanit$/, page.describe());
  assert.match(page.text, /127\.0\.0\.2/);
  assert.match((await page.browser.get('/yetkili/gelen')).path, /giris$/, 'in without the proof');
  const refused = await page.submit({ code: '000000' });
  assert.equal(refused.status, 422, refused.describe());
  page = await refused.submit({ code: await officer.freshCode() });
  assert.match(page.path, /\/yetkili\/gelen$/, page.describe());
});

test('who has no account is told so after signing; what is no identity number at once', async () => {
  const [person] = applicants(installation.demo, 1);
  const page = await beginLogIn(person.identity_number);
  assert.equal((await agent('open', codeOf(page))).body.identity_number, person.identity_number);
  const refused = await (await new Browser(installation.url).get('/yetkili/e-imza')).submit({ identity_number: '12345678901' });
  assert.equal(refused.status, 422);
  assert.deepEqual(refused.mistakes, ['identity_number']);
});

test('an application is signed by its person’s card: taken in, no paper', async () => {
  const person = installation.demo.people.find((one) => one.identity_number === officer.officer.identity_number);
  const browser = new Browser(installation.url);
  let page = await confirmForm(browser, person);
  const last = await world.lastId(person.mobile);
  page = await page.submit({}, /sms$/);
  page = await page.submit({ code: await world.smsCode(person.mobile, last) });
  page = await page.submit({ way: 'e_signed' });
  assert.match(page.path, /\/basvuru\/saglik\/imza$/, page.describe());
  const opened = (await agent('open', codeOf(page))).body;
  assert.equal(opened.purpose, 'sign_application');
  assert.match(opened.text, new RegExp(`^divit application 1\n[\\s\\S]*Kimlik No: ${person.identity_number}\n`));
  assert.equal(opened.documents.length, 4);
  assert.ok(opened.documents.some((document) => /Taahhüt/i.test(document.title)), JSON.stringify(opened.documents));
  page = await signShown(world, page, officer.officer);
  assert.match(page.path, /\/sonuc$/, page.describe());
  assert.match(page.text, /Başvuruyu elektronik imzayla imzalamak/, page.describe());
  const barcode = barcodeOf(page);
  await world.waitForMessage(person.email, /E-imzalı başvurunuz alındı/);
  await officer.logIn();
  const own = await officer.browser.get(`/yetkili/basvuru/${barcode}`);
  assert.match(own.text, /İmzalama yöntemi E-imza /, own.describe());
  assert.ok(!/formu .* teslim alındı/.test(own.text), own.describe());
  assert.ok(!own.hasForm('application'), 'the officer may approve the own application');
});

test('a changed application is not signed with the text of before', async () => {
  const person = installation.demo.people.find((one) => one.identity_number === other.identity_number);
  const browser = new Browser(installation.url);
  let page = await confirmForm(browser, person);
  const last = await world.lastId(person.mobile);
  page = await page.submit({}, /sms$/);
  page = await page.submit({ code: await world.smsCode(person.mobile, last) });
  page = await page.submit({ way: 'e_signed' });
  const signed = await world.signCode(other, codeOf(page).code);
  assert.equal(signed.exit_code, 0, signed.said);
  const result = await browser.get('/basvuru/saglik/yontem');
  await browser.post('/basvuru/saglik/degistir', { csrf: result.form(['way']).fields.get('csrf') });
  const back = await browser.get(new URL(signed.link).pathname);
  assert.equal(back.status, 409, back.describe());
});

test('an approval is signed by code, with every application before the officer’s eyes', async () => {
  const waiting = [];
  for (const person of applicants(installation.demo, 2, 3)) {
    const page = await confirmForm(new Browser(installation.url), person);
    waiting.push({ person, barcode: barcodeOf(await confirmPhone(world, page, person.mobile)) });
  }
  for (const { barcode } of waiting) await officer.takeIn(barcode);
  let page = await officer.browser.get('/yetkili/gelen?durum=officer_pending');
  const form = page.form(['application']);
  page = await officer.browser.send('POST', new URL(form.action, page.url).href,
    new Map([['csrf', form.fields.get('csrf')], ['application', form.options.get('application')]]));
  assert.match(page.path, /\/yetkili\/karar\//, page.describe());
  page = await page.submit({}, /imza$/);
  const { code } = codeOf(page);
  const opened = (await agent('open', { code })).body;
  assert.equal(opened.purpose, 'approval');
  for (const { person } of waiting)
    assert.ok(opened.documents.some((document) => document.text.includes(`Kimlik No: ${person.identity_number}\n`)), person.surname);
  page = await signShown(world, page, officer.officer);
  assert.match(page.path, /\/yetkili\/karar\//, page.describe());
  assert.match(page.text, /onaylandı/, page.describe());
});

test('the interface describes itself, and answers only programs', async () => {
  const description = JSON.parse((await new Browser(installation.url).get('/agent/v1/openapi.json')).body);
  assert.deepEqual(Object.keys(description.paths).sort(), ['/agent/v1/open', '/agent/v1/openapi.json', '/agent/v1/pin',
    '/agent/v1/pin/done', '/agent/v1/pin/puk', '/agent/v1/submit']);
  const { schemas } = description.components;
  const page = await beginLogIn(officer.officer.identity_number);
  const opened = (await agent('open', codeOf(page))).body;
  assert.deepEqual(Object.keys(opened).sort(), [...schemas.Opened.required].sort());
  for (const [name, value] of Object.entries(opened)) {
    const { type, pattern } = schemas.Opened.properties[name];
    assert.equal(Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value, type, name);
    if (pattern) assert.match(value, new RegExp(pattern), name);
  }
  for (const headers of [{ Origin: 'https://kotu.example' }, { 'Sec-Fetch-Site': 'cross-site' }])
    assert.equal((await agent('open', codeOf(page), { headers })).status, 403);
  assert.equal((await agent('open', codeOf(page), { headers: { 'Content-Type': 'text/plain' } })).status, 400);
  assert.deepEqual((await agent('open', { code: 5 })).body.error, 'request');
  assert.equal((await agent('nowhere', {})).status, 404);
  assert.equal((await agent('submit', { code: '1', signature: 'a'.repeat(800_000) })).status, 413);
});

test('the program trusts its signed list alone', async () => {
  const cli = path.join(build, 'eimza-cli');
  const page = await beginLogIn(officer.officer.identity_number);
  const { code } = codeOf(page);
  const env = { SOFTHSM2_CONF: path.join(installation.state, 'people/softhsm2.conf'), LC_ALL: 'tr_TR.UTF-8' };
  const trust = path.join(installation.folder, 'trust');
  const copy = await run('cp', ['-r', path.join(installation.state, 'eimza'), trust]);
  assert.equal(copy.status, 0, copy.stderr);
  const clock = ['--clock', path.join(installation.state, 'clock-offset')];
  const pin = ['--pin-file', path.join(installation.state, `people/${officer.officer.token_label}.pin`)];
  const sign = (...more) => run(cli, ['sign', code, '--no-browser', '--trust', trust, ...clock, ...pin, ...more], { env });
  const elsewhere = await sign('--host', 'kotu.example');
  assert.equal(elsewhere.status, 7, elsewhere.stderr);
  await run('sed', ['-i', 's/localhost/127.0.0.1/', path.join(trust, 'hosts.txt')]);
  const forged = await sign();
  assert.equal(forged.status, 7, forged.stderr);
  assert.match(forged.stderr, /imzası doğru değil/);
  await run('cp', [path.join(installation.state, 'eimza/hosts.txt'), trust]);
  const good = await sign();
  assert.equal(good.status, 0, good.stderr);
  assert.match(good.stderr, /E l e k t r o n i k/);
  assert.match(good.stdout.trim(), new RegExp(`^${installation.url}/eimza/don/[0-9a-f]{32}$`));
});

test('guessing is limited', async () => {
  const answers = [];
  for (let i = 0; i < 130; i++) answers.push((await agent('open', { code: '222222222222222' }, { address: '127.0.0.3' })).status);
  assert.equal(answers.at(-1), 429);
  assert.ok(answers.indexOf(429) > 100, answers.join(' '));
});

test('no program logged an error on the way', () => assert.deepEqual(installation.errors, []));
