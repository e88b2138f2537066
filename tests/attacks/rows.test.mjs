// Whoever writes the database writes what he likes into every table, then worker and station do their normal work: the
// signer is asked for certificates again and again, with keys of his own and for cards that the station makes, and none is
// made. DIVIT_ATTACKS: how many times it is asked (200).
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { query, queryJournal } from '../flow/lib/database.mjs';
import { Installation, database, waitUntil } from '../flow/lib/installation.mjs';
import { produceCards } from '../flow/lib/story.mjs';
import { houseWith } from './people.mjs';
import { attack } from './report.mjs';
import { decisionText, forgedCades, forgedCertificate, newKey, request } from './forge.mjs';

const wanted = Number(process.env.DIVIT_ATTACKS ?? 200);
const tablesMax = wanted > 4000 ? 100 : 4;
const PATIENCE_MS = 300_000;
const hexOf = (column) => (installation.database ? `encode(${column}, 'hex')` : `lower(hex(${column}))`);
const bytesOf = (bytes) => (installation.database ? `'\\x${bytes.toString('hex')}'::bytea` : `x'${bytes.toString('hex')}'`);

let installation, house, approved, taken, waiting;
const key = newKey();

/** Applications by their barcodes, as the attacker sees them. */
async function rowsOf(applications) {
  const list = applications.map(({ barcode }) => `'${barcode}'`).join();
  const rows = await query(installation, `SELECT id, uid, revision, ${hexOf('statement_digest')}, person_id, institution_id, barcode
    FROM application WHERE barcode IN (${list})`);
  return rows.map(([id, uid, revision, digest, person, institution, barcode]) => ({ id, uid, revision, digest, person, institution, barcode }));
}

before(async () => {
  installation = await Installation.start();
  const count = wanted > 4000 ? 6 : 2;
  house = await houseWith(installation, { taken: count, waiting: count });
  house.approved = await house.many(2);
  for (const application of house.approved) await house.approve([application]); // each by a decision of its own: these are exchanged
  approved = await rowsOf(house.approved);
  taken = await rowsOf(house.taken);
  waiting = await rowsOf(house.waiting);
  // a refusal makes decisions count no more: whoever writes the database keeps his counting
  await query(installation, installation.database ? `CREATE RULE kept AS ON UPDATE TO decision_line
      WHERE NEW.is_spent <> OLD.is_spent DO INSTEAD NOTHING`
    : `CREATE TRIGGER kept BEFORE UPDATE ON decision_line WHEN NEW.is_spent <> OLD.is_spent BEGIN SELECT RAISE(IGNORE); END`);
}, { timeout: 300_000 });
after(() => installation?.stop());

const unapproved = () => [...taken, ...waiting];

/** What the signer is shown comes from these: they are exchanged first. */
const evidenceTables = ['decision_line', 'decision', 'application_evidence', 'card_attempt', 'registry', 'institution', 'person'];
const weightOf = (table) => (evidenceTables.includes(table) ? evidenceTables.indexOf(table) : evidenceTables.length);

/** Tables and their columns, all of the house. */
async function allTables() {
  const rows = await query(installation, installation.database
    ? "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, ordinal_position"
    : "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'");
  const tables = new Map();
  for (const [table, column] of rows) tables.set(table, [...(tables.get(table) ?? []), column]);
  return tables;
}

const ownRules = /constraint|violates|generated column|immutable|append-only|only grows/i;
/** How many rows have another value then; 0 where the house's own rules (keys, checks, triggers) do not let it through. */
async function exchange(table, key, column) {
  try {
    await query(installation, `UPDATE ${table} SET ${column} = (SELECT k.${column} FROM kept k WHERE k.${key} <> ${table}.${key}
      ORDER BY random() LIMIT 1) WHERE (SELECT count(*) FROM kept) > 1`);
  } catch (error) {
    if (!ownRules.test(error.message)) throw error;
    return 0;
  }
  const differs = installation.database ? 'IS DISTINCT FROM' : 'IS NOT';
  return Number((await query(installation, `SELECT count(*) FROM ${table} t JOIN kept k ON k.${key} = t.${key}
    WHERE k.${column} ${differs} t.${column}`))[0][0]);
}

/** Each column gets what other rows have there; put back afterwards, as far as the worker has left it. How many columns were. */
async function withRowsExchanged(table, columns, act) {
  const key = columns[0], others = columns.slice(1);
  let exchanged = 0;
  await query(installation, `CREATE TABLE kept AS SELECT * FROM ${table}`);
  for (const column of others) exchanged += await exchange(table, key, column) > 0;
  if (exchanged > 0) await act();
  for (const column of others) {
    await query(installation, `UPDATE ${table} SET ${column} = (SELECT k.${column} FROM kept k WHERE k.${key} = ${table}.${key} LIMIT 1)
      WHERE EXISTS (SELECT 1 FROM kept k WHERE k.${key} = ${table}.${key})`).catch((error) => {
      if (!ownRules.test(error.message)) throw error;
    });
  }
  await query(installation, 'DROP TABLE kept');
  return exchanged;
}

