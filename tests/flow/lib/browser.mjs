// A small browser: cookies, redirects, and forms filled in by the names of their fields. It sees what a person without
// scripts sees.
import { Buffer } from 'node:buffer';
import http from 'node:http';

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export function decodeHtml(text) {
  return text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name) => {
    if (name[0] !== '#') return entities[name] ?? whole;
    return String.fromCodePoint(/^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1)));
  });
}

function attributesOf(tag) {
  const found = {};
  for (const match of tag.matchAll(/([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g))
    found[match[1].toLowerCase()] = decodeHtml(match[2] ?? match[3] ?? match[4] ?? '');
  return found;
}

function selectedOption(html) {
  const options = [...html.matchAll(/<option\b([^>]*)>([^<]*)/gi)].map((match) => attributesOf(match[1]));
  return (options.find((option) => 'selected' in option) ?? options[0])?.value ?? '';
}

function readForm(formTag, inner) {
  const form = { ...attributesOf(formTag), fields: new Map(), files: [], names: new Set(), options: new Map() };
  const pattern = /<(input|button)\b([^>]*)>|<(select|textarea)\b([^>]*)>([\s\S]*?)<\/\3>/gi;
  for (const match of inner.matchAll(pattern)) {
    const kind = (match[1] ?? match[3]).toLowerCase();
    const attributes = attributesOf(match[2] ?? match[4]);
    const { name } = attributes;
    if (!name) continue;
    form.names.add(name);
    const type = (attributes.type ?? (kind === 'button' ? 'submit' : 'text')).toLowerCase();
    if (kind === 'select') {
      form.options.set(name, [...match[5].matchAll(/<option\b([^>]*)>/gi)].map((option) => attributesOf(option[1]).value));
      form.fields.set(name, selectedOption(match[5]));
    } else if (kind === 'textarea') form.fields.set(name, decodeHtml(match[5]).replace(/^\r?\n/, ''));
    else if (type === 'file') form.files.push(name);
    else if (type === 'radio' || type === 'checkbox') {
      form.options.set(name, [...(form.options.get(name) ?? []), attributes.value ?? 'on']);
      if ('checked' in attributes) form.fields.set(name, attributes.value ?? 'on');
    } else if (type !== 'submit' && type !== 'button') form.fields.set(name, attributes.value ?? '');
  }
  return form;
}

export class Page {
  constructor(browser, status, url, headers, body) {
    Object.assign(this, { browser, status, url, headers, body });
    this.html = /^text\/html/.test(headers['content-type'] ?? '') ? body.toString() : '';
    this.path = new URL(url).pathname;
    this.forms = [...this.html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map((match) => readForm(match[1], match[2]));
  }

  get text() {
    const bare = this.html.replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ');
    return decodeHtml(bare).replace(/\s+/g, ' ').trim();
  }

  get title() {
    return decodeHtml(/<title>([^<]*)/i.exec(this.html)?.[1] ?? '').trim();
  }

  /** Names of the fields that have a message of their own (GOV.UK error messages are called NAME-error). */
  get mistakes() {
    const found = [...this.html.matchAll(/<p\b([^>]*govuk-error-message[^>]*)>/gi)].map((match) => attributesOf(match[1]).id);
    return found.filter(Boolean).map((id) => id.replace(/-error$/, ''));
  }

  get links() {
    return [...this.html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/gi)].map((match) => ({
      ...attributesOf(match[1]), text: decodeHtml(match[2].replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim() }));
  }

  link(pattern) {
    const found = this.links.find((link) => pattern.test(link.href ?? '') || pattern.test(link.text));
    if (!found) throw new Error(`no link ${pattern} on ${this.describe()}`);
    return found.href;
  }

  hasForm(...names) {
    return this.forms.some((form) => form.method?.toLowerCase() === 'post' && names.every((name) => form.names.has(name)));
  }

  /** The posted form with these fields, or to that address. */
  form(wanted) {
    const posted = this.forms.filter((form) => form.method?.toLowerCase() === 'post');
    const found = wanted instanceof RegExp ? posted.find((form) => wanted.test(form.action ?? this.path))
      : posted.find((form) => wanted.every((name) => form.names.has(name)));
    if (!found) throw new Error(`no form ${wanted} on ${this.describe()}`);
    return found;
  }

  describe() {
    const forms = this.forms.map((form) => `${form.action}(${[...form.names].join(' ')})`).join(', ');
    return `${this.status} ${this.url} “${this.title}” forms: ${forms}\n${this.text.slice(0, 1500)}`;
  }

  /** Fills in and sends; `to` chooses the form by its address when fields do not tell it. A value null leaves it out. */
  async submit(values = {}, to = null) {
    const form = this.form(to ?? Object.keys(values));
    const fields = new Map(form.fields);
    for (const [name, value] of Object.entries(values)) {
      if (value === null) fields.delete(name);
      else fields.set(name, value);
    }
    return this.browser.send('POST', new URL(form.action || this.url, this.url).href, fields, form.enctype);
  }
}

function encodeMultipart(fields) {
  const boundary = `----flow${Math.random().toString(16).slice(2)}`;
  const parts = [];
  for (const [name, value] of fields) {
    const isFile = typeof value === 'object';
    const head = isFile ? `; filename="${value.name}"\r\nContent-Type: application/octet-stream` : '';
    parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${head}\r\n\r\n`, isFile ? value.data : value, '\r\n');
  }
  parts.push(`--${boundary}--\r\n`);
  return { type: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(parts.map((part) => Buffer.from(part))) };
}

function encodeFields(fields) {
  const pairs = [...fields].flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const body = pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  return { type: 'application/x-www-form-urlencoded', body: Buffer.from(body) };
}

export class Browser {
  #cookies = new Map();

  /** `address`: of this machine, to come from; any of 127.0.0.0/8. */
  constructor(base, { language, address, keepsConnections = false, patienceMs = 60_000 } = {}) {
    this.base = base;
    this.address = address;
    this.patienceMs = patienceMs;
    this.agent = keepsConnections ? new http.Agent({ keepAlive: true, maxSockets: 6 }) : false;
    if (language) this.#cookies.set('dil /', { name: 'dil', value: language, path: '/' });
  }

  get(path) {
    return this.send('GET', new URL(path, this.base).href);
  }

  post(path, fields, enctype) {
    return this.send('POST', new URL(path, this.base).href, new Map(Object.entries(fields)), enctype);
  }

  /** Exactly these bytes as the body, no redirect followed. */
  raw(path, { method = 'POST', body, headers = {} } = {}) {
    return this.#once(method, new URL(path, this.base), { body: body === undefined ? undefined : Buffer.from(body), headers });
  }

  clone() {
    const copy = new Browser(this.base, { address: this.address });
    copy.#cookies = new Map(this.#cookies);
    return copy;
  }

  cookieHeader(url) {
    return [...this.#cookies.values()].filter((cookie) => url.pathname.startsWith(cookie.path))
      .map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
  }

  #keepCookies(headers) {
    for (const line of headers['set-cookie'] ?? []) {
      const [pair, ...attributes] = line.split(/;\s*/);
      const [name, ...value] = pair.split('=');
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      const isGone = attributes.some((attribute) => /^max-age=0$/i.test(attribute));
      if (isGone) this.#cookies.delete(`${name} ${path}`);
      else this.#cookies.set(`${name} ${path}`, { name, value: value.join('='), path });
    }
  }

  async send(method, address, fields = null, enctype = '') {
    let url = new URL(address);
    const isMultipart = enctype === 'multipart/form-data' || [...(fields?.values() ?? [])].some((value) => value?.data !== undefined);
    const encoded = fields && (isMultipart ? encodeMultipart(fields) : encodeFields(fields));
    let page = await this.#once(method, url, encoded ? { body: encoded.body,
      headers: { 'Content-Type': encoded.type, Origin: url.origin, 'Sec-Fetch-Site': 'same-origin' } } : {});
    for (let hops = 0; [301, 302, 303, 307].includes(page.status) && hops < 10; hops++) {
      url = new URL(page.headers.location, url);
      page = await this.#once('GET', url);
    }
    return page;
  }

  #once(method, url, { body, headers = {} } = {}) {
    return new Promise((resolve, reject) => {
      const cookie = this.cookieHeader(url);
      const request = http.request(url, { method, agent: this.agent, family: 4, localAddress: this.address, headers: { ...headers, ...(cookie && { Cookie: cookie }),
        ...(body && { 'Content-Length': body.length }) } }, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          this.#keepCookies(answer.headers);
          resolve(new Page(this, answer.statusCode, url.href, answer.headers, Buffer.concat(parts)));
        });
      });
      request.setTimeout(this.patienceMs, () => request.destroy(new Error(`no answer from ${url}`)));
      request.on('error', reject);
      request.end(body);
    });
  }
}
