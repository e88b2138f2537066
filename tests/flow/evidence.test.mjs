// `divit evidence APPLICATION`: what was asked, given and checked; the bundle that a script verifies with openssl alone, and
// what that script says when one octet of it is another.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { evidence, exportEvidence, verifyBundle } from './lib/evidence.mjs';
import { Installation, database } from './lib/installation.mjs';
import { Officer, applicants, barcodeOf, confirmForm, confirmPhone, produceCards } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, person, barcode, bundle;
const sha256 = (content) => createHash('sha256').update(content).digest('hex');

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
}, { timeout: 200_000 });
after(() => installation?.stop());

const verify = (folder) => verifyBundle(installation, folder);

test('nothing is said of an application before its card, or of none', async () => {
  [person] = applicants(installation.demo, 1);
  const page = await confirmForm(new Browser(installation.url), person);
  barcode = barcodeOf(await confirmPhone(world, page, person.mobile));
  for (const name of [barcode, '000000000000000']) {
    const { status, stderr } = await evidence(installation, name);
    assert.equal(status, 1);
    assert.match(stderr, name === barcode ? /no card was begun/ : /no application of this barcode/);
  }
});

test('a certificate rests on what the registry asks for', async () => {
  const mail = await world.waitForMessage(person.email, new RegExp(barcode));
  const officer = new Officer(installation, world,
    installation.demo.officers.find((one) => mail.text.includes(one.display_name)));
  await officer.setUp();
  await officer.logIn();
  await officer.takeIn(barcode);
  await officer.approve([barcode]);
  const produced = await produceCards(installation);
  assert.equal(produced.status, 0, produced.output);
  bundle = path.join(installation.folder, 'bundle');
  const { status, stdout, stderr } = await exportEvidence(installation, barcode, bundle);
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^Application [0-9a-f]{32}, attempt 1\n {2}D [0-9a-f]{64}$/m);
  assert.match(stdout, /^ {2}\* ıslak: iki-kişi: lacks iki-kişi$/m);
  assert.match(stdout, /^ {2}\* ıslak: tek-kişi sahip: met$/m);
  assert.match(stdout, /^ {2}always: production by a registered station: met$/m);
  for (const statement of ['decision 1', 'owner 1', 'production 1'])
    assert.match(stdout, new RegExp(`^ {2}\\d\\. divit ${statement}: counts$`, 'm'));
  assert.match(stdout, new RegExp(`by ${officer.officer.identity_number}, card, SHA-256 of the certificate [0-9a-f]{64}`));
  assert.match(stdout, /^Checked at 20.*: it is enough$/m);
  assert.match(stdout, new RegExp(`^Certificate ${produced.serials[0]}: suspended; journal record \\d+`, 'm'));
  assert.match(stdout, /^ {2}under the signer's head over record \d+$/m);
  assert.equal((await evidence(installation, barcode, '--export', bundle)).status, 1, 'a folder is not written into twice');
});

test('the bundle is verified with openssl alone', async () => {
  const { status, stdout, stderr } = await verify(bundle);
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^ok {4}a rule of the registry is met: ıslak: tek-kişi sahip$/m);
  assert.match(stdout, /^ok {4}over this evidence$/m);
  assert.match(stdout, /^ok {4}it is a record of the journal$/m);
  assert.match(stdout, /^ok {4}whose head the signer has signed$/m);
  assert.match(stdout, /The evidence holds\.\n$/);
  // what it believes is what the ceremony made
  const log = readFileSync(path.join(installation.state, 'ceremony/log.txt'), 'utf8');
  const believed = [...stdout.matchAll(/^believed: \S+ (SHA-256 [0-9a-f]{64})$/gm)].map((match) => match[1]);
  assert.equal(believed.length, 3);
  for (const digest of believed) assert.ok(log.includes(digest), digest);
  assert.equal(stderr, '');
});

/** Where an octet is changed: in the intent, once in each line; else at the beginning, in the middle or near the end. */
function placesIn(name, content, number) {
  if (name !== 'intent.txt') return [[0, content.length >> 1, content.length - 2][number % 3]];
  const lines = content.toString('latin1').split('\n').slice(0, -1);
  return lines.map((line, n) => lines.slice(0, n).join('\n').length + Math.ceil(line.length / 2));
}

test('each file with one octet changed, and each gone, is noticed', async (t) => {
  if (database === 'postgresql') return t.skip('the bundle is files: they are changed once, with SQLite');
  const files = readdirSync(bundle).filter((name) => name !== 'verify.sh');
  let places = 0;
  for (const [number, name] of files.entries()) {
    const content = readFileSync(path.join(bundle, name));
    const copyWith = (folder, change) => {
      const to = path.join(installation.folder, `${folder}-${name}`);
      cpSync(bundle, to, { recursive: true });
      change(path.join(to, name));
      return verify(to);
    };
    const changedAt = async (at) => {
      const other = Buffer.from(content);
      other[at] ^= 1;
      const changed = await copyWith(`changed-${at}`, (file) => writeFileSync(file, other));
      const isSaid = !changed.stdout.includes(sha256(content)) && ['root.der', 'registry-1.txt'].includes(name);
      assert.ok(changed.status !== 0 || isSaid, `${name}, octet ${at}: ${changed.stdout}`);
    };
    const at = placesIn(name, content, number);
    places += at.length;
    const [gone] = await Promise.all([copyWith('less', (file) => rmSync(file)), ...at.map(changedAt)]);
    // an intent that came to no certificate is less, and nothing wrong
    assert.equal(gone.status === 0, name === 'certificate.der', `${name} is gone`);
  }
  t.diagnostic(`${files.length} files, each changed (${places} octets) and each gone: all noticed`);
});
