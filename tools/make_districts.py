#!/usr/bin/python3
"""Purpose: turns data/districts.csv into the table of provinces and districts in C.

make_districts.py districts.csv OUT.c
"""
import sys

ALPHABET = '0123456789 aâbcçdefgğhıiîjklmnoöpqrsştuüûvwxyz'


def turkish_key(name):
    lower = name.replace('I', 'ı').replace('İ', 'i').lower()
    return [ALPHABET.index(character) for character in lower]


def main(source, target):
    provinces = {}
    with open(source, encoding='utf-8') as file:
        for line in file:
            if line.startswith('#'):
                continue
            number, province, district = line.rstrip('\n').split(';')
            provinces.setdefault((int(number), province), []).append(district)
    if sorted(number for number, _ in provinces) != list(range(1, 82)):
        sys.exit(f'{source}: not 81 provinces')
    with open(target, 'w', encoding='utf-8') as out:
        out.write('/* Made from data/districts.csv by tools/make_districts.py. */\n#include "application/application.h"\n\n')
        for (number, _), districts in sorted(provinces.items()):
            names = ', '.join(f'"{name}"' for name in sorted(districts, key=turkish_key))
            out.write(f'static const char *const districts_{number}[] = {{{names}, NULL}};\n')
        out.write('\nconst struct province provinces[] = {\n')
        for number, name in sorted(provinces, key=lambda province: turkish_key(province[1])):
            out.write(f'    {{{number}, "{name}", districts_{number}}},\n')
        out.write('    {0, NULL, NULL},\n};\n')


main(*sys.argv[1:])
