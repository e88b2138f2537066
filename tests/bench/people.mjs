// A thousand people apply at once, each as a browser does: an address and cookies of their own, connections kept open,
// styles, script and fonts fetched once and kept, the telephone looked at now and then. Prints what became of them; ends
// with 1 when anybody was lost.
//
// node people.mjs: DIVIT_PEOPLE says how many (1000), DIVIT_BUILD and DIVIT_DATABASE as for the stories.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuMs } from './cpu.mjs';
import { Browser } from '../flow/lib/browser.mjs';
import { query } from '../flow/lib/database.mjs';
import { Installation, database } from '../flow/lib/installation.mjs';
import { barcodeOf, filledForm, loginValues } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';

const PEOPLE = Number(process.env.DIVIT_PEOPLE ?? 1000);
const LOOK_MS = 2000; // at the telephone
const LOOKS_MAX = 300;
const door = '/basvuru/saglik';

/** Identity numbers with right check digits, beyond those of the demonstration. */
function identityNumber(nine) {
  const digits = String(nine).padStart(9, '0').split('').map(Number);
  const sum = (from) => digits.reduce((total, digit, i) => total + (i % 2 === from ? digit : 0), 0);
  const tenth = (((sum(0) * 7 - sum(1)) % 10) + 10) % 10;
  return `${digits.join('')}${tenth}${(sum(0) + sum(1) + tenth) % 10}`;
}

function makePeople() {
  return Array.from({ length: PEOPLE }, (_, i) => ({ identity_number: identityNumber(200_000_000 + i), given_names: 'Işıl',
    surname: 'Çağlayan', birth_place: 'Iğdır', birth_date: `${String(1 + i % 28).padStart(2, '0')}.05.1985`,
    staff_number: String(500_000 + i), email: `isil.${i}@posta.example`, mobile: `5${String(100_000_000 + i)}` }));
}

/** Into the staff register by `divit import`, into the simulated population register by its file. */
async function settle(installation, people) {
  const file = path.join(installation.folder, 'people.csv');
  const head = 'tckn;ad;soyad;dogum_yeri;dogum_tarihi;sicil_no;kurum_kodu;grup;ahb_kodu;birim;unvan;adres;il;ilce;posta_kodu;eposta;cep';
  const lines = people.map((one) => [one.identity_number, one.given_names, one.surname, one.birth_place, one.birth_date,
    one.staff_number, '34', 'personel', '', 'Acil Servis', 'Hemşire', 'Çınar Sokak No: 5', 'İstanbul', 'Kadıköy', '34710',
    one.email, one.mobile].join(';'));
  writeFileSync(file, `${[head, ...lines].join('\n')}\n`);
  const { status, stdout, stderr } = await installation.divit('import', 'staff', file, '--state', installation.state);
  assert.equal(status, 0, stdout + stderr);
  const list = path.join(installation.state, 'demo.json');
  const demo = JSON.parse(readFileSync(list, 'utf8'));
  demo.people.push(...people);
  writeFileSync(list, JSON.stringify(demo));
}

class Person {
  #kept = new Set();
  slowestMs = 0;
  pages = 0;

  constructor(installation, world, data, i) {
    Object.assign(this, { world, data, browser: new Browser(installation.url,
      { address: `127.1.${Math.floor(i / 250)}.${1 + i % 250}`, keepsConnections: true, patienceMs: 300_000 }) });
  }

  /** A page, and what of its styles and scripts is not kept yet. */
  async #take(asked) {
    const started = performance.now();
    const page = await asked;
    this.slowestMs = Math.max(this.slowestMs, performance.now() - started);
    this.pages += 1;
    assert.equal(page.status, 200, page.describe());
    const parts = [...page.html.matchAll(/(?:href|src)="(\/static\/[0-9a-f]{16}\/[^"]+)"/g)].map((match) => match[1]);
    const fresh = parts.filter((part) => !this.#kept.has(part));
    fresh.forEach((part) => this.#kept.add(part));
    const got = await Promise.all(fresh.map((part) => this.browser.get(part)));
    for (const part of got) assert.equal(part.status, 200);
    return page;
  }

  get(address) { return this.#take(this.browser.get(address)); }

  send(page, values, to) { return this.#take(page.submit(values, to)); }

  async #code() {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      const found = (await this.world.messages(this.data.mobile)).map(({ text }) => /\b\d{6}\b/.exec(text)?.[0]).find(Boolean);
      if (found) return found;
      await pause(LOOK_MS);
    }
    throw new Error('no code came');
  }

  async apply() {
    await this.get('/');
    await this.get(door);
    let page = await this.get(`${door}/giris`);
    page = await this.send(page, loginValues(page, this.data));
    assert.match(page.path, /\/form$/, page.describe());
    page = await this.send(page, { ...filledForm(page, this.data), act: 'continue' });
    assert.match(page.path, /\/kontrol$/, page.describe());
    page = await this.send(page, {}, /kontrol$/);
    page = await this.send(page, {}, /sms$/);
    page = await this.send(page, { code: await this.#code() });
    assert.match(page.path, /\/yontem$/, page.describe());
    page = await this.send(page, { way: 'wet' });
    assert.match(page.path, /\/sonuc$/, page.describe());
    return barcodeOf(page);
  }
}

function rank(values, share) {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1];
}

async function main() {
  const installation = await Installation.start();
  try {
    const data = makePeople();
    await settle(installation, data);
    const world = new World(installation), programs = ['web', 'worker', 'keeper'];
    const before = programs.map((program) => cpuMs(installation.pidOf(program))), started = performance.now();
    const people = data.map((one, i) => new Person(installation, world, one, i));
    const ends = await Promise.allSettled(people.map((person) => person.apply()));
    const seconds = (performance.now() - started) / 1000;
    const used = programs.map((program, i) => `${program} ${((cpuMs(installation.pidOf(program)) - before[i]) / PEOPLE).toFixed(0)}`);
    const barcodes = new Set(ends.filter((end) => end.status === 'fulfilled').map((end) => end.value));
    const rows = await query(installation, "SELECT barcode FROM application WHERE state = 'form_awaited'");
    const kept = rows.filter(([barcode]) => barcodes.has(barcode)).length;
    for (const end of ends.filter(({ status }) => status === 'rejected').slice(0, 5)) console.error(end.reason);
    const slowest = people.map((person) => person.slowestMs);
    console.log(`${PEOPLE} people at once on ${database}: ${barcodes.size} came to their result, ${kept} of these are kept, `
      + `${installation.errors.length} errors logged; ${people.reduce((sum, { pages }) => sum + pages, 0)} pages in ${seconds.toFixed(0)} s; `
      + `milliseconds of a core a person: ${used.join(', ')}; slowest page of a person: median ${rank(slowest, 0.5).toFixed(0)} ms, `
      + `95 % ${rank(slowest, 0.95).toFixed(0)} ms`);
    return barcodes.size === PEOPLE && kept === PEOPLE;
  } finally {
    await installation.stop();
  }
}

process.exitCode = await main() ? 0 : 1;
