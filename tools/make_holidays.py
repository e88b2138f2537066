#!/usr/bin/python3
"""Purpose: turns data/holidays.csv into the table of public holidays in C.

make_holidays.py holidays.csv OUT.c
"""
import datetime
import sys


def main(source, target):
    days = []
    with open(source, encoding='utf-8') as file:
        for line in file:
            if not line.startswith('#'):
                days.append(datetime.date.fromisoformat(line.split(';')[0]))
    if days != sorted(set(days)):
        sys.exit(f'{source}: days out of order, or twice')
    with open(target, 'w', encoding='utf-8') as out:
        out.write('/* Made from data/holidays.csv by tools/make_holidays.py. */\n#include "application/timeline.h"\n\n')
        out.write('const struct date public_holidays[] = {\n')
        for day in days:
            out.write(f'    {{{day.year}, {day.month}, {day.day}}},\n')
        out.write('    {0, 0, 0},\n};\n')


main(*sys.argv[1:])
