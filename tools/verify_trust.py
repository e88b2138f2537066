#!/usr/bin/python3
"""Checks what the signer signed without a line of Divit's code: written after docs/trust.md alone, signatures by openssl.

verify_trust.py --key signer.pub --journal signer.db --anchor signer.head
verify_trust.py --key signer.pub --database divit.db          (SQLite file, or the address of a PostgreSQL database)
verify_trust.py --key signer.pub --proof proof.json           (what `divit audit prove` prints)

Each may be given with the others. What is wrong is printed, a line each; then a line of what was looked at. Exit code 0:
all holds; 2: something does not.
"""
import argparse
import base64
import hashlib
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata

findings = []
looked_at = []
TIME = r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ'


def find(text):
    findings.append(text)


class Key:
    """The signer's own key: ECDSA P-256, SHA-256."""

    def __init__(self, der):
        self.folder = tempfile.TemporaryDirectory()
        self.pem = self.path('key.pem')
        subprocess.run(['openssl', 'pkey', '-pubin', '-inform', 'DER', '-in', str(der), '-out', self.pem], check=True)

    def path(self, name):
        return str(pathlib.Path(self.folder.name) / name)

    def has_signed(self, text, signature):
        pathlib.Path(self.path('text')).write_bytes(text)
        pathlib.Path(self.path('signature')).write_bytes(signature)
        result = subprocess.run(['openssl', 'dgst', '-sha256', '-verify', self.pem, '-signature', self.path('signature'),
                                 self.path('text')], capture_output=True)
        return result.returncode == 0


class Statement:
    """Labels in their order, then lines of one kind; refused unless every byte is as the format has it."""

    def __init__(self, text, kind, labels, line=None):
        lines = text.decode('utf-8').split('\n')
        if lines.pop() != '' or unicodedata.normalize('NFC', text.decode('utf-8')).encode() != text:
            raise ValueError('not in its one form')
        if len(text) > 65536 or lines[0] != f'divit {kind} 1':
            raise ValueError(f'no {kind} 1')
        self.values = []
        for wanted, (label, pattern) in zip(lines[1:], labels):
            match = re.fullmatch(f'{label}: ({pattern})', wanted, re.ASCII)
            if not match:
                raise ValueError(label)
            self.values.append(match.group(1))
        rest = lines[1 + len(labels):]
        if len(self.values) != len(labels) or (rest and not line):
            raise ValueError('lines')
        self.lines = [re.fullmatch(line, one) for one in rest]
        if None in self.lines or len(self.lines) > 500:
            raise ValueError('line')


NUMBER = r'[1-9]\d{0,15}'
HEX = r'[0-9a-f]{64}'


def read_head(text):
    return Statement(text, 'head', [('Kayıt', NUMBER), ('Özet', HEX), ('Düzenlenme Zamanı', TIME)]).values


def read_tree(text):
    return Statement(text, 'tree', [('Büyüklük', NUMBER), ('Kök', HEX), ('Düzenlenme Zamanı', TIME)]).values


def read_status(text):
    statement = Statement(text, 'status', [('Numara', NUMBER), ('Önceki', f'{HEX}|-'), ('Düzenlenme Zamanı', TIME)],
                          rf'Durum: ([0-9a-f]{{1,40}}) (askıda|etkin|iptal) (\d|10) ({TIME})')
    serials = [line.group(1) for line in statement.lines]
    if serials != sorted(set(serials)):
        raise ValueError('serials not in order')
    return statement


def part(data):
    return len(data).to_bytes(8, 'big') + data


# -- the signer's journal --

