// `divit evidence` and the script that its bundle comes with.
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { run } from './installation.mjs';

export const evidence = (installation, ...args) => installation.divit('evidence', ...args, '--state', installation.state);

/** The bundle, as soon as the signer's head of the second is signed over the intent. */
export async function exportEvidence(installation, barcode, folder) {
  for (const deadline = Date.now() + 20_000; ; await wait(100)) {
    const told = await evidence(installation, barcode, '--export', folder);
    if (!/no head is signed over the intent yet/.test(told.stderr) || Date.now() > deadline) return told;
  }
}

/** The script with nothing in its PATH but openssl and the small programs of every system. */
export function verifyBundle(installation, folder) {
  const programs = path.join(installation.folder, 'programs');
  mkdirSync(programs, { recursive: true });
  for (const name of ['openssl', 'awk', 'cat', 'cmp', 'cp', 'cut', 'date', 'dirname', 'grep', 'head', 'mktemp', 'mv', 'od',
    'rm', 'sed', 'sort', 'tr']) {
    try { symlinkSync(`/usr/bin/${name}`, path.join(programs, name)); } catch { /* from the call before */ }
  }
  return run('/bin/sh', [path.join(folder, 'verify.sh')], { env: { PATH: programs } });
}

/** The evidence of this application exported and verified: { said, verified }, both exit codes 0 or an error. */
export async function proveCard(installation, barcode) {
  const folder = path.join(installation.folder, `evidence-${barcode}`);
  const told = await exportEvidence(installation, barcode, folder);
  if (told.status !== 0) throw new Error(told.stdout + told.stderr);
  const verified = await verifyBundle(installation, folder);
  if (verified.status !== 0) throw new Error(verified.stdout + verified.stderr);
  return { said: told.stdout, verified: verified.stdout, folder };
}
