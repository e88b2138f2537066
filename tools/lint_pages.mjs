// html-validate over rendered pages: the layout with every partial (rendered by its unit test), and the pages that the
// last browser tests saw (tests/output/looks).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { validate } from '../tests/browser/lib/looks.mjs';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const build = process.env.DIVIT_BUILD ?? path.join(root, 'build-clang');
const gallery = mkdtempSync(path.join(os.tmpdir(), 'divit-gallery-'));
try {
  execFileSync(path.join(build, 'tests/unit/web/web-layout-test'), { env: { ...process.env, DIVIT_GALLERY: gallery },
    stdio: 'pipe' });
  const folders = [gallery, path.join(root, 'tests/output/looks')].filter((folder) => existsSync(folder));
  const pages = folders.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.html'))
    .map((name) => path.join(folder, name)));
  const found = pages.flatMap((page) => validate(readFileSync(page, 'utf8'), path.basename(page)));
  for (const line of found) console.log(line);
  console.log(`html-validate: ${pages.length} pages, ${found.length} complaints`);
  process.exitCode = found.length || pages.length < 3 ? 1 : 0;
} finally {
  rmSync(gallery, { recursive: true });
}
