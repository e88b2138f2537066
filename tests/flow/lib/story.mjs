// The steps of one application, from the log-in page to a working certificate, as a person takes them.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { Browser } from './browser.mjs';
import { run, waitUntil } from './installation.mjs';

export const securityWord = 'Gizli9Kelime';
export const password = 'uzun ve gizli parola 9';

/** The answer of the picture challenge, which a demo shows below it, and its field's name. */
export function picture(page) {
  const match = /divit-demo-answer[^>]*>[\s\S]*?<strong>([^<]*)<\/strong>[\s\S]*?name="challenge"[\s\S]*?\bname="(\w+)"/.exec(page.html);
  assert.ok(match, `no picture challenge with its answer on ${page.describe()}`);
  return { [match[2]]: match[1] };
}

export function loginValues(page, person) {
  return { ...picture(page), identity_number: person.identity_number, given_names: person.given_names,
    surname: person.surname, birth_place: person.birth_place, birth_date: person.birth_date,
    staff_number: person.staff_number };
}

/** Log-in to the Health door: the page after it. */
export async function logIn(browser, person, changes = {}) {
  const page = await browser.get('/basvuru/saglik/giris');
  return page.submit({ ...loginValues(page, person), ...changes });
}

export const formValues = { title: 'Hemşire', unit: 'Dahiliye Servisi', address: 'Cumhuriyet Cad. No: 5', province: 'İstanbul',
  district: 'Kadıköy', postal_code: '34710', work_phone: '0216 555 12 34', mobile_operator: 'turkcell', channel: 'both',
  term: '3', reader: 'mini', vpn: 'no',
  family_district: 'Kadıköy', family_centre: 'Moda ASM', family_unit_code: '34.01.001' };

/** The address stays as the register has it: another one is a changed contact, of which people are told. */
export function filledForm(page, person, changes = {}) {
  const { names, fields } = page.form(['security_word', 'security_word_again']);
  const address = Object.fromEntries(['address', 'province', 'district', 'postal_code']
    .map((name) => [name, fields.get(name) || formValues[name]]));
  const wanted = { ...formValues, ...address, email: person.email, mobile: person.mobile, security_word: securityWord,
    security_word_again: securityWord, ...changes };
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => names.has(name)));
}

/** From a fresh log-in to the page that asks for the SMS code. */
export async function confirmForm(browser, person, changes = {}) {
  let page = await logIn(browser, person);
  assert.match(page.path, /\/form$/, page.describe());
  page = await page.submit({ ...filledForm(page, person, changes), act: 'continue' });
  assert.match(page.path, /\/kontrol$/, page.describe());
  page = await page.submit({}, /kontrol$/);
  assert.match(page.path, /\/sms$/, page.describe());
  return page;
}

/** Types the SMS code and chooses the wet way: the result page, with the way that was `preselected`. */
export async function confirmPhone(world, page, mobile) {
  const last = await world.lastId(mobile);
  page = await page.submit({}, /sms$/);
  assert.match(page.path, /\/kod$/, page.describe());
  page = await page.submit({ code: await world.smsCode(mobile, last) });
  assert.match(page.path, /\/yontem$/, page.describe());
  const preselected = page.form(['way']).fields.get('way');
  page = await page.submit({ way: 'wet' });
  assert.match(page.path, /\/sonuc$/, page.describe());
  return Object.assign(page, { preselected });
}

/** From the log-in page to the page with the verification code: the electronic way. */
export async function askToSign(world, browser, person) {
  let page = await confirmForm(browser, person);
  const last = await world.lastId(person.mobile);
  page = await page.submit({}, /sms$/);
  page = await page.submit({ code: await world.smsCode(person.mobile, last) });
  page = await page.submit({ way: 'e_signed' });
  assert.match(page.path, /\/imza$/, page.describe());
  return page;
}

export function barcodeOf(page) {
  const match = /\b[0-9a-f]{15}\b/.exec(page.text.replace(/([0-9a-f]{5}) ([0-9a-f]{5}) ([0-9a-f]{5})/g, '$1$2$3'));
  assert.ok(match, `no barcode on ${page.describe()}`);
  return match[0];
}

/** People in an institution, no officers, no family physicians: anybody's first choice for a story. */
export function applicants(demo, count, from = 0) {
  const officers = new Set(demo.officers.map((officer) => officer.identity_number));
  return demo.people.filter((person) => !officers.has(person.identity_number) && person.mobile && person.email)
    .slice(from, from + count);
}

/** One of staff with password, authenticator and card, at the desk that their one-time link is for. */
export class Officer {
  #lastCode = '';

  get desk() {
    return `/${new URL(this.officer.link).pathname.split('/')[1]}`;
  }

  constructor(installation, world, officer) {
    Object.assign(this, { installation, world, officer, browser: new Browser(installation.url) });
  }

