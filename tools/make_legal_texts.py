#!/usr/bin/python3
"""Purpose: turns the texts that applicants accept into a table in C, each with the digest of its Turkish file.

make_legal_texts.py FOLDER OUT.c

A file FOLDER/tr/NAME.txt begins with `name: …` and `version: …`; after an empty line come the title, and after another
the paragraphs, parted by empty lines. FOLDER/en/NAME.txt, where there is one, holds title and paragraphs alone.
"""
import hashlib
import os
import sys

KINDS = [('LEGAL_NOTICE', 'aydinlatma-metni'), ('LEGAL_INFORMATION', '5070-bilgilendirmesi'),
         ('LEGAL_DECLARATION', 'beyan'), ('LEGAL_FORM', 'basvuru-formu'), ('LEGAL_UNDERTAKING', 'taahhutname')]


def quoted(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') + '"'


def joined(paragraphs):
    """Line breaks inside a paragraph are the file's, not the text's."""
    return '\n\n'.join(' '.join(paragraph.split('\n')) for paragraph in paragraphs)


def main(folder, target):
    with open(target, 'w', encoding='utf-8') as out:
        out.write('/* Made from texts/ by tools/make_legal_texts.py. */\n#include "publication/legal_text.h"\n\n')
        out.write('static const struct legal_text texts[LEGAL_TEXT_COUNT] = {\n')
        for kind, name in KINDS:
            path = os.path.join(folder, 'tr', name + '.txt')
            with open(path, 'rb') as file:
                data = file.read()
            head, title, *paragraphs = data.decode('utf-8').strip('\n').split('\n\n')
            facts = dict(line.split(': ', 1) for line in head.split('\n'))
            english = 'NULL'
            path = os.path.join(folder, 'en', name + '.txt')
            if os.path.exists(path):
                with open(path, encoding='utf-8') as file:
                    _, *translated = file.read().strip('\n').split('\n\n')
                english = quoted(joined(translated))
            out.write(f'    [{kind}] = {{{kind}, {quoted(facts["name"])}, {quoted(facts["version"])}, {quoted(title)},\n'
                      f'        {quoted(joined(paragraphs))},\n        {english},\n'
                      f'        "{hashlib.sha256(data).hexdigest()}",\n        {quoted(data.decode("utf-8"))}, 0, NULL}},\n')
        out.write('};\n\nconst struct legal_text *shipped_legal_text(enum legal_text_kind kind)\n{\n    return &texts[kind];\n}\n')


main(*sys.argv[1:])
