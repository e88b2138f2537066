// The administrators' desk: what is proposed, signed and taken in, for stories that need another registry (spec 10).
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { challengeOf } from './authenticator.mjs';
import { queryJournal } from './database.mjs';
import { run, waitUntil } from './installation.mjs';
import { Officer } from './story.mjs';

/** A card of a person who is no officer yet: key and certificate by openssl, as another authority's would be. */
export class Card {
  constructor(installation, person) {
    Object.assign(this, { installation, person, key: path.join(installation.folder, `${person.identity_number}.key`),
      file: path.join(installation.folder, `${person.identity_number}.pem`) });
  }

  #openssl(...args) {
    const offset = Number(readFileSync(path.join(this.installation.state, 'clock-offset')).readBigInt64LE());
    return run('faketime', ['-f', `+${offset}`, 'openssl', ...args]);
  }

  async make() {
    const made = await this.#openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout',
      this.key, '-out', this.file, '-days', '700', '-subj', `/C=TR/serialNumber=${this.person.identity_number}/CN=YENİ YETKİLİ`,
      '-utf8', '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation');
    assert.equal(made.status, 0, made.stderr);
    const shown = await run('openssl', ['x509', '-in', this.file, '-noout', '-fingerprint', '-sha256']);
    this.digest = shown.stdout.trim().split('=')[1].replaceAll(':', '').toLowerCase();
  }

  async sign(text) {
    const source = path.join(this.installation.folder, 'to-sign'), signed = path.join(this.installation.folder, 'signed.p7m');
    writeFileSync(source, text);
    const { status, stderr } = await this.#openssl('cms', '-sign', '-cades', '-nodetach', '-binary', '-nosmimecap', '-md', 'sha256',
      '-signer', this.file, '-inkey', this.key, '-in', source, '-outform', 'DER', '-out', signed);
    assert.equal(status, 0, stderr);
    return readFileSync(signed);
  }
}

/** The number in force, by the signer's own journal. */
export const registryNumber = (installation) => queryJournal(installation,
  "SELECT MAX(CAST(subject AS INTEGER)) FROM record WHERE kind = 'registry'").then(([[number]]) => Number(number));

/** The proposal's text signed with this person's card, and handed in by this administrator. */
export async function signProposal(administrator, page, signer = administrator) {
  const text = await administrator.browser.get(`${page.path}/metin`);
  const data = await administrator.world.sign(signer.officer, 'sicil.txt', text.body);
  const own = await administrator.browser.get(page.path); // each session has a token of its own
  return administrator.browser.post(page.path, { csrf: own.form(['csrf']).fields.get('csrf'), signature: { name: 'sicil.txt.p7m', data } });
}

export async function waitForState(administrator, page, pattern) {
  let now;
  return waitUntil(`${page.path} to say ${pattern}`, async () => {
    now = await administrator.browser.get(page.path);
    return pattern.test(now.text) && now;
  }).catch((error) => { throw new Error(`${error.message}\n${now.describe()}`); });
}

export async function proposeCard(administrator, card, changes = {}) {
  const page = await administrator.browser.get('/yonetim/ekle/kart');
  return page.submit({ certificate: { name: 'kart.pem', data: readFileSync(card.file) }, role: 'officer',
    institution: card.person.institution_code, ...changes });
}

/** A key of a person to go, by its digest. */
export async function proposeRemoval(administrator, digest) {
  const page = await administrator.browser.get(`/yonetim/cikar/kisi/${digest}`);
  return page.submit({}, /cikar/);
}

/** An account for whom the registry names by this card: `person.desk`, set up and logged in. */
export async function openAccount(administrator, card, userName) {
  const { person, installation } = card, { world } = administrator;
  let page = await administrator.browser.get(`/yonetim/hesap/${card.digest}`);
  page = await page.submit({ display_name: `${person.given_names} ${person.surname}`, user_name: userName });
  const link = /data-copy="([^"]+)"/.exec(page.html)[1];
  await world.waitForMessage(person.email, /görevli hesabı/);
  const account = { ...person, user_name: userName, link };
  const officer = new Officer(installation, world, account);
  const set = await officer.browser.get(new URL(link).pathname);
  account.secret = /data-copy="([A-Z2-7 ]+)"/.exec(set.html)[1].replaceAll(' ', '');
  await officer.setUp();
  await officer.logIn();
  return officer;
}

/** A passkey made by its owner, who has just logged in; in the registry it is not yet. */
export async function makePasskey(owner, key, name) {
  const page = await owner.browser.get(`${owner.desk}/anahtar`);
  const after = await page.submit({ name, ...key.create(challengeOf(page, /anahtar$/)) }, /anahtar$/);
  assert.equal(after.status, 200, after.describe());
  return after;
}

/** The one passkey that waits for the registry, proposed and signed by both. */
export async function addPasskey(first, second) {
  let page = await first.browser.get('/yonetim/ekle/anahtar');
  page = await page.submit({ passkey: page.form(['passkey']).options.get('passkey')[0] });
  assert.match(page.text, /Eklenecek .*Geçiş anahtarı/, page.describe());
  await signProposal(first, page);
  await signProposal(second, page);
  return waitForState(first, page, /Yürürlükte/);
}
