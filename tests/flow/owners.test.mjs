// Every route of the program as every role, with what belongs to somebody else: the answer is what the table says, tells
// nothing of the other, and leaves every row as it was (spec 09: every object is looked up through its owner). That a
// route asks for a role at all is tests/unit/web/access_test's.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { House } from '../attacks/people.mjs';
import { Authenticator } from './lib/authenticator.mjs';
import { Browser } from './lib/browser.mjs';
import { dump, query } from './lib/database.mjs';
import { Installation, build, run } from './lib/installation.mjs';
import { makePasskey } from './lib/registry.mjs';
import { Officer, applicants, barcodeOf, cardCertificates, confirmForm, confirmPhone, logInOnline, password, produceCards } from './lib/story.mjs';

const ROLES = { anyone: 1, applicant: 2, officerPending: 4, officer: 8, holderPending: 16, holder: 32, staffPending: 64, operator: 128,
  administrator: 256 };
const UNIT = 'Kanarya Birimi';
/** What the programs do by themselves, and what every visit leaves: its session, its count of attempts. */
const RESTLESS = new Set(['session', 'attempt_limit', 'challenge', 'job', 'crl', 'status_statement', 'audit_leaf', 'audit_node', 'audit_head',
  'sqlite_sequence']);

/** Paths that name nothing but what the session stands for. */
const NAMELESS = new Set(`/basvuru /yetkili /yetkili/giris /yetkili/e-imza /yetkili/giris/anahtar /yetkili/kod /yetkili/cikis /yetkili/anahtar
  /yetkili/imza /yetkili/imza/durum /yetkili/imza/devam /yetkili/imza/kanit /online /online/giris /online/kod /online/kod/yeni
  /online/cikis /online/sertifikalar /online/pin /online/adima-uretim /online/adima-uretim/kilitle /online/adima-uretim/kilit-ac /online/imza
  /online/imza/durum /online/imza/devam /online/imza/kanit /yonetim /yonetim/giris /yonetim/e-imza /yonetim/giris/anahtar /yonetim/kod
  /yonetim/cikis /yonetim/anahtar /yonetim/imza /yonetim/imza/durum /yonetim/imza/devam /yonetim/imza/kanit / /duyurular /yasal-uyari /iletisim
  /healthz /bp/{address} /agent/v1/openapi.json /dil/{code} /basvuru/{door} /basvuru/{door}/giris /basvuru/{door}/devam
  /basvuru/{door}/devam/kod /basvuru/{door}/form /basvuru/{door}/saklandi /basvuru/{door}/kontrol /basvuru/{door}/degistir
  /basvuru/{door}/sms /basvuru/{door}/kod /basvuru/{door}/yontem /basvuru/{door}/imza /basvuru/{door}/imza/durum
  /basvuru/{door}/imza/devam /basvuru/{door}/imza/kanit /basvuru/{door}/onay /basvuru/{door}/onay/kod /basvuru/{door}/onay/imza
  /basvuru/{door}/onceki /basvuru/{door}/onceki/kod /basvuru/{door}/kayip
  /basvuru/{door}/sonuc /basvuru/{door}/geri-cek /basvuru/{door}/geri-cekildi /basvuru/{door}/form.pdf`.split(/\s+/));
/** What administrators share: each may see what another did, and the second has to sign. */
const SHARED = /^\/yonetim\/(sicil|ekle|kurum|cikar|oneri|hesap|scim|dizin|personel|duyuru|metin|iletisim|kapi)/;

let installation, world, routes, mine, visitors, names, bodies;

/** Somebody with a running application: { person, browser, barcode }. */
async function apply(person, unit = 'Başka Birim') {
  const browser = new Browser(installation.url);
  const page = await confirmPhone(world, await confirmForm(browser, person, { unit }), person.mobile);
  return { person, browser, barcode: barcodeOf(page) };
}

