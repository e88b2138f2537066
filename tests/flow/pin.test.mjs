// Pin Oluşturma / Kilit Çözme (spec 02; spec 10, The keeper): a holder sets the PIN of a card with eimza-cli. Web carries the
// SMS code and the PUK sealed; the keeper releases three times a day. With that card an application is signed: its
// certificate is asked about by OCSP, and the answer is kept (spec 02).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { proveCard, verifyBundle } from './lib/evidence.mjs';
import { build, database, Installation, run, waitUntil } from './lib/installation.mjs';
import { Officer, activate, applicants, askAgent, askToSign, barcodeOf, codeOf, confirmForm, confirmPhone, logInOnline,
  produceCards } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, person, officer, browser, env;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  [person] = applicants(installation.demo, 1);
  const applying = new Browser(installation.url, { language: 'en' });
  const barcode = barcodeOf(await confirmPhone(world, await confirmForm(applying, person), person.mobile));
  const mail = await world.waitForMessage(person.email, new RegExp(barcode));
  officer = new Officer(installation, world,
    installation.demo.officers.find(({ display_name: name }) => mail.text.includes(name)));
  await officer.setUp();
  await officer.logIn();
  await officer.takeIn(barcode);
  await officer.approve([barcode]);
  const produced = await produceCards(installation);
  assert.equal(produced.status, 0, produced.output);
  browser = new Browser(installation.url, { language: 'en' });
  await logInOnline(world, browser, person);
  env = { SOFTHSM2_CONF: path.join(installation.state, 'cards/softhsm2.conf'), LC_ALL: 'en_US.UTF-8' };
}, { timeout: 200_000 });
after(() => installation?.stop());

const cli = path.join(build, 'eimza-cli');

/** A page with a code for the PIN. */
async function pinPage() {
  const page = await (await browser.get('/online/pin')).submit({}, /online\/pin$/);
  assert.match(page.path, /\/online\/imza$/, page.describe());
  return page;
}

/** eimza-cli with this code: the SMS that comes is answered by what `typed` makes of it. */
async function setPin(code, newPin, typed = (sms) => sms) {
  const file = path.join(installation.folder, 'new-pin');
  writeFileSync(file, `${newPin}\n`);
  const last = await world.lastId(person.mobile);
  const child = spawn(cli, ['pin', code, '--no-browser', '--trust', path.join(installation.state, 'eimza'), '--clock',
    path.join(installation.state, 'clock-offset'), '--pin-file', file], { env: { ...process.env, ...env } });
  const result = { said: '', link: '' };
  child.stderr.on('data', (data) => { result.said += data; });
  child.stdout.on('data', (data) => { result.link += data; });
  child.stdin.on('error', () => {});
  const closed = once(child, 'close');
  await waitUntil('the program to ask for the SMS, or to end', () => child.exitCode !== null || /Code from the SMS/.test(result.said));
  if (child.exitCode === null) child.stdin.end(`${typed(await world.smsCode(person.mobile, last))}\n`);
  [result.status] = await closed;
  return result;
}

async function signs(pin) {
  const [file, pinFile] = ['text.txt', 'pin'].map((name) => path.join(installation.folder, name));
  writeFileSync(file, 'a text\n');
  writeFileSync(pinFile, `${pin}\n`);
  const signed = await run(cli, ['sign', file, '--output', `${file}.p7m`, '--pin-file', pinFile], { env });
  return signed.status;
}

test(`a holder sets the PIN of a card, and signs with it (${database})`, async () => {
  const page = await pinPage();
  const { code, words } = codeOf(page);
  const opened = await askAgent(installation, 'open', { code });
  assert.deepEqual([opened.body.purpose, opened.body.text], ['pin', '']);
  const done = await setPin(code, '736251');
  assert.equal(done.status, 0, done.said);
  for (const word of words) assert.ok(done.said.includes(word), done.said);
  const set = await browser.get(new URL(done.link.trim()).pathname);
  assert.match(set.path, /\/online\/pin\/[0-9a-f]+$/, set.describe());
  assert.match(set.text, /The PIN of your card is set/);
  assert.match((await browser.get('/online/sertifikalar')).text, /PIN set on \d\d\.\d\d\.\d{4}/);
  assert.equal(await signs('736251'), 0);
  assert.equal(await signs('111111'), 3);
  await world.waitForMessage(person.mobile, /PIN of your card|PIN kodu .* belirlendi/);
  assert.match(done.said, /5\*\* \*\*\* \*\* \d\d/, 'the number is not masked');
});