def check_journal(path, anchor, key):
    db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    hashes, previous = {}, bytes(32)
    digests = {'statement': [], 'tree': []}
    active, has_words = None, False  # the serial that the record before made active
    for number, at_s, kind, subject, body, kept in db.execute(
            'SELECT number, at_s, kind, subject, body, hash FROM record ORDER BY number'):
        made = hashlib.sha256(previous + number.to_bytes(8, 'big') + at_s.to_bytes(8, 'big') + part(kind.encode()) +
                              part(subject.encode()) + part(body)).digest()
        if number != len(hashes) + 1 or made != kept:
            find(f'journal: record {len(hashes) + 1} does not follow from those before it')
            return
        hashes[number] = previous = made
        words = subject if kind == 'activated' and re.fullmatch(f'(owner|card) {HEX} {HEX}', body.decode()) else None
        has_words = has_words or kind == 'activated'
        if has_words and words != active:
            find(f'journal: record {number}: an activation and the word for it do not stand together')
        active = subject if kind == 'status' and body == b'active 0' else None
        if kind in digests:
            digests[kind].append((int(subject), body.decode().split(' ')[0]))
    heads = 0
    for number, text, signature in db.execute('SELECT number, text, signature FROM head ORDER BY number'):
        check_head(text, signature, key, hashes, number)
        heads += 1
    for kind, table in (('statement', 'statement'), ('tree', 'tree')):
        rows = db.execute(f'SELECT number, text FROM {table} ORDER BY number').fetchall()
        if digests[kind] != [(number, hashlib.sha256(text).hexdigest()) for number, text in rows]:
            find(f'journal: table {table} is not what the records name')
    check_anchor(anchor, key, hashes)
    looked_at.append(f'{len(hashes)} records, {heads} heads')


def check_head(text, signature, key, hashes, expected=None):
    number, digest, _ = read_head(text)
    if not key.has_signed(text, signature):
        find(f'journal: the head of record {number} is not signed')
    if hashes.get(int(number), b'').hex() != digest or expected not in (None, int(number)):
        find(f'journal: record {number} is not the one of its signed head')


def check_anchor(path, key, hashes):
    if not pathlib.Path(path).exists():
        find('journal: the anchor is gone')
        return
    text, label, signature = pathlib.Path(path).read_text(encoding='utf-8').partition('İmza: ')
    if not label:
        find('journal: the anchor has no signature')
        return
    check_head(text.encode(), base64.b64decode(signature), key, hashes)


# -- the database --

class Database:
    def __init__(self, address):
        self.address = address
        self.sqlite = None
        if pathlib.Path(address).exists():
            self.sqlite = sqlite3.connect(f'file:{address}?mode=ro', uri=True)

    def rows(self, sql):
        """Columns as text; {column!x} is one of octets, given as bytes."""
        octets = [bool(match.group(1)) for match in re.finditer(r'\{(x:)?\w+(?:\.\w+)?\}', sql)]
        form = r'hex(\2)' if self.sqlite else r"encode(\2, 'hex')"
        sql = re.sub(r'\{(x:)(\w+(?:\.\w+)?)\}', form, sql)
        sql = re.sub(r'\{(\w+(?:\.\w+)?)\}', r'\1', sql)
        if self.sqlite:
            found = self.sqlite.execute(sql).fetchall()
        else:
            output = subprocess.run(['psql', '-X', '-q', '-A', '-t', '-F', '\x1f', '-R', '\x1e', '-d', self.address, '-c', sql],
                                    check=True, capture_output=True, text=True).stdout
            found = [line.split('\x1f') for line in output.rstrip('\n').split('\x1e') if line]
        return [[bytes.fromhex(cell or '') if is_octets else str(cell) for cell, is_octets in zip(row, octets)]
                for row in found]


def check_status(database, key):
    said, previous, count = {}, '-', 0
    for number, text, signature in database.rows(
            'SELECT {number}, {x:text}, {x:signature} FROM status_statement ORDER BY number'):
        statement = read_status(text)
        if statement.values[:2] != [str(count + 1), previous] or int(number) != count + 1:
            find(f'status: statement {number} does not follow from the one before it')
            return
        if not key.has_signed(text, signature):
            find(f'status: statement {number} is not signed')
        for line in statement.lines:
            said[line.group(1)] = (line.group(2), line.group(3), line.group(4), number)
        previous, count = hashlib.sha256(text).hexdigest(), count + 1
    words = {'suspended': 'askıda', 'active': 'etkin', 'revoked': 'iptal'}
    rows = {}
    for serial, status, reason, since_s, number in database.rows(
            'SELECT {serial}, {status}, {reason}, {since_s}, {change_number} FROM certificate_status'):
        rows[serial] = (words[status], reason, iso(int(since_s)), number)
    for serial in sorted(said.keys() | rows.keys()):
        if said.get(serial) != rows.get(serial):
            find(f'status: the row of {serial} is not what was said')
    looked_at.append(f'{count} statements, {len(said)} certificates')