/** One job for each of these and each attempt that the signer may look at: how many of them it judged. */
async function askOnce(applications, attempts) {
  const ids = applications.map(({ id }) => id);
  const sql = ['BEGIN', `DELETE FROM card_attempt WHERE application_id IN (${ids})`,
    `UPDATE application SET state = 'in_production' WHERE id IN (${ids})`];
  for (const application of applications) {
    for (let attempt = 1; attempt <= attempts; attempt++)
      sql.push(`INSERT INTO card_attempt (application_id, attempt, card_serial, request, state, created_s) VALUES (${application.id},
        ${attempt}, 'saldırı', ${bytesOf(request(key, application.digest, attempt))}, 'requested', 1)`);
  }
  sql.push(`INSERT INTO job (kind, key, payload, state, due_s) SELECT 'certificate_issue', 'a' || id, CAST(id AS TEXT), 'open', 0
    FROM card_attempt WHERE card_serial = 'saldırı' AND state = 'requested'`, 'COMMIT');
  await query(installation, sql.join(';\n'));
  // what cannot even be opened is no refusal of the signer's: it is tried again for an hour, and removed here
  await waitUntil('the worker to have asked', async () => (await query(installation,
    "SELECT count(*) FROM job WHERE kind = 'certificate_issue' AND state = 'open' AND (tries = 0 OR lease <> 0)"))[0][0] === '0',
  PATIENCE_MS, 100);
  await query(installation, "DELETE FROM job WHERE kind = 'certificate_issue'");
  const rows = await query(installation, `SELECT why, count(*) FROM card_attempt WHERE application_id IN (${ids}) GROUP BY why`);
  await query(installation, `DELETE FROM card_attempt WHERE application_id IN (${ids})`);
  return rows.filter(([why]) => why !== '');
}

const ATTEMPTS_MAX = 3; // of one application: for a fourth the signer looks at no evidence
/** Asks for each of these at least `count` times: { made, reached, why }, of which the signer judged `reached`, and by what rule. */
async function ask(applications, count) {
  const answers = { made: 0, reached: 0, why: new Map() };
  for (let left = count; left > 0; left -= ATTEMPTS_MAX) {
    const attempts = Math.min(left, ATTEMPTS_MAX);
    for (const [why, times] of await askOnce(applications, attempts)) {
      answers.why.set(why, (answers.why.get(why) ?? 0) + Number(times));
      answers.reached += Number(times);
    }
    answers.made += applications.length * attempts;
  }
  return answers;
}

/** As if they were approved: the station makes a card and a key for each, with all that only a station can say. */
async function askForCards(applications) {
  const ids = applications.map(({ id }) => id);
  await query(installation, `BEGIN;
    DELETE FROM card_attempt WHERE application_id IN (${ids});
    DELETE FROM application_evidence WHERE kind = 'production' AND application_id IN (${ids});
    UPDATE application SET state = 'completed' WHERE id IN (${approved.map(({ id }) => id)}); -- or it would rightly make theirs
    UPDATE application SET state = 'approved', approved_s = 1 WHERE id IN (${ids}); COMMIT`);
  const blank = path.join(installation.state, 'cards');
  for (const name of readdirSync(blank).filter((one) => /^kart-/.test(one))) rmSync(path.join(blank, name));
  rmSync(path.join(blank, 'tokens'), { recursive: true, force: true });
  const { output } = await produceCards(installation);
  return [...output.matchAll(/refused by the signer: (.*); the application/g)].map(([, why]) => why);
}

/** What the last way put in is gone, so that the next one is judged by itself. */
async function cleanUp() {
  await query(installation, 'DELETE FROM decision_line WHERE decision_id IN (SELECT id FROM decision WHERE signed_s = 4000000000)');
  await query(installation, 'DELETE FROM decision WHERE signed_s = 4000000000');
  await query(installation, "DELETE FROM application_evidence WHERE created_s = 1");
  await query(installation, `DELETE FROM decision_line WHERE application_id IN (${unapproved().map(({ id }) => id)})`);
}

/** One signed decision of an officer's that is in the database, over one of these. */
async function signedDecision() {
  const [[id]] = await query(installation, `SELECT l.decision_id FROM decision_line l JOIN decision d ON d.id = l.decision_id
    WHERE d.signed_s IS NOT NULL AND l.application_id = ${approved[0].id}`);
  return id;
}

async function addDecision(application, statement, signature, account) {
  const uid = randomBytes(16).toString('hex');
  const text = statement ?? decisionText({ uid, institution: house.officer.officer.institution, nowMs: await house.nowMs(), registry: 1, application });
  const bytes = signature ?? await forgedCades(installation.folder, house.officer.officer.identity_number, text);
  await query(installation, `INSERT INTO decision (uid, account_id, statement, digest, signature, created_s, signed_s) VALUES ('${uid}',
    ${account}, '${text}', ${bytesOf(randomBytes(32))}, ${bytesOf(bytes)}, 1, 4000000000)`);
  await query(installation, `INSERT INTO decision_line (decision_id, application_id, digest) SELECT d.id, a.id, a.statement_digest
    FROM decision d, application a WHERE d.uid = '${uid}' AND a.id = ${application.id}`);
}

