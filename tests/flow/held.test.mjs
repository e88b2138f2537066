// What must hold when things go wrong: wrong, old and replayed codes; pages out of order; outside systems that fail;
// processes that die between intent and result.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Browser } from './lib/browser.mjs';
import { Installation, run, waitUntil } from './lib/installation.mjs';
import { Officer, activate, applicants, barcodeOf, cardCertificates, confirmForm, confirmPhone, filledForm, logIn, logInOnline,
  picture, produceCards, waitForStatus } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, people, officer;
const next = () => people.shift();
const newBrowser = () => new Browser(installation.url, { language: 'en' });
const door = '/basvuru/saglik';

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  people = applicants(installation.demo, 120);
}, { timeout: 200_000 });
after(() => installation?.stop());

/** An application that waits for its form: { person, barcode, browser }. */
async function apply(person = next()) {
  const browser = newBrowser();
  const page = await confirmPhone(world, await confirmForm(browser, person), person.mobile);
  return { person, browser, barcode: barcodeOf(page) };
}

/** The officer whom this applicant turns to, set up and logged in. */
async function officerOf({ person, barcode }) {
  const mail = await world.waitForMessage(person.email, new RegExp(barcode));
  const found = installation.demo.officers.find(({ display_name: name }) => mail.text.includes(name));
  const one = new Officer(installation, world, found);
  await one.setUp();
  await one.logIn();
  return one;
}

const otherThan = (code) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

test('SMS codes: wrong, another person\'s, after five wrong ones, old, used', async () => {
  const [person, other] = [next(), next()];
  const [browser, otherBrowser] = [newBrowser(), newBrowser()];
  let page = await confirmForm(browser, person);
  const otherPage = await confirmForm(otherBrowser, other);
  const [last, otherLast] = [await world.lastId(person.mobile), await world.lastId(other.mobile)];
  page = await page.submit({}, /sms$/);
  await otherPage.submit({}, /sms$/);
  const [code, otherCode] = [await world.smsCode(person.mobile, last), await world.smsCode(other.mobile, otherLast)];
  if (otherCode !== code) {
    page = await page.submit({ code: otherCode });
    assert.match(page.path, /\/kod$/, 'another person\'s code was taken');
  }
  for (let tries = 0; tries < 5; tries++) {
    page = await (await browser.get(`${door}/kod`)).submit({ code: otherThan(code) });
    assert.match(page.path, /\/kod$/, page.describe());
  }
  page = await (await browser.get(`${door}/kod`)).submit({ code });
  assert.match(page.path, /\/kod$/, 'a code was taken after five wrong ones');

  await world.advance(61); // a new one may be asked for
  const second = await world.lastId(person.mobile);
  page = await (await browser.get(`${door}/kod`)).submit({}, /sms$|yeni|tekrar/);
  const secondCode = await world.smsCode(person.mobile, second);
  await world.advance(301);
  page = await (await browser.get(`${door}/kod`)).submit({ code: secondCode });
  assert.match(page.path, /\/kod$/, 'an old code was taken');

  const third = await world.lastId(person.mobile);
  await (await browser.get(`${door}/kod`)).submit({}, /sms$|yeni|tekrar/);
  const thirdCode = await world.smsCode(person.mobile, third);
  const stale = await browser.get(`${door}/kod`);
  page = await stale.submit({ code: thirdCode });
  assert.match(page.path, /\/yontem$/, page.describe());
  page = await stale.submit({ code: thirdCode }); // the same form sent again
  assert.ok(page.status < 500, page.describe());
  assert.doesNotMatch(page.path, /\/sonuc$/);
});

test('a code is sent again after 60 seconds, five times a day', async () => {
  const person = next();
  const browser = newBrowser();
  let page = await confirmForm(browser, person);
  const last = await world.lastId(person.mobile);
  await page.submit({}, /sms$/);
  await world.smsCode(person.mobile, last);
  for (let again = 0; again < 3; again++) await (await browser.get(`${door}/kod`)).submit({}, /sms$|yeni|tekrar/);
  await pause(2000);
  assert.equal((await world.messages(person.mobile)).length, 1, 'a second code within a minute');
  for (let sent = 1; sent < 8; sent++) {
    await world.advance(61);
    page = await browser.get(`${door}/kod`);
    await page.submit({}, /sms$|yeni|tekrar/);
  }
  await pause(2000);
  assert.ok((await world.messages(person.mobile)).length <= 6, 'more than five codes more in a day');
});

