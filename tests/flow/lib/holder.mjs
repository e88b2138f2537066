// Somebody with a card of the demonstration's who applies with it, and a colleague who approves with theirs.
import assert from 'node:assert/strict';
import { Browser } from './browser.mjs';
import { waitUntil } from './installation.mjs';
import { activate, askToSign, barcodeOf, filledForm, logIn, logInOnline, produceCards, signShown } from './story.mjs';

export class Holder {
  constructor(installation, world) {
    const { officers, people } = installation.demo;
    Object.assign(this, { installation, world });
    [this.card, this.colleague] = officers.flatMap((one) => officers
      .filter((two) => two !== one && two.institution === one.institution).map((two) => [one, two]))[0];
    this.person = people.find((one) => one.identity_number === this.card.identity_number);
    this.online = new Browser(installation.url, { language: 'en' });
  }

  /** A first application, signed electronically: its barcode. */
  async apply() {
    const page = await signShown(this.world, await askToSign(this.world, new Browser(this.installation.url), this.person), this.card);
    return barcodeOf(page);
  }

  /** One more certificate, signed electronically: { browser, barcode }. */
  async applyAgain() {
    const { person, world } = this, browser = new Browser(this.installation.url, { language: 'en' });
    let page = await (await logIn(browser, person)).submit({ reason: 'additional' });
    page = await page.submit({ ...filledForm(page, person, { reader: 'none' }), act: 'continue' });
    page = await page.submit({}, /kontrol$/);
    const last = await world.lastId(person.mobile);
    page = await page.submit({}, /sms$/);
    page = await page.submit({ code: await world.smsCode(person.mobile, last) });
    page = await signShown(world, await page.submit({ way: 'e_signed' }), this.card);
    return { browser, barcode: barcodeOf(page) };
  }

  /** The colleague's desk, logged in by card. */
  async desk() {
    const browser = new Browser(this.installation.url, { language: 'en' });
    const page = await (await browser.get('/yetkili/e-imza')).submit({ identity_number: this.colleague.identity_number });
    await signShown(this.world, page, this.colleague);
    return browser;
  }

  async approve(barcode) {
    const browser = await this.desk();
    let page = await (await browser.get(`/yetkili/basvuru/${barcode}`)).submit({}, /karar$/);
    page = await signShown(this.world, await page.submit({}, /\/imza$/), this.colleague);
    assert.equal(page.status, 200, page.describe());
  }

  /** With an active certificate of the house, logged in to the online services. */
  async begin() {
    await this.approve(await this.apply());
    const { status, output, serials } = await produceCards(this.installation);
    assert.equal(status, 0, output);
    await activate(this.world, await logInOnline(this.world, this.online, this.person), this.person, serials[0]);
    await waitUntil('the certificate to be active', async () => /Active/.test((await this.issuancePage()).text));
  }

  /** The page of certificates in this name, once nothing is on its way to the signer. */
  issuancePage() {
    return waitUntil('the signer’s answer', async () => {
      const page = await this.online.get('/online/adima-uretim');
      return !/is kept and on its way/.test(page.text) && page;
    });
  }

  async lock() {
    const page = await (await this.online.get('/online/adima-uretim/kilitle')).submit({}, /kilitle$/);
    assert.match(page.path, /\/adima-uretim$/, page.describe());
    return this.issuancePage();
  }

  /** By code and card. */
  async unlock() {
    const page = await (await this.online.get('/online/adima-uretim/kilit-ac')).submit({}, /kilit-ac$/);
    assert.match(page.path, /\/online\/imza$/, page.describe());
    await signShown(this.world, page, this.card);
    return this.issuancePage();
  }
}
