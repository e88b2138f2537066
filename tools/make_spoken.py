#!/usr/bin/python3
"""Speaks the picture challenge's letters and digits with espeak-ng, as C: make_spoken.py --out FILE.c

Each is said with a word that begins with it, as people spell on the telephone: 'me' and 'ne' sound alike, Manisa and
Niğde do not. Kept are samples of one octet, signed, 8000 a second.
"""
import argparse
import array
import io
import pathlib
import subprocess
import wave

RATE = 8000
QUIET = 300  # of 32767: what is softer at both ends is cut off
LANGUAGES = {'tr': 'LANGUAGE_TURKISH', 'en': 'LANGUAGE_ENGLISH'}
WORDS = {
    'tr': {'A': 'a, Adana', 'C': 'ce, Ceyhan', 'E': 'e, Edirne', 'F': 'fe, Fatsa', 'H': 'he, Hatay', 'J': 'je, jandarma',
           'K': 'ke, Kayseri', 'M': 'me, Manisa', 'N': 'ne, Niğde', 'P': 'pe, Polatlı', 'R': 're, Rize', 'T': 'te, Tokat',
           'W': 'çift ve, Washington', 'X': 'iks, ksilofon', 'Y': 'ye, Yozgat',
           '3': 'rakam üç', '4': 'rakam dört', '7': 'rakam yedi', '9': 'rakam dokuz'},
    'en': {'A': 'A, Alpha', 'C': 'C, Charlie', 'E': 'E, Echo', 'F': 'F, Foxtrot', 'H': 'H, Hotel', 'J': 'J, Juliet',
           'K': 'K, Kilo', 'M': 'M, Mike', 'N': 'N, November', 'P': 'P, Papa', 'R': 'R, Romeo', 'T': 'T, Tango',
           'W': 'W, Whiskey', 'X': 'X, X-ray', 'Y': 'Y, Yankee',
           '3': 'digit three', '4': 'digit four', '7': 'digit seven', '9': 'digit nine'},
}


def speak(language, words):
    spoken = subprocess.run(['espeak-ng', '-v', language, '-s', '150', '--stdout', words], stdout=subprocess.PIPE,
                            check=True).stdout
    with wave.open(io.BytesIO(spoken)) as stream:
        assert stream.getnchannels() == 1 and stream.getsampwidth() == 2
        return array.array('h', stream.readframes(stream.getnframes())), stream.getframerate()


def cut_silence(samples):
    loud = [at for at, sample in enumerate(samples) if abs(sample) > QUIET]
    return samples[loud[0]:loud[-1] + 1]


def resample(samples, rate):
    """Each new sample is the mean of those it stands for, which also keeps out what 8000 a second cannot hold."""
    count = len(samples) * RATE // rate
    means = []
    for at in range(count):
        part = samples[at * rate // RATE:max((at + 1) * rate // RATE, at * rate // RATE + 1)]
        means.append(sum(part) / len(part))
    return means


def clip(language, words):
    samples, rate = speak(language, words)
    samples = resample(cut_silence(samples), rate)
    loudest = max(abs(sample) for sample in samples)
    return [round(sample * 127 / loudest) for sample in samples]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--out', required=True)
    lines = ['#include "web/challenge_internal.h"', '']
    rows = []
    for language, words in WORDS.items():
        for symbol, text in words.items():
            name = f'{language}_{symbol}'
            samples = clip(language, text)
            lines.append(f'static const int8_t {name}[] = {{')
            lines += [','.join(map(str, samples[start:start + 40])) + ',' for start in range(0, len(samples), 40)]
            lines.append('};')
            rows.append(f"    {{{LANGUAGES[language]}, '{symbol}', {name}, sizeof {name}}},")
    lines += ['const struct challenge_clip challenge_clips[] = {', *rows, '    {0},', '};', '']
    pathlib.Path(parser.parse_args().out).write_text('\n'.join(lines), encoding='utf-8')


main()
