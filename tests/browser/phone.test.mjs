// From the home page to the result on a telephone (360 × 740, touch) and without JavaScript, by wet form and by electronic
// signature, in English: no page scrolls sideways, each target is at least 24 × 24 CSS px (WCAG 2.2, 2.5.8), no Turkish is
// left over, and the whole takes a person under four minutes by the keystroke-level model (Card, Moran, Newell 1980).
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Installation } from '../flow/lib/installation.mjs';
import { applicants, formValues, securityWord } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { startBrowser } from './lib/person.mjs';

const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
// seconds: to find and hit something, to type a letter with a thumb, to take in a page; the SMS comes in between
const TAP_S = 1.5, LETTER_S = 0.4, PAGE_S = 6, SMS_S = 10;

/** Names that are Turkish in every language: of people and places, ministries, registers, a telephone company, a language. */
const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../data');
const NAMES = ['demo-institutions.csv', 'demo-staff.csv'].flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split(/[;\n]/))
  .concat(Object.values(formValues), 'Sağlık Bakanlığı', 'Millî Eğitim Bakanlığı', 'MEBBİS', 'ÇKYS/İKYS', 'Türk Telekom', 'Türkçe')
  .flatMap((name) => [name, name.toLocaleUpperCase('tr')]).filter((name) => /[^\x00-\x7f]/.test(name)).sort((a, b) => b.length - a.length);

const looks = path.join(folder, '../tests/output/looks');
let installation, world, browser;

before(async () => {
  mkdirSync(looks, { recursive: true });
  installation = await Installation.start();
  world = new World(installation);
  browser = await startBrowser();
}, { timeout: 200_000 });

after(async () => {
  await browser?.close();
  await installation?.stop();
});

/** What is too wide, and targets that are too small; a link within a sentence may be as high as its line. */
function findFaults() {
  const found = [];
  const excess = document.documentElement.scrollWidth - window.innerWidth;
  if (excess > 0) found.push(`${excess} px too wide`);
  for (const element of document.querySelectorAll('a[href], button:not([tabindex="-1"]), input:not([type=hidden]), select, textarea, summary')) {
    if (!element.checkVisibility() || element.closest('.govuk-skip-link')) continue;
    const isWithinText = element.tagName === 'A' && element.parentElement.innerText.trim() !== element.innerText.trim();
    if (isWithinText && getComputedStyle(element).display === 'inline') continue;
    const boxes = [element, ...element.labels ?? []].map((one) => one.getBoundingClientRect());
    if (!boxes.some((box) => box.width >= 24 && box.height >= 24)) {
      const [box] = boxes;
      found.push(`${element.outerHTML.slice(0, 120)} is ${Math.round(box.width)} × ${Math.round(box.height)} px`);
    }
  }
  return found;
}

/** Somebody with a telephone: taps, types, and looks at each page. */
class Phone {
  pages = 0;
  taps = 0;
  letters = 0;
  problems = [];

  static async arrive(options) {
    const phone = new Phone();
    const context = await browser.newContext({ baseURL: installation.url, ...PHONE, ...options });
    await context.addCookies([{ name: 'dil', value: 'en', url: installation.url }]);
    phone.page = await context.newPage();
    await phone.page.goto('/');
    await phone.#look();
    return phone;
  }

  async #look() {
    this.pages++;
    const at = new URL(this.page.url()).pathname;
    const name = `phone-${at.slice(1).replaceAll('/', '-') || 'home'}.png`;
    await this.page.screenshot({ path: path.join(looks, name), fullPage: true });
    this.problems.push(...(await this.page.evaluate(findFaults)).map((fault) => `${at}: ${fault}`));
    // options of lists are names, and so are the words that go with a code
    let text = await this.page.evaluate(() => {
      const copy = document.body.cloneNode(true);
      for (const one of copy.querySelectorAll('select, script, style, .divit-signing__words')) one.remove();
      return `${document.title} ${copy.textContent}`.replace(/\s+/g, ' ');
    });
    for (const known of NAMES) text = text.replaceAll(known, ' ');
    for (const word of text.match(/\S*[ığşçöüİĞŞÇÖÜ]\S*/g) ?? []) this.problems.push(`${at}: Turkish in English: ${word}`);
  }

  async press(locator) {
    this.taps++;
    await Promise.all([this.page.waitForEvent('load'), locator.tap()]);
    await this.#look();
  }

  button(name) {
    return this.press(this.page.locator('button:not([tabindex="-1"])', { hasText: name }).first());
  }

  link(selector) {
    return this.press(this.page.locator(selector).first());
  }

  /** Types what is not there yet. */
  async fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.page.locator(`main [name=${name}]`).first();
      if (await field.count() === 0 || await field.inputValue() === value) continue;
      this.taps++;
      if (await field.evaluate((element) => element.tagName) === 'SELECT') {
        this.taps++;
        await field.selectOption({ label: value });
      } else {
        this.letters += value.length;
        await field.fill(value);
      }
    }
  }

  async choose(name, value) {
    const field = this.page.locator(`main [name=${name}][value=${value}]`);
    if (await field.isChecked()) return;
    this.taps++;
    await field.check();
  }

  get seconds() {
    return this.taps * TAP_S + this.letters * LETTER_S + this.pages * PAGE_S + SMS_S;
  }
}

