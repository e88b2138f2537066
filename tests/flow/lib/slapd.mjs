// A real LDAP server (OpenLDAP's slapd) on loopback, as nobody, with a certificate of its own authority.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { findPorts, waitUntil } from './installation.mjs';

export const SLAPD = '/usr/sbin/slapd';
const NOBODY = 65534;
const BASE = 'ou=personel,dc=kurum,dc=example';
const SCHEMA = ['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n');

/** Attributes of entries: what inetOrgPerson has, and birth data. */
export const ATTRIBUTES = { tckn: 'employeeNumber', ad: 'givenName', soyad: 'sn', dogum_yeri: 'dogumYeri', dogum_tarihi: 'dogumTarihi',
  kurum_kodu: 'departmentNumber', sicil_no: 'uid', birim: 'ou', unvan: 'title', adres: 'street', il: 'st', ilce: 'l',
  posta_kodu: 'postalCode', eposta: 'mail', cep: 'mobile', grup: '"personel"' };

const base64 = (value) => Buffer.from(value).toString('base64');
const generalized = (date) => date.split('.').map((part) => part.padStart(2, '0')).reverse().join('') + '000000Z';

function entry(row) {
  const lines = [`dn: uid=${row.sicil_no},${BASE}`, 'objectClass: inetOrgPerson', 'objectClass: personel'];
  lines.push(`cn:: ${base64(`${row.ad} ${row.soyad}`)}`);
  for (const [column, attribute] of Object.entries(ATTRIBUTES)) {
    const value = column === 'dogum_tarihi' ? generalized(row[column]) : row[column];
    if (value && !attribute.startsWith('"')) lines.push(`${attribute}:: ${base64(value)}`);
  }
  return lines.join('\n');
}

export class Directory {
  #child = null;
  bindDn = 'cn=divit,dc=kurum,dc=example';
  password = 'dizin şifresi';
  base = BASE;

  async prepare() {
    this.folder = mkdtempSync(path.join(os.tmpdir(), 'divit-slapd-'));
    chmodSync(this.folder, 0o755);
    this.port = (await findPorts()).port;
    this.caFile = path.join(this.folder, 'ca.pem');
    const ssl = (...args) => execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' });
    ssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem',
      '-subj', '/CN=Kurum CA', '-days', '3650');
    ssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ldap.key', '-out', 'ldap.csr',
      '-subj', '/CN=dizin');
    writeFileSync(path.join(this.folder, 'san'), 'subjectAltName=IP:127.0.0.1');
    ssl('x509', '-req', '-in', 'ldap.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '3650', '-extfile', 'san',
      '-out', 'ldap.pem');
  }

  #configure() {
    writeFileSync(path.join(this.folder, 'slapd.conf'), `${SCHEMA}
attributetype ( 1.3.6.1.4.1.99999.1 NAME 'dogumYeri' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.2 NAME 'dogumTarihi' SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.99999.3 NAME 'personel' SUP top AUXILIARY MAY ( dogumYeri $ dogumTarihi ) )
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile ${this.folder}/ca.pem
TLSCertificateFile ${this.folder}/ldap.pem
TLSCertificateKeyFile ${this.folder}/ldap.key
pidfile ${this.folder}/slapd.pid
${this.limit ? `sizelimit size.soft=${this.limit} size.hard=${this.limit} size.prtotal=${this.limit}` : ''}
security simple_bind=128
database mdb
directory ${this.folder}/data
suffix dc=kurum,dc=example
rootdn cn=root,dc=kurum,dc=example
access to attrs=userPassword by anonymous auth
access to * by dn.exact="${this.bindDn}" read
`);
  }

  /** Serves these people, rows by column name, and nobody else. */
  async serve(rows, { limit = 0 } = {}) {
    await this.stop();
    this.limit = limit;
    this.#configure();
    const data = path.join(this.folder, 'data');
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data);
    const top = ['dn: dc=kurum,dc=example\nobjectClass: dcObject\nobjectClass: organization\ndc: kurum\no: Kurum',
      `dn: ${BASE}\nobjectClass: organizationalUnit\nou: personel`,
      `dn: ${this.bindDn}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: divit\nuserPassword:: ${base64(this.password)}`];
    writeFileSync(path.join(this.folder, 'people.ldif'), [...top, ...rows.map(entry)].join('\n\n') + '\n');
    const conf = path.join(this.folder, 'slapd.conf');
    execFileSync('/usr/sbin/slapadd', ['-q', '-f', conf, '-l', path.join(this.folder, 'people.ldif')], { stdio: 'pipe' });
    if (process.getuid() === 0) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, this.folder]);
    const asNobody = process.getuid() === 0 ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
    this.#child = spawn('setpriv', [...asNobody, '--pdeathsig', 'TERM', SLAPD, '-d', '0', '-h', `ldap://127.0.0.1:${this.port} ldaps://127.0.0.1:${this.port + 1}`, '-f', conf],
      { stdio: 'ignore' });
    await waitUntil('slapd', () => new Promise((resolve) => {
      const socket = net.connect(this.port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    }));
  }

  async stop() {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  async remove() {
    await this.stop();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }
}
