// The clients of the outside systems against the simulator and against servers that misbehave.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, database, findPorts, run, waitUntil } from './lib/installation.mjs';
import { World } from './lib/world.mjs';

// Nothing here touches a database, so once is enough.
const isWanted = database === 'sqlite';
const check = isWanted ? test : () => {};
if (!isWanted) test('the outside systems', { skip: 'touches no database: runs once, with SQLite' });

const person = { identity_number: '10000000146', given_names: 'AYŞE IŞIL', surname: 'YILMAZ', birth_place: 'İZMİR',
  birth_date: '02.01.1980', mobile: '5321234567', email: 'ayse@example.org' };

const foreigner = { identity_number: '99000000042', given_names: 'Jane', surname: 'Doe', birth_place: 'LEEDS',
  birth_date: '02.01.1990', mobile: '5321234568', email: 'jane@example.org' };

let folder, simulator, port, world;
const servers = [];

async function probe(args, env) {
  const { status, stdout, stderr } = await run(path.join(build, 'tests/unit/outside/outside-probe'), args, { env });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

const verify = (changes = {}, url = `http://localhost:${port}/Service/KPSPublic.asmx`) => probe(['population', url,
  changes.soap ?? '11', changes.number ?? person.identity_number, changes.names ?? person.given_names,
  changes.surname ?? person.surname, changes.year ?? '1980']);
/** By KPS v2; `through` stands before it and may change or count what is said. */
const verifyKps = async (changes = {}, through = `http://localhost:${port}`) => (await probe(['population',
  `${through}/Services/RoutingService.svc`, '12', changes.number ?? person.identity_number, changes.names ?? person.given_names,
  changes.surname ?? person.surname, changes.year ?? '1980'], { TOKEN_URL: `${through}/Services/Issuer.svc/IWSTrust13`,
  PASSWORD: changes.password ?? 'kps', MONTH: changes.month ?? '1', TIMES: changes.times ?? '1' })).split('\n').join(' ');
const sendSms = (text, url = `http://localhost:${port}/cgi-bin/sendsms`, env = {}) => probe(['sms', url, person.mobile, text], env);
const sendMail = (uid, text, url = `smtp://localhost:${port + 1}`, env = {}) => probe(['mail', url, uid, person.email,
  'Başvurunuz alındı', text], env);

/** A server on a free port that does to each connection or request what it is told. */
async function listen(server) {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

before(async () => {
  if (!isWanted) return;
  folder = mkdtempSync(path.join(os.tmpdir(), 'divit-flow-'));
  writeFileSync(path.join(folder, 'clock-offset'), Buffer.alloc(8));
  writeFileSync(path.join(folder, 'demo.json'), JSON.stringify({ people: [person, foreigner], officers: [] }));
  port = (await findPorts()).simPort;
  simulator = spawn(path.join(build, 'divit-sim'), ['--state', folder, '--port', String(port)], { stdio: 'inherit' });
  world = new World({ simUrl: `http://localhost:${port}` });
  await waitUntil('the simulator', () => world.clock().catch(() => null));
});

after(async () => {
  for (const server of servers) server.close();
  if (simulator) {
    simulator.kill('SIGTERM');
    await once(simulator, 'exit');
  }
  if (folder) rmSync(folder, { recursive: true, force: true });
});

check('the register says yes and no, by SOAP 1.1 and 1.2', async () => {
  for (const soap of ['11', '12']) {
    assert.equal(await verify({ soap }), 'yes');
    assert.equal(await verify({ soap, names: 'ayşe ışıl', surname: 'Yılmaz' }), 'yes');
    assert.equal(await verify({ soap, year: '1981' }), 'no');
    assert.equal(await verify({ soap, surname: 'YILMAZ<' }), 'no');
    assert.equal(await verify({ soap, number: '10000000078' }), 'no');
  }
});

check('a register that is down or talks nonsense is unavailable', async () => {
  for (const fault of ['down', 'garbage']) {
    await world.fault('population', fault);
    assert.equal(await verify(), 'unavailable', fault);
  }
  await world.fault('population', 'none');
  assert.equal(await verify({}, 'http://localhost:1/'), 'unavailable');
  assert.equal(await verify(), 'yes');
});

/** The simulator's KPS v2 behind a hand that may change each message on its way: { address, paths }. */
async function between(change = (text) => text) {
  const paths = [];
  const server = http.createServer(async (request, answer) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    paths.push(path.basename(request.url));
    const sent = await fetch(`http://localhost:${port}${request.url}`, { method: 'POST',
      body: change(Buffer.concat(parts).toString(), request.url), headers: { 'Content-Type': request.headers['content-type'] } });
    answer.writeHead(sent.status, { 'Content-Type': sent.headers.get('content-type') });
    answer.end(await sent.text());
  });
  return { address: `http://localhost:${await listen(server)}`, paths };
}

check('KPS v2 says yes and no, and compares the whole date of birth', async () => {
  assert.equal(await verifyKps(), 'yes by date');
  assert.equal(await verifyKps({ names: 'ayşe ışıl', surname: 'Yılmaz' }), 'yes by date');
  assert.equal(await verifyKps({ number: foreigner.identity_number, names: 'jane', surname: 'doe', year: '1990' }), 'yes by date');
  for (const change of [{ year: '1981' }, { month: '2' }, { surname: 'YILMAZ<' }, { number: '10000000078' }])
    assert.equal(await verifyKps(change), 'no', JSON.stringify(change));
});

check('a token of KPS v2 serves until it ends; a new one is fetched when the service has forgotten it', async () => {
  const { address, paths } = await between();
  assert.equal(await verifyKps({ times: '3' }, address), 'yes by date yes by date yes by date');
  assert.deepEqual(paths, ['IWSTrust13', ...Array(3).fill('RoutingService.svc')]);
  let asked = 0;
  const forgetful = await between((text, url) => (/Routing/.test(url) && ++asked === 2 ? text.replace(/CipherValue>..../, 'CipherValue>AAAA') : text));
  assert.equal(await verifyKps({ times: '2' }, forgetful.address), 'yes by date yes by date');
  assert.deepEqual(forgetful.paths, ['IWSTrust13', 'RoutingService.svc', 'RoutingService.svc', 'IWSTrust13', 'RoutingService.svc']);
});

check('KPS v2 that does not let in, or finds the signature wrong, is unavailable', async () => {
  assert.equal(await verifyKps({ password: 'wrong' }), 'unavailable');
  for (const [what, to] of [[/DigestValue>./, 'DigestValue>!'], [/SignatureValue>./, 'SignatureValue>!'], [/Expires>20/, 'Expires>21']]) {
    const { address } = await between((text, url) => (/Routing/.test(url) ? text.replace(what, to) : text));
    assert.equal(await verifyKps({}, address), 'unavailable', String(what));
  }
  for (const fault of ['down', 'garbage']) {
    await world.fault('population', fault);
    assert.equal(await verifyKps(), 'unavailable', fault);
  }
  await world.fault('population', 'none');
});

check('xmlsec1, the program, finds the signature right', async () => {
  let message;
  const { address } = await between((text, url) => {
    if (/Routing/.test(url)) message = text;
    return text;
  });
  const answers = http.createServer(async (request, answer) => { // a token whose key is known
    for await (const part of request) void part;
    const wss = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-';
    answer.writeHead(200, { 'Content-Type': 'application/soap+xml; charset=utf-8' });
    answer.end(`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:q="urn:outer"><s:Body>
      <RequestSecurityTokenResponseCollection xmlns="http://docs.oasis-open.org/ws-sx/ws-trust/200512"><RequestSecurityTokenResponse>
      <RequestedSecurityToken><q:token at="q:x">€ &amp; ş</q:token></RequestedSecurityToken>
      <RequestedProofToken><BinarySecret>${Buffer.from('0123456789abcdef').toString('base64')}</BinarySecret></RequestedProofToken>
      <RequestedAttachedReference><o:SecurityTokenReference xmlns:o="${wss}secext-1.0.xsd"><o:KeyIdentifier>_1</o:KeyIdentifier>
      </o:SecurityTokenReference></RequestedAttachedReference></RequestSecurityTokenResponse></RequestSecurityTokenResponseCollection>
      </s:Body></s:Envelope>`);
  });
  const tokens = `http://localhost:${await listen(answers)}/`;
  await probe(['population', `${address}/Services/RoutingService.svc`, '12', person.identity_number, 'A', 'B', '1980'],
    { TOKEN_URL: tokens, PASSWORD: 'kps' });
  assert.match(message, /<q:token xmlns:q="urn:outer" at="q:x">€ &amp; ş<\/q:token>/);
  writeFileSync(path.join(folder, 'key'), '0123456789abcdef');
  writeFileSync(path.join(folder, 'message.xml'), message);
  const arguments_ = ['--verify', '--hmackey', path.join(folder, 'key'), '--id-attr:Id', 'Timestamp', path.join(folder, 'message.xml')];
  const right = await run('xmlsec1', arguments_);
  assert.equal(right.status, 0, right.stderr);
  writeFileSync(path.join(folder, 'key'), '0123456789abcdeg');
  assert.notEqual((await run('xmlsec1', arguments_)).status, 0);
});

check('an answer that is too large, a redirect and a cut connection are unavailable', async () => {
  const large = await listen(http.createServer((request, answer) => {
    answer.writeHead(200, { 'Content-Type': 'text/xml' });
    answer.end('<a>'.repeat(100_000));
  }));
  const elsewhere = await listen(http.createServer((request, answer) => {
    answer.writeHead(307, { Location: `http://localhost:${port}/Service/KPSPublic.asmx` });
    answer.end();
  }));
  const cut = await listen(net.createServer((socket) => socket.once('data', () => socket.destroy())));
  for (const bad of [large, elsewhere, cut]) assert.equal(await verify({}, `http://localhost:${bad}/`), 'unavailable');
  assert.equal(await sendSms('x', `http://localhost:${cut}/`), 'unknown');
  assert.equal(await sendSms('x', `http://localhost:${elsewhere}/`), 'unknown');
  assert.equal(await sendSms('x', `http://localhost:${large}/`), 'unknown');
});

check('an SMS arrives as it was written and its delivery is reported', async () => {
  const reports = [];
  const listener = await listen(http.createServer((request, answer) => {
    reports.push(request.url);
    answer.end();
  }));
  for (const text of ['Kod 123456', 'Şifreniz değişti: ığüşöçİ ₺']) {
    const last = await world.lastId(person.mobile);
    assert.equal(await sendSms(text, undefined, { REPORT_URL: `http://localhost:${listener}/r?type=%d&answer=%A` }), 'accepted');
    const message = await world.waitForMessage(person.mobile, /./, last);
    assert.equal(message.text, text);
    assert.equal(message.to, '905321234567');
    assert.equal(message.from, 'DIVIT');
  }
  await waitUntil('delivery reports', () => reports.length === 4);
  assert.equal(reports.filter((report) => /type=8&answer=ACK/.test(report)).length, 2);
  assert.equal(reports.filter((report) => /type=1&answer=id/.test(report)).length, 2);
});

check('an SMS centre that is down surely has nothing; nonsense leaves it open', async () => {
  await world.fault('sms', 'down', 1);
  assert.equal(await sendSms('down'), 'unavailable');
  await world.fault('sms', 'garbage', 1);
  assert.equal(await sendSms('garbage'), 'unknown');
  assert.equal(await sendSms('x', 'http://localhost:1/'), 'unavailable');
  assert.equal(await sendSms('works again'), 'accepted');
});

check('a mail arrives, as text and as text with HTML', async () => {
  assert.equal(await sendMail('uid-1', 'Merhaba Ayşe,\n\n.nokta\nİyi günler ₺'), 'accepted');
  const [plain] = await world.messages(person.email);
  assert.equal(plain.subject, 'Başvurunuz alındı');
  assert.equal(plain.text.replaceAll('\r\n', '\n'), 'Merhaba Ayşe,\n\n.nokta\nİyi günler ₺');
  assert.equal(plain.from, 'Divit Çağrı <divit@example.org>');
  assert.equal(plain.message_id, '<uid-1@example.org>');
  assert.equal(await sendMail('uid-2', 'metin', undefined, { HTML: '<p>ş</p>' }), 'accepted');
  const [both] = await world.messages(person.email);
  assert.equal(both.text, 'metin');
  assert.equal(both.html, '<p>ş</p>');
});

check('mail servers that refuse for now, for good, or lose their answer', async () => {
  const serverThatSays = (word, answer) => listen(net.createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 test\r\n');
    let isData = false;
    socket.on('data', (data) => {
      const line = data.toString();
      if (isData) {
        if (line.endsWith('\r\n.\r\n')) socket.end('250 kept\r\n');
      } else if (line.startsWith(word)) socket.write(`${answer}\r\n`);
      else if (line.startsWith('DATA')) {
        isData = true;
        socket.write('354 go\r\n');
      } else socket.write('250 ok\r\n');
    });
  }));
  const cases = [['RCPT', '450 later', 'unavailable'], ['RCPT', '550 nobody', 'refused'], ['MAIL', '451 later', 'unavailable'],
    ['DATA', '554 no', 'refused']];
  for (const [word, answer, expected] of cases)
    assert.equal(await sendMail('uid-3', 'x', `smtp://localhost:${await serverThatSays(word, answer)}`), expected, answer);
  await world.fault('email', 'down', 1);
  assert.equal(await sendMail('uid-4', 'x'), 'unavailable');
  await world.fault('email', 'garbage', 1);
  assert.equal(await sendMail('uid-4', 'x'), 'unavailable');
  await world.fault('email', 'answer_lost', 1);
  assert.equal(await sendMail('uid-5', 'x'), 'unknown');
  assert.equal((await world.messages(person.email))[0].message_id, '<uid-5@example.org>');
  assert.equal(await sendMail('uid-6', 'x', undefined, { REQUIRE_TLS: 'yes' }), 'unavailable');
  assert.equal(await sendMail('uid-7', 'x', 'smtp://localhost:1'), 'unavailable');
});

