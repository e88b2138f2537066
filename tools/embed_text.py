#!/usr/bin/python3
"""embed_text.py OUTPUT.c INPUT…: each file as `const char NAME[]`, NUL at the end; NAME is the file's, '-' and '.' as '_'."""
import pathlib
import re
import sys

output, inputs = sys.argv[1], sys.argv[2:]
with open(output, 'w', encoding='ascii') as file:
    for name in inputs:
        data = pathlib.Path(name).read_bytes()
        if b'\0' in data:
            sys.exit(f'{name}: is not text')
        symbol = re.sub(r'[-.]', '_', pathlib.Path(name).name)
        file.write(f'extern const char {symbol}[];\nconst char {symbol}[] = {{\n')
        for start in range(0, len(data), 24):
            file.write(', '.join(f'{byte - 256 if byte > 127 else byte}' for byte in data[start:start + 24]) + ',\n')
        file.write('0};\n')