/** Home page, door, log-in, form, check, SMS: to the page that asks how to sign. */
async function apply(phone, person) {
  await phone.link('main a[href="/basvuru/saglik"]');
  await phone.link('main a[href="/basvuru/saglik/giris"]');
  const { identity_number, given_names, surname, birth_place, birth_date, staff_number } = person;
  const answer = (await phone.page.innerText('.divit-demo-answer strong')).trim();
  await phone.fill({ answer, identity_number, given_names, surname, birth_place, birth_date, staff_number });
  await phone.button('Continue');
  assert.match(phone.page.url(), /\/form$/);
  await phone.fill({ security_word: securityWord, security_word_again: securityWord, unit: formValues.unit, title: formValues.title });
  if (!await phone.page.locator('#address').inputValue()) {
    await phone.fill({ address: formValues.address, province: formValues.province });
    await phone.button(/districts/);
    await phone.fill({ security_word: securityWord, security_word_again: securityWord, district: formValues.district,
      postal_code: formValues.postal_code });
  }
  await phone.fill({ email: person.email, work_phone: formValues.work_phone, mobile: person.mobile });
  await phone.choose('mobile_operator', 'turkcell');
  await phone.button('Continue');
  assert.match(phone.page.url(), /\/kontrol$/, (await phone.page.innerText('main')).slice(0, 1000));
  await phone.button('Confirm the form');
  const last = await world.lastId(person.mobile);
  await phone.button('Send');
  await phone.fill({ code: await world.smsCode(person.mobile, last) });
  await phone.button('OK');
  assert.match(phone.page.url(), /\/yontem$/);
}

for (const javaScriptEnabled of [true, false]) {
  test(`the wet form on a telephone, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
    const [person] = applicants(installation.demo, 1, javaScriptEnabled ? 0 : 1);
    const phone = await Phone.arrive({ javaScriptEnabled });
    await apply(phone, person);
    await phone.choose('way', 'wet');
    await phone.button('Continue');
    t.diagnostic(`${phone.pages} pages, ${phone.taps} taps, ${phone.letters} letters: ${Math.round(phone.seconds)} s`);
    assert.match(phone.page.url(), /\/sonuc$/);
    assert.match(await phone.page.innerText('main'), /[0-9a-f]{5} ?[0-9a-f]{5} ?[0-9a-f]{5}/);
    assert.deepEqual(phone.problems, []);
    assert.ok(phone.seconds < 240, `${phone.pages} pages, ${phone.taps} taps, ${phone.letters} letters: ${phone.seconds} s`);
  });
}

test('signed electronically without JavaScript: the code is there, the link that comes back goes on', async () => {
  const [card] = installation.demo.officers;
  const person = installation.demo.people.find((one) => one.identity_number === card.identity_number);
  const phone = await Phone.arrive({ javaScriptEnabled: false });
  await apply(phone, person);
  await phone.choose('way', 'e_signed');
  await phone.button('Continue');
  assert.match(phone.page.url(), /\/imza$/);
  const signed = await world.signCode(card, (await phone.page.innerText('.divit-signing__code strong')).trim());
  assert.equal(signed.exit_code, 0, signed.said);
  await phone.page.goto(new URL(signed.link).pathname);
  assert.match(phone.page.url(), /\/sonuc$/);
  assert.deepEqual(phone.problems, []);
});