check('after 15 seconds nobody waits any more; an SMS whose answer is lost did go out', { timeout: 60_000 }, async () => {
  await world.fault('population', 'slow', 1);
  await world.fault('sms', 'answer_lost', 1);
  const started = Date.now();
  const last = await world.lastId(person.mobile);
  assert.deepEqual(await Promise.all([verify(), sendSms('lost')]), ['unavailable', 'unknown']);
  assert.ok(Date.now() - started >= 14_000 && Date.now() - started < 19_000, `${Date.now() - started} ms`);
  assert.equal((await world.waitForMessage(person.mobile, /^lost$/, last)).text, 'lost');
});

check('the page of the outside world works without scripts', async () => {
  let page = await world.browser.get('/?ara=ışıl');
  assert.equal(page.status, 200);
  assert.match(page.text, /AYŞE IŞIL YILMAZ/);
  assert.match((await world.browser.get('/?ara=%3Cscript%3E')).text, /Böyle biri yok/);
  page = await world.browser.get(page.link(/kisi=10000000146/));
  assert.match(page.text, /02\.01\.1980/);
  assert.match(page.text, /lost/); // the telephone shows the SMS of the test before
  const offset = (await world.clock()).offset_s;
  page = await page.submit({ advance_s: '60' });
  assert.equal(page.path, '/');
  assert.match(page.text, /AYŞE IŞIL YILMAZ/);
  assert.equal((await world.clock()).offset_s, offset + 60);
  await page.submit({ system: 'population', fault: 'down' });
  assert.equal(await verify(), 'unavailable');
  await world.fault('population', 'none');
  const foreign = await world.browser.raw('/api/clock', { body: 'offset_s=0', headers: { 'Sec-Fetch-Site': 'cross-site',
    'Content-Type': 'application/x-www-form-urlencoded' } });
  assert.equal(foreign.status, 403);
  assert.equal((await world.browser.raw('/api/faults', { body: '{"system":"x","fault":"down"}',
    headers: { 'Content-Type': 'application/json' } })).status, 400);
});
