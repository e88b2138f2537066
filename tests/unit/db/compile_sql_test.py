"""What tools/compile_sql.py takes and refuses."""
import os
import subprocess
import sys
import tempfile
import unittest

TOOL = sys.argv.pop(1)


class CompileSql(unittest.TestCase):
    def compile(self, text):
        with tempfile.TemporaryDirectory() as folder:
            source, target = os.path.join(folder, 'room.sql'), os.path.join(folder, 'room_sql.h')
            with open(source, 'w', encoding='utf-8') as file:
                file.write(text)
            run = subprocess.run([sys.executable, TOOL, source, target], capture_output=True, text=True, check=False)
            if run.returncode != 0:
                return None, run.stderr
            with open(target, encoding='utf-8') as file:
                return file.read(), ''

    def test_taken(self):
        text, mistake = self.compile("-- about\n-- name: find\nSELECT '--;x' AS a -- why\nFROM t WHERE id = $id;\n")
        self.assertEqual(mistake, '')
        self.assertIn('"room.find"', text)
        self.assertIn("\"SELECT '--;x' AS a\\n\"", text)
        self.assertIn('"FROM t WHERE id = $id"};', text)

    def test_refused(self):
        cases = {
            'SELECT 1': 'without a name',
            '-- name: Find\nSELECT 1': 'write it as',
            '-- name: a\n-- name: b\nSELECT 1': 'is empty',
            '-- name: a\nSELECT 1\n-- name: a\nSELECT 2': 'twice',
            '-- name: a\nSELECT 1; SELECT 2': 'more than one',
            '-- name: a\nSELECT ?': 'written $name',
            '-- name: a\nSELECT :id': 'written $name',
            '-- name: a\nSELECT $1': 'not a parameter',
            '-- name: a\nSELECT "x"': 'quoted name',
            "-- name: a\nSELECT '$x'": 'inside a literal',
        }
        for text, expected in cases.items():
            with self.subTest(text=text):
                compiled, mistake = self.compile(text)
                self.assertIsNone(compiled)
                self.assertIn(expected, mistake)


unittest.main()