test('pages out of order lead to where one is, and do nothing', async () => {
  const stranger = newBrowser();
  for (const step of ['form', 'kontrol', 'sms', 'kod', 'yontem', 'sonuc']) {
    const page = await stranger.get(`${door}/${step}`);
    assert.ok(page.status < 500 && !page.path.endsWith(`/${step}`), `${step}: ${page.describe()}`);
    const posted = await stranger.post(`${door}/${step}`, {});
    assert.ok([400, 403, 404, 405].includes(posted.status) || !posted.path.endsWith(`/${step}`), `${step}: ${posted.describe()}`);
  }
  for (const address of ['/yetkili/gelen', '/yetkili/kod', '/yetkili/basvuru/fffffffffffffff', '/online/kod', '/online/sertifikalar',
    '/online/askidan-indir/00']) {
    const page = await stranger.get(address);
    assert.ok(page.status < 500 && page.path !== address, `${address}: ${page.describe()}`);
  }
  const person = next();
  const browser = newBrowser();
  await logIn(browser, person);
  for (const step of ['sms', 'kod', 'yontem', 'sonuc']) {
    const page = await browser.get(`${door}/${step}`);
    assert.ok(!page.path.endsWith(`/${step}`), `${step} of a draft: ${page.describe()}`);
  }
  const form = await browser.get(`${door}/form`);
  const check = await form.submit({ ...filledForm(form, person), act: 'continue' });
  const { csrf } = Object.fromEntries(check.form(/kontrol/).fields);
  for (const step of ['kod', 'yontem']) {
    const page = await browser.post(`${door}/${step}`, { csrf, code: '000000', way: 'wet' });
    assert.ok(page.status < 500 && !/\/(yontem|sonuc)$/.test(page.path), `${step}: ${page.describe()}`);
  }
  await check.submit({}, /kontrol/);
  const twice = await check.submit({}, /kontrol/); // the button pressed again on an old page
  assert.ok(twice.status < 500, twice.describe());
  assert.match((await browser.get(`${door}/sms`)).path, /\/sms$/);
});

test('a person with a running application is told so, and nothing of it, in another browser', async () => {
  const { person, browser, barcode } = await apply();
  const page = await logIn(newBrowser(), person);
  assert.ok(page.status < 500 && !page.path.endsWith('/form'), page.describe());
  assert.ok(!page.text.includes(barcode) && !page.text.includes(person.email), 'its content is shown');
  assert.ok((await browser.get(`${door}/sonuc`)).text.replaceAll(' ', '').includes(barcode));
});

test('the register down, talking nonsense or slow: nothing typed is lost, told to come back', async () => {
  const person = next();
  for (const fault of ['down', 'garbage', 'slow']) {
    await world.fault('population', fault, 1);
    const browser = newBrowser();
    const page = await logIn(browser, person);
    assert.ok([200, 503].includes(page.status), `${fault}: ${page.describe()}`);
    assert.match(page.path, /\/giris$/, `${fault}: ${page.describe()}`);
    const form = page.form(['identity_number', 'birth_place']);
    for (const name of ['identity_number', 'given_names', 'surname', 'birth_place', 'birth_date', 'staff_number'])
      assert.equal(form.fields.get(name), person[name], `${fault}: ${name} was lost`);
    assert.doesNotMatch(page.text, /do not match/, fault);
    const again = await page.submit({ ...picture(page) });
    assert.match(again.path, /\/form$/, `${fault}, when it works again: ${again.describe()}`);
  }
});

test('one answer for every detail that does not match', async () => {
  const person = next();
  const texts = new Set();
  for (const change of [{ given_names: 'BAŞKA' }, { surname: 'BAŞKA' }, { birth_place: 'BAŞKA' }, { birth_date: '01.01.1955' },
    { staff_number: '99999999' }]) {
    await world.advance(3600);
    const page = await logIn(newBrowser(), person, change);
    assert.match(page.path, /\/giris$/, page.describe());
    texts.add(`${page.status} ${page.text.replace(/(picture says) \w+/, '$1')}`);
  }
  assert.equal(texts.size, 1, [...texts].join('\n'));
});

