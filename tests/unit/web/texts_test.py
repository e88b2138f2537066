"""The extraction of texts, the reading of po files and the checks between them."""
import os
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tools"))
import texts  # noqa: E402

SOURCE = r'''
#define TR(english) english
const char *tr(enum language language, const char *english);
/* tr(language, "in a comment") */
f(tr(language_of(a, b), "one"), TR("two " /* note */ "halves"));
tr_fill(arena, language, is ? "three \"{a}\"" : "four", "a", "no text", NULL);
form_mistake(form, "name", "five");
tr(language, variable); "no text"; str("no text", "no text");
tr(language, cond ? TR("six") : "five");
'''
PO = r'''
msgid ""
msgstr "Language: tr\n"

#: somewhere
msgid "one"
msgstr "bir"

msgid ""
"two "
"halves"
msgstr "iki \"yarım\"\n"

msgid "empty"
msgstr ""
'''


class Texts(unittest.TestCase):
    def written(self, folder, name, content):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(content)
        return path

    def test_c(self):
        with tempfile.TemporaryDirectory() as folder:
            found = list(texts.texts_of_c(self.written(folder, "a.c", SOURCE)))
        self.assertEqual(found, [(5, "one"), (5, "two halves"), (6, "three \"{a}\""), (6, "four"), (7, "five"),
                                 (9, "five"),
                                 (9, "six")])

    def test_po(self):
        with tempfile.TemporaryDirectory() as folder:
            path = self.written(folder, "a.po", PO)
            self.assertEqual(texts.read_catalogue(folder),
                             {"one": [("bir", path + ":6")], "two halves": [("iki \"yarım\"\n", path + ":9")]})
            self.written(folder, "a.po", "msgid \"a\"\nmsgstr b\n")
            with self.assertRaisesRegex(texts.TextError, "a.po:2: error"):
                texts.read_catalogue(folder)

    def test_mistakes(self):
        english = {"one": "a.c:1", "two {a}": "a.c:2", "<b>three</b>": "a.c:3", "four": "a.c:4"}
        right = {"one": [("bir", "x")], "two {a}": [("{a} iki", "x")], "<b>three</b>": [("<b>üç</b>", "x")],
                 "four": [("dört", "x"), ("dört", "y")]}
        self.assertEqual(texts.mistakes(english, right), [])
        cases = [({"one": None}, "a.c:1: error: no Turkish for: one"),
                 ({"five": [("beş", "x:5")]}, "x:5: error: nothing uses this text: five"),
                 ({"two {a}": [("{b} iki", "x:2")]}, "x:2: error: {names} or tags differ: two {a}"),
                 ({"<b>three</b>": [("üç", "x:3")]}, "x:3: error: {names} or tags differ: <b>three</b>"),
                 ({"four": [("dört", "x:4"), ("4", "y:4")]}, "y:4: error: x:4 translates this text otherwise: four")]
        for change, message in cases:
            catalogue = {key: value for key, value in {**right, **change}.items() if value}
            self.assertEqual(texts.mistakes(english, catalogue), [message])


unittest.main()