test('a wrong SMS code releases nothing; a code works once', async () => {
  await world.advance(61);
  const { code } = codeOf(await pinPage());
  const wrong = await setPin(code, '918273', (sms) => String((Number(sms) + 1) % 1_000_000).padStart(6, '0'));
  assert.equal(wrong.status, 8, wrong.said);
  assert.equal(await signs('736251'), 0, 'the PIN was changed');
  await world.advance(61);
  const right = await setPin(code, '918273');
  assert.equal(right.status, 0, right.said);
  const used = await setPin(code, '564738');
  assert.equal(used.status, 6, used.said);
});

test('a fourth release in a day is refused', async () => {
  await world.advance(61);
  const third = await setPin(codeOf(await pinPage()).code, '564738');
  assert.equal(third.status, 0, third.said);
  await world.advance(61);
  const fourth = await setPin(codeOf(await pinPage()).code, '675849');
  assert.equal(fourth.status, 8, fourth.said);
  assert.match(fourth.said, /three times today/);
  assert.equal(await signs('564738'), 0);
  const { stdout } = await installation.divit('keeper', 'status', '--state', installation.state);
  assert.match(stdout, /PUKs released: 3\n/);
});

test('what may not be a PIN, and whose card it may not be', async () => {
  const { code } = codeOf(await pinPage());
  for (const pin of ['12345', '123456789', '111111', '123456', '87654321', '29021980', '19800229', '290280', '12345a']) {
    const refused = await setPin(code, pin);
    assert.equal(refused.status, 1, `${pin}: ${refused.said}`);
  }
  const people = { SOFTHSM2_CONF: path.join(installation.state, 'people/softhsm2.conf'), LC_ALL: 'en_US.UTF-8' };
  const other = await run(cli, ['pin', code, '--trust', path.join(installation.state, 'eimza'), '--no-browser'], { env: people });
  assert.equal(other.status, 5, other.stderr);
  const signing = await askAgent(installation, 'pin', { code, certificate: Buffer.from('no certificate').toString('base64') });
  assert.ok([400, 404].includes(signing.status), signing.text);
});

/** Signs what the code asks for with the card, and hands it in: the interface's answer. */
async function handIn(code, pin) {
  const [file, pinFile] = ['asked.txt', 'pin'].map((name) => path.join(installation.folder, name));
  writeFileSync(file, (await askAgent(installation, 'open', { code })).body.text);
  writeFileSync(pinFile, `${pin}\n`);
  const signed = await run(cli, ['sign', file, '--output', `${file}.p7m`, '--pin-file', pinFile, '--clock',
    path.join(installation.state, 'clock-offset')], { env });
  assert.equal(signed.status, 0, signed.stderr);
  return askAgent(installation, 'submit', { code, signature: readFileSync(`${file}.p7m`).toString('base64') });
}

test('a certificate of this authority signs an application: what OCSP says is believed, not a row; the answer is kept', { timeout: 120_000 }, async () => {
  // only first applications are there yet: the certificate is somebody else's while the person applies
  const [[serial, owner]] = await query(installation, 'SELECT serial, person_id FROM certificate');
  const give = (to) => query(installation, `UPDATE certificate SET person_id = ${to} WHERE serial = '${serial}'`);
  const mark = (status) => query(installation, `UPDATE certificate_status SET status = '${status}' WHERE serial = '${serial}'`);
  await world.advance(600); // whoever verifies has another clock than the answer
  await give(`(SELECT MAX(id) FROM person WHERE id <> ${owner})`);
  await mark('active');
  let page = await askToSign(world, new Browser(installation.url), person);
  const held = await handIn(codeOf(page).code, '564738');
  assert.deepEqual([held.status, held.body.reason], [422, 'suspended'], held.text);
  await mark('suspended');
  await give(owner);
  await world.advance(61);
  await activate(world, await logInOnline(world, new Browser(installation.url), person), person, serial);
  await waitUntil('OCSP to have heard of it', async () => (await query(installation,
    `SELECT status FROM certificate_status WHERE serial = '${serial}'`))[0][0] === 'active');
  await give(`(SELECT MAX(id) FROM person WHERE id <> ${owner})`);
  const taken = await handIn(codeOf(page).code, '564738');
  assert.equal(taken.status, 200, taken.text);
  page = await page.browser.get(taken.body.return_path);
  const barcode = barcodeOf(page);
  officer.browser = new Browser(installation.url);
  await officer.logIn();
  await officer.approve([barcode]);
  const produced = await produceCards(installation);
  assert.equal(produced.status, 0, produced.output);
  const { verified, folder } = await proveCard(installation, barcode);
  assert.match(verified, /^ok {4}the applicant's certificate was good when it signed/m);
  assert.ok(existsSync(path.join(folder, 'applicant-ocsp.der')));
  const answer = readFileSync(path.join(folder, 'applicant-ocsp.der'));
  answer[answer.length >> 1] ^= 1;
  writeFileSync(path.join(folder, 'applicant-ocsp.der'), answer);
  assert.match((await verifyBundle(installation, folder)).stdout, /^WRONG the applicant's certificate was good/m);
});
