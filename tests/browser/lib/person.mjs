// A person at a keyboard in Chromium: finds fields, buttons and links by what they are called, with Tab, letters, arrows,
// Space and Enter alone. Nothing is clicked and nothing is reached that the keyboard does not reach. Names are given in
// English and looked for in the person's language, or as patterns.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { Looks } from './looks.mjs';
import { pattern, translate } from './words.mjs';

const TABS_MAX = 150;
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

export function startBrowser(more = []) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...ARGUMENTS, ...more] });
}

/** What the focused element is: its name as a screen reader says it, and its kind. */
function describeFocus() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const words = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
  const label = element.labels?.length ? [...element.labels].map((one) => one.innerText).join(' ') : '';
  const name = element.getAttribute('aria-label') || label || element.innerText || element.title || element.id;
  const legend = element.closest('fieldset')?.querySelector('legend')?.innerText;
  return { name: words(name), legend: words(legend), tag: element.tagName.toLowerCase(), type: element.type ?? '',
    isChecked: Boolean(element.checked) };
}

export class Person {
  static async arrive(browser, { baseUrl, language = 'tr' } = {}) {
    const person = new Person();
    person.language = language;
    person.context = await browser.newContext({ baseURL: baseUrl, locale: 'tr-TR', timezoneId: 'Europe/Istanbul',
      viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    if (language !== 'tr') await person.context.addCookies([{ name: 'dil', value: language, url: baseUrl }]);
    person.page = await person.context.newPage();
    person.problems = [];
    person.page.on('console', (message) => {
      const isPlainStatus = /Failed to load resource: the server responded with a status of (4\d\d|503)/.test(message.text());
      if (message.type() === 'error' && !isPlainStatus) person.problems.push(`${person.page.url()}: ${message.text()}`);
    });
    // while somebody listens, Chromium hands choosers of files over from the first one on
    person.page.on('filechooser', () => {});
    person.page.on('pageerror', (error) => person.problems.push(`${person.page.url()}: ${error.message}`));
    person.looks = new Looks(person.page);
    return person;
  }

  open(path) {
    return this.page.goto(path);
  }

  async text() {
    return (await this.page.innerText('body')).replace(/\s+/g, ' ');
  }

  async sees(wanted) {
    const text = await this.text();
    if (!wanted.test(text)) assert.fail(`${this.page.url()} does not say ${wanted}:\n${text.slice(0, 3000)}`);
  }

  async heading() {
    return (await this.page.innerText('h1')).trim();
  }

  #focus() {
    return this.page.evaluate(describeFocus);
  }

  #pattern(name) {
    return name instanceof RegExp ? name : pattern(this.language, name);
  }

  async tabTo(what, isWanted) {
    const met = [];
    for (let count = 0; count < TABS_MAX; count++) {
      await this.page.keyboard.press('Tab');
      const focus = await this.#focus();
      if (focus && isWanted(focus)) return focus;
      if (focus) met.push(`${focus.tag} ${focus.name}`);
    }
    return assert.fail(`${this.page.url()}: Tab does not reach ${what}; it met: ${[...new Set(met)].join(' | ')}`);
  }

  /** Types into the field of this name, over what stands there. */
  async fill(english, value) {
    const name = this.#pattern(english);
    await this.tabTo(`the field ${name}`, (focus) => ['input', 'textarea'].includes(focus.tag) && name.test(focus.name)
      && !['radio', 'checkbox', 'submit', 'button', 'file'].includes(focus.type));
    await this.page.keyboard.press('Control+A');
    if (value === '') await this.page.keyboard.press('Delete');
    else await this.page.keyboard.type(value);
  }

  /** A choice may be a name of a thing, which has no translation. */
  has(text) {
    try {
      return translate(this.language, text);
    } catch {
      return text;
    }
  }

  /** Chooses in a select or among radios, by arrows. */
  async choose(english, wanted) {
    const name = this.#pattern(english);
    const choice = wanted instanceof RegExp ? wanted : new RegExp(`^${this.has(wanted)}$`);
    const focus = await this.tabTo(`the choice ${name}`, (one) => (one.tag === 'select' && name.test(one.name))
      || (one.type === 'radio' && name.test(one.legend)));
    if (focus.tag === 'select') {
      const chosen = () => this.page.evaluate(() => document.activeElement.selectedOptions[0].text.trim());
      await this.page.keyboard.press('Home');
      for (let count = 0; !choice.test(await chosen()); count++) {
        assert.ok(count < 100, `${name} does not offer ${choice}`);
        await this.page.keyboard.press('ArrowDown');
      }
      return;
    }
    await this.page.keyboard.press('Space');
    for (let count = 0; !choice.test((await this.#focus()).name); count++) {
      assert.ok(count < 20, `${name} does not offer ${choice}`);
      await this.page.keyboard.press('ArrowDown');
    }
  }

  async tick(english) {
    const name = this.#pattern(english);
    const focus = await this.tabTo(`the box ${name}`, (one) => one.type === 'checkbox' && name.test(one.name));
    if (!focus.isChecked) await this.page.keyboard.press('Space');
  }

  /** Presses a button or follows a link and waits for the page it leads to. */
  async press(english) {
    const name = this.#pattern(english);
    await this.tabTo(`the button or link ${name}`, (focus) => (focus.tag === 'a' || focus.tag === 'button')
      && name.test(focus.name));
    await Promise.all([this.page.waitForEvent('load'), this.page.keyboard.press('Enter')]);
  }

  /** Likewise, for what the browser saves instead of showing: { name, path }. */
  async download(english) {
    const name = this.#pattern(english);
    await this.tabTo(`the button or link ${name}`, (focus) => (focus.tag === 'a' || focus.tag === 'button')
      && name.test(focus.name));
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.page.keyboard.press('Enter')]);
    return { name: download.suggestedFilename(), path: await download.path() };
  }

  /** Gives a file to the field of this name. */
  async attach(english, file) {
    const name = this.#pattern(english);
    await this.tabTo(`the file field ${name}`, (focus) => focus.type === 'file' && name.test(focus.name));
    const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), this.page.keyboard.press('Enter')]);
    await chooser.setFiles(file);
  }

  /** The page in all its looks; what axe and html-validate find joins the problems, so that the story goes on. */
  async look(name) {
    this.problems.push(...await this.looks.look(name));
  }
}