def iso(seconds):
    return sqlite3.connect(':memory:').execute("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?, 'unixepoch')", (seconds,)).fetchone()[0]


# -- the audit tree: RFC 9162 2.1 --

def leaf_hash(entry):
    return hashlib.sha256(b'\0' + entry).digest()


def parent_hash(left, right):
    return hashlib.sha256(b'\1' + left + right).digest()


def root_hash(leaves):
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return parent_hash(root_hash(leaves[:half]), root_hash(leaves[half:]))


def check_tree(database, key):
    leaves = []
    for (position, record, at_s, event, actor_kind, actor, subject_kind, subject, request, detail, digest) in database.rows(
            'SELECT {l.position}, {r.id}, {r.at_s}, {r.event}, {r.actor_kind}, {r.actor}, {r.subject_kind}, {r.subject}, '
            '{r.request}, {r.detail}, {x:r.address_digest} FROM audit_leaf l JOIN audit_record r ON r.id = l.record_id '
            'ORDER BY l.position'):
        if int(position) != len(leaves):
            find(f'tree: the record of leaf {len(leaves)} is not there')
            return
        leaves.append(leaf_hash(
            int(record).to_bytes(8, 'big') + int(at_s).to_bytes(8, 'big') + part(event.encode()) + part(actor_kind.encode()) +
            int(actor).to_bytes(8, 'big') + part(subject_kind.encode()) + int(subject).to_bytes(8, 'big') + part(digest) +
            part(request.encode()) + part(detail.encode())))
    heads = database.rows('SELECT {size}, {x:text}, {x:signature} FROM audit_head ORDER BY size')
    for size, text, signature in heads:
        said_size, root, _ = read_tree(text)
        if said_size != size or not key.has_signed(text, signature):
            find(f'tree: the head over {size} records is not signed')
        elif int(size) > len(leaves) or root_hash(leaves[:int(size)]).hex() != root:
            find(f'tree: the first {size} records are not those of the signed head')
    looked_at.append(f'{len(leaves)} audit records, {len(heads)} heads')


def check_proof(path, key):
    proof = json.loads(pathlib.Path(path).read_text(encoding='utf-8'))
    text = proof['head'].encode()
    size, root, _ = read_tree(text)
    if not key.has_signed(text, base64.b64decode(proof['signature'])):
        find('proof: the head is not signed')
    at, last, made = proof['position'], int(size) - 1, leaf_hash(bytes.fromhex(proof['entry']))
    for node in map(bytes.fromhex, proof['path']):  # RFC 9162 2.1.3.2
        if at & 1 or at == last:
            made = parent_hash(node, made)
            while not at & 1 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            made = parent_hash(made, node)
        at, last = at >> 1, last >> 1
    if last != 0 or made.hex() != root:
        find(f'proof: record {proof["record"]} is not under the signed head')
    looked_at.append('1 proof')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('key', 'journal', 'anchor', 'database', 'proof'):
        parser.add_argument(f'--{name}', required=name == 'key')
    given = parser.parse_args()
    key = Key(given.key)
    try:
        if given.journal:
            check_journal(given.journal, given.anchor, key)
        if given.database:
            check_status(Database(given.database), key)
            check_tree(Database(given.database), key)
        if given.proof:
            check_proof(given.proof, key)
    except (ValueError, KeyError) as wrong:
        find(f'not in the form of docs/trust.md: {wrong}')
    for text in findings:
        print(text)
    print(f'looked at {"; ".join(looked_at)}: {len(findings)} found')
    sys.exit(2 if findings else 0)


if __name__ == '__main__':
    main()
