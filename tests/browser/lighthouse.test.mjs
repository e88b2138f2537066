// Lighthouse's audit of accessibility on the pages that everybody meets, and on the longest form (spec 09): each scores 1.0.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import lighthouse from 'lighthouse';
import { Browser } from '../flow/lib/browser.mjs';
import { Installation, findPorts } from '../flow/lib/installation.mjs';
import { applicants, logIn } from '../flow/lib/story.mjs';
import { startBrowser } from './lib/person.mjs';

let installation, browser, port;

before(async () => {
  installation = await Installation.start();
  ({ port } = await findPorts());
  browser = await startBrowser([`--remote-debugging-port=${port}`]);
}, { timeout: 200_000 });

after(async () => {
  await browser?.close();
  await installation?.stop();
});

async function audit(path, cookie) {
  const flags = { port, onlyCategories: ['accessibility'], logLevel: 'error', extraHeaders: cookie && { Cookie: cookie } };
  const { lhr } = await lighthouse(new URL(path, installation.url).href, flags);
  assert.equal(lhr.runtimeError, undefined, lhr.runtimeError?.message);
  assert.equal(new URL(lhr.finalDisplayedUrl).pathname, path);
  const failed = Object.values(lhr.audits).filter((one) => one.score !== null && one.score < 1);
  assert.equal(lhr.categories.accessibility.score, 1, failed.map((one) => `${one.id}: ${one.title}`).join('\n'));
}

for (const path of ['/', '/basvuru', '/basvuru/saglik', '/basvuru/saglik/giris', '/basvurum-nerede', '/online/giris', '/yetkili/giris'])
  test(`lighthouse on ${path}`, { timeout: 120_000 }, () => audit(path));

test('lighthouse on the form of an application', { timeout: 120_000 }, async () => {
  const visitor = new Browser(installation.url), [person] = applicants(installation.demo, 1);
  const form = await logIn(visitor, person);
  assert.match(form.path, /\/form$/);
  await audit(form.path, visitor.cookieHeader(new URL(form.url)));
});
