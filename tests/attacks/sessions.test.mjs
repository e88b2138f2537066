// Stolen sessions, a stolen telephone, stolen codes: what a thief can do with each through the pages, with nothing else.
// DIVIT_ATTACKS: how many relays are played (10).
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Browser } from '../flow/lib/browser.mjs';
import { query, queryJournal } from '../flow/lib/database.mjs';
import { Installation, database } from '../flow/lib/installation.mjs';
import { activate, codeOf, logInOnline, picture, produceCards, securityWord, submitFrom } from '../flow/lib/story.mjs';
import { forgedCades } from './forge.mjs';
import { houseWith } from './people.mjs';
import { attack, limit } from './report.mjs';

const relays = Number(process.env.DIVIT_ATTACKS ?? 10);
let installation, house, world, holder;

before(async () => {
  installation = await Installation.start();
  house = await houseWith(installation, { approved: 1, taken: 2 });
  world = house.world;
  const produced = await produceCards(installation);
  assert.equal(produced.serials.length, 1, produced.output);
  holder = { ...house.approved[0], serial: produced.serials[0] };
}, { timeout: 300_000 });
after(() => installation?.stop());

const statusOf = async (serial) => (await queryJournal(installation, `SELECT status FROM certificate WHERE serial = '${serial}'`))[0][0];
const suspended = '1', active = '2';

/** The page, or null where the session no longer gets there. */
async function attempt(act) {
  try {
    return await act();
  } catch {
    return null;
  }
}

test('an officer\'s session stolen: nothing is approved without the card', async () => {
  const thief = house.officer.browser.clone();
  const stolen = Object.assign(Object.create(Object.getPrototypeOf(house.officer)), house.officer, { browser: thief });
  const barcodes = house.taken.map(({ barcode }) => barcode);
  const page = await stolen.propose(barcodes);
  const statement = (await thief.get(page.link(/\/metin$/))).body;
  const others = installation.demo.officers.filter(({ identity_number: number }) => number !== house.officer.officer.identity_number);
  const forged = await forgedCades(installation.folder, house.officer.officer.identity_number, statement);
  const signatures = [statement, randomBytes(1800), forged];
  for (const other of others) signatures.push(await world.sign(other, 'karar.txt', statement));
  for (let i = 0; i < 40; i++) {
    const changed = Buffer.from(signatures[2 + i % (signatures.length - 2)]);
    changed[Math.floor(Math.random() * changed.length)] ^= 1 << (i % 8);
    signatures.push(changed);
  }
  for (const data of signatures) await attempt(() => page.submit({ signature: { name: 'karar.p7m', data } }));
  const states = await query(installation, `SELECT state FROM application WHERE barcode IN (${barcodes.map((code) => `'${code}'`)})`);
  attack('evidence', `a stolen officer's session, signatures of others and made-up ones (${database})`, signatures.length,
    states.filter(([state]) => state !== 'officer_pending').length);
  // the same page takes the right one: it was there to be signed all along
  const right = await world.sign(house.officer.officer, 'karar.txt', statement);
  await attempt(() => page.submit({ signature: { name: 'karar.p7m', data: right } }));
  const after = await query(installation, `SELECT state FROM application WHERE barcode IN (${barcodes.map((code) => `'${code}'`)})`);
  assert.ok(after.every(([state]) => state !== 'officer_pending'), `the officer's own signature was not taken: ${after}`);
});

test('a telephone stolen: its codes alone open nothing', async () => {
  const words = ['', '12345678', 'parola123', 'Gizli9Kelim', securityWord.toLowerCase(), ...Array.from({ length: 25 }, (_, i) => `Gizli9Kelime${i}`)];
  let inside = 0;
  for (const word of words) {
    await world.advance(600);
    const page = await attempt(() => logInOnline(world, house.browser(), holder.person, word));
    inside += page !== null && /sertifikalar/.test(page.path);
  }
  attack('phone', `log-ins with the telephone and a guessed word (${database})`, words.length, inside + (await statusOf(holder.serial) !== suspended));
});

test('a holder\'s session stolen: no activation without the telephone', async () => {
  await world.advance(86_400);
  const own = house.browser();
  await logInOnline(world, own, holder.person);
  const thief = own.clone();
  let tried = 0;
  for (let again = 0; again < 4; again++) {
    await world.advance(61);
    const asked = await attempt(async () => (await thief.get(`/online/askidan-indir/${holder.serial}`)).submit({}, /askidan-indir\/\w+$/));
    for (let guess = 0; guess < 6 && asked !== null; guess++, tried++)
      await attempt(() => asked.submit({ code: String(Math.floor(Math.random() * 1_000_000)).padStart(6, '0') }));
  }
  attack('phone', `activations in a stolen session by guessed codes (${database})`, tried, await statusOf(holder.serial) === active ? 1 : 0);
});

test('a stranger\'s page with a borrowed code: the ticket does nothing there', { timeout: 300_000 }, async () => {
  const signer = house.officer.officer;
  let completed = 0;
  for (let i = 0; i < relays; i++) {
    if (i % 8 === 7) await world.advance(901); // attempts are counted for 15 minutes
    const stranger = new Browser(installation.url);
    const page = await (await stranger.get('/yetkili/e-imza')).submit({ identity_number: signer.identity_number });
    await submitFrom(installation, world, signer, codeOf(page).code, '127.0.0.1');
    const guessed = await stranger.get(`/yetkili/imza/don/${randomBytes(16).toString('hex')}`);
    completed += guessed.status === 200;
    completed += /\/gelen$/.test((await stranger.get('/yetkili/gelen')).path);
  }
  attack('relay', `borrowed codes signed by their person, through the pages (${database})`, relays, completed);
});

test('the limits: a pasted link; malware on the computer; number, card and word together', async () => {
  await world.advance(901);
  const signer = house.officer.officer;
  const stranger = new Browser(installation.url);
  const page = await (await stranger.get('/yetkili/e-imza')).submit({ identity_number: signer.identity_number });
  const link = await submitFrom(installation, world, signer, codeOf(page).code, '127.0.0.1');
  const inside = await stranger.get(link);
  limit('relay', 'a person who pastes the link into the stranger\'s page', /\/gelen$/.test(inside.path));
  const malware = new Browser(installation.url);
  const shown = await (await malware.get('/yetkili/e-imza')).submit({ identity_number: signer.identity_number });
  const signed = await world.signCode(signer, codeOf(shown).code); // the program, with the PIN that was typed
  const taken = await malware.get(new URL(signed.link).pathname);
  limit('relay', 'malware on the computer, which has the PIN and takes the link', /\/gelen$/.test(taken.path));
  await world.advance(86_400);
  const list = await logInOnline(world, house.browser(), holder.person);
  const result = await activate(world, list, holder.person, holder.serial);
  limit('phone', 'number and word together activate', /\/sonuc$/.test(result.path));
});
