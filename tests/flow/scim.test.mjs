// SCIM 2.0 (RFC 7643, RFC 7644): an identity system keeps a register up to date with a bearer token, as such systems do:
// it looks somebody up, adds, changes, ends; whom it ended begins no application.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { query } from './lib/database.mjs';
import { Installation } from './lib/installation.mjs';
import { Officer, applicants, logIn } from './lib/story.mjs';
import { World } from './lib/world.mjs';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const STAFF = 'urn:divit:params:scim:schemas:extension:staff:1.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let installation, world, administrator, token, person, id;

before(async () => {
  installation = await Installation.start();
  world = new World(installation);
  administrator = new Officer(installation, world, installation.demo.administrators[0]);
  await administrator.setUp();
  await administrator.logIn();
  [person] = applicants(installation.demo, 1);
}, { timeout: 200_000 });
after(() => installation?.stop());

async function scim(method, path, body, { bearer = token, type = 'application/scim+json' } = {}) {
  const response = await fetch(`${installation.url}/scim/v2/${path}`, { method,
    headers: { ...(bearer && { authorization: `Bearer ${bearer}` }), ...(body !== undefined && { 'content-type': type }) },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: text ? JSON.parse(text) : null };
}
const patch = (user, ...operations) => scim('PATCH', `Users/${user}`, { schemas: [PATCH], Operations: operations });
const list = (filter, more = '') => scim('GET', `Users?filter=${encodeURIComponent(filter)}${more}`);
const someone = (changes = {}) => ({ schemas: [USER, ENTERPRISE, STAFF], userName: '10000100068', name: { givenName: 'Işıl', familyName: 'Örnek' },
  title: 'Memur', emails: [{ value: 'isil@posta.example', type: 'work', primary: true }],
  phoneNumbers: [{ value: '+90 500 000 09 01', type: 'mobile' }, { value: '+902165550101', type: 'work' }],
  addresses: [{ type: 'work', streetAddress: 'Adres 1', locality: 'Kadıköy', region: 'İstanbul', postalCode: '34710' }],
  [ENTERPRISE]: { employeeNumber: '900001', department: 'Birim' },
  [STAFF]: { identityNumber: '10000100068', birthPlace: 'İzmir', birthDate: '1990-03-02', institutionCode: '34', group: 'personel' }, ...changes });

test('an administrator makes a token, which is shown once', async () => {
  const page = await administrator.browser.get('/yonetim/scim');
  const nameless = await page.submit({ register: 'saglik', name: '' });
  assert.deepEqual([nameless.status, nameless.mistakes], [422, ['name']], nameless.describe());
  const made = await page.submit({ register: 'saglik', name: 'Deneme İKYS' });
  [token] = /\b[0-9a-f]{64}\b/.exec(made.text);
  assert.doesNotMatch((await administrator.browser.get('/yonetim/scim')).text, /\b[0-9a-f]{64}\b/);
  assert.deepEqual(await query(installation, "SELECT COUNT(*) FROM audit_record WHERE event = 'make_scim_token'"), [['1']]);
});

test('nobody without a good token gets anything', async () => {
  for (const bearer of [null, 'x', `${token.slice(0, -1)}g`, `${token}0`]) {
    const refused = await scim('GET', 'Users', undefined, { bearer });
    assert.equal(refused.status, 401, bearer);
    assert.match(refused.headers.get('www-authenticate'), /^Bearer/);
    assert.deepEqual(refused.json.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error']);
  }
});

test('the service says what it can', async () => {
  const config = await scim('GET', 'ServiceProviderConfig');
  assert.equal(config.json.patch.supported, true);
  assert.match(config.headers.get('content-type'), /^application\/scim\+json/);
  const schemas = await scim('GET', 'Schemas');
  assert.deepEqual(schemas.json.Resources.map((one) => one.id), [USER, ENTERPRISE, STAFF]);
  assert.equal((await scim('GET', `Schemas/${STAFF}`)).json.name, 'StaffUser');
  assert.equal((await scim('GET', 'ResourceTypes/User')).json.endpoint, '/Users');
  assert.equal((await scim('GET', 'Groups')).status, 404);
  assert.equal((await scim('DELETE', 'Users')).status, 405);
});

test('a user is added once, and shown with all that the register keeps', async () => {
  const made = await scim('POST', 'Users', someone());
  assert.equal(made.status, 201, JSON.stringify(made.json));
  id = made.json.id;
  assert.equal(made.headers.get('location'), `${installation.url}/scim/v2/Users/${id}`);
  const { json } = await scim('GET', `Users/${id}`);
  assert.equal(json.name.givenName, 'IŞIL');
  assert.equal(json.active, true);
  assert.deepEqual(json.phoneNumbers, [{ value: '+905000000901', type: 'mobile' }]);
  assert.deepEqual(json[ENTERPRISE], { employeeNumber: '900001', department: 'Birim' });
  assert.deepEqual(json[STAFF], someone()[STAFF] && { ...someone()[STAFF], birthPlace: 'İZMİR' });
  const again = await scim('POST', 'Users', someone());
  assert.deepEqual([again.status, again.json.scimType], [409, 'uniqueness']);
});

test('what the register cannot take is refused and told by its column', async () => {
  const refused = async (changes, type = 'invalidValue') => {
    const { status, json } = await scim('POST', 'Users', { ...someone(), ...changes });
    assert.deepEqual([status, json.scimType], [400, type], JSON.stringify(json));
    return json.detail;
  };
  assert.match(await refused({ userName: '10000100069', [STAFF]: { ...someone()[STAFF], identityNumber: '10000100069' } }), /tckn/);
  assert.match(await refused({ userName: '10000000078' }), /userName/);
  assert.match(await refused({ [STAFF]: { ...someone()[STAFF], institutionCode: '99999' } }), /institutionCode/);
  assert.match(await refused({ [STAFF]: { ...someone()[STAFF], birthDate: '02.03.1990' } }), /birthDate/);
  assert.match(await refused({ emails: [{ value: 'posta' }] }), /eposta/);
  await refused({ name: { givenName: 7 } });
  for (const body of ['', '[', '[]', '"x"', '{"userName":"1","userName":"2"}', '{"a":'.repeat(3000)])
    assert.equal((await scim('POST', 'Users', body)).status, 400, body.slice(0, 20));
  assert.equal((await scim('POST', 'Users', 'x', { type: 'text/plain' })).status, 415);
  assert.equal((await scim('POST', 'Users', `"${'x'.repeat(70_000)}"`)).status, 413);
  for (const strange of ["'; DROP TABLE person; --", '<script>', '=1+1', '\u202e', '\u0000', 'x'.repeat(300)])
    assert.equal((await scim('POST', 'Users', someone({ userName: strange }))).status, 400, strange);
});

test('users are looked up by what is equal, and listed page by page', async () => {
  const found = await list('userName eq "10000100068"');
  assert.deepEqual([found.json.totalResults, found.json.Resources[0].id], [1, id]);
  assert.equal((await list(`${STAFF}:identityNumber eq "10000100068" and active eq true`)).json.totalResults, 1);
  assert.equal((await list('userName eq "10000100068" and active eq false')).json.totalResults, 0);
  assert.equal((await list('userName EQ "99999999990"')).json.totalResults, 0);
  for (const filter of ['userName sw "1"', 'title eq "Memur"', 'userName eq', 'userName eq "1" or active eq true', '((((', 'userName eq "1" and', 'active eq "x"']) {
    const refused = await list(filter);
    assert.deepEqual([refused.status, refused.json.scimType], [400, 'invalidFilter'], filter);
  }
  const seen = new Set();
  const { json: { totalResults: total } } = await scim('GET', 'Users?count=0');
  assert.equal(total, installation.demo.people.length + 1);
  for (let start = 1; start <= total; start += 40) {
    const { json } = await scim('GET', `Users?startIndex=${start}&count=40`);
    assert.equal(json.itemsPerPage, Math.min(40, total - start + 1));
    for (const user of json.Resources) seen.add(user.id);
  }
  assert.equal(seen.size, total);
});

test('PATCH changes as identity systems ask', async () => {
  const changed = await patch(id, { op: 'Replace', path: 'title', value: 'Şef' },
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'sef@posta.example' },
    { op: 'add', path: `${ENTERPRISE}:department`, value: 'Başka Birim' }, { op: 'remove', path: 'addresses' });
  assert.equal(changed.status, 200, JSON.stringify(changed.json));
  assert.deepEqual([changed.json.title, changed.json.emails[0].value, changed.json[ENTERPRISE].department, changed.json.addresses],
    ['Şef', 'sef@posta.example', 'Başka Birim', undefined]);
  const whole = await patch(id, { op: 'replace', value: { title: 'Müdür', name: { familyName: 'Yeni' }, [`${ENTERPRISE}:employeeNumber`]: '7' } });
  assert.deepEqual([whole.json.title, whole.json.name, whole.json[ENTERPRISE].employeeNumber], ['Müdür', { givenName: 'IŞIL', familyName: 'YENİ' }, '7']);
  for (const [operation, type] of [[{ op: 'move', path: 'title' }, 'invalidSyntax'], [{ op: 'remove' }, 'noTarget'],
    [{ op: 'remove', path: 'addresses[type eq "home"]' }, 'noTarget'], [{ op: 'replace', path: 'emails[type', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'], [{ op: 'replace', path: 'userName', value: '10000000078' }, 'invalidValue'],
    [{ op: 'remove', path: 'name' }, 'invalidValue']]) {
    const refused = await patch(id, operation);
    assert.deepEqual([refused.status, refused.json.scimType], [400, type], JSON.stringify(operation));
  }
  assert.equal((await scim('GET', `Users/${id}`)).json.title, 'Müdür', 'nothing was done in part');
});

test('active false ends eligibility; true gives it back; nothing else is lost', { timeout: 120_000 }, async () => {
  const found = (await list(`userName eq "${person.identity_number}"`)).json.Resources[0];
  const ended = await patch(found.id, { op: 'Replace', path: 'active', value: 'False' });
  assert.equal(ended.json.active, false, JSON.stringify(ended.json));
  const refused = await logIn(new Browser(installation.url), person);
  assert.match(refused.text, /tarihinden beri/, refused.describe());
  assert.equal((await list(`userName eq "${person.identity_number}"`)).json.Resources[0].active, false);
  const back = await scim('PUT', `Users/${found.id}`, { ...found, active: true });
  assert.deepEqual([back.status, back.json.active], [200, true], JSON.stringify(back.json));
  assert.match((await logIn(new Browser(installation.url), person)).path, /\/form$/);
});

const rowOf = async (user) => (await query(installation, `SELECT s.left_s FROM staff_member s JOIN person p ON p.id = s.person_id WHERE p.uid = '${user}'`))[0][0];
const eventsOf = async (user) => (await query(installation,
  `SELECT event FROM audit_record WHERE subject_kind = 'person' AND subject = (SELECT id FROM person WHERE uid = '${user}') ORDER BY id`)).map(([event]) => event);

test('whoever is out of the register stays out, whatever else of them changes', async () => {
  assert.equal((await patch(id, { op: 'replace', path: 'active', value: false })).json.active, false);
  const [left, events] = [await rowOf(id), await eventsOf(id)];
  await world.advance(60);
  assert.deepEqual((({ active, title }) => [active, title])((await patch(id, { op: 'replace', path: 'title', value: 'Uzman' })).json), [false, 'Uzman']);
  assert.equal((await patch(id, { op: 'remove', path: 'active' })).json.active, false);
  assert.equal((await scim('PUT', `Users/${id}`, someone({ title: 'Mimar' }))).json.active, false);
  for (const value of ['no', '', 0, [], 'falsee'])
    assert.deepEqual((({ status, json }) => [status, json.scimType])(await patch(id, { op: 'replace', path: 'active', value })), [400, 'invalidValue'], value);
  assert.equal(await rowOf(id), left, 'since when is as it was');
  assert.deepEqual(await eventsOf(id), [...events, 'change_staff_member', 'change_staff_member']);
  const newcomer = someone({ userName: '99999999990', active: 'FALSE', [STAFF]: { ...someone()[STAFF], identityNumber: '99999999990' } });
  const made = await scim('POST', 'Users', newcomer);
  assert.deepEqual([made.status, made.json.active], [201, false], JSON.stringify(made.json));
  assert.ok(!(await eventsOf(made.json.id)).includes('add_staff_member'));
  assert.equal((await scim('DELETE', `Users/${made.json.id}`)).status, 204);
  assert.deepEqual((await eventsOf(made.json.id)).slice(-1), ['remove_staff_member']);
});

test('of two changes at once none is lost', { timeout: 120_000 }, async () => {
  for (let round = 0; round < 10; round++) {
    assert.equal((await patch(id, { op: 'replace', path: 'active', value: true })).json.active, true);
    const answers = await Promise.all([patch(id, { op: 'replace', path: 'active', value: false }), patch(id, { op: 'replace', path: 'title', value: `Unvan ${round}` })]);
    assert.deepEqual(answers.map(({ status }) => status), [200, 200]);
    const { active, title } = (await scim('GET', `Users/${id}`)).json;
    assert.deepEqual([active, title], [false, `Unvan ${round}`]);
  }
});

test('a deleted user is not found any more, and may come again', async () => {
  assert.equal((await scim('DELETE', `Users/${id}`)).status, 204);
  for (const method of ['GET', 'DELETE']) assert.equal((await scim(method, `Users/${id}`)).status, 404, method);
  assert.equal((await list('userName eq "10000100068"')).json.totalResults, 0);
  assert.equal((await scim('POST', 'Users', someone())).status, 201);
});

test('a revoked token opens nothing', async () => {
  const page = await administrator.browser.get('/yonetim/scim');
  const after = await page.submit({}, /iptal$/);
  assert.match(after.text, /Anahtar artık geçersiz/, after.describe());
  assert.equal((await scim('GET', 'Users?count=1')).status, 401);
});