async function readRoutes() {
  const { status, stdout, stderr } = await run(path.join(build, 'tests/unit/web/print-routes'), []);
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n').map((line) => {
    const [desk, login, method, route, roles, guard] = line.split('\t');
    return { desk, login, method, route, roles: Number(roles), guard: Number(guard), name: `${method} ${route}` };
  });
}

/** A session at a desk, as far as this role goes; `csrf` is its token. */
async function visitor(name, desk, role, browser, pagePath) {
  const page = pagePath ? await browser.get(pagePath) : null;
  const csrf = page?.forms.find((form) => form.fields.has('csrf'))?.fields.get('csrf') ?? '0'.repeat(64);
  return { name, desk, role, browser, csrf, own: pagePath };
}

/** At both staff desks and online: the password or the word was right, the code is still asked. */
async function pending(account) {
  const browser = new Browser(installation.url), desk = `/${new URL(account.link).pathname.split('/')[1]}`;
  const page = await (await browser.get(`${desk}/giris`)).submit({ user_name: account.user_name, password });
  assert.match(page.path, /\/kod$/, page.describe());
  return browser;
}

async function makeHouse() {
  const house = new House(installation);
  world = house.world;
  await house.open();
  const other = installation.demo.officers.find((one) => !one.institution.startsWith(house.officer.officer.institution)
    && !house.officer.officer.institution.startsWith(one.institution));
  const [otherPerson] = applicants(installation.demo, 300).filter((one) => one.institution_code.startsWith(other.institution));
  const owner = await apply(house.people.shift(), UNIT);
  const [certified, stranger] = [await apply(house.people.shift()), await apply(otherPerson)];
  await house.approve([certified]);
  assert.equal((await produceCards(installation)).status, 0);
  await house.takeIn([owner]);
  const decision = (await house.officer.propose([owner.barcode])).path.split('/').at(-1);
  return { house, other, owner, certified, stranger, decision };
}

