#!/usr/bin/python3
"""The texts people read: English in code and templates, Turkish in po/tr/*.po (gettext's format, one file a room).

texts.py embed PO-FOLDER --out C [--depfile FILE]   the catalogue as C
texts.py check SOURCE-FOLDER PO-FOLDER [--stamp FILE --depfile FILE]
                                       names every text without Turkish, every Turkish text that nothing uses, and
                                       every translation whose {names} or tags differ from the English ones
texts.py missing SOURCE-FOLDER PO-FOLDER   the missing ones in po form, to be translated
"""
import argparse
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compile_template  # noqa: E402

# Which argument of which call is a text for people.
CALLS = {"tr": 1, "TR": 0, "tr_fill": 2, "form_mistake": 2}
CALL = re.compile(r"\b(" + "|".join(CALLS) + r")\s*\(")
TOKEN = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'(?:[^\'\\\n]|\\.)*\'|/\*.*?\*/|//[^\n]*', re.S)
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "'": "'", "?": "?"}


class TextError(Exception):
    pass


def unescape(text):
    return re.sub(r"\\(.)", lambda match: ESCAPES.get(match.group(1), match.group(0)), text)


# --- C -----------------------------------------------------------------------------------------------------------------

def without_comments(source):
    """The source with comments blanked, so that positions and lines stay."""
    def blank(match):
        text = match.group(0)
        return re.sub(r"[^\n]", " ", text) if text.startswith(("/*", "//")) else text
    return TOKEN.sub(blank, source)


def arguments(source, start):
    """The texts of a call's arguments; `start` is behind the opening bracket."""
    depth, begin, position, found = 0, start, start, []
    while position < len(source):
        match = TOKEN.match(source, position)
        if match:
            position = match.end()
            continue
        character = source[position]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            if depth == 0:
                return found + [source[begin:position]]
            depth -= 1
        elif character == "," and depth == 0:
            found.append(source[begin:position])
            begin = position + 1
        position += 1
    return found


def texts_of_argument(argument):
    """Literals of one argument: neighbours are joined, the arms of a ?: are texts of their own."""
    for inner in reversed(list(CALL.finditer(argument))):  # inner calls are found by themselves
        end = inner.end() + len(",".join(arguments(argument, inner.end())))
        argument = argument[:inner.start()] + "," + argument[end + 1:]
    found, end = [], None
    for match in STRING.finditer(argument):
        is_neighbour = end is not None and not argument[end:match.start()].strip()
        found[-1:] = [found[-1] + match.group(1)] if is_neighbour else found[-1:] + [match.group(1)]
        end = match.end()
    return [unescape(text) for text in found]


def texts_of_c(path):
    with open(path, encoding="utf-8") as stream:
        source = without_comments(stream.read())
    for match in CALL.finditer(source):
        if re.search(r"#\s*define\s+$|const char \*$", source[max(0, match.start() - 40):match.start()]):
            continue
        given = arguments(source, match.end())
        index = CALLS[match.group(1)]
        if index < len(given):
            line = source.count("\n", 0, match.start()) + 1
            for text in texts_of_argument(given[index]):
                yield line, text


# --- everything --------------------------------------------------------------------------------------------------------

def source_files(folder):
    """(files, folders) below, in order."""
    files, folders = [], []
    for place, names, entries in os.walk(folder):
        names.sort()
        folders.append(place)
        files += [os.path.join(place, entry) for entry in sorted(entries) if entry.endswith((".c", ".h", ".html"))]
    return files, folders


def extract(folder):
    """{English: 'file:line' of its first use}"""
    found = {}
    partials = compile_template.load_partials(os.path.join(folder, "web", "partials"))
    for path in source_files(folder)[0]:
        pairs = texts_of_c(path)
        if path.endswith(".html"):
            pairs = compile_template.Template(path).texts(partials)
        for line, text in pairs:
            found.setdefault(text, f"{path}:{line}")
    return found