  /** A code is good once: moves the clock to the next one when the last was used. */
  async freshCode() {
    if (await this.world.code(this.officer) === this.#lastCode) await this.world.advance(30);
    this.#lastCode = await this.world.code(this.officer);
    return this.#lastCode;
  }

  async setUp() {
    const page = await this.browser.get(new URL(this.officer.link).pathname);
    assert.equal(page.status, 200, page.describe());
    const after = await page.submit({ password, password_again: password, code: await this.freshCode() });
    assert.ok(!after.mistakes.length && after.status === 200, after.describe());
    return after;
  }

  async logIn() {
    let page = await this.browser.get(`${this.desk}/giris`);
    page = await page.submit({ user_name: this.officer.user_name, password });
    assert.equal(page.path, `${this.desk}/kod`, page.describe());
    page = await page.submit({ code: await this.freshCode() });
    assert.match(page.path, /\/yetkili\/gelen$|\/yonetim\/sicil$/, page.describe());
    return page;
  }

  /** Types the barcode that stands on the paper and takes the form in. */
  async takeIn(barcode) {
    let page = await this.browser.get('/yetkili/gelen');
    page = await page.submit({ barcode });
    assert.match(page.path, new RegExp(`/yetkili/basvuru/${barcode}$`), page.describe());
    return page.submit({}, /teslim/);
  }

  /** Proposes a decision over these applications: the decision's page, with the statement to sign. */
  async propose(barcodes) {
    const ids = [];
    for (const barcode of barcodes) {
      const page = await this.browser.get(`/yetkili/basvuru/${barcode}`);
      ids.push(page.form(['application']).fields.get('application'));
    }
    const inbox = await this.browser.get('/yetkili/gelen?durum=officer_pending');
    const page = await inbox.submit({ application: ids });
    assert.match(page.path, /\/yetkili\/karar\/[0-9a-f]+$/, page.describe());
    return page;
  }

  async approve(barcodes) {
    let page = await this.propose(barcodes);
    const statement = await this.browser.get(page.link(/\/metin$/));
    assert.equal(statement.status, 200, statement.describe());
    const signature = await this.world.sign(this.officer, 'karar.txt', statement.body);
    page = await page.submit({ signature: { name: 'karar.txt.p7m', data: signature } });
    assert.equal(page.status, 200, page.describe());
    assert.ok(!page.mistakes.length, page.describe());
    return page;
  }
}

/** The verification code that a page shows, with its two words. */
export function codeOf(page) {
  const code = /divit-signing__code"><strong>([1-9 ]+)</.exec(page.html);
  const words = /divit-signing__words">([^<]+)</.exec(page.html);
  assert.ok(code && words, `no verification code on ${page.describe()}`);
  return { code: code[1], words: words[1].split(' · ') };
}

/** POST to the signing program's interface, from an address of this machine: { status, type, text, body }. */
export function askAgent(installation, operation, wish, { address, headers } = {}) {
  return new Promise((resolve, reject) => {
    const sent = JSON.stringify(wish);
    const request = http.request(`${installation.url}/agent/v1/${operation}`, { method: 'POST', family: 4, agent: false,
      localAddress: address, headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(sent),
        ...headers } }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: answer.statusCode, type: answer.headers['content-type'], text, body: JSON.parse(text) });
      });
    });
    request.on('error', reject);
    request.end(sent);
  });
}

/** Signs what a code asks for and hands it in from that address: the path of the way back. */
export async function submitFrom(installation, world, signer, code, address) {
  const { text } = (await askAgent(installation, 'open', { code })).body;
  const signature = (await world.sign(signer, 'metin.txt', text)).toString('base64');
  const answer = await askAgent(installation, 'submit', { code, signature }, { address });
  assert.equal(answer.status, 200, answer.text);
  return answer.body.return_path;
}

/** Signs with this person's card what the page asks for, and follows the link back in the page's browser. */
export async function signShown(world, page, signer) {
  const { code, words } = codeOf(page);
  const signed = await world.signCode(signer, code);
  assert.equal(signed.exit_code, 0, signed.said);
  for (const word of words) assert.ok(signed.said.includes(word), `${word} is not in: ${signed.said}`);
  return page.browser.get(new URL(signed.link).pathname);
}

/** Online services: identity number, security word and picture, then an SMS code: the list of certificates. */
export async function logInOnline(world, browser, person, word = securityWord) {
  let page = await browser.get('/online/giris');
  const last = await world.lastId(person.mobile);
  page = await page.submit({ ...picture(page), identity_number: person.identity_number, security_word: word });
  assert.match(page.path, /\/online\/kod$/, page.describe());
  page = await page.submit({ code: await world.smsCode(person.mobile, last) });
  assert.match(page.path, /\/online\/sertifikalar$/, page.describe());
  return page;
}

