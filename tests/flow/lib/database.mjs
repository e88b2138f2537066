// The installation's database, asked and written to behind Divit's back.
import path from 'node:path';
import { run } from './installation.mjs';

/** Rows as arrays of texts. Not for texts with a line's end or U+001F inside. */
export async function query(installation, sql) {
  const { database: address, state } = installation;
  const input = `${sql};\n`; // may be longer than a command line
  const { status, stdout, stderr } = address
    ? await run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-F', '\x1f', '-d', address], { input })
    : await run('sqlite3', ['-bail', '-cmd', '.timeout 10000', '-separator', '\x1f', path.join(state, 'db/divit.db')], { input });
  if (status !== 0) throw new Error(`${sql.slice(0, 1000)}: ${stderr}`);
  return stdout.split('\n').filter(Boolean).map((line) => line.split('\x1f'));
}

/** The same of the signer's journal, read only. */
export async function queryJournal(installation, sql) {
  const file = path.join(installation.state, 'signer/signer.db');
  const { status, stdout, stderr } = await run('sqlite3', ['-readonly', '-cmd', '.timeout 10000', '-separator', '\x1f', file, sql]);
  if (status !== 0) throw new Error(`${sql}: ${stderr}`);
  return stdout.split('\n').filter(Boolean).map((line) => line.split('\x1f'));
}
