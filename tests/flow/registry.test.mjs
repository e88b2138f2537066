// The registry of who may do what (spec 10): two administrators add an officer's card, one removes it; what one of them
// cannot do alone, and what the signer says to an old registry. Signed by card, by code and by passkey.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Authenticator, challengeOf } from './lib/authenticator.mjs';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { Installation, run, waitUntil } from './lib/installation.mjs';
import { Card, addPasskey, makePasskey, openAccount, proposeCard, proposeRemoval, registryNumber, signProposal,
  waitForState } from './lib/registry.mjs';
import {
  Officer, applicants, barcodeOf, confirmForm, confirmPhone, password, produceCards, signShown,
} from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, first, second, officer, card;
const barcodes = [];

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  [first, second] = installation.demo.administrators.map((account) => new Officer(installation, world, account));
}, { timeout: 200_000 });
after(() => installation?.stop());

const registry = () => registryNumber(installation);
const open = (administrator, page) => administrator.browser.get(page.path);
const propose = (administrator, changes) => proposeCard(administrator, card, changes);

test('administrators and the operator set up their accounts by one-time links and log in at their own desk', { timeout: 120_000 }, async () => {
  const operator = new Officer(installation, world, installation.demo.operators[0]);
  for (const person of [first, second, operator]) {
    await person.setUp();
    const page = await person.logIn();
    assert.match(page.text, /1 numaralı sicil/, page.describe());
    assert.ok(page.text.includes(person.officer.display_name), page.describe());
  }
  const page = await operator.browser.get('/yonetim/sicil');
  assert.doesNotMatch(page.html, /\/yonetim\/(ekle|cikar|hesap|oneri)/);
  assert.match((await operator.browser.get('/yonetim/ekle/kart')).path, /\/yonetim\/giris$/);
  const elsewhere = await (await first.browser.get('/yetkili/giris')).submit({ user_name: first.officer.user_name, password });
  assert.equal(elsewhere.status, 422, 'an administrator at the officers’ desk');
});

test('an administrator logs in with a card, at the desk that the signed text names and at no other', { timeout: 120_000 }, async () => {
  const browser = new Browser(installation.url), { identity_number } = first.officer;
  const begin = async (desk) => (await browser.get(`${desk}/e-imza`)).submit({ identity_number });
  const inside = await signShown(world, await begin('/yonetim'), first.officer);
  assert.match(inside.path, /\/yonetim\/sicil$/, inside.describe());
  assert.match((await browser.get('/yonetim/ekle/kart')).text, /Kart/);
  const elsewhere = await signShown(world, await begin('/yetkili'), first.officer);
  assert.match(elsewhere.text, /kimlik numaranız için burada bir hesap yok/, elsewhere.describe());
  const events = await query(installation, "SELECT id FROM audit_record WHERE event = 'log_in_staff' AND detail = 'e-signature'");
  assert.equal(events.length, 1, 'records of e-signed log-ins');
});

test('an administrator proposes a new officer\'s card: the page says what changes, and nothing has', async () => {
  officer = applicants(installation.demo, 1).at(0);
  card = new Card(installation, officer);
  await card.make();
  const wrong = await propose(first, { certificate: { name: 'x.pem', data: Buffer.from('no certificate') } });
  assert.deepEqual([wrong.status, wrong.mistakes], [422, ['certificate']], wrong.describe());
  const nowhere = await propose(first, { institution: '' });
  assert.deepEqual([nowhere.status, nowhere.mistakes], [422, ['institution']], nowhere.describe());
  const page = await propose(first);
  assert.match(page.path, /\/yonetim\/oneri\/[0-9a-f]{32}$/, page.describe());
  assert.match(page.text, new RegExp(`Eklenecek ${officer.identity_number}, Kurum yetkilisi`), page.describe());
  assert.ok(page.text.includes(card.digest), page.describe());
  assert.match(page.text, /yönetici sayısı: 2/);
  const again = await propose(first);
  assert.equal(again.path, page.path, 'the same proposal twice');
  assert.equal(await registry(), 1);
});