def read_po(path):
    """[(line, English, Turkish)] without the header; neither plurals nor contexts are used."""
    entries, current, target, first = [], {}, None, 0
    with open(path, encoding="utf-8") as stream:
        lines = stream.read().split("\n")
    for number, line in enumerate(lines + ["msgid \"\""], 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        match = re.match(r'(msgid|msgstr)?\s*"((?:[^"\\]|\\.)*)"$', line)
        if not match:
            raise TextError(f"{path}:{number}: error: neither msgid, msgstr nor a comment")
        if match.group(1) == "msgid":
            if current.get("msgid"):
                entries.append((first, current["msgid"], current.get("msgstr", "")))
            current, first = {}, number
        if match.group(1):
            target = match.group(1)
        if target is None:
            raise TextError(f"{path}:{number}: error: a text without msgid")
        current[target] = current.get(target, "") + unescape(match.group(2))
    return entries


def read_catalogue(folder):
    """{English: [(Turkish, place)]}; the first one counts, check() refuses others that differ."""
    catalogue = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".po"):
            continue
        path = os.path.join(folder, name)
        for line, english, turkish in read_po(path):
            if turkish:
                catalogue.setdefault(english, []).append((turkish, f"{path}:{line}"))
    return catalogue


def marks(text):
    """What a translation must keep: {names} and tags."""
    return sorted(re.findall(r"\{[a-z][a-z0-9_.]*\}|</?[a-zA-Z][^<>]*>", text))


def mistakes(texts, catalogue):
    found = [f"{place}: error: no Turkish for: {text}" for text, place in texts.items() if text not in catalogue]
    for text, entries in catalogue.items():
        for turkish, place in entries:
            if text not in texts:
                found.append(f"{place}: error: nothing uses this text: {text}")
            elif marks(text) != marks(turkish):
                found.append(f"{place}: error: {{names}} or tags differ: {text}")
            elif turkish != entries[0][0]:
                found.append(f"{place}: error: {entries[0][1]} translates this text otherwise: {text}")
    return found


def po_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def write_depfile(path, target, places):
    compile_template.write_file(path, [f"{target}: " + " \\\n ".join(places)])


def po_places(folder):
    return [folder] + [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


def embed(folder, output, depfile):
    catalogue = read_catalogue(folder)
    if depfile:
        write_depfile(depfile, output, po_places(folder))
    rows = sorted(((text, entries[0][0]) for text, entries in catalogue.items()), key=lambda row: row[0].encode())
    lines = ["/* Made by tools/texts.py from po/tr/. */", '#include "base/catalogue.h"', "",
             f"const size_t catalogue_count = {len(rows)};", "", "const struct catalogue_entry catalogue[] = {"]
    lines += [f"    {{{compile_template.c_string(english)},\n     {compile_template.c_string(turkish)}}},"
              for english, turkish in rows]
    compile_template.write_file(output, lines + ["    {0},", "};"])


def check(options):
    found = mistakes(extract(options.source), read_catalogue(options.po))
    if options.depfile:
        files, folders = source_files(options.source)
        write_depfile(options.depfile, options.stamp, files + folders + po_places(options.po))
    if found:
        sys.exit("\n".join(found))
    if options.stamp:
        compile_template.write_file(options.stamp, ["every text has its Turkish"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    embedding = commands.add_parser("embed")
    embedding.add_argument("po")
    embedding.add_argument("--out", required=True)
    embedding.add_argument("--depfile")
    for name in ("check", "missing"):
        command = commands.add_parser(name)
        command.add_argument("source")
        command.add_argument("po")
        command.add_argument("--stamp")
        command.add_argument("--depfile")
    options = parser.parse_args()
    try:
        if options.command == "embed":
            embed(options.po, options.out, options.depfile)
        elif options.command == "check":
            check(options)
        else:
            catalogue = read_catalogue(options.po)
            for text, place in extract(options.source).items():
                if text not in catalogue:
                    print(f"#: {place}\nmsgid {po_string(text)}\nmsgstr \"\"\n")
    except (TextError, compile_template.TemplateError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
