// What a writer of the database can make for himself: certificate requests with his own keys, decisions with signatures of
// officers he made up.
import { X509Certificate, createSign, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../flow/lib/installation.mjs';

function der(tag, ...parts) {
  const content = Buffer.concat(parts);
  const size = content.length < 128 ? [content.length] : content.length < 256 ? [0x81, content.length]
    : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
const oid = (hex) => der(0x06, Buffer.from(hex, 'hex'));
const attribute = (type, string) => der(0x31, der(0x30, oid(type), string));

export const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** PKCS #10 for this D and attempt, signed with its own key (docs/trust.md, The certificate request of an application). */
export function request(key, digest, attempt) {
  const subject = der(0x30, attribute('550405', der(0x13, Buffer.from(String(attempt)))),
    attribute('550403', der(0x0c, Buffer.from(digest))));
  const info = der(0x30, der(0x02, Buffer.from([0])), subject, key.publicKey.export({ type: 'spki', format: 'der' }), der(0xa0));
  const signature = createSign('SHA256').update(info).sign(key.privateKey);
  return der(0x30, info, der(0x30, oid('2a8648ce3d040302')), der(0x03, Buffer.from([0]), signature));
}

/** CAdES over the text by a certificate in the name of this identity number, which nobody vouches for. */
export async function forgedCades(folder, identityNumber, text) {
  const [key, certificate, plain, signed] = ['key.pem', 'cert.pem', 'text', 'text.p7m'].map((name) => path.join(folder, `forged-${name}`));
  writeFileSync(plain, text);
  for (const args of [
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate, '-days', '300',
      '-subj', `/C=TR/serialNumber=${identityNumber}/CN=YETKİLİ`, '-utf8', '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation'],
    ['cms', '-sign', '-cades', '-binary', '-nodetach', '-md', 'sha256', '-in', plain, '-signer', certificate, '-inkey', key, '-outform',
      'DER', '-out', signed]]) {
    const { status, stderr } = await run('openssl', args);
    if (status !== 0) throw new Error(stderr);
  }
  return readFileSync(signed);
}

/** Of the last forgery. */
export function forgedCertificate(folder) {
  return new X509Certificate(readFileSync(path.join(folder, 'forged-cert.pem')));
}

const time = (ms) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** `decision 1` over one application, as docs/trust.md writes it. */
export function decisionText({ uid, institution, nowMs, registry, application }) {
  return ['divit decision 1', `Karar No: ${uid}`, 'Teslim: evet', 'Görüldü: -', 'Onay: evet', `Kurum Kodu: ${institution}`,
    `Düzenlenme Zamanı: ${time(nowMs)}`, `Geçerlilik Sonu: ${time(nowMs + 10 * 86_400_000)}`, `Sicil Defteri No: ${registry}`,
    `Başvuru: ${application.uid} ${application.revision} ${application.digest} ıslak -`, ''].join('\n');
}
