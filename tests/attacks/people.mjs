// A house with applications at every step, made as people make them.
import { Browser } from '../flow/lib/browser.mjs';
import { Officer, applicants, barcodeOf, confirmForm, confirmPhone } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';

export class House {
  constructor(installation) {
    this.installation = installation;
    this.world = new World(installation);
  }

  async open() {
    const [account] = this.installation.demo.officers;
    this.officer = new Officer(this.installation, this.world, account);
    await this.officer.setUp();
    await this.officer.logIn();
    this.people = applicants(this.installation.demo, 200)
      .filter((person) => person.institution_code.startsWith(account.institution));
  }

  async nowMs() {
    return (await this.world.clock()).now_s * 1000;
  }

  browser() {
    return new Browser(this.installation.url, { language: 'en' });
  }

  /** An application that waits for its form: { person, browser, barcode }. */
  async apply(changes = {}, person = this.people.shift()) {
    const browser = this.browser();
    const page = await confirmForm(browser, person, changes);
    const result = await confirmPhone(this.world, page, changes.mobile ?? person.mobile);
    return { person, browser, barcode: barcodeOf(result) };
  }

  async many(count) {
    const made = [];
    for (let i = 0; i < count; i++) made.push(await this.apply());
    return made;
  }

  async takeIn(applications) {
    for (const { barcode } of applications) await this.officer.takeIn(barcode);
  }

  async approve(applications) {
    await this.takeIn(applications);
    await this.officer.approve(applications.map(({ barcode }) => barcode));
  }
}

/** How many applications wait for their form, are taken in, are approved. */
export async function houseWith(installation, { waiting = 0, taken = 0, approved = 0 }) {
  const house = new House(installation);
  await house.open();
  house.waiting = await house.many(waiting);
  house.taken = await house.many(taken);
  await house.takeIn(house.taken);
  house.approved = await house.many(approved);
  if (approved) await house.approve(house.approved);
  return house;
}
