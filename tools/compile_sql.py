#!/usr/bin/python3
"""Purpose: turns a room's statements into a C header, and migrations into a C table (docs/sql.md).

compile_sql.py ROOM.sql ROOM_sql.h
compile_sql.py --migrations OUT.c FILE…
"""
import os
import re
import sys

NAME = re.compile(r'^-- name: ([a-z][a-z0-9_]*)$')
PARAMETER = re.compile(r'\$([A-Za-z0-9_]*)')
LITERAL = re.compile(r"'(?:[^']|'')*'")
TOKEN = re.compile(r'\{([a-z0-9_]*)\}')
TOKENS = {'id', 'int64', 'bytes', 'strict'}


class Mistake(Exception):
    pass


def strip_comment(line):
    """Cuts a comment; `--` inside a literal stays."""
    inside = False
    for i, character in enumerate(line):
        if character == "'":
            inside = not inside
        if not inside and line.startswith('--', i):
            return line[:i].rstrip()
    return line.rstrip()


def statements_of(path):
    statements = []
    with open(path, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip('\n')
            match = NAME.match(line)
            if match:
                statements.append((match.group(1), number, []))
                continue
            if line.startswith('-- name'):
                raise Mistake(f'{path}:{number}: write it as "-- name: find_person"')
            line = strip_comment(line)
            if not line.strip():
                continue
            if not statements:
                raise Mistake(f'{path}:{number}: a statement without a name')
            statements[-1][2].append(line)
    return statements


def check(path, name, number, text):
    where = f'{path}:{number}: {name}: '
    bare = LITERAL.sub("''", text)
    if not text:
        raise Mistake(where + 'is empty')
    if ';' in bare:
        raise Mistake(where + 'holds more than one statement')
    if '?' in bare or re.search(r'[^:]:[a-z]', bare) or '@' in bare:
        raise Mistake(where + 'parameters are written $name')
    if '"' in bare:
        raise Mistake(where + 'holds a quoted name')
    for parameter in PARAMETER.findall(bare):
        if not re.fullmatch(r'[a-z][a-z0-9_]*', parameter):
            raise Mistake(where + f'${parameter} is not a parameter name')
    if '$' in ''.join(LITERAL.findall(text)):
        raise Mistake(where + 'holds a $ inside a literal')


def quoted(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def compile_room(source, target):
    room = os.path.splitext(os.path.basename(source))[0]
    seen = set()
    out = [f'/* Made from {os.path.basename(source)} by tools/compile_sql.py. */', '#pragma once', '', '#include "db/db.h"', '']
    for name, number, lines in statements_of(source):
        if name in seen:
            raise Mistake(f'{source}:{number}: {name} is there twice')
        seen.add(name)
        text = '\n'.join(lines).strip().removesuffix(';').rstrip()
        check(source, name, number, text)
        out.append(f'__attribute__((unused)) static const struct db_sql sql_{name} = {{')
        out.append(f'    "{room}.{name}",')
        body = text.split('\n')
        for i, line in enumerate(body):
            end = '};' if i == len(body) - 1 else ''
            out.append('    ' + quoted(line + ('' if end else '\n')).replace('\n', '\\n') + end)
        out.append('')
    with open(target, 'w', encoding='utf-8') as file:
        file.write('\n'.join(out))


def compile_migrations(target, sources):
    out = ['/* Made from migrations/ by tools/compile_sql.py. */', '#include "db/migrations.h"', '',
           'const struct db_migration db_migrations[] = {']
    numbers = set()
    for source in sorted(sources, key=os.path.basename):
        name = os.path.basename(source)
        match = re.fullmatch(r'([0-9]{4})_([a-z0-9_]+)\.sql', name)
        if not match or int(match.group(1)) in numbers:
            raise Mistake(f'{source}: migrations are named 0001_name.sql, each number once')
        number = int(match.group(1))
        numbers.add(number)
        with open(source, encoding='utf-8') as file:
            lines = [strip_comment(line.rstrip('\n')) for line in file]
        for token in TOKEN.findall('\n'.join(lines)):
            if token not in TOKENS:
                raise Mistake(f'{source}: {{{token}}} is not a token')
        out.append(f'    {{{number}, "{match.group(2)}",')
        out += ['     ' + quoted(line + '\n').replace('\n', '\\n') for line in lines if line.strip()]
        out.append('    },')
    out += ['};', 'const size_t db_migration_count = sizeof db_migrations / sizeof *db_migrations;', '']
    with open(target, 'w', encoding='utf-8') as file:
        file.write('\n'.join(out))


def main():
    try:
        if len(sys.argv) > 3 and sys.argv[1] == '--migrations':
            compile_migrations(sys.argv[2], sys.argv[3:])
        elif len(sys.argv) == 3:
            compile_room(sys.argv[1], sys.argv[2])
        else:
            raise Mistake(__doc__)
    except Mistake as mistake:
        sys.exit(str(mistake))


main()