before(async () => {
  installation = await Installation.start();
  routes = await readRoutes();
  mine = await makeHouse();
  const { house, other, owner, certified, stranger, decision } = mine;
  const staff = {};
  for (const [name, account] of [['other', other], ['administrator', installation.demo.administrators[0]],
    ['second', installation.demo.administrators[1]], ['operator', installation.demo.operators[0]]]) {
    staff[name] = new Officer(installation, world, account);
    await staff[name].setUp();
    await staff[name].logIn();
  }
  const keys = [house.officer, staff.administrator];
  for (const one of keys) await makePasskey(one, new Authenticator(installation.url), 'masa');
  const [officersKey, administratorsKey] = await Promise.all(keys.map(async (one) => /anahtar\/([0-9a-f]+)\/sil/.exec(
    (await one.browser.get(`${one.desk}/anahtar`)).html)[1]));
  const institution = await staff.administrator.browser.get('/yonetim/ekle/kurum');
  const proposal = (await institution.submit({ code: '8888', name: 'Geçici', parent: '' })).path.split('/').at(-1);
  const columns = await (await staff.administrator.browser.get('/yonetim/personel/yeni')).submit({ register: 'saglik', extent: 'some',
    file: { name: 'p.csv', data: `Kimlik No,Ad\n${owner.person.identity_number},Bir\n` } });
  const [{ serial }] = await cardCertificates(installation);
  const [[applicationId]] = await query(installation, `SELECT id FROM application WHERE barcode = '${owner.barcode}'`);
  const [[message]] = await query(installation, 'SELECT uid FROM message ORDER BY id LIMIT 1');
  const made = await (await staff.administrator.browser.get('/yonetim/scim')).submit({ register: 'saglik', name: 'Deneme' });
  const token = /\/yonetim\/scim\/([0-9a-f]+)\/iptal/.exec(made.html)[1];
  await (await staff.administrator.browser.get('/yonetim/duyuru/yeni')).submit({ title: 'Deneme', text: 'Metin' }, /yeni$/);
  const [[announcement]] = await query(installation, 'SELECT uid FROM announcement');
  const nowhere = 'ab'.repeat(16);

  // what stands for the names in a path, by the path
  names = [
    [/^\/yetkili\/basvuru\/\{barcode\}/, { barcode: owner.barcode }],
    [/^\/yetkili\/karar\/\{uid\}/, { uid: decision }],
    [/^\/yetkili\/anahtar\/\{uid\}/, { uid: officersKey }],
    [/^\/yonetim\/anahtar\/\{uid\}/, { uid: administratorsKey }],
    [/^\/online\/(sertifika|askidan-indir|pin)\/\{serial\}/, { serial }],
    [/\/don\/\{ticket\}$/, { ticket: nowhere }],
    [/\/kurulum\/\{token\}/, { token: nowhere }],
    [/^\/resim\/\{token\}/, { token: nowhere }],
    [/^\/bildirim\/sms\/\{uid\}$/, { uid: message }],
    [/^\/scim\/v2\/Users\/\{id\}$/, { id: '1' }],
    [/^\/scim\/v2\/(ResourceTypes|Schemas)\/\{id\}$/, { id: 'User' }],
    [/^\/yonetim\/sicil\/\{number\}/, { number: '1' }],
    [/^\/yonetim\/oneri\/\{uid\}/, { uid: proposal }],
    [/^\/yonetim\/scim\/\{uid\}/, { uid: token }],
    [/^\/yonetim\/duyuru\/\{uid\}/, { uid: announcement }],
    [/^\/yonetim\/metin\/\{kind\}/, { kind: 'undertaking', version: '1' }],
    [/^\/yonetim\/personel\/\{uid\}/, { uid: columns.path.split('/')[3], kind: 'hatali' }],
    [/^\/yonetim\/kurum\/\{code\}/, { code: '8888' }],
    [/^\/yonetim\/cikar\/\{kind\}\/\{name\}/, { kind: 'kurum', name: '8888' }],
    [/^\/yonetim\/hesap\/\{digest\}/, { digest: nowhere.repeat(2) }],
    [/^\/bp\/\{address\}$/, { address: 'ws.go' }],
    [/^\/yonetim\/kapi\/\{door\}/, { door: 'meb' }],
    [/^\/basvuru\/\{door\}|^\/dil\/\{code\}/, { door: 'saglik', code: 'tr' }],
  ];
  // what is posted where a form names what it means; elsewhere the path does
  bodies = {
    '/yetkili/gelen': { barcode: owner.barcode },
    '/yetkili/gelen/ad': { name: owner.person.surname },
    '/yetkili/karar': { application: applicationId },
    '/yetkili/imza/don': { link: `${installation.url}/yetkili/imza/don/${nowhere}` },
    '/yonetim/imza/don': { link: `${installation.url}/yonetim/imza/don/${nowhere}` },
    '/online/imza/don': { link: `${installation.url}/online/imza/don/${nowhere}` },
    '/basvuru/{door}/imza/don': { link: `${installation.url}/basvuru/saglik/imza/don/${nowhere}` },
    '/basvuru/{door}/neden': { reason: 'fault', certificate: serial },
    '/basvurum-nerede': { barcode: owner.barcode, identity_number: stranger.person.identity_number },
    '/itiraz': { code: '0'.repeat(16) },
    '/yetkili/basvuru/{barcode}/ret': { refusal: 'unsigned' },
    '/yetkili/basvuru/{barcode}/geri': { reason: 'yanlış', field: 'email' },
    '/yetkili/karar/{uid}': { signature: 'x' },
    '/agent/v1/open': {}, '/agent/v1/submit': {}, '/agent/v1/pin': {}, '/agent/v1/pin/puk': {}, '/agent/v1/pin/done': {}, '/scim/v2/Users': {},
    '/scim/v2/ServiceProviderConfig': {}, '/scim/v2/ResourceTypes': {}, '/scim/v2/Schemas': {},
  };

  const fresh = () => new Browser(installation.url);
  const holder = fresh(), holderPending = fresh();
  const otherHolder = await apply(house.people.shift());
  await house.approve([otherHolder]);
  await produceCards(installation);
  await logInOnline(world, holder, otherHolder.person);
  const applicant = stranger.browser;
  visitors = [
    { name: 'nobody', desk: null, role: 0, browser: fresh(), csrf: '0'.repeat(64) },
    await visitor('a visitor of the door', '/basvuru', ROLES.anyone, holderPending, '/basvuru/saglik/giris'),
    await visitor('another applicant', '/basvuru', ROLES.applicant, applicant, '/basvuru/saglik/sonuc'),
    await visitor("another institution's officer", '/yetkili', ROLES.officer, staff.other.browser, '/yetkili/gelen'),
    await visitor('an officer without code', '/yetkili', ROLES.officerPending, await pending(other), '/yetkili/kod'),
    await visitor('another holder', '/online', ROLES.holder, holder, '/online/sertifikalar'),
    await visitor('another administrator', '/yonetim', ROLES.administrator, staff.second.browser, '/yonetim/sicil'),
    await visitor('an operator', '/yonetim', ROLES.operator, staff.operator.browser, '/yonetim/sicil'),
    await visitor('an administrator without code', '/yonetim', ROLES.staffPending, await pending(installation.demo.administrators[1]),
      '/yonetim/kod'),
  ];
  mine.canaries = [owner.person.identity_number, owner.person.email, owner.person.mobile.replace(/\D/g, '').slice(-10), UNIT, owner.barcode,
    certified.person.identity_number, certified.person.email, certified.barcode, serial];
}, { timeout: 300_000 });
after(() => installation?.stop());

