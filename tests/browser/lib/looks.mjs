// Looks at a page: as it was sent (html-validate), and at 320 and 1280 px, light and dark (axe, no sideways scrolling),
// with a screenshot of each in tests/output/looks/.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { HtmlValidate } from 'html-validate';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const folder = path.join(root, 'tests/output/looks');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const validator = new HtmlValidate(JSON.parse(readFileSync(path.join(root, '.htmlvalidate.json'), 'utf8')));
const LOOKS = [[320, 'light'], [320, 'dark'], [1280, 'dark'], [1280, 'light']]; // the last one stays

export function validate(html, name) {
  const report = validator.validateStringSync(html);
  const found = report.results.flatMap((result) => result.messages)
    .map((message) => `${message.line}:${message.column} ${message.message} (${message.ruleId})`);
  return found.map((message) => `${name}: ${message}`);
}

function findViolations() {
  return window.axe.run({ resultTypes: ['violations'] }).then((result) => result.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)));
}

export class Looks {
  constructor(page) {
    this.page = page;
    this.document = null;
    page.on('response', (response) => {
      const isDocument = response.request().isNavigationRequest() && response.frame() === page.mainFrame();
      if (isDocument && response.status() !== 303) this.document = response.text().catch(() => '');
    });
    mkdirSync(folder, { recursive: true });
  }

  /** What is wrong with the page as it stands. */
  async look(name) {
    const html = await this.document;
    writeFileSync(path.join(folder, `${name}.html`), html);
    const found = validate(html, name);
    const braces = html.match(/.{0,40}(\{\{|\}|\{[a-z_.]+\}).{0,40}/);
    if (braces) found.push(`${name}: left over from a template: ${braces[0]}`);
    for (const [width, scheme] of LOOKS) {
      await this.page.emulateMedia({ colorScheme: scheme });
      await this.page.setViewportSize({ width, height: 900 });
      await this.page.evaluate(() => document.fonts.ready);
      if (!await this.page.evaluate(() => Boolean(window.axe))) await this.page.evaluate(axe);
      const violations = await this.page.evaluate(findViolations);
      found.push(...violations.map((violation) => `${name} at ${width} px, ${scheme}: ${violation}`));
      const excess = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (excess > 0) found.push(`${name} at ${width} px is ${excess} px too wide`);
      await this.page.screenshot({ path: path.join(folder, `${name}-${width}-${scheme}.png`), fullPage: true });
    }
    return found;
  }
}
