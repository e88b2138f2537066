// An authenticator with its browser (WebAuthn): what Chromium and a security key do together, for stories without a browser.
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

const sha256 = (data) => createHash('sha256').update(data).digest();
const head = (kind, size) => (size < 24 ? Buffer.from([kind << 5 | size]) : Buffer.from([kind << 5 | 24, size]));
const cborText = (text) => Buffer.concat([head(3, text.length), Buffer.from(text)]);
const cborBytes = (bytes) => Buffer.concat([head(2, bytes.length), bytes]);

export class Authenticator {
  #key;

  constructor(origin) {
    this.origin = origin;
    this.rp = new URL(origin).hostname;
    this.id = randomBytes(16);
    this.counter = 0;
    this.#key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }

  /** SubjectPublicKeyInfo, DER. */
  get publicKey() {
    return this.#key.publicKey.export({ type: 'spki', format: 'der' });
  }

  #data(flags, more = Buffer.alloc(0)) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(++this.counter);
    return Buffer.concat([sha256(this.rp), Buffer.from([flags]), counter, more]);
  }

  #clientData(type, challenge) {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  /** The fields that the page's script fills in. */
  create(challenge) {
    const { x, y } = this.#key.publicKey.export({ format: 'jwk' });
    const cose = Buffer.concat([Buffer.from([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21]), cborBytes(Buffer.from(x, 'base64url')),
      Buffer.from([0x22]), cborBytes(Buffer.from(y, 'base64url'))]);
    const data = this.#data(0x45, Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, cose]));
    const object = Buffer.concat([Buffer.from([0xa3]), cborText('fmt'), cborText('none'), cborText('attStmt'),
      Buffer.from([0xa0]), cborText('authData'), cborBytes(data)]);
    return { attestation_object: object.toString('base64url'),
      client_data: this.#clientData('webauthn.create', challenge).toString('base64url') };
  }

  get(challenge) {
    const data = this.#data(0x05), clientData = this.#clientData('webauthn.get', challenge);
    const signature = createSign('sha256').update(Buffer.concat([data, sha256(clientData)])).sign(this.#key.privateKey);
    return { credential_id: this.id.toString('base64url'), authenticator_data: data.toString('base64url'),
      client_data: clientData.toString('base64url'), signature: signature.toString('base64url') };
  }
}

/** The challenge that the page's passkey form holds: the one to this address. */
export function challengeOf(page, action) {
  const forms = [...page.html.matchAll(/<form\b[^>]*data-passkey[^>]*>/g)].map((match) => match[0]);
  const form = forms.find((text) => action.test(/action="([^"]*)"/.exec(text)[1]));
  if (!form) throw new Error(`no passkey form ${action} on ${page.describe()}`);
  return /data-challenge="([^"]*)"/.exec(form)[1];
}
