// Askıdan İndir by signature (spec 03; spec 10, Status): who has another valid certificate signs instead of typing a code.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { query } from './lib/database.mjs';
import { evidence } from './lib/evidence.mjs';
import { Holder } from './lib/holder.mjs';
import { Installation, build, database, run, waitUntil } from './lib/installation.mjs';
import { cardCertificates, codeOf, produceCards, signShown, waitForStatus } from './lib/story.mjs';
import { World } from './lib/world.mjs';

let installation, world, holder, barcode, serial;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  holder = new Holder(installation, world);
  await holder.begin();
  ({ barcode } = await holder.applyAgain());
  await holder.approve(barcode);
  const { status, output, serials } = await produceCards(installation);
  assert.equal(status, 0, output);
  [serial] = serials;
}, { timeout: 200_000 });
after(() => installation?.stop());

const askForCode = async () => {
  const page = await holder.online.get(`/online/askidan-indir/${serial}`);
  assert.match(page.text, /Or sign instead.*does not count for itself/s, page.describe());
  return page.submit({}, /e-imza$/);
};

test(`another person’s card does not sign; nothing changes (${database})`, async () => {
  const page = await askForCode();
  assert.match(page.path, /\/online\/imza$/, page.describe());
  assert.equal((await world.signCode(holder.colleague, codeOf(page).code)).exit_code, 5);
  assert.match((await holder.online.get('/online/sertifikalar')).text, /Suspended/);
});

const since = (by) => query(installation, `UPDATE certificate_status SET since_s = since_s ${by} WHERE serial = '${serial.toLowerCase()}'`);
/** How many acts, and how many jobs, there are. */
const kept = async () => (await query(installation, `SELECT (SELECT COUNT(*) FROM certificate_activation),
  (SELECT COUNT(*) FROM job WHERE kind = 'certificate_activate')`))[0].join();
const isOver = (page) => assert.match(page.text, /My certificates.*does not go on, and nothing was changed.*begin again/s, page.describe());

test('a text over an earlier suspension asks for nothing, and leads to how the certificate stands', { timeout: 60_000 }, async () => {
  const page = await askForCode(), before = await kept();
  await since('+ 1'); // suspended again
  isOver(await signShown(world, page, holder.card));
  assert.equal(await kept(), before);
  await since('- 1');
});

test('the program does not sign with the card that is to be activated', async () => {
  const { code } = codeOf(await askForCode());
  const [[card]] = await query(installation, `SELECT card_serial FROM certificate WHERE serial = '${serial.toLowerCase()}'`);
  const pin = path.join(installation.folder, 'pin');
  writeFileSync(pin, '111111\n');
  const env = { SOFTHSM2_CONF: path.join(installation.state, 'cards/softhsm2.conf'), LC_ALL: 'en_US.UTF-8' };
  const { status, stderr } = await run(path.join(build, 'eimza-cli'), ['sign', code, '--token', card, '--no-browser', '--trust',
    path.join(installation.state, 'eimza'), '--clock', path.join(installation.state, 'clock-offset'), '--pin-file', pin], { env });
  assert.equal(status, 5, stderr);
  assert.match(stderr, /does not sign for itself: sign with another/);
});

test('while one window’s activation is under way, another’s adds nothing', { timeout: 60_000 }, async () => {
  await query(installation, `INSERT INTO job (kind, key, payload, state, due_s)
    VALUES ('certificate_activate', '${serial.toLowerCase()}', '${serial.toLowerCase()}', 'open', 99999999999)`);
  const page = await askForCode(), before = await kept();
  assert.match((await signShown(world, page, holder.card)).text, /being activated.*few seconds/s);
  assert.equal(await kept(), before);
  await query(installation, "DELETE FROM job WHERE kind = 'certificate_activate'");
});

test('what the signer refuses, the holder reads; the record has it', { timeout: 60_000 }, async () => {
  await since('- 1'); // so the text names another suspension than the signer's journal
  await signShown(world, await askForCode(), holder.card);
  const page = await waitUntil('the refusal', async () => {
    const now = await holder.online.get(`/online/askidan-indir/${serial}/sonuc`);
    return /was not activated/.test(now.text) && now;
  });
  assert.match(page.text, /stays as it was.*kept in the record.*activation over another suspension.*Activate it once more/s);
  const list = await holder.online.get('/online/sertifikalar');
  assert.match(list.text, /The signer refused to activate it.*Suspended|Suspended.*The signer refused to activate it/s, list.describe());
  await since('+ 1');
  assert.deepEqual(await query(installation, "SELECT detail FROM audit_record WHERE event = 'refuse_activation'"),
    [['activation over another suspension']]);
});

test('the holder’s other card does, and the world hears of it', { timeout: 60_000 }, async () => {
  const certificate = (await cardCertificates(installation)).find((one) => one.serial.toLowerCase() === serial.toLowerCase());
  await waitForStatus(installation, certificate.path, 'suspended');
  const page = await signShown(world, await askForCode(), holder.card);
  assert.match(page.path, /\/sonuc$/, page.describe());
  await waitUntil('the certificate to be active', async () => /Certificate activated/.test(
    (await holder.online.get(`/online/askidan-indir/${serial}/sonuc`)).text));
  await waitForStatus(installation, certificate.path, 'good');
  const lifted = await waitUntil('the record of it', async () => {
    const rows = await query(installation, "SELECT detail FROM audit_record WHERE event = 'lift_suspension' ORDER BY id");
    return rows.length > 1 && rows;
  });
  assert.deepEqual(lifted, [['code'], ['signature']]);
  const told = await query(installation, `SELECT key, channel FROM message WHERE event = 'activated' AND key LIKE 'certificate:${serial.toLowerCase()}:%'`);
  assert.deepEqual(told.map(([key, channel]) => [key.split(':')[3], channel]).sort(), [['account', 'email'], ['account', 'sms']],
    'the register has the same number and address: each is told once');
  const { stdout } = await evidence(installation, barcode);
  assert.match(stdout, /^ {2}activated 20\S+ by the holder's card, text SHA-256 [0-9a-f]{64}, proof SHA-256 [0-9a-f]{64}$/m);
  isOver(await holder.online.get(`/online/askidan-indir/${serial}`));
});

test('no program logged an error on the way', () => assert.deepEqual(installation.errors, []));