test('attempts are limited, and the wait is told', async () => {
  await world.advance(86_400);
  const person = next();
  let page;
  for (let attempt = 0; attempt < 40; attempt++) {
    page = await logIn(newBrowser(), person, { surname: 'BAŞKA' });
    if (/minute|second|wait/i.test(page.text) && /too many|attempts/i.test(page.text)) break;
  }
  assert.match(page.text, /too many|attempts/i, page.describe());
  const right = await logIn(newBrowser(), person);
  assert.ok(!right.path.endsWith('/form'), 'the right details passed during the wait');
  await world.advance(86_400);
  assert.match((await logIn(newBrowser(), person)).path, /\/form$/);
});

test('sixty people of one address log in; wrong details are what it is limited by', async () => {
  await world.advance(86_400);
  const crowd = applicants(installation.demo, 61, 120);
  const from = () => new Browser(installation.url, { language: 'en', address: '127.0.9.1' });
  for (const person of crowd.slice(0, 60)) {
    const page = await logIn(from(), person);
    assert.match(page.path, /\/form$/, page.describe());
  }
  let wrong = 0;
  while (wrong < 40 && (await logIn(from(), crowd[wrong], { surname: 'BAŞKA' })).status !== 429) wrong++;
  assert.equal(wrong, 30);
  assert.equal((await logIn(from(), crowd[60])).status, 429);
});

test('an SMS centre that is down while a code is awaited: no page says that it was sent', { timeout: 180_000 }, async () => {
  const [person, browser] = [next(), newBrowser()];
  let page = await confirmForm(browser, person);
  await world.fault('sms', 'down');
  page = await page.submit({}, /sms$/);
  assert.match(page.text, /The code of 6 digits is on its way to/, page.describe());
  await world.advance(20);
  page = await browser.get(`${door}/kod`);
  assert.match(page.text, /has not confirmed the SMS yet. Your form is kept/, page.describe());
  assert.doesNotMatch(page.text, /was sent to/);
  await world.advance(300); // nobody could use that code any more: it is dropped
  page = await waitUntil('the page of a code that was dropped', async () => {
    const shown = await browser.get(`${door}/kod`);
    return /could not be sent. Your form is kept/.test(shown.text) && shown;
  }, 60_000);
  assert.doesNotMatch(page.text, /was sent to|on its way/);
  await world.fault('sms', 'none');
  const last = await world.lastId(person.mobile);
  page = await page.submit({}, /sms$/);
  const code = await world.smsCode(person.mobile, last);
  page = await waitUntil('the page of a code that was sent', async () => {
    const shown = await browser.get(`${door}/kod`);
    return /was sent to/.test(shown.text) && shown;
  });
  assert.match((await page.submit({ code })).path, /\/yontem$/);
});

test('an SMS centre that loses its answer sends one SMS, one that is down sends it later', { timeout: 180_000 }, async () => {
  const both = [];
  for (const fault of ['answer_lost', 'silent']) { // with and without a report of the delivery
    const [person, browser] = [next(), newBrowser()];
    const page = await confirmForm(browser, person);
    await world.fault('sms', fault, 1);
    await page.submit({}, /sms$/);
    both.push({ person, browser, fault, code: await world.smsCode(person.mobile, 0) });
  }
  await pause(24_000); // the answer is given up after 15 s; the job comes again after that
  for (const { person, fault } of both)
    assert.equal((await world.messages(person.mobile)).length, 1, `${fault}: the same code was sent twice`);
  const [{ person, browser, code }] = both;
  await world.fault('sms', 'down', 1);
  let page = await (await browser.get(`${door}/kod`)).submit({ code });
  page = await page.submit({ way: 'wet' });
  await world.waitForMessage(person.mobile, new RegExp(barcodeOf(page)), 0, 60_000);
  await pause(3000);
  assert.equal((await world.messages(person.mobile)).length, 2);
});