test('one administrator alone cannot, nor twice; another\'s card is refused', async () => {
  let page = await propose(first);
  const strange = await signProposal(first, page, new Officer(installation, world, installation.demo.officers[0]));
  assert.match(strange.text, /yönetici anahtarınız olarak yazılı değil/, strange.describe());
  const lent = await signProposal(first, page, second);
  assert.match(lent.text, /yönetici anahtarınız olarak yazılı değil/, lent.describe());
  page = await signProposal(first, page);
  assert.match(page.text, /İmzanız saklandı/, page.describe());
  const twice = await signProposal(first, page);
  assert.match(twice.text, /Bunu zaten imzaladınız/, twice.describe());
  assert.equal((await open(first, page)).text.includes('İmza bekliyor'), true);
  assert.equal(await registry(), 1);
  assert.deepEqual(await query(installation, "SELECT id FROM job WHERE kind = 'registry' AND payload <> ''"), [], 'sent with one signature');
});

test('the other administrator is told, reads and signs by a code: the signer takes the registry in', async () => {
  const { officer: account } = second;
  const person = await query(installation, `SELECT COUNT(*) FROM message WHERE event = 'registry_proposed'`);
  assert.ok(Number(person[0][0]) > 0, 'no message to the other administrator');
  let page = await second.browser.get('/yonetim/sicil');
  page = await second.browser.get(page.link(/\/yonetim\/oneri\//));
  const asked = await page.submit({}, /\/imza$/);
  const code = /data-copy="(\d{15})"/.exec(asked.html)[1];
  const { exit_code: status, said, link } = await world.signCode(account, code);
  assert.equal(status, 0, said);
  assert.ok(said.includes(`+ Kişi: ${officer.identity_number} yetkili ${officer.institution_code} kart ${card.digest}`), said);
  await second.browser.get(new URL(link).pathname);
  page = await waitForState(second, page, /Yürürlükte/);
  assert.equal(await registry(), 2);
  const history = await second.browser.get('/yonetim/sicil/2');
  assert.ok(history.text.includes(card.digest), history.describe());
});

test('the new officer gets an account, takes two forms in and approves: one becomes a certificate', { timeout: 180_000 }, async () => {
  officer.desk = await openAccount(first, card, 'yeni.yetkili');
  const others = installation.demo.people.filter((person) => person.institution_code === officer.institution_code &&
    person.identity_number !== officer.identity_number && person.mobile);
  for (const person of others.slice(0, 2)) {
    const form = await confirmForm(new Browser(installation.url), person);
    barcodes.push(barcodeOf(await confirmPhone(world, form, person.mobile)));
    await officer.desk.takeIn(barcodes.at(-1));
  }
  await approve([barcodes[0]]);
  const { status, output, serials } = await produceCards(installation);
  assert.equal(status, 0, output);
  assert.equal(serials.length, 1, output);
});

/** The new officer's approval, signed with the card made here: the page after it. */
async function approve(list) {
  const page = await officer.desk.propose(list);
  const statement = await officer.desk.browser.get(page.link(/\/metin$/));
  return page.submit({ signature: { name: 'karar.p7m', data: await card.sign(statement.body) } });
}

test('one administrator removes the card; what it had approved is refused by the signer, and it approves no more', { timeout: 120_000 }, async () => {
  const approved = await approve([barcodes[1]]);
  assert.equal(approved.status, 200, approved.describe());
  let page = await proposeRemoval(second, card.digest);
  assert.match(page.text, /yönetici sayısı: 1/, page.describe());
  page = await signProposal(second, page);
  await waitForState(second, page, /Yürürlükte/);
  assert.equal(await registry(), 3);
  await world.waitForMessage(officer.email, /sicil defterinden çıkarıldı/);
  page = await officer.desk.browser.get('/yetkili/gelen');
  assert.match(page.path, /\/yetkili\/giris$/, 'the session of a person without a key');
  page = await page.submit({ user_name: officer.desk.officer.user_name, password });
  assert.deepEqual([page.status, page.mistakes], [422, ['user_name']], page.describe());
  assert.match(page.text, /Hesabınız kapalı/, page.describe());
  const { output, serials } = await produceCards(installation);
  assert.deepEqual(serials, [], output);
  const [[why]] = await query(installation, "SELECT why FROM card_attempt WHERE state = 'refused'");
  assert.match(why, /signer not in the registry/);
});

test('an old registry, rightly signed, is not taken in again', async () => {
  const [[uid]] = await query(installation, 'SELECT uid FROM registry_proposal WHERE number = 2');
  await query(installation, `UPDATE registry_proposal SET state = 'sent' WHERE uid = '${uid}'`);
  await query(installation, `INSERT INTO job (kind, key, payload, state, due_s) VALUES ('registry', 'again', '${uid}', 'open', 0)`);
  const page = await waitUntil('the old proposal to be settled', async () => {
    const now = await first.browser.get(`/yonetim/oneri/${uid}`);
    return !/İmzalayıcıya gönderildi/.test(now.text) && now;
  });
  assert.match(page.text, /Başka bir değişiklik önce yürürlüğe girdi/, page.describe());
  assert.equal(await registry(), 3);
  const after = await page.submit({}, /yeniden$/); // what to do: the same change, on the registry in force
  assert.match(after.text, /Öneri: 4 numaralı sicil/, after.describe());
  const withdrawn = await after.submit({}, /geri-al$/);
  assert.match(withdrawn.text, /Geri çekildi/, withdrawn.describe());
});

test('a registry written into the database misleads nobody: it opens under no other number, and goes with the worker\'s next look', { timeout: 120_000 }, async () => {
  await query(installation, `INSERT INTO registry (number, digest, sealed_text, taken_s)
    SELECT 99, (SELECT digest FROM registry_proposal WHERE state = 'withdrawn'), sealed_text, 0 FROM registry WHERE number = 2`);
  assert.equal((await first.browser.get('/yonetim/sicil')).status, 500);
  await query(installation, "UPDATE job SET due_s = 0 WHERE kind = 'registry'");
  await waitUntil('the worker to ask the signer', async () => {
    const [[newest]] = await query(installation, 'SELECT MAX(number) FROM registry');
    return newest === '3';
  });
  assert.match((await first.browser.get('/yonetim/sicil')).text, /3 numaralı sicil/);
  assert.equal(await registry(), 3);
});

test('a passkey of an administrator counts once two have signed it, and removes by itself', { timeout: 120_000 }, async () => {
  const key = new Authenticator(installation.url);
  await second.logIn(); // a passkey is made in the first minutes of a session
  await makePasskey(second, key, 'güvenlik anahtarı');
  await addPasskey(first, second);
  assert.equal(await registry(), 4);

  const digest = installation.demo.officers[3];
  const registered = await first.browser.get('/yonetim/sicil');
  const row = registered.links.filter((link) => /cikar\/kisi/.test(link.href)).find((link) => link.text.includes(digest.display_name));
  let page = await proposeRemoval(second, row.href.split('/').at(-1));
  const form = page.form(/oneri\/[0-9a-f]+\/anahtar$/);
  const signed = await second.browser.post(form.action, { csrf: form.fields.get('csrf'), ...key.get(challengeOf(page, /anahtar$/)) });
  assert.equal(signed.status, 200, signed.describe());
  await waitForState(second, page, /Yürürlükte/);
  assert.equal(await registry(), 5);
});

test('a refusal of the signer is shown with its rule: two administrators must be left', async () => {
  const registered = await first.browser.get('/yonetim/sicil');
  const rows = registered.links.filter((link) => /cikar\/kisi/.test(link.href) && link.text.includes(first.officer.display_name));
  assert.equal(rows.length, 1);
  let page = await proposeRemoval(first, rows[0].href.split('/').at(-1));
  await signProposal(first, page);
  page = await waitForState(first, page, /İmzalayıcı reddetti/);
  assert.match(page.text, /registry with fewer than two administrators/, page.describe());
  assert.match(page.text, /yeniden önerip imzalayın/);
  assert.equal(await registry(), 5);
});

test('a station\'s key is proposed by file', async () => {
  const file = path.join(installation.folder, 'station.pub'), key = path.join(installation.folder, 'station.key');
  await run('openssl', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key]);
  await run('openssl', ['pkey', '-in', key, '-pubout', '-out', file]);
  let page = await first.browser.get('/yonetim/ekle/istasyon');
  const taken = await page.submit({ name: 'istasyon-1', key: { name: 'station.pub', data: readFileSync(file) } });
  assert.deepEqual([taken.status, taken.mistakes], [422, ['name']], taken.describe());
  page = await page.submit({ name: 'istasyon-2', key: { name: 'station.pub', data: readFileSync(file) } });
  assert.match(page.text, /Eklenecek Servis istasyon-2/, page.describe());
  await signProposal(first, page);
  await signProposal(second, page);
  await waitForState(first, page, /Yürürlükte/);
  assert.equal(await registry(), 6);
});

test('the card comes back by two signatures: the same account is open again', { timeout: 120_000 }, async () => {
  const page = await propose(first);
  await signProposal(first, page);
  await signProposal(second, page);
  await waitForState(first, page, /Yürürlükte/);
  const inside = await officer.desk.logIn();
  assert.match(inside.path, /\/yetkili\/gelen$/, inside.describe());
});

test('institutions: mistakes are told at their fields, two add one, one closes it', { timeout: 120_000 }, async () => {
  const home = officer.institution_code;
  const add = async (code, name, parent) => (await first.browser.get('/yonetim/ekle/kurum')).submit({ code, name, parent });
  const mistakes = async (page) => [(await page).status, (await page).mistakes];
  assert.deepEqual(await mistakes(add('', '', '')), [422, ['code', 'name']]);
  assert.deepEqual(await mistakes(add(home, 'İkinci', '')), [422, ['code']], 'a code twice');
  assert.deepEqual(await mistakes(add('9999', 'Yeni Müdürlük', 'yok')), [422, ['parent']], 'nothing above it');
  const page = await add('9999', 'Yeni Müdürlük', home);
  assert.match(page.text, new RegExp(`Eklenecek Kurum 9999 Yeni Müdürlük, ${home} altında`), page.describe());
  await signProposal(first, page);
  await signProposal(second, page);
  await waitForState(first, page, /Yürürlükte/);
  const [[name]] = await query(installation, "SELECT name FROM institution WHERE code = '9999'");
  assert.equal(name, 'Yeni Müdürlük');
  const circle = await (await first.browser.get(`/yonetim/kurum/${home}`)).submit({ name: 'Döngü', parent: '9999' });
  assert.deepEqual([circle.status, circle.mistakes], [422, ['parent']], circle.describe());
  assert.match(circle.text, /kendi altında duramaz/);
  const used = await (await first.browser.get(`/yonetim/cikar/kurum/${home}`)).submit({}, /cikar/);
  assert.equal(used.status, 409);
  assert.match(used.text, /Önce onları çıkarın veya taşıyın/, used.describe());
  const closing = await (await first.browser.get('/yonetim/cikar/kurum/9999')).submit({}, /cikar/);
  assert.match(closing.text, /yönetici sayısı: 1/, closing.describe());
  await signProposal(first, closing);
  await waitForState(first, closing, /Yürürlükte/);
});

test('a rule of evidence is proposed in words; one that lets nothing through is a mistake', { timeout: 120_000 }, async () => {
  const propose = async (way, need) => (await first.browser.get('/yonetim/ekle/kural')).submit({ door: 'saglik', way, need });
  for (const [need, told] of [[[], /En az bir yetkili onayı/], [['iki-kişi', 'başvuran'], /hiçbir başvuruyu geçirmezdi/]]) {
    const wrong = await propose('ıslak', need);
    assert.deepEqual([wrong.status, wrong.mistakes], [422, ['needs']], wrong.describe());
    assert.match(wrong.text, told);
  }
  const page = await propose('ıslak', ['iki-kişi', 'sahip']);
  assert.match(page.text, /Eklenecek Başvuru kuralı: kâğıt üzerinde, ıslak imzalı \(saglik\)\. Yeterli olan: bir yetkilinin teslim alması .* \+ sahibinin 72 saattir/, page.describe());
  assert.match(page.text, /yönetici sayısı: 2/);
  await signProposal(first, page);
  await signProposal(second, page);
  await waitForState(first, page, /Yürürlükte/);
  const shown = await installation.divit('registry', 'show', '--state', installation.state);
  assert.match(shown.stdout, /^Kural: saglik ıslak iki-kişi sahip$/m);
});

test('divit registry shows each number and what it changed', async () => {
  const shown = await installation.divit('registry', 'show', '2', '--state', installation.state);
  assert.match(shown.stdout, new RegExp(`^divit registry 1\nNumara: 2\n[\\s\\S]* kart ${card.digest} `), shown.stderr);
  const compared = await installation.divit('registry', 'compare', '3', '--state', installation.state);
  assert.match(compared.stdout, /^registry 3, SHA-256 [0-9a-f]{64}, signed by 1 administrator\n- Kişi: [^\n]*\n$/, compared.stderr);
  const first = await installation.divit('registry', 'compare', '1', '--state', installation.state);
  assert.deepEqual([first.status, first.stdout], [1, '']);
});

test('what another administrator settled meanwhile is told on the page it is about', { timeout: 60_000 }, async () => {
  const page = await (await first.browser.get('/yonetim/ekle/kurum')).submit({ code: '8888', name: 'Geçici', parent: '' });
  const theirs = await second.browser.get(page.path), asked = await theirs.submit({}, /oneri\/[0-9a-f]+\/imza$/);
  const withdrawn = await page.submit({}, /geri-al$/);
  assert.match(withdrawn.text, /Öneri geri çekildi\. Sicil defteri olduğu gibi kaldı/, withdrawn.describe());
  for (const act of [/oneri\/[0-9a-f]+\/imza$/, /geri-al$/]) {
    const late = await theirs.submit({}, act);
    assert.equal(late.path, page.path);
    assert.match(late.text, /artık açık değildi, bu yüzden hiçbir işlem yapılmadı/, late.describe());
  }
  const renewed = await asked.submit({}, /\/yonetim\/imza$/);
  assert.equal(renewed.path, page.path, renewed.describe());
  for (const [address, told] of [['cikar/kurum/yok', /böyle bir satır yok/], [`hesap/${'0'.repeat(64)}`, /bu anahtar yazılı değil/]]) {
    const gone = await first.browser.get(`/yonetim/${address}`);
    assert.equal(gone.status, 404);
    assert.match(gone.text, told, gone.describe());
  }
});

test('a proposal whose registry no longer stands here says so, and cannot be signed or repeated', async () => {
  const [[uid, number]] = await query(installation, "SELECT uid, number FROM registry_proposal WHERE state = 'withdrawn' ORDER BY id LIMIT 1");
  const before = await first.browser.get(`/yonetim/oneri/${uid}`);
  await query(installation, `DELETE FROM registry WHERE number = ${number} - 1`);
  const after = await before.submit({}, /yeniden$/);
  assert.deepEqual([after.status, after.path], [200, before.path], after.describe());
  assert.match(after.text, /dayandığı sicil defteri artık burada yok/);
  assert.doesNotMatch(after.html, /yeniden"|\/imza"/);
});

test('each act is in the audit trail', async () => {
  const rows = await query(installation, 'SELECT DISTINCT event FROM audit_record');
  const events = new Set(rows.map(([event]) => event));
  for (const event of ['propose_registry', 'sign_proposal', 'take_registry', 'settle_proposal', 'withdraw_proposal', 'drop_registries', 'create_staff_account',
    'close_staff_account', 'open_staff_account'])
    assert.ok(events.has(event), event);
});

test('no program logged an error on the way', () => assert.deepEqual(
  installation.errors.filter((line) => !/certificate_refused|sealed field does not open/.test(line)), []));