/** Askıdan İndir: with an SMS code of its own. */
export async function activate(world, page, person, serial) {
  page = await page.browser.get(page.link(new RegExp(`askidan-indir/${serial}$`, 'i')));
  const last = await world.lastId(person.mobile);
  page = await page.submit({}, /askidan-indir\/\w+$/);
  assert.match(page.path, /\/kod$/, page.describe());
  page = await page.submit({ code: await world.smsCode(person.mobile, last) });
  assert.match(page.path, /\/sonuc$/, page.describe());
  return page;
}

/** Card, certificate: the text that `divit card produce` prints. */
export async function produceCards(installation) {
  const { status, stdout, stderr } = await installation.divit('card', 'produce', '--state', installation.state);
  return { status, output: stdout + stderr, serials: [...stdout.matchAll(/certificate ([0-9a-f]+)/gi)].map((match) => match[1]) };
}

/** Certificates on the stand-in cards, as PEM files: [{ serial, path }]. */
export async function cardCertificates(installation) {
  const folder = path.join(installation.folder, 'certificates');
  mkdirSync(folder, { recursive: true });
  const env = { SOFTHSM2_CONF: path.join(installation.state, 'cards/softhsm2.conf') };
  const provider = ['--provider', '/usr/lib/softhsm/libsofthsm2.so', '--batch'];
  const listed = await run('p11tool', [...provider, '--list-tokens'], { env });
  const found = [];
  for (const [, token] of listed.stdout.matchAll(/URL: (pkcs11:\S*token=kart-\S*)/g)) {
    const objects = await run('p11tool', [...provider, '--list-all-certs', '--only-urls', token], { env });
    for (const [url] of objects.stdout.matchAll(/^pkcs11:.*object=imza.*$/gm)) {
      const exported = await run('p11tool', [...provider, '--export', url], { env });
      const file = path.join(folder, `${found.length}.pem`);
      writeFileSync(file, exported.stdout);
      const serial = (await run('openssl', ['x509', '-in', file, '-noout', '-serial'])).stdout.trim().replace('serial=', '');
      found.push({ serial: serial.toLowerCase(), path: file });
    }
  }
  return found;
}

/** What three programs of other people say of a certificate, by the demo's clock. */
export async function askAuthorities(installation, certificate) {
  const browser = new Browser(installation.responderUrl);
  const folder = path.join(installation.folder, 'certificates');
  mkdirSync(folder, { recursive: true });
  const issuer = path.join(folder, 'issuing.pem'), crl = path.join(folder, 'issuing-crl.pem');
  writeFileSync(`${issuer}.der`, (await browser.get('/ca/issuing.cer')).body);
  writeFileSync(`${crl}.der`, (await browser.get('/crl/issuing.crl')).body);
  await run('openssl', ['x509', '-inform', 'DER', '-in', `${issuer}.der`, '-out', issuer]);
  await run('openssl', ['crl', '-inform', 'DER', '-in', `${crl}.der`, '-out', crl]);
  const offset = Number(readFileSync(path.join(installation.state, 'clock-offset')).readBigInt64LE());
  const ask = async (...command) => {
    const { stdout, stderr } = await run('faketime', ['-f', `${offset < 0 ? '' : '+'}${offset}`, ...command]);
    return stdout + stderr;
  };
  const url = `${installation.responderUrl.replace('localhost', '127.0.0.1')}/ocsp`;
  return {
    openssl: await ask('openssl', 'ocsp', '-sha256', '-issuer', issuer, '-cert', certificate, '-url', url, '-CAfile', issuer,
      '-partial_chain'),
    ocsptool: await ask('ocsptool', `--ask=${url}`, '--load-issuer', issuer, '--load-cert', certificate, '--load-trust', issuer),
    verify: await ask('openssl', 'verify', '-crl_check', '-partial_chain', '-CAfile', issuer, '-CRLfile', crl, certificate),
  };
}

/** Asks until all three say the same thing: the CRL follows within its job's time. */
export function waitForStatus(installation, certificate, expected) {
  const said = {
    good: { openssl: /Response verify OK[\s\S]*: good\b|: good\b[\s\S]*Response verify OK/,
      ocsptool: /Certificate Status: good[\s\S]*Verifying OCSP Response: Success/, verify: /: OK\b/ },
    suspended: { openssl: /: revoked\b[\s\S]*certificateHold[\s\S]*Response verify OK/,
      ocsptool: /Certificate Status: revoked[\s\S]*Verifying OCSP Response: Success/, verify: /certificate revoked/ },
    revoked: { openssl: /: revoked\b(?![\s\S]*certificateHold)[\s\S]*Response verify OK/,
      ocsptool: /Certificate Status: revoked[\s\S]*Verifying OCSP Response: Success/, verify: /certificate revoked/ },
  }[expected];
  let last;
  return waitUntil(`${certificate} to be ${expected}`, async () => {
    last = await askAuthorities(installation, certificate);
    return Object.entries(said).every(([program, pattern]) => pattern.test(last[program])) && last;
  }, 30_000, 500).catch((error) => { throw new Error(`${error.message}\n${JSON.stringify(last, null, 1)}`); });
}
