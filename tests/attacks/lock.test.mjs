// Whoever writes the database does with rows what he likes so that a certificate is made in the name of somebody who has
// locked: none is. DIVIT_ATTACKS: how many times the signer is asked (24).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { query, queryJournal } from '../flow/lib/database.mjs';
import { Holder } from '../flow/lib/holder.mjs';
import { Installation, database, waitUntil } from '../flow/lib/installation.mjs';
import { produceCards } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { attack } from './report.mjs';

const wanted = Number(process.env.DIVIT_ATTACKS ?? 24);
let installation, world, holder, application;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  holder = new Holder(installation, world);
  await holder.begin();
  await holder.lock();
  await holder.unlock(); // a signature of the owner's, good once
  await holder.lock();
  const { barcode } = await holder.applyAgain();
  await holder.approve(barcode);
  await waitUntil('the lock to be heard of', async () => /waits: its owner/.test((await produceCards(installation)).output));
  [[application]] = await query(installation, `SELECT id FROM application WHERE barcode = '${barcode}'`);
}, { timeout: 300_000 });
after(() => installation?.stop());

const asked = "UPDATE issuance_lock SET state = 'asked' WHERE id =";
const job = (id) => `INSERT INTO job (kind, key, payload, state, due_s) VALUES ('issuance_lock', 'by row ${id}', '${id}', 'open', 0)`;
/** Rows are put back before each: first lock, unlocking, second lock. */
const edits = ([first, unlocking, second]) => [
  () => [`UPDATE application SET locked_s = NULL WHERE id = ${application}`],
  () => [`UPDATE issuance_lock SET wish = 'unlock', ends_s = 1, since_s = 1`],
  () => ['DELETE FROM issuance_lock'],
  () => [`${asked} ${unlocking}`, job(unlocking)], // played again
  () => [`${asked} ${first}`, job(first)], // then the former signature would fit
  () => [`UPDATE issuance_lock SET sealed_signature = (SELECT sealed_signature FROM issuance_lock WHERE id = ${unlocking}),
    wish = 'unlock' WHERE id = ${second}`, `${asked} ${second}`, job(second)],
  () => [`UPDATE issuance_lock SET uid = uid || 'x' WHERE id = ${unlocking}`, `UPDATE issuance_lock SET
    (uid, sealed_text, sealed_signature) = (SELECT substr(uid, 1, 32), sealed_text, sealed_signature FROM issuance_lock
    WHERE id = ${unlocking}) WHERE id = ${second}`, `${asked} ${second}`, job(second)],
  () => [`UPDATE issuance_lock SET person_id = (SELECT MIN(id) FROM person WHERE id <> person_id) WHERE id = ${second}`,
    `${asked} ${second}`, job(second)],
];

/** The signer is asked once for the certificate that waits, after all wishes that it can be told of. */
async function askSigner() {
  await waitUntil('the wishes to be told', async () => (await query(installation,
    "SELECT id FROM job WHERE kind = 'issuance_lock' AND state = 'open' AND (tries = 0 OR lease <> 0)")).length === 0);
  const before = (await query(installation, `SELECT id FROM job WHERE kind = 'certificate_issue' AND state = 'open'`))[0][0];
  await query(installation, `UPDATE job SET due_s = 0 WHERE id = ${before}`);
  await waitUntil('the worker to have asked', async () => (await query(installation, `SELECT id FROM job WHERE kind =
    'certificate_issue' AND state = 'open' AND id = ${before} AND due_s = 0`)).length === 0);
}

const isMade = async () => (await query(installation, `SELECT id FROM certificate WHERE application_id = ${application}`)).length > 0;
const records = async () => Number((await queryJournal(installation, "SELECT count(*) FROM record WHERE kind = 'lock'"))[0][0]);

test(`rows unlock nothing (${database})`, { timeout: 500_000 }, async () => {
  const ids = (await query(installation, 'SELECT id FROM issuance_lock ORDER BY id')).map(([id]) => id);
  assert.equal(ids.length, 3);
  const kinds = edits(ids);
  let made = 0;
  await query(installation, 'CREATE TABLE kept AS SELECT * FROM issuance_lock');
  for (let i = 0; i < wanted; i++) {
    await query(installation, ['BEGIN', ...kinds[i % kinds.length](), 'COMMIT'].join(';\n'));
    await askSigner();
    if (await isMade() || await records() !== 3) made++; // what is journalled takes effect later
    await query(installation, ["BEGIN", "DELETE FROM job WHERE kind = 'issuance_lock'", 'DELETE FROM issuance_lock',
      'INSERT INTO issuance_lock SELECT * FROM kept', 'COMMIT'].join(';\n'));
  }
  await world.advance(73 * 3600);
  await askSigner();
  if (await isMade()) made++;
  attack('lock', `rows edited, then the signer asked (${database})`, wanted, made);
});
