// An installation whose ministry asks the population register by KPS v2: who the public service lets in by the year of
// birth alone is asked for the whole date; a register that lets nobody in is no "no".
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { Installation, database } from './lib/installation.mjs';
import { applicants, logIn } from './lib/story.mjs';

const skip = database === 'sqlite' ? false : 'the worker asks without a database: runs once, with SQLite';
let installation;

/** As an operator would: divit.conf edited, everything started anew. */
async function restartWith(password) {
  await installation.stopPrograms();
  const file = path.join(installation.state, 'divit.conf');
  const text = readFileSync(file, 'utf8').replace(/^population_url .*|^population_url=.*/m, '')
    .replace(/^population_(token_url|user|password_file).*\n/gm, '').replace(/^\[worker\]$/m, `[worker]
population_url = ${installation.simUrl}/Services/RoutingService.svc
population_token_url = ${installation.simUrl}/Services/Issuer.svc/IWSTrust13
population_user = divit
population_password_file = kps-password`);
  writeFileSync(file, text);
  writeFileSync(path.join(installation.state, 'kps-password'), `${password}\n`, { mode: 0o600 });
  await installation.run();
}

before(async () => {
  if (skip) return;
  installation = await Installation.start();
}, { timeout: 200_000 });
after(() => installation?.stop());

test('the register of institutions under contract lets a person in by the whole date of birth', { skip }, async () => {
  await restartWith('kps');
  const [person, other] = applicants(installation.demo, 2);
  const browser = () => new Browser(installation.url, { language: 'en' });
  const [day, ...rest] = person.birth_date.split('.');
  const wrong = await logIn(browser(), person, { birth_date: [day === '01' ? '02' : '01', ...rest].join('.') });
  assert.match(wrong.path, /\/giris$/, wrong.describe());
  assert.match(wrong.text, /do not match/);
  assert.match((await logIn(browser(), person)).path, /\/form$/);
  await restartWith('a wrong password');
  const page = await logIn(browser(), other);
  assert.match(page.path, /\/giris$/, page.describe());
  assert.doesNotMatch(page.text, /do not match/);
  assert.equal(page.form(['identity_number', 'birth_place']).fields.get('birth_place'), other.birth_place);
  assert.match(installation.log, /"event":"population_unavailable","why":"KPS v2 answered with status 500"/);
});
