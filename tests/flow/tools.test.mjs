// The operator's tools: a new installation is made once, or made anew after an interruption; registers come by CSV.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, Installation, run } from './lib/installation.mjs';

const divit = (...args) => run(path.join(build, 'divit'), args);
const staffHeader = 'tckn;ad;soyad;dogum_yeri;dogum_tarihi;sicil_no;kurum_kodu;grup;ahb_kodu;birim;unvan;adres;il;ilce;posta_kodu;eposta;cep';

let folder, installation;

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'divit-tools-'));
  installation = await Installation.start();
});
after(async () => {
  await installation?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('each command says what it is for and shows an example', async () => {
  for (const command of [[], ['run'], ['init'], ['import'], ['card'], ['web']]) {
    const { status, stdout } = await divit(...command, '--help');
    assert.equal(status, 0);
    assert.match(stdout, /Example/, command.join(' '));
  }
  assert.match((await divit('--version')).stdout, /^divit \d+\.\d+\.\d+$/m);
  const unknown = await divit('fly');
  assert.equal(unknown.status, 64);
  assert.match(unknown.stderr, /there is no command 'fly'/);
});

test('an installation is made once', async () => {
  const again = await divit('init', '--state', installation.state);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /holds an installation/);
  assert.equal((await divit('init', '--state', installation.state, '--if-missing')).status, 0);
});

test('only its owner reads what an installation keeps', () => {
  const open = [];
  const walk = (place) => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const name = path.join(place, entry.name);
      if (entry.isDirectory()) walk(name);
      if (entry.isFile() && (statSync(name).mode & 0o077) !== 0 && statSync(place).mode & 0o077) open.push(name);
    }
  };
  walk(installation.state);
  assert.deepEqual(open, []);
  assert.equal(statSync(path.join(installation.state, 'demo.json')).mode & 0o777, 0o600);
  assert.equal(statSync(path.join(installation.state, 'divit.conf')).mode & 0o777, 0o600);
  assert.equal(statSync(installation.state).mode & 0o777, 0o700);
});

test('demo.json says all one has to type, and whom there must be two of there are two', async () => {
  const { addresses, people, officers, operators, administrators } = installation.demo;
  for (const name of ['portal', 'apply', 'officer', 'online', 'responder', 'ocsp_url', 'crl_url', 'simulator'])
    assert.match(addresses[name], /^http:\/\/localhost:\d+/, name);
  assert.equal(people.length, 200);
  assert.equal(people[0].identity_number, '10000000146');
  const institutions = officers.map((officer) => officer.institution);
  for (const institution of institutions) // each of whom there must be two, there are two
    assert.ok(institutions.filter((other) => other === institution).length >= 2, institution);
  assert.deepEqual([operators.length, administrators.length], [1, 2]);
  const page = await (await fetch(addresses.simulator)).text();
  for (const member of [...officers, ...operators, ...administrators]) {
    assert.match(member.link, /\/kurulum\/[0-9a-f]{32}$/);
    assert.match(member.totp_secret, /^[A-Z2-7]{32}$/);
    assert.ok(statSync(path.join(installation.state, `people/${member.token_label}.pin`)).size > 0, member.token_label);
    assert.ok(page.includes(`value="${member.token_label}"`), `${member.token_label} signs on the simulator's page`);
    assert.equal((await fetch(member.link)).status, 200, member.user_name);
  }
});

test('an interrupted init is made anew', async () => {
  const state = path.join(folder, 'interrupted');
  const options = ['--state', state, '--port', '29000', '--sim-port', '29002'];
  assert.equal((await divit('init', ...options)).status, 0);
  writeFileSync(path.join(state, 'unfinished'), '');
  writeFileSync(path.join(state, 'mine.txt'), 'not of this installation');
  const before = readFileSync(path.join(state, 'demo.json'), 'utf8');
  assert.equal((await divit('init', ...options)).status, 0);
  assert.notEqual(readFileSync(path.join(state, 'demo.json'), 'utf8'), before);
  assert.equal(readFileSync(path.join(state, 'mine.txt'), 'utf8'), 'not of this installation');
  assert.ok(!readdirSync(state).includes('unfinished'));
});

test('a misspelt setting is refused with file and line', async () => {
  const state = path.join(folder, 'misspelt');
  assert.equal((await divit('init', '--state', state, '--port', '29000', '--sim-port', '29002')).status, 0);
  const file = path.join(state, 'divit.conf');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^port = /m, 'prot = '));
  const { status, stderr } = await divit('web', '--state', state);
  assert.equal(status, 1);
  assert.match(stderr, /divit\.conf:\d+: there is no setting 'prot' in \[web\]/);
});

test('a staff register: bad rows are refused with line and reason, the others are taken once', async () => {
  const file = path.join(folder, 'staff.csv');
  const row = (...cells) => cells.join(';');
  const good = row('10000100068', 'Işıl', 'Örnek', 'İzmir', '02.03.1990', '900001', '34', 'personel', '', 'Birim', 'Memur',
    'Adres 1', 'İstanbul', 'Kadıköy', '34710', 'isil@posta.example', '5000000901');
  writeFileSync(file, [staffHeader, good, good.replace('10000100068', '10000100069'), good.replace('02.03.1990', '31.02.1990'),
    good.replace(';34;', ';99999;')].join('\n') + '\n');
  const options = ['import', 'staff', file, '--state', installation.state];
  const dry = await divit(...options, '--dry-run');
  assert.equal(dry.status, 2, dry.stderr);
  assert.match(dry.stdout, /^line 3: .+$/m);
  assert.match(dry.stdout, /^line 4: .+$/m);
  assert.match(dry.stdout, /^line 5: .+$/m);
  assert.match(dry.stdout, /^4 rows: 1 to add, 0 changed, 0 unchanged, 3 refused$/m);
  const first = await divit(...options);
  assert.match(first.stdout, /^4 rows: 1 added, 0 changed, 0 unchanged, 3 refused$/m);
  const second = await divit(...options);
  assert.match(second.stdout, /^4 rows: 0 added, 0 changed, 1 unchanged, 3 refused$/m);
});

test('institutions: parents first, unknown parents refused', async () => {
  const file = path.join(folder, 'institutions.csv');
  writeFileSync(file, 'kod;ust_kod;ad;birim;adres;telefon;dahili;eposta\n3499;34;Deneme Merkezi;Birim;Adres;5003499000;1;a@b.example\n' +
    '7777;7776;Yetim;Birim;Adres;5003499001;1;a@b.example\n');
  const { status, stdout } = await divit('import', 'institutions', file, '--state', installation.state);
  assert.equal(status, 2);
  assert.match(stdout, /^line 3: /m);
  assert.match(stdout, /^2 rows: 1 added, 0 changed, 0 unchanged, 1 refused$/m);
});