test('a mail server that loses its answer: one mail, by its Message-ID', { timeout: 120_000 }, async () => {
  await world.fault('email', 'answer_lost', 1);
  const { person } = await apply();
  await pause(8000);
  const mails = await world.messages(person.email);
  assert.ok(mails.length >= 1);
  assert.equal(new Set(mails.map((mail) => mail.message_id)).size, 1);
});

test('the officer\'s codes: wrong, old, used', async () => {
  const first = await apply();
  officer = await officerOf(first);
  // from here on only people whom this officer may take in: the codes of a directorate's units begin with its own
  people = people.filter(({ institution_code: code }) => code.startsWith(officer.officer.institution));
  await officer.takeIn(first.barcode);
  const { officer: account } = officer;
  const start = async () => {
    const page = await newBrowser().get('/yetkili/giris');
    return page.submit({ user_name: account.user_name, password: 'uzun ve gizli parola 9' });
  };
  await world.advance(60);
  const code = await world.code(account);
  let page = await (await start()).submit({ code: otherThan(code) });
  assert.match(page.path, /\/yetkili\/kod$/, page.describe());
  page = await (await start()).submit({ code: await world.code(account) });
  assert.match(page.path, /\/gelen$/, page.describe());
  const used = await world.code(account);
  page = await (await start()).submit({ code: used });
  assert.match(page.path, /\/yetkili\/kod$/, 'a used code was taken');
  const old = await world.code(account);
  await world.advance(300);
  page = await (await start()).submit({ code: old });
  assert.match(page.path, /\/yetkili\/kod$/, 'an old code was taken');
  const wrong = await (await newBrowser().get('/yetkili/giris')).submit({ user_name: account.user_name, password: 'yanlis parola 99' });
  assert.match(wrong.path, /\/giris$/, wrong.describe());
  const nobody = await (await newBrowser().get('/yetkili/giris')).submit({ user_name: 'kimse', password: 'yanlis parola 99' });
  assert.deepEqual(nobody.mistakes, wrong.mistakes);
  await world.advance(3600);
  await officer.logIn();
});

