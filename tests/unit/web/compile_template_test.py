"""What the template compiler refuses, by its message with file and line; each case compiles when the fault is gone."""
import os
import sys
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tools"))
import compile_template  # noqa: E402

HEAD = "{{!title T}}\n{{!data\ntext a\nbool b\nfield f\nlist l\n  text x\nend\n}}\n"  # the body begins on line 9
REFUSED = [
    ("{{nobody}}", 9, "'nobody' is not in the data"),
    ("\n\n{{x}}", 11, "'x' is not in the data"),
    ("{{#l}}{{y}}{{/l}}", 9, "'y' is not in the data"),
    ("{{b}}", 9, "'b' is a bool and cannot be printed"),
    ("{{f}}", 9, "'f' is a field and cannot be printed"),
    ("{{f.secret}}", 9, "only a field has parts"),
    ("{{a.value}}", 9, "only a field has parts"),
    ("{{#f}}x{{/f}}", 9, "use f.error"),
    ("{{#b}}x", 9, "{{#b}} is never closed"),
    ("{{#b}}x{{/a}}", 9, "closes nothing"),
    ("x{{/b}}", 9, "closes nothing"),
    ("x {{a", 9, "'{{' without '}}'"),
    ("x a}} y {{a}}", 9, "'}}' without '{{'"),
    ("{{{a}}}", 9, "no raw output"),
    ("{{&a}}", 9, "no raw output"),
    ("{{> nothing}}", 9, "there is no partial 'nothing'"),
    ("{{> input label=\"A\"}}", 9, "needs field="),
    ("{{> input field=f colour=\"A\"}}", 9, "has no parameter 'colour'"),
    ("{{> input field=a}}", 9, "parameter 'field' is a field, 'a' is a text"),
    ("{{> input field=nobody}}", 9, "'nobody' is not in the data"),
    ("{{> input field=f required=\"maybe\"}}", 9, "does not fit"),
    ("{{> input field=f label=\"{nobody}\"}}", 9, "'nobody' is not in the data"),
    ("{{> input field=f field=f}}", 9, "given twice"),
    ("{{> input field=f, label}}", 9, "parameters are"),
    ("<p {{> csrf}}>", 9, "there is no partial"),
    ("<p {{> warning text=\"A\"}}>", 9, "inside a tag"),
    ("<p title={{a}}>", 9, "in a tag without quotes"),
    ("<p {{a}}>", 9, "in a tag without quotes"),
    ("<p>\n<script>x</script>", 10, "no inline <script>"),
    ("<style>x</style>", 9, "no inline <script> or <style>"),
    ("<p onclick=\"x\">", 9, "no onclick= attribute"),
    ("<p class=\"a\" style=\"x\">", 9, "no style= attribute"),
    ("{{#_}}a {{#b}}c{{/b}}{{/_}}", 9, "text and {{names}} only"),
    ("{{#_}} {{/_}}", 9, "an empty translated section"),
    ("{{#_}}<script>{{/_}}", 9, "no scripts"),
    ("<a href=\"{{#_}}a{{/_}}\">", 9, "in an address"),
]
HEADS = [
    ("{{!data\ntext a\ntext a\n}}", 3, "'a' is there twice"),
    ("{{!data\nstring a\n}}", 2, "data is '<type> <name>'"),
    ("{{!data\ntext Name\n}}", 2, "cannot be a name"),
    ("{{!data\ntext int\n}}", 2, "cannot be a name"),
    ("{{!data\nlist a\ntext b\n}}", 4, "'list' without 'end'"),
    ("{{!data\nend\n}}", 2, "'end' without 'list'"),
]


def compiled(source):
    template = compile_template.Template("x.html", source)
    partials = compile_template.load_partials(os.path.join(ROOT, "src", "web", "partials"))
    return "\n".join(compile_template.body_function(compile_template.Writer(template, partials, "page_x"), "body"))


class Refused(unittest.TestCase):
    def refused(self, source, line, message):
        with self.subTest(source=source), self.assertRaises(compile_template.TemplateError) as caught:
            compiled(source)
        self.assertTrue(str(caught.exception).startswith(f"x.html:{line}: error: "), str(caught.exception))
        self.assertIn(message, str(caught.exception))

    def test_bodies(self):
        for body, line, message in REFUSED:
            self.refused(HEAD + body, line + 1, message)

    def test_heads(self):
        for source, line, message in HEADS:
            self.refused(source, line, message)


class Made(unittest.TestCase):
    def test_place_decides_the_escaping(self):
        code = compiled(HEAD + '<a href="{{a}}" title="{{a}}">{{a}}</a><img alt="{{#_}}E{{/_}}"><i>{{#_}}E{{/_}}</i>')
        self.assertEqual(code.count("page_url(page, data->a)"), 1)
        self.assertEqual(code.count("page_text(page, data->a)"), 2)
        self.assertEqual(code.count("page_words_attribute(page, \"E\""), 1)
        self.assertEqual(code.count("page_words(page, \"E\""), 1)

    def test_braces_next_to_a_tag_s_end(self):
        template = compile_template.Template("x.html", "{{!title A {a}}}\n{{!back {b}}}\n{{!data\ntext a\ntext b\n}}\nx")
        self.assertEqual((template.title, template.back), ("A {a}", "{b}"))
        self.assertEqual([node.text for node in template.nodes], ["x"])

    def test_texts_with_their_lines(self):
        source = HEAD + ("{{#_}}One\n  more {{a}}{{/_}}\n{{> input field=f label=\"Two\" width=\"20\"}}"
                         "{{> radios field=f label=\"Three\" options=\"1=Four|2=Five\"}}")
        partials = compile_template.load_partials(os.path.join(ROOT, "src", "web", "partials"))
        self.assertEqual(compile_template.Template("x.html", source).texts(partials),
                         [(1, "T"), (10, "One more {a}"), (12, "Two"), (12, "Three"), (12, "Four"), (12, "Five")])


unittest.main()
