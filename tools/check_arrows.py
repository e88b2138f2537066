#!/usr/bin/python3
"""Arrows go up only: fails on any #include that a room must not have (ARCHITECTURE.md, Rooms).

A room includes rooms before it in the order below. Other rooms see a domain room through its contract alone. Programs do
not include each other, except cli, which starts them all. Some programs must not know the domain, or any database. What
other people's libraries do is wrapped by one room, or few, which alone include their headers.
"""
import argparse
import pathlib
import re
import sys

BELOW = ['base', 'db', 'http', 'ipc', 'pki', 'token', 'statement', 'outside']
DOMAIN = ['audit', 'publication', 'message', 'identity', 'register', 'certificate', 'signing', 'payment', 'application', 'production']
PROGRAMS = ['web', 'worker', 'signer', 'keeper', 'responder', 'cli', 'eimza', 'sim']
ORDER = BELOW + DOMAIN + PROGRAMS
# what a program must not see, beside the other programs
FORBIDDEN = {
    'web': ['token', 'outside', 'production'],
    'worker': ['http'],
    'signer': DOMAIN + ['db', 'http', 'outside'],
    'keeper': DOMAIN + ['db', 'http', 'outside'],
    'responder': DOMAIN + ['outside'],
    'eimza': DOMAIN + ['db', 'http', 'outside'],
    'sim': DOMAIN + ['db', 'token', 'statement'],
}
# headers of libraries, and the rooms that see them
LIBRARIES = [
    (re.compile(r'openssl/(x509|cms|ocsp|ts|pkcs)'), ['pki']),
    (re.compile(r'openssl/'), ['pki', 'keeper', 'sim']),
    (re.compile(r'sqlite3'), ['db', 'signer', 'keeper']),
    (re.compile(r'libpq-fe'), ['db']),
    (re.compile(r'microhttpd'), ['http']),
    (re.compile(r'p11-kit/'), ['token']),
    (re.compile(r'seccomp|linux/(seccomp|landlock|capability)'), ['ipc']),
    (re.compile(r'libxml/'), ['outside', 'sim']),
    (re.compile(r'xmlsec/'), ['outside']),
    (re.compile(r'curl/'), ['outside', 'eimza', 'sim']),
    (re.compile(r'sodium|ini\.h'), ['base']),
    (re.compile(r'cairo'), ['web']),
    (re.compile(r'qrencode'), ['web', 'worker']),
    (re.compile(r'pango/|hb[-.]|zint|zlib'), ['worker']),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
LIBRARY_INCLUDE = re.compile(r'^\s*#\s*include\s*<([^>]+)>')


def find_fault(room, included_path):
    """Why a file of `room` must not include this path; None when it may."""
    included = included_path.split('/')[0]
    if '/' not in included_path:
        return None  # made at build time, in the room's own folder
    if included not in ORDER:
        return f'"{included_path}": includes are written from src/, and {included} is no room'
    if included == room:
        return None
    if included in PROGRAMS:
        return None if room == 'cli' else f'"{included_path}": programs do not include each other'
    if ORDER.index(included) > ORDER.index(room):
        return f'"{included_path}": {room} stands below {included}'
    if included in FORBIDDEN.get(room, []):
        return f'"{included_path}": {room} must not know {included}'
    if included in DOMAIN and included_path != f'{included}/{included}.h':
        return f'"{included_path}": others see {included} through {included}/{included}.h alone'
    return None


def find_library_fault(room, header):
    for pattern, rooms in LIBRARIES:
        if pattern.match(header):
            return None if room in rooms else f'<{header}>: for {" and ".join(rooms)} alone'
    return None


def check_tree(source):
    faults = []
    for path in sorted(source.rglob('*.[ch]')):
        relative = path.relative_to(source)
        room = relative.parts[0]
        if room not in ORDER:
            faults.append(f'{path}: {room} is no room')
            continue
        for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
            match = INCLUDE.match(line)
            fault = find_fault(room, match.group(1)) if match else None
            match = LIBRARY_INCLUDE.match(line)
            fault = fault or (find_library_fault(room, match.group(1)) if match else None)
            if fault:
                faults.append(f'{path}:{number}: {fault}')
    return faults


def check_itself():
    """The rule on made-up includes, so that a broken check does not pass for a clean tree."""
    allowed = [('base', 'base/err.h'), ('db', 'base/err.h'), ('web', 'application/application.h'), ('cli', 'web/web.h'),
               ('application', 'application/store.h'), ('responder', 'db/db.h'), ('web', 'page_login.h')]
    refused = [('base', 'db/db.h'), ('application', 'web/web.h'), ('payment', 'application/application.h'),
               ('web', 'application/store.h'), ('web', 'worker/worker.h'), ('signer', 'identity/identity.h'),
               ('keeper', 'audit/audit.h'), ('web', 'token/token.h'), ('eimza', 'db/db.h'), ('keeper', 'db/db.h'), ('db', 'attic/old.h')]
    library_refused = [('signer', 'openssl/x509.h'), ('application', 'sqlite3.h'), ('web', 'microhttpd.h'), ('cli', 'curl/curl.h')]
    library_allowed = [('pki', 'openssl/x509v3.h'), ('keeper', 'openssl/evp.h'), ('web', 'string.h')]
    return ([f'check: {room} may include {path}' for room, path in allowed if find_fault(room, path)] +
            [f'check: {room} must not include {path}' for room, path in refused if not find_fault(room, path)] +
            [f'check: {room} may include <{path}>' for room, path in library_allowed if find_library_fault(room, path)] +
            [f'check: {room} must not include <{path}>' for room, path in library_refused
             if not find_library_fault(room, path)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('source', type=pathlib.Path, help='the src folder')
    parser.add_argument('--stamp', type=pathlib.Path, help='a file to touch when all is well')
    arguments = parser.parse_args()
    faults = check_itself() + check_tree(arguments.source)
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults and arguments.stamp:
        arguments.stamp.touch()
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
