#!/usr/bin/python3
"""Files as a table `const struct http_asset NAME[]` in C: embed_files.py --name NAME --out FILE.c FILE…"""
import argparse
import hashlib
import pathlib

MEDIA_TYPES = {'.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8'}

parser = argparse.ArgumentParser()
parser.add_argument('--name', required=True)
parser.add_argument('--out', required=True)
parser.add_argument('files', nargs='+', type=pathlib.Path)
arguments = parser.parse_args()

lines = ['#include "http/http.h"', '']
rows = []
for number, path in enumerate(arguments.files):
    body = path.read_bytes()
    lines.append(f'static const uint8_t file_{number}[] = {{')
    lines += [','.join(str(byte) for byte in body[start:start + 40]) + ',' for start in range(0, len(body), 40)]
    lines.append('};')
    digest = hashlib.sha256(body).hexdigest()[:16]
    rows.append(f'    {{"{path.name}", "{MEDIA_TYPES[path.suffix]}", {{file_{number}, sizeof file_{number}}}, "{digest}"}},')
lines += [f'extern const struct http_asset {arguments.name}[];', f'const struct http_asset {arguments.name}[] = {{', *rows,
          '    {0},', '};', '']
pathlib.Path(arguments.out).write_text('\n'.join(lines), encoding='utf-8')
