// No page tells whether it knows a person: body, status, headers and work done are held against each other for people it
// knows and people made up (spec 01, 1; spec 09, For attacks). DIVIT_ATTACKS: how many pairs at each page (20).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from '../flow/lib/browser.mjs';
import { Installation, database, waitUntil } from '../flow/lib/installation.mjs';
import { logInOnline, loginValues, password, picture, produceCards } from '../flow/lib/story.mjs';
import { houseWith } from './people.mjs';
import { attack } from './report.mjs';

const pairs = Number(process.env.DIVIT_ATTACKS ?? 20);
const windowPairs = 8; // a number may be tried ten times in fifteen minutes
let installation, house, holder, address = 0;

before(async () => {
  process.env.DIVIT_LOG = 'debug'; // says what each answer cost
  installation = await Installation.start();
  house = await houseWith(installation, { waiting: 1, approved: 1 });
  await produceCards(installation);
  [holder] = house.approved;
  await logInOnline(house.world, house.browser(), holder.person);
}, { timeout: 300_000 });
after(() => installation?.stop());

/** A right identity number that nobody has here. */
function madeUpNumber() {
  const d = Array.from({ length: 9 }, (_, at) => Math.floor(Math.random() * (at ? 10 : 8)) + (at ? 0 : 1));
  const d10 = (((d[0] + d[2] + d[4] + d[6] + d[8]) * 7 - (d[1] + d[3] + d[5] + d[7])) % 10 + 10) % 10;
  return [...d, d10, [...d, d10].reduce((sum, digit) => sum + digit) % 10].join('');
}

function browser() {
  address++;
  return new Browser(installation.url, { language: 'en', address: `127.1.${address >> 8 & 255}.${address & 255}` });
}

/** What came, without what is random in every answer and without what was typed. */
function told(page, typed) {
  let text = page.html;
  for (const value of typed) text = text.replaceAll(value, 'TYPED');
  text = text.replace(/data-challenge="[^"]*"/, 'RANDOM').replace(/[0-9a-f]{32,}/g, 'RANDOM').replace(/(<strong>)[A-Z0-9]{5}(<\/strong>)/g, '$1RANDOM$2');
  const headers = Object.entries(page.headers).filter(([name]) => name !== 'date' && name !== 'content-length')
    .map(([name, value]) => `${name}: ${name === 'set-cookie' ? value.map((cookie) => cookie.replace(/=[^;]*/, '')) : value}`);
  return [page.status, page.path, ...headers, text].join('\n');
}

/** Costs of the answers to one route, but for those that only showed the page. */
function costs(route, status) {
  return installation.log.split('\n').filter((line) => line.includes('"event":"answered"'))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))))
    .filter((answer) => answer.route === route && answer.status === String(status))
    .map(({ acts, messages, passwords }) => `${acts} acts, ${messages} messages, ${passwords} passwords`);
}

/** Each page is asked for a known and an unknown person in turns: how many pairs could be told apart. */
async function compare(what, { path, route, status, known, unknown, submit }) {
  const before = costs(route, status).length;
  let apart = 0;
  for (let i = 0; i < pairs; i++) {
    const seen = [];
    for (const make of [known, unknown]) {
      const person = make();
      const page = await browser().get(path);
      const answer = await submit(page, person);
      assert.equal(answer.status, status, answer.describe());
      seen.push(told(answer, Object.values(person)));
    }
    if (seen[0] !== seen[1]) {
      apart++;
      console.log(`told apart:\n${seen[0]}\n---\n${seen[1]}`);
    }
    if (i % windowPairs === windowPairs - 1) await house.world.advance(901);
  }
  await waitUntil('all answers in the log', () => costs(route, status).length - before === 2 * pairs);
  const done = costs(route, status).slice(before);
  for (let i = 0; i < done.length; i += 2) if (done[i] !== done[i + 1]) apart++;
  console.log(`${what}: ${[...new Set(done)].join('; ')}`);
  attack('no oracle', `${what}, known and unknown people told apart (${database})`, pairs, apart);
}

test('an application\'s log-in', () => compare('log-in to apply', {
  path: '/basvuru/saglik/giris', route: '/basvuru/{door}/giris', status: 422,
  known: () => ({ number: house.waiting[0].person.identity_number }),
  unknown: () => ({ number: madeUpNumber() }),
  submit: (page, { number }) => page.submit({ ...loginValues(page, house.waiting[0].person), identity_number: number, surname: 'BAŞKA' }),
}));

test('online services\' log-in', () => compare('log-in online', {
  path: '/online/giris', route: '/online/giris', status: 422,
  known: () => ({ number: holder.person.identity_number }),
  unknown: () => ({ number: madeUpNumber() }),
  submit: (page, { number }) => page.submit({ ...picture(page), identity_number: number, security_word: 'Yanlis9Kelime' }),
}));

test('the officers\' log-in', () => compare('log-in of officers', {
  path: '/yetkili/giris', route: '/yetkili/giris', status: 422,
  known: () => ({ name: house.officer.officer.user_name }),
  unknown: () => ({ name: `kimse${Math.random().toString(36).slice(2, 8)}` }),
  submit: (page, { name }) => page.submit({ user_name: name, password: `${password} değil` }, /\/giris$/),
}));

const madeUpBarcode = () => Array.from({ length: 15 }, () => '0123456789ABCDEF'[Math.floor(Math.random() * 16)]).join('');
const whereIsIt = {
  path: '/basvurum-nerede', route: '/basvurum-nerede', status: 422,
  unknown: () => ({ number: madeUpNumber(), barcode: madeUpBarcode() }),
  submit: (page, { number, barcode }) => page.submit({ barcode, identity_number: number }),
};

test('where is my application, by barcodes', () => compare('where is my application, barcodes', {
  ...whereIsIt, known: () => ({ number: madeUpNumber(), barcode: house.waiting[0].barcode }),
}));

test('where is my application, by numbers', () => compare('where is my application, identity numbers', {
  ...whereIsIt, known: () => ({ number: house.waiting[0].person.identity_number, barcode: madeUpBarcode() }),
}));
