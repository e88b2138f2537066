// The clients of the outside systems against other people's servers: Kannel for SMS, aiosmtpd for e-mail.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { build, database, findPorts, run, waitUntil } from './lib/installation.mjs';

const FAKE_CENTRE = '/usr/lib/kannel/test/fakesmsc';
const needed = ['/usr/sbin/bearerbox', '/usr/sbin/smsbox', FAKE_CENTRE, '/usr/bin/aiosmtpd'];
const missing = needed.filter((file) => !existsSync(file));
const reason = database !== 'sqlite' ? 'touches no database: runs once, with SQLite'
  : missing.length ? `not installed: ${missing.join(' ')}` : '';
const check = reason ? () => {} : test;
if (reason) test('real servers', { skip: reason });

let folder, ports;
const children = [];

async function probe(args, env) {
  const { status, stdout, stderr } = await run(path.join(build, 'tests/unit/outside/outside-probe'), args, { env });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

/** As nobody: Kannel's boxes want no root. */
function start(file, args) {
  const command = process.getuid() === 0
    ? ['setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', file, ...args]] : [file, args];
  const child = spawn(...command, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  child.output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { child.output += data; });
  children.push(child);
  return child;
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

before(async () => {
  if (reason) return;
  folder = mkdtempSync(path.join(os.tmpdir(), 'divit-flow-'));
  chmodSync(folder, 0o755);
  if (process.getuid() === 0) chownSync(folder, 65534, 65534);
  const [first, second] = [await findPorts(), await findPorts()];
  ports = { admin: first.port, boxes: first.port + 1, centre: first.port + 2, sendsms: first.port + 3, mail: second.port };
});

after(async () => {
  for (const child of children.reverse()) {
    child.kill('SIGTERM');
    const ended = child.exitCode === null && !child.signalCode ? once(child, 'exit') : null;
    const killer = setTimeout(() => child.kill('SIGKILL'), 4000);
    await ended;
    clearTimeout(killer);
  }
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const kannelConf = () => `group = core
admin-port = ${ports.admin}
admin-password = gizli
admin-allow-ip = "127.0.0.1"
smsbox-port = ${ports.boxes}
box-allow-ip = "127.0.0.1"
dlr-storage = internal

group = smsc
smsc = fake
host = localhost
port = ${ports.centre}
connect-allow-ip = "127.0.0.1"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${ports.sendsms}

group = sendsms-user
username = divit
password = password
`;

check('Kannel takes SMS, in GSM letters and in others, and reports on them', { timeout: 60_000 }, async () => {
  const conf = path.join(folder, 'kannel.conf');
  writeFileSync(conf, kannelConf());
  start('/usr/sbin/bearerbox', [conf]);
  await waitUntil('bearerbox', () => answers(ports.admin));
  start('/usr/sbin/smsbox', [conf]);
  const centre = start(FAKE_CENTRE, ['-H', '127.0.0.1', '-r', String(ports.centre), '-m', '0', '1 2 text nop']);
  await waitUntil('smsbox', () => answers(ports.sendsms));
  await pause(1000); // the centre logs in at bearerbox

  const reports = [];
  const listener = http.createServer((request, answer) => {
    reports.push(request.url);
    answer.end();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const url = `http://localhost:${ports.sendsms}/cgi-bin/sendsms`;
  const REPORT_URL = `http://127.0.0.1:${listener.address().port}/bildirim/sms/0a1b?durum=%d`;
  for (const text of ['Kod: 123456', 'Şifre: ığüşöç İ'])
    assert.equal(await probe(['sms', url, '5321234567', text], { REPORT_URL }), 'accepted', text);
  await waitUntil('both at the centre', () => (centre.output.match(/905321234567/g) ?? []).length >= 2).catch(() =>
    assert.fail(centre.output));
  await waitUntil('a report', () => reports.some((report) => report === '/bildirim/sms/0a1b?durum=8'));
  // the centre shows UCS-2 as bytes written %XX: ş is 015F, ı 0131
  assert.match(centre.output, /Kod:(\+| )123456/);
  assert.match(centre.output, /%01_|%01%5F|%015F|%01%5f/, centre.output);
  assert.equal(await probe(['sms', url.replace('cgi-bin/sendsms', 'cgi-bin/nothing'), '5321234567', 'x']), 'refused');
  listener.close();
});

check('aiosmtpd takes mail, and its Maildir holds what was written', async () => {
  const box = path.join(folder, 'box');
  start('/usr/bin/aiosmtpd', ['-n', '-l', `127.0.0.1:${ports.mail}`, '-c', 'aiosmtpd.handlers.Mailbox', box]);
  await waitUntil('aiosmtpd', () => answers(ports.mail));
  const text = 'Merhaba Ayşe,\n.\n..iki nokta\nİyi günler';
  assert.equal(await probe(['mail', `smtp://localhost:${ports.mail}`, 'uid-1', 'ayse@example.org', 'Başvurunuz alındı', text],
    { HTML: '<p>Merhaba Ayşe</p>' }), 'accepted');
  const [name] = await waitUntil('the mail', () => existsSync(path.join(box, 'new')) && readdirSync(path.join(box, 'new')).length
    && readdirSync(path.join(box, 'new')));
  // read by Python's own parser
  const script = 'import email, email.policy, json, sys\n'
    + 'm = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)\n'
    + 'print(json.dumps({"subject": m["subject"], "from": m["from"], "to": m["to"], "id": m["message-id"], "date": m["date"],'
    + ' "defects": [str(d) for p in m.walk() for d in p.defects],'
    + ' "text": m.get_body(("plain",)).get_content(), "html": m.get_body(("html",)).get_content()}))';
  const { stdout, stderr } = await run('/usr/bin/python3', ['-c', script, path.join(box, 'new', name)]);
  const mail = JSON.parse(stdout || assert.fail(stderr));
  assert.equal(mail.subject, 'Başvurunuz alındı');
  assert.equal(mail.from, 'Divit Çağrı <divit@example.org>');
  assert.equal(mail.to, 'ayse@example.org');
  assert.equal(mail.id, '<uid-1@example.org>');
  assert.equal(mail.date, 'Wed, 31 Dec 2025 23:59:59 +0000');
  assert.equal(mail.text.replaceAll('\r\n', '\n'), text);
  assert.equal(mail.html, '<p>Merhaba Ayşe</p>');
  assert.deepEqual(mail.defects, []);
  assert.ok(readFileSync(path.join(box, 'new', name)).every((byte) => byte < 128));
});
