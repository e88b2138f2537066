// The texts of the pages as patterns, found by their English: in Turkish they come from po/tr, as in the program.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../po/tr');

function readCatalogue() {
  const catalogue = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.po'))) {
    const joined = readFileSync(path.join(folder, file), 'utf8').replace(/"\n"/g, '');
    for (const [, english, turkish] of joined.matchAll(/^msgid ("(?:[^"\\]|\\.)*")\nmsgstr ("(?:[^"\\]|\\.)*")$/gm))
      catalogue.set(JSON.parse(english), JSON.parse(turkish));
  }
  return catalogue;
}

const catalogue = readCatalogue();

/** What stands on the page for this English text, without tags; {names} as they are. */
export function translate(language, english) {
  if (language === 'en') return english;
  const turkish = catalogue.get(english);
  if (!turkish) throw new Error(`po/tr does not have: ${english}`);
  return turkish;
}

/** A pattern for names that begin with the text: labels are followed by "(*)". */
export function pattern(language, english) {
  const bare = translate(language, english).replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
  return new RegExp(`^${bare.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '.*')}(?: \\(\\*\\))?`);
}