test('a decision counts only with the right signature over exactly its text', async () => {
  const application = await apply();
  await officer.takeIn(application.barcode);
  const page = await officer.propose([application.barcode]);
  const statement = (await officer.browser.get(page.link(/\/metin$/))).body;
  const send = (data) => page.submit({ signature: { name: 'karar.p7m', data } });
  const changed = Buffer.from(statement);
  changed[changed.length - 3] ^= 1;
  const colleague = installation.demo.officers.find((one) => one.identity_number !== officer.officer.identity_number);
  const wrongs = { 'nothing': Buffer.alloc(0), 'the text itself': statement, 'garbage': Buffer.from('not a signature'),
    'another text': await world.sign(officer.officer, 'karar.txt', changed),
    'a colleague\'s card': await world.sign(colleague, 'karar.txt', statement), 'too large': Buffer.alloc(400_000) };
  for (const [what, data] of Object.entries(wrongs)) {
    const answer = await send(data).catch((error) => ({ status: 413, text: error.message, describe: () => error.message }));
    assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.describe()}`);
  }
  const { output } = await produceCards(installation);
  assert.ok(!/certificate [0-9a-f]+/.test(output), `a card without a decision: ${output}`);
  const right = await send(await world.sign(officer.officer, 'karar.txt', statement));
  assert.ok(right.status === 200 && !right.mistakes.length, right.describe());
  const twice = await send(await world.sign(officer.officer, 'karar.txt', statement));
  assert.ok(twice.status < 500, twice.describe());
  const produced = await produceCards(installation);
  assert.equal(produced.serials.length, 1, produced.output);
});

async function approved(count) {
  const all = [];
  for (let i = 0; i < count; i++) {
    const application = await apply();
    await officer.takeIn(application.barcode);
    all.push(application);
  }
  await officer.approve(all.map(({ barcode }) => barcode));
  return all;
}

/** Until every card is ready, as an operator would: produce again after each failure. */
async function produceAll(expected) {
  let made = 0;
  for (let attempt = 0; attempt < 10; attempt++) {
    const { status, serials, output } = await produceCards(installation);
    made += serials.length;
    if (status === 0 && made >= expected) return;
    if (attempt === 9) assert.fail(output);
    await pause(500);
  }
}

/** In the signer's own journal: never two certificates made for one application, nor an intent left open. */
async function assertJournal() {
  const ask = async (sql) => {
    const { status, stdout, stderr } = await run('sqlite3', ['-readonly', path.join(installation.state, 'signer/signer.db'), sql]);
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  assert.equal(await ask('SELECT application_uid FROM certificate WHERE certificate IS NOT NULL '
    + 'GROUP BY application_uid HAVING count(*) > 1'), '');
  assert.equal(await ask('SELECT serial FROM certificate WHERE certificate IS NULL AND status NOT IN (3, 4)'), '');
}

async function assertOneEach(applications, before) {
  const certificates = await cardCertificates(installation);
  await assertJournal();
  assert.equal(new Set(certificates.map(({ serial }) => serial)).size - before, applications.length);
  for (const { person } of applications) {
    const page = await logInOnline(world, newBrowser(), person);
    const serials = new Set([...page.html.matchAll(/askidan-indir\/([0-9a-f]+)/gi)].map((match) => match[1].toLowerCase()));
    assert.equal(serials.size, 1, `${person.identity_number}: ${[...serials]}`);
    const [serial] = serials;
    await activate(world, page, person, serial);
    const onCard = certificates.find((certificate) => certificate.serial === serial);
    assert.ok(onCard, `${serial} is on no card: ${certificates.map((certificate) => certificate.serial)}`);
    await waitForStatus(installation, onCard.path, 'good');
  }
}

test('the worker killed while the signer works: one certificate', { timeout: 120_000 }, async () => {
  const applications = await approved(1);
  const before = (await cardCertificates(installation)).length;
  process.kill(installation.pidOf('signer'), 'SIGSTOP');
  const signer = installation.pidOf('signer');
  const producing = produceCards(installation);
  await pause(1500); // the request lies with the signer, which stands still
  await installation.killProgram('worker');
  process.kill(signer, 'SIGCONT');
  await world.advance(61); // the dead worker's lease is over
  await producing;
  await produceAll(0);
  await assertOneEach(applications, before);
});

test('the signer killed between intent and result: one certificate each', { timeout: 180_000 }, async () => {
  const applications = await approved(5);
  const before = (await cardCertificates(installation)).length;
  const journal = path.join(installation.state, 'signer/signer.db');
  const open = 'SELECT count(*) FROM certificate WHERE certificate IS NULL AND status NOT IN (3, 4)';
  let kills = 0;
  // stopped at each write, and killed if that was an intent whose result is not written yet
  const watcher = watch(path.dirname(journal), (event, name) => {
    const pid = kills < 3 && name === 'signer.db-wal' ? installation.pidOf('signer') : null;
    if (!pid) return;
    try {
      process.kill(pid, 'SIGSTOP');
      const isBetween = Number(spawnSync('sqlite3', ['-readonly', journal, open]).stdout) > 0;
      process.kill(pid, isBetween ? 'SIGKILL' : 'SIGCONT');
      if (isBetween) kills++;
    } catch (error) {
      if (error.code !== 'ESRCH') throw error; // on a busy machine the supervisor was faster: it had not become ready
    }
  });
  await produceCards(installation);
  watcher.close();
  assert.ok(kills > 0, 'the signer was never caught between intent and result');
  await produceAll(0);
  await assertOneEach(applications, before);
});

test('worker and signer killed again and again while messages go out: each once', { timeout: 180_000 }, async () => {
  const before = (await cardCertificates(installation)).length;
  const applications = await approved(2);
  const producing = produceCards(installation);
  for (const program of ['worker', 'signer', 'worker']) {
    await pause(300);
    await installation.killProgram(program);
  }
  await world.advance(61);
  await producing;
  await produceAll(0);
  for (const { person, barcode } of applications) {
    await world.waitForMessage(person.mobile, /has been made/, 0, 60_000);
    const texts = (await world.messages(person.mobile)).map((message) => message.text);
    for (const pattern of [/is recorded/, /has been received/, /has been approved/, /has been made/])
      assert.equal(texts.filter((text) => pattern.test(text)).length, 1, `${barcode} ${pattern}\n${texts.join('\n')}`);
  }
  await assertOneEach(applications, before);
});
