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

/** All rows there are, as the statements that would write them: Map of table to Set. */
export async function dump(installation) {
  const { database: address, state } = installation;
  const { status, stdout, stderr } = address ? await run('pg_dump', ['--data-only', '--inserts', '-d', address])
    : await run('sqlite3', ['-readonly', '-cmd', '.timeout 10000', path.join(state, 'db/divit.db'), '.dump']);
  if (status !== 0) throw new Error(`dump: ${stderr}`);
  const tables = new Map();
  for (const row of stdout.split(/\n(?=INSERT INTO |CREATE |DELETE FROM |COMMIT;|--)/)) {
    const table = /^INSERT INTO (?:public\.)?"?(\w+)"? /.exec(row)?.[1];
    if (table) tables.set(table, (tables.get(table) ?? new Set()).add(row.trim()));
  }
  return tables;
}