/** The address with what belongs to somebody else in it, or null where the walk knows none. */
function fill(route) {
  const known = Object.assign({}, ...names.filter(([pattern]) => pattern.test(route)).map(([, values]) => values));
  const filled = route.replace(/\{(\w+)\}/g, (whole, name) => known[name] ?? whole);
  return filled.includes('{') ? null : filled;
}

/** Its path says which one is meant, of several. */
const isNamed = (route) => route.replaceAll('{door}', '').includes('{');
const bodyOf = ({ method, route }) => (method === 'GET' ? undefined : bodies[route] ?? {});
const encode = (fields) => new URLSearchParams(fields).toString();
const rank = (one, { desk, roles }) => roles === 0 || (one.desk === desk && (one.role & roles) !== 0);

async function ask(one, route, { csrf = one.csrf, origin = installation.url } = {}) {
  const fields = bodyOf(route);
  const asked = await one.browser.clone().raw(fill(route.route), { method: route.method,
    body: fields && encode({ ...fields, csrf }), headers: fields ? { 'Content-Type': 'application/x-www-form-urlencoded', Origin: origin } : {} });
  const tried = `${route.name} as ${one.name}: ${asked.describe()}`;
  assert.ok(asked.status < 500, tried);
  // what was sent may be said back to whom sent it
  const sent = `${fill(route.route)} ${JSON.stringify(fields ?? {})}`;
  const body = `${JSON.stringify(asked.headers)}${asked.body.toString('latin1')}${asked.body}`;
  for (const canary of mine.canaries) assert.ok(sent.includes(canary) || !body.includes(canary), `${canary} in ${tried}`);
  return { ...asked, status: asked.status, location: asked.headers.location ?? '', tried };
}

/** Sent away: to the desk's log-in, or told that they may not. */
function assertSentAway(answer, { login }) {
  const isSent = answer.status === 303 && login !== '-' && answer.location.startsWith(login);
  assert.ok(isSent || answer.status === 403 || answer.status === 410, answer.tried);
}