/** Nothing in these that worker and station could not open, so the signer is asked for each card. */
const atStation = new Set(['the state alone', 'another application\'s decision, line and all', 'a registry of his own']);
const ways = {
  'the state alone': () => [],
  'a decision that nobody signed': async () => {
    for (const application of unapproved()) await addDecision(application, null, randomBytes(900), 1);
  },
  'a decision signed by a made-up officer': async () => {
    for (const application of unapproved()) await addDecision(application, null, null, 1);
  },
  'another application\'s decision, line and all': async () => {
    const decision = await signedDecision();
    await query(installation, `INSERT INTO decision_line (decision_id, application_id, digest) SELECT ${decision}, id, statement_digest
      FROM application WHERE id IN (${unapproved().map(({ id }) => id)})`);
  },
  'another application\'s evidence': () => query(installation, `INSERT INTO application_evidence (uid, application_id, kind, digest, attempt,
    sealed_text, sealed_proof, created_s) SELECT e.uid || a.id, a.id, e.kind, a.statement_digest, e.attempt, e.sealed_text, e.sealed_proof, 1
    FROM application_evidence e, application a WHERE e.application_id = ${approved[0].id} AND a.id IN (${unapproved().map(({ id }) => id)})`),
  'a key of his own for approved applications': () => [],
  'a registry of his own': async () => { // well formed: the next one, with an officer whose card is his
    const { stdout: old } = await installation.divit('registry', 'show', '1', '--state', installation.state);
    const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
    const { institution, identity_number: number } = house.officer.officer;
    await forgedCades(installation.folder, number, 'a text'); // makes his certificate
    const certificate = forgedCertificate(installation.folder);
    const publicKey = certificate.publicKey.export({ type: 'spki', format: 'der' });
    const officer = `Kişi: ${number} yetkili ${institution} kart ${sha256(certificate.raw)} ${sha256(publicKey)}`
      + ' 2026-01-01T00:00:00Z 2036-01-01T00:00:00Z\n';
    const text = Buffer.from(old.replace(/^Numara: 1\nÖnceki: -$/m, `Numara: 2\nÖnceki: ${sha256(old)}`) + officer);
    assert.match(text.toString(), /^divit registry 1\nNumara: 2\nÖnceki: [0-9a-f]{64}\nKural: /);
    await query(installation, `INSERT INTO registry (number, digest, sealed_text, taken_s)
      VALUES (2, ${bytesOf(Buffer.from(sha256(text), 'hex'))}, ${bytesOf(text)}, 1)`);
  },
  'applications given to other people': () => query(installation, `UPDATE application SET person_id = (SELECT max(id) FROM person)
    WHERE id = ${unapproved()[0].id}`),
};

test(`rows in every table, and the worker's normal work on ${database}: 0 certificates`, { timeout: 500_000 }, async () => {
  const names = Object.keys(ways);
  const each = Math.ceil(wanted / names.length / unapproved().length);
  const count = async () => Number((await queryJournal(installation, 'SELECT count(*) FROM certificate'))[0][0]);
  const certificates = await count();
  for (const name of names) {
    await ways[name]();
    const refused = atStation.has(name) ? await askForCards(unapproved()) : [];
    if (atStation.has(name)) assert.equal(refused.length, unapproved().length, `${name}: ${refused}`);
    const { made, reached, why } = await ask(name.includes('approved') ? approved : unapproved(), each);
    const tried = reached + refused.length;
    await cleanUp();
    for (const rule of refused) why.set(rule, (why.get(rule) ?? 0) + 1);
    console.log(`refused: ${[...why].map((pair) => pair.join(' ')).join(', ') || 'not asked'}`);
    // what the worker cannot open it does not ask for: that is no attack on the signer, and counts as none
    console.log(`${name}: ${made + refused.length} asked of worker and station, ${tried} reached the signer`);
    if (tried > 0) attack('evidence', `${name} (${database})`, tried, await count() - certificates);
  }
  assert.equal(await count(), certificates);
});

test(`each table's rows exchanged on ${database}: 0 certificates`, { timeout: 500_000 }, async () => {
  const count = async () => Number((await queryJournal(installation, 'SELECT count(*) FROM certificate'))[0][0]);
  const certificates = await count();
  let tried = 0, asked = 0, tables = 0;
  const alike = []; // nothing to exchange, or nothing that the house's rules let through
  const byWeight = [...await allTables()].sort(([one], [other]) => weightOf(one) - weightOf(other));
  for (const [table, columns] of byWeight) {
    if (columns.length < 2 || tables >= tablesMax) continue;
    const exchanged = await withRowsExchanged(table, columns, async () => {
      const { made, reached } = await ask(unapproved(), ATTEMPTS_MAX);
      asked += made;
      tried += reached;
    });
    if (exchanged > 0) tables++;
    else alike.push(table);
  }
  console.log(`${asked} asked of the worker, ${tried} reached the signer; as they were: ${alike.join(', ')}`);
  assert.ok(tables >= Math.min(tablesMax, 20), `${tables} tables`);
  attack('evidence', `rows of each of ${tables} tables exchanged (${database})`, tried, await count() - certificates);
});
