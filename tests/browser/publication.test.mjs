// An administrator writes an announcement, changes the contacts, puts a new version of a text into force, finds an
// institution and closes a door, by keyboard; everybody reads them; each page in all its looks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Installation } from '../flow/lib/installation.mjs';
import { Officer } from '../flow/lib/story.mjs';
import { World } from '../flow/lib/world.mjs';
import { Person, startBrowser } from './lib/person.mjs';
import { logInAtDesk } from './lib/steps.mjs';

let installation, browser, desk, reader;

before(async () => {
  installation = await Installation.start();
  browser = await startBrowser();
  const account = new Officer(installation, new World(installation), installation.demo.administrators[0]);
  await account.setUp();
  desk = await Person.arrive(browser, { baseUrl: installation.url });
  await logInAtDesk(desk, account);
  reader = await Person.arrive(browser, { baseUrl: installation.url, language: 'en' });
}, { timeout: 200_000 });

after(async () => {
  await browser?.close();
  await installation?.stop();
});

test('an announcement is written, read by everybody, and withdrawn', { timeout: 200_000 }, async () => {
  await reader.open('/');
  await reader.look('home-no-news');
  await desk.press('Announcements');
  await desk.look('announcements-none');
  await desk.press('Write an announcement');
  await desk.press('Keep');
  await desk.look('announcement-mistakes');
  await desk.fill('Headline', 'Bayramda kargo teslimatı yapılmayacak: kartınız ilk iş günü elinizde');
  await desk.fill('Text', 'Kart teslimatı bayramdan sonraki ilk iş günü sürer.\n\nÇağrı merkezi bayramda da açıktır.');
  await desk.fill('Headline in English (optional)', 'No deliveries on the holiday: your card comes on the first working day');
  await desk.fill('Text in English (optional)', 'Cards are delivered again on the first working day after the holiday.');
  await desk.press('Keep');
  await desk.look('announcements');
  await reader.open('/');
  await reader.look('home-news');
  await reader.press('All announcements');
  await reader.look('news');
  await desk.press(/^Bayramda kargo/);
  await desk.look('announcement');
  await desk.press('Withdraw');
  await desk.look('announcements-withdrawn');
  await desk.press(/^Bayramda kargo/);
  await desk.look('announcement-withdrawn');
});

test('contacts are changed', { timeout: 100_000 }, async () => {
  await desk.open('/yonetim/iletisim');
  await desk.fill('Call centre', 'yarın');
  await desk.press('Keep');
  await desk.look('contacts-mistakes');
  await desk.fill('Call centre', '444 0 444');
  await desk.press('Keep');
  await desk.look('contacts');
});

test('a new version of a text is looked at and put into force', { timeout: 100_000 }, async () => {
  await desk.open('/yonetim/metin');
  await desk.look('texts');
  await desk.open('/yonetim/metin/declaration/1');
  await desk.look('text');
  await desk.open('/yonetim/metin/declaration');
  await desk.look('text-new');
  await desk.fill('Version', '2');
  await desk.fill('Text', 'Yazdıklarım doğrudur.');
  await desk.fill('Translation into English (optional)', 'What I write is true.');
  await desk.press('Look at it');
  await desk.look('text-preview');
  await desk.press('Put into force');
  await desk.look('texts-published');
});

test('institutions are found by words of their names', { timeout: 200_000 }, async () => {
  await desk.press('Institutions');
  await desk.look('institutions');
  await desk.fill('Find by words of name or code', 'KADIKOY hastane');
  await desk.press('Find');
  await desk.look('institutions-found');
  await desk.fill('Find by words of name or code', 'yoktur');
  await desk.press('Find');
  await desk.look('institutions-none');
});

test('a door is changed, closed and opened again', { timeout: 200_000 }, async () => {
  await desk.press('Doors');
  await desk.look('doors');
  await desk.press('Add a door');
  await desk.press('Keep');
  await desk.look('door-mistakes');
  await desk.press('Doors');
  await desk.press(/^Millî Eğitim Bakanlığı$/);
  await desk.fill('Name in English (optional)', 'National Education');
  await desk.fill('Addresses of the former portal that lead here (optional)', 'meb.go\nogretmen.go');
  await desk.press('Keep');
  await desk.look('doors-kept');
  await desk.press(/^Millî Eğitim Bakanlığı$/);
  await desk.look('door');
  await desk.press('Close this door');
  await desk.press('Close');
  await desk.look('door-close-mistakes');
  await desk.fill('Why, and when people can come again', 'Personel kütüğü taşınıyor.\n\n1 Mart’tan sonra yeniden gelin.');
  await desk.fill('The same in English (optional)', 'The staff register moves.\n\nCome again after 1 March.');
  await desk.press('Close');
  await desk.look('doors-closed');
  await reader.open('/');
  await reader.look('home-closed');
  await reader.press(/^National Education$/);
  await reader.look('door-closed');
  await desk.press(/^Millî Eğitim Bakanlığı$/);
  await desk.look('door-closed-desk');
  await desk.press('Open it again');
  await reader.open('/basvuru');
  await reader.look('doors-open');
});

test('no page broke a rule: axe, html-validate, sideways scrolling, errors in the browser', () => {
  assert.deepEqual([...desk.problems, ...reader.problems], []);
});