/** All rows, but for what RESTLESS says; of messages only which there are: they are sent and delivered meanwhile. */
async function rowsNow() {
  const tables = await dump(installation);
  for (const table of RESTLESS) tables.delete(table);
  tables.set('message', new Set([...tables.get('message')].map((row) => /'[0-9a-f]{32}'/.exec(row)[0])));
  return tables;
}

/** No row came, went or changed, but in the tables that never rest and the records of what was refused. */
async function assertUntouched(before, who) {
  const now = await rowsNow();
  for (const table of new Set([...now.keys(), ...before.keys()])) {
    const rows = now.get(table) ?? new Set();
    const was = before.get(table) ?? new Set();
    const changed = [...[...rows].filter((row) => !was.has(row)).map((row) => `+${row}`),
      ...[...was].filter((row) => !rows.has(row)).map((row) => `-${row}`)].filter((row) => !/'deny_access'/.test(row));
    assert.deepEqual(changed.map((row) => row.slice(0, 400)).slice(0, 10), [], `${table} after ${who}`);
  }
}

test('the walk knows every route', () => {
  const unknown = routes.filter(({ route }) => {
    if (fill(route) === null) return true;
    return !NAMELESS.has(route) && !SHARED.test(route) && !isNamed(route) && !(route in bodies);
  });
  assert.deepEqual(unknown.map(({ name }) => name), [], 'say here what these name, and whose it is');
  assert.ok(routes.length > 150);
});

test('a role that may not is sent away; a form without its token or from another site does nothing', { timeout: 300_000 }, async () => {
  const before = await rowsNow();
  for (const one of visitors) {
    for (const route of routes) {
      const may = rank(one, route);
      if (!may) assertSentAway(await ask(one, route), route);
      if (route.guard === 0) continue;
      for (const wrong of [{ csrf: '' }, { csrf: '1'.repeat(one.csrf.length) }, { origin: 'http://baska.example' }]) {
        const answer = await ask(one, route, wrong);
        if (may) assert.ok([403, 410].includes(answer.status), answer.tried);
        else assertSentAway(answer, route);
      }
    }
  }
  await assertUntouched(before, 'all of them');
});

test("what is somebody else's is not there for whom it does not belong to", { timeout: 300_000 }, async () => {
  const before = await rowsNow();
  for (const one of visitors) {
    for (const route of routes) {
      if (!rank(one, route) || (route.roles === 0 && one !== visitors[0])) continue;
      const isNameless = NAMELESS.has(route.route) || SHARED.test(route.route);
      if (route.method !== 'GET' && isNameless) continue; // the visitor's own: other stories
      const answer = await ask(one, route);
      const isForeign = !isNameless && route.roles !== 0 && isNamed(route.route);
      if (isForeign) assert.ok([403, 404].includes(answer.status) || (answer.status === 303 && answer.location !== route.login), answer.tried);
    }
    if (one.own) assert.equal((await one.browser.get(one.own)).path, one.own, `${one.name} was not there to be refused`);
  }
  await assertUntouched(before, 'all of them');
});

test("the owner's own session and the administrators' shared desk do get there", async () => {
  const { house, owner, certified } = mine;
  const holder = new Browser(installation.url);
  await logInOnline(world, holder, certified.person);
  for (const route of ['/online/sertifika/{serial}/indir', '/online/askidan-indir/{serial}'])
    assert.equal((await holder.get(fill(route))).status, 200, fill(route));
  const shown = await house.officer.browser.get(`/yetkili/basvuru/${owner.barcode}`);
  assert.ok(shown.text.includes(UNIT), shown.describe());
  assert.equal((await house.officer.browser.get(`/yetkili/karar/${mine.decision}`)).status, 200);
  assert.equal((await visitors.find(({ role }) => role === ROLES.administrator).browser.get(fill('/yonetim/oneri/{uid}'))).status, 200);
  assert.equal((await owner.browser.get('/basvuru/saglik/sonuc')).status, 200);
});
