// The outside world as the simulator offers it: telephones, mailboxes, faults, the clock, the officer's computer.
import { Browser } from './browser.mjs';
import { waitUntil } from './installation.mjs';

export class World {
  constructor(installation) {
    this.url = installation.simUrl;
    this.browser = new Browser(this.url);
  }

  async #json(path, body) {
    const answer = await this.browser.raw(path, body ? { body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' } } : { method: 'GET' });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body);
  }

  messages(to) {
    return this.#json(`/api/messages?to=${encodeURIComponent(to ?? '')}`);
  }

  fault(system, fault, times = 0) {
    return this.#json('/api/faults', { system, fault, times });
  }

  clock() {
    return this.#json('/api/clock');
  }

  advance(seconds) {
    return this.#json('/api/clock', { advance_s: seconds });
  }

  /** By the key that a set-up page showed, if the officer has one here; else by what demo.json says. */
  async code(officer) {
    const whose = officer.secret ? `secret=${officer.secret}` : `identity_number=${officer.identity_number}`;
    return (await this.#json(`/api/totp?${whose}`)).code;
  }

  /** The newest message to this address that matches and is newer than `after` (an id). */
  waitForMessage(to, pattern, after = 0, timeoutMs = 40_000) {
    return waitUntil(`a message ${pattern} to ${to}`, async () => (await this.messages(to))
      .find((message) => message.id > after && (pattern.test(message.text) || pattern.test(message.subject))), timeoutMs);
  }

  async lastId(to) {
    return (await this.messages(to))[0]?.id ?? 0;
  }

  /** A six-digit code sent to this telephone after the message `after`. */
  async smsCode(to, after = 0) {
    const message = await this.waitForMessage(to, /\b\d{6}\b/, after);
    return /\b\d{6}\b/.exec(message.text)[0];
  }

  /** What a page with this code asks for, signed with the person's card by eimza-cli: { exit_code, said, link }. */
  signCode(officer, code) {
    return this.#json('/api/sign-code', { officer: officer.token_label, code });
  }

  async sign(officer, name, data) {
    const page = await this.browser.post('/api/sign', { officer: officer.token_label, file: { name, data } });
    if (page.status !== 200) throw new Error(`sign: ${page.status} ${page.body}`);
    return page.body;
  }
}
