#!/usr/bin/python3
"""Compiles page templates (Mustache syntax, docs/templates.md) to C.

compile_template.py page FILE --partials DIR --name page_desk_x --out-c C --out-h H --include INC
compile_template.py partials DIR --out-c C --out-h H --include INC

Every value is escaped for where it stands; a name that is not in the page's data, an unknown partial or parameter, and
a value where escaping could not help end the build with file and line.
"""
import argparse
import os
import re
import sys

TAG = re.compile(r"\{\{(.*?)\}\}(?!\})", re.S)
NAME = re.compile(r"[a-z][a-z0-9_]*$")
PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")
BRACE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
PARAMETER = re.compile(r'\s*([a-z_]+)=(?:"([^"]*)"|([a-z][a-z0-9_.]*))')
C_WORDS = ("auto break case char const continue default do double else enum extern float for goto if inline int long "
           "register return short signed sizeof static struct switch typedef union unsigned void volatile while "
           "page data").split()
FIELD_PARTS = ("name", "value", "error")
SCALARS = ("text", "words", "bool", "int", "field", "options")
URL_ATTRIBUTES = ("href", "src", "action", "formaction")


class TemplateError(Exception):
    def __init__(self, file, line, message):
        super().__init__(f"{file}:{line}: error: {message}")


class Member:
    """One line of a page's data: a scalar, or a list with members of its own."""

    def __init__(self, kind, name, members=None):
        self.kind, self.name, self.members = kind, name, members


class Node:
    def __init__(self, kind, line, **rest):
        self.kind, self.line = kind, line
        self.__dict__.update(rest)


def collapse(text):
    return re.sub(r"\s+", " ", text).strip()


def c_string(text):
    out = []
    for byte in text.encode():
        character = chr(byte)
        if character in '"\\':
            out.append("\\" + character)
        elif character == "\n":
            out.append("\\n")
        elif character == "?" or not 32 <= byte < 127:
            out.append(f"\\{byte:03o}")  # '?' too: no trigraphs
        else:
            out.append(character)
    return '"' + "".join(out) + '"'


class Template:
    """A parsed template: head (title, data, back, width) and a tree of nodes."""

    def __init__(self, file, source=None):
        self.file = file
        self.title = self.back = None
        self.title_line = 1
        self.is_wide = False
        self.members = []
        if source is None:
            with open(file, encoding="utf-8") as stream:
                source = stream.read()
        self.source = source
        self.nodes = self.parse()

    def fail(self, line, message):
        raise TemplateError(self.file, line, message)

    # --- parsing ---------------------------------------------------------------------------------------------------

    def tokens(self):
        """('text', line, text) and ('tag', line, content), tags alone on their line taking the line with them."""
        position, line = 0, 1
        for match in TAG.finditer(self.source):
            start, end = match.span()
            is_block = match.group(1)[:1] in "!#^/>" and not match.group(1).startswith(("#_", "/_"))
            line_start = self.source.rfind("\n", 0, start) + 1
            line_end = self.source.find("\n", end)
            line_end = len(self.source) if line_end < 0 else line_end + 1
            before, after = self.source[line_start:start], self.source[end:line_end]
            if is_block and not before.strip() and not after.strip() and line_start >= position:
                start, end = line_start, line_end
            text = self.source[position:start]
            if text:
                yield "text", line, text
            tag_line = self.source.count("\n", 0, match.start()) + 1
            yield "tag", tag_line, match.group(1)
            position = end
            line = self.source.count("\n", 0, position) + 1
        rest = self.source[position:]
        stray = rest.find("{{")
        if stray >= 0:
            self.fail(line + rest.count("\n", 0, stray), "'{{' without '}}'")
        if rest:
            yield "text", line, rest

    def parse(self):
        root = []
        stack = [(None, root, 0)]
        for kind, line, content in self.tokens():
            target = stack[-1][1]
            if kind == "text":
                if "}}" in content:
                    self.fail(line, "'}}' without '{{'")
                target.append(Node("text", line, text=content))
                continue
            sign, name = content[:1], content[1:].strip()
            if sign == "!":
                self.parse_head(line, content[1:])
            elif sign in "#^":
                children = []
                if name == "_":
                    if sign == "^":
                        self.fail(line, "a translated section begins with {{#_}}")
                    target.append(Node("words", line, children=children))
                else:
                    self.check_path(line, name)
                    target.append(Node("section", line, name=name, is_inverted=sign == "^", children=children))
                stack.append((name, children, line))
            elif sign == "/":
                if stack[-1][0] is None or stack[-1][0] != name:
                    self.fail(line, f"{{{{/{name}}}}} closes nothing that is open here")
                stack.pop()
            elif sign == ">":
                target.append(self.parse_partial(line, name))
            elif sign in "{&":
                self.fail(line, "there is no raw output")
            else:
                name = content.strip()
                self.check_path(line, name)
                target.append(Node("value", line, name=name))
        if len(stack) > 1:
            self.fail(stack[-1][2], f"{{{{#{stack[-1][0]}}}}} is never closed")
        return root

    def check_path(self, line, name):
        if not PATH.match(name):
            self.fail(line, f"'{name}' is no name")

    def parse_partial(self, line, content):
        parts = content.split(None, 1)
        if not parts or not NAME.match(parts[0]):
            self.fail(line, "a partial needs a name: {{> input field=…}}")
        rest, parameters, position = (parts[1] if len(parts) > 1 else ""), {}, 0
        while position < len(rest.rstrip()):
            match = PARAMETER.match(rest, position)
            if not match:
                self.fail(line, f'parameters are name="text" or name=member, not: {rest[position:].strip()[:40]}')
            if match.group(1) in parameters:
                self.fail(line, f"parameter '{match.group(1)}' is given twice")
            is_literal = match.group(2) is not None
            parameters[match.group(1)] = (is_literal, match.group(2) if is_literal else match.group(3))
            position = match.end()
        return Node("partial", line, name=parts[0], parameters=parameters)

    def parse_head(self, line, content):
        word, _, rest = content.partition("\n") if content.startswith("data") else content.partition(" ")
        if word == "title":
            self.title, self.title_line = collapse(rest), line
        elif word == "back":
            self.back = rest.strip()
        elif word.strip() == "wide":
            self.is_wide = True
        elif word.strip() == "data":
            self.parse_data(line + 1, rest)

    def parse_data(self, first_line, block):
        stack = [self.members]
        line = first_line
        for line, text in enumerate(block.split("\n"), first_line):
            words = text.split("#", 1)[0].split()
            if not words:
                continue
            if words == ["end"]:
                if len(stack) == 1:
                    self.fail(line, "'end' without 'list'")
                stack.pop()
                continue
            if len(words) != 2 or words[0] not in SCALARS + ("list",):
                self.fail(line, f"data is '<type> <name>' with type {', '.join(SCALARS)} or list: {text.strip()}")
            kind, name = words
            if not NAME.match(name) or name in C_WORDS:
                self.fail(line, f"'{name}' cannot be a name")
            if any(member.name == name for member in stack[-1]):
                self.fail(line, f"'{name}' is there twice")
            member = Member(kind, name, [] if kind == "list" else None)
            stack[-1].append(member)
            if kind == "list":
                stack.append(member.members)
        if len(stack) > 1:
            self.fail(line, "'list' without 'end'")

    # --- texts for translation -------------------------------------------------------------------------------------

    def words_message(self, node):
        """The English text of a translated section, with {name} for each value, and the nodes of the values."""
        text, values = "", []
        for child in node.children:
            if child.kind == "text":
                text += child.text
            elif child.kind == "value":
                text += "{" + child.name + "}"
                values.append(child)
            else:
                self.fail(child.line, "a translated section holds text and {{names}} only")
        text = collapse(text)
        if not text:
            self.fail(node.line, "an empty translated section")
        return text, values

    def texts(self, partials):
        """(line, English text) of all that is translated."""
        found = [(self.title_line, self.title)] if self.title else []

        def walk(nodes):
            for node in nodes:
                if node.kind == "words":
                    found.append((node.line, self.words_message(node)[0]))
                elif node.kind == "section":
                    walk(node.children)
                elif node.kind == "partial" and node.name in partials:
                    kinds = {member.name: member.kind for member in partials[node.name].members}
                    for name, (is_literal, value) in node.parameters.items():
                        if is_literal and value and kinds.get(name) == "words":
                            found.append((node.line, value))
                        elif is_literal and kinds.get(name) == "options":
                            found.extend((node.line, pair[1]) for pair in self.choices(node.line, value))
        walk(self.nodes)
        return found

    def choices(self, line, literal):
        """options="value=English|value=English" as pairs."""
        pairs = [part.split("=", 1) for part in literal.split("|")]
        if any(len(pair) != 2 for pair in pairs):
            self.fail(line, 'literal options are "value=Text|value=Text"')
        return pairs


class Writer:
    """Writes the C of one template's body. `scope` is a list of (C expression, members), innermost last."""

    def __init__(self, template, partials, struct):
        self.template, self.partials, self.struct = template, partials, struct
        self.lines, self.depth, self.counter = [], 1, 0
        self.scope = [("page->", [Member("text", "csrf")], None), ("data->", template.members, struct)]
        self.literal = ""
        self.html = ""  # the literal text so far, for knowing where a value stands
        self.has_form = False
        self.computed = {}  # inside options: C conditions of is_first and is_chosen

    def emit(self, text):
        self.flush()
        self.lines.append("    " * self.depth + text)

    def flush(self):
        text, self.literal = self.literal, ""
        while text:
            cut = text.find("\n") + 1
            piece, text = (text[:cut], text[cut:]) if 0 < cut else (text, "")
            self.lines.append("    " * self.depth + f"page_raw(page, {c_string(piece)});")

    def write_text(self, text, line):
        self.check_policy(text, line)
        text = re.sub(r"\n[ \t]+", "\n", text)
        if self.html.endswith("\n") or not self.html:
            text = text.lstrip(" \t")
        self.literal += text
        self.html += text

    def check_policy(self, text, line):
        script = re.search(r"<script(?! src=)|<style\b", text, re.I)
        if script:
            self.template.fail(line + text.count("\n", 0, script.start()),
                               "no inline <script> or <style>: the content security policy forbids them")
        event = re.search(r"<[^<>]*\s(on[a-z]+|style)\s*=", text, re.I)
        if event:
            self.template.fail(line + text.count("\n", 0, event.start()),
                               f"no {event.group(1)}= attribute: the content security policy forbids it")

    def place(self):
        """Where the next output stands: 'content', 'tag', 'attribute', or 'url' (start of an URL attribute)."""
        tag = self.html.rfind("<")
        if tag < 0 or not re.match(r"</?[a-zA-Z!]", self.html[tag:]):
            return "content"
        inside = re.sub(r"\x00", "", self.html[tag:])
        quote = None
        for character in inside:
            if quote:
                quote = None if character == quote else quote
            elif character in "\"'":
                quote = character
            elif character == ">":
                return "content"
        if not quote:
            return "tag"
        attribute = re.search(r"([a-zA-Z-]+)\s*=\s*[\"']$", inside)
        return "url" if attribute and attribute.group(1).lower() in URL_ATTRIBUTES else "attribute"

    # --- names -----------------------------------------------------------------------------------------------------

    def find(self, line, path):
        """(C expression, kind, member, struct) of a name."""
        head, *rest = path.split(".")
        for prefix, members, struct in reversed(self.scope):
            for member in members:
                if member.name == head:
                    return self.find_part(line, path, f"{prefix}{member.name}", member, rest, struct)
        self.template.fail(line, f"'{path}' is not in the data of this page")
        return None

    def find_part(self, line, path, expression, member, rest, struct):
        if not rest:
            return expression, member.kind, member, struct
        if member.kind != "field" or len(rest) != 1 or rest[0] not in FIELD_PARTS:
            self.template.fail(line, f"'{path}': only a field has parts ({', '.join(FIELD_PARTS)})")
        return f"page_field({expression})->{rest[0]}", "text", member, struct

    def value_text(self, line, path):
        expression, kind, _, _ = self.find(line, path)
        if kind == "int":
            return f"page_int_text(page, {expression})"
        if kind not in ("text", "words"):
            self.template.fail(line, f"'{path}' is a {kind} and cannot be printed")
        return expression

    def filled(self, line, literal, is_translated):
        """A literal with {name}s as a C expression of type const char *."""
        names = BRACE.findall(literal)
        if not names:
            return f"tr(page->language, {c_string(literal)})" if is_translated else c_string(literal)
        pairs = "".join(f"{c_string(name)}, {self.value_text(line, name)}, " for name in dict.fromkeys(names))
        function = "tr_fill(page->arena, page->language, " if is_translated else "page_fill(page, "
        return f"{function}{c_string(literal)}, {pairs}NULL)"

    # --- nodes -----------------------------------------------------------------------------------------------------

    def write(self, nodes):
        for node in nodes:
            getattr(self, "write_" + node.kind + "_node")(node)

    def write_text_node(self, node):
        self.write_text(node.text, node.line)

    def write_value_node(self, node):
        place = self.place()
        if place == "tag":
            self.template.fail(node.line, f"'{node.name}' stands in a tag without quotes")
        function = "page_url" if place == "url" else "page_text"
        self.emit(f"{function}(page, {self.value_text(node.line, node.name)});")
        self.html += "x"

    def write_words_node(self, node):
        place = self.place()
        if place in ("tag", "url"):
            self.template.fail(node.line, "a translated section stands in a tag without quotes, or in an address")
        message, values = self.template.words_message(node)
        if re.search(r"<(script|style)\b|\s(on[a-z]+|style)=", message, re.I):
            self.template.fail(node.line, "no scripts or styles in a translated section")
        names = dict.fromkeys(value.name for value in values)
        pairs = "".join(f"{c_string(name)}, {self.value_text(node.line, name)}, " for name in names)
        function = "page_words_attribute" if place == "attribute" else "page_words"
        self.emit(f"{function}(page, {c_string(message)}, {pairs}NULL);")
        self.html += "x"

    def write_section_node(self, node):
        expression, kind, member, struct = self.find(node.line, node.name)
        self.flush()
        if kind in ("list", "options") and not node.is_inverted:
            self.write_list(node, expression, member, struct)
            return
        condition = {"text": f"page_has({expression})", "words": f"page_has({expression})", "bool": expression,
                     "int": f"{expression} != 0", "list": f"{expression}_count > 0",
                     "options": f"{expression}_count > 0", "computed": self.computed.get(member.name)}.get(kind)
        if condition is None:
            self.template.fail(node.line, f"'{node.name}' is a {kind} and cannot be a section; use {node.name}.error")
        condition = f"!({condition})" if node.is_inverted else condition
        self.emit(f"if ({condition}) {{")
        self.write_block(node)

    def write_block(self, node):
        self.depth += 1
        self.write(node.children)
        self.flush()
        self.depth -= 1
        self.emit("}")

    def write_list(self, node, expression, member, struct):
        self.counter += 1
        index, item = f"i{self.counter}", f"item{self.counter}"
        item_struct = "page_option" if member.kind == "options" else f"{struct}_{member.name}"
        self.emit(f"for (size_t {index} = 0; {index} < {expression}_count; {index}++) {{")
        self.depth += 1
        self.emit(f"const struct {item_struct} *{item} = &{expression}[{index}];")
        self.emit(f"(void){item};")
        self.depth -= 1
        if member.kind == "options":
            self.scope.append((f"{item}->", [Member("text", "value"), Member("text", "label")], item_struct))
            self.scope.append(("", [Member("computed", "is_first"), Member("computed", "is_chosen")], None))
            self.computed = {"is_first": f"{index} == 0", "is_chosen": f"page_is_chosen(data->field, {item})"}
            self.write_block(node)
            self.scope.pop()
        else:
            self.scope.append((f"{item}->", member.members, item_struct))
            self.write_block(node)
        self.scope.pop()

    def write_partial_node(self, node):
        partial = self.partials.get(node.name)
        if partial is None:
            self.template.fail(node.line, f"there is no partial '{node.name}'; there are: {', '.join(self.partials)}")
        if self.place() != "content":
            self.template.fail(node.line, "a partial cannot stand inside a tag")
        if node.name == "form_begin":
            self.has_form = True
        kinds = {member.name: member.kind for member in partial.members}
        given = []
        for name, (is_literal, value) in node.parameters.items():
            if name not in kinds:
                self.template.fail(node.line, f"partial '{node.name}' has no parameter '{name}'; "
                                              f"it has: {', '.join(kinds)}")
            given += self.parameter(node, name, kinds[name], is_literal, value)
        if "field" in kinds and "field" not in node.parameters:
            self.template.fail(node.line, f"partial '{node.name}' needs field=…")
        self.emit(f"partial_{node.name}(page, &(const struct partial_{node.name}){{{', '.join(given) or '0'}}});")
        self.html += "\n"

    def parameter(self, node, name, kind, is_literal, value):
        if is_literal:
            return self.literal_parameter(node, name, kind, value)
        expression, own_kind, _, _ = self.find(node.line, value)
        if kind in ("text", "words"):
            return [f".{name} = {self.value_text(node.line, value)}"]
        if own_kind != kind or kind == "list":
            self.template.fail(node.line, f"parameter '{name}' is a {kind}, '{value}' is a {own_kind}")
        if kind == "options":
            return [f".{name} = {expression}", f".{name}_count = {expression}_count"]
        return [f".{name} = {expression}"]

    def literal_parameter(self, node, name, kind, value):
        if kind in ("text", "words"):
            return [f".{name} = {self.filled(node.line, value, kind == 'words')}"]
        if kind == "bool" and value in ("yes", "no"):
            return [f".{name} = {'true' if value == 'yes' else 'false'}"]
        if kind == "int" and re.match(r"\d{1,9}$", value):
            return [f".{name} = {value}"]
        if kind == "options":
            pairs = self.template.choices(node.line, value)
            items = ", ".join(f"{{{c_string(one)}, tr(page->language, {c_string(text)})}}" for one, text in pairs)
            return [f".{name} = (const struct page_option[]){{{items}}}", f".{name}_count = {len(pairs)}"]
        self.template.fail(node.line, f"parameter '{name}' is a {kind}; \"{value}\" does not fit")
        return []


# --- whole files -------------------------------------------------------------------------------------------------------

def struct_lines(name, members):
    """The struct of a page's data, its lists' item structs before it."""
    before, lines = [], []
    types = {"text": "const char *", "words": "const char *", "bool": "bool ", "int": "int64_t ",
             "field": "const struct form_field *"}
    for member in members:
        if member.kind in types:
            lines.append(f"    {types[member.kind]}{member.name};")
            continue
        item = "page_option" if member.kind == "options" else f"{name}_{member.name}"
        if member.kind == "list":
            before += struct_lines(item, member.members)
        lines += [f"    const struct {item} *{member.name};", f"    size_t {member.name}_count;"]
    return before + [f"struct {name} {{"] + (lines or ["    char nothing;"]) + ["};", ""]


def load_partials(folder):
    names = sorted(name[:-5] for name in os.listdir(folder) if name.endswith(".html"))
    return {name: Template(os.path.join(folder, name + ".html")) for name in names}


def write_file(path, lines):
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")


def body_function(writer, name):
    writer.write(writer.template.nodes)
    writer.flush()
    return [f"void {name}(struct page *page, const struct {writer.struct} *data)", "{", "    (void)data;",
            *writer.lines, "}", ""]


def compile_partials(folder):
    """(header lines, source lines after the include)"""
    partials = load_partials(folder)
    header = ["/* Made by tools/compile_template.py from the partials. */", "#pragma once", '#include "web/page.h"', ""]
    source = []
    for name, template in partials.items():
        header += struct_lines(f"partial_{name}", template.members)
        header += [f"void partial_{name}(struct page *page, const struct partial_{name} *data);", ""]
        source += body_function(Writer(template, partials, f"partial_{name}"), f"partial_{name}")
    return header, source


def compile_page(file, partials, name):
    template = Template(file)
    if not template.title:
        template.fail(1, "a page needs {{!title …}}")
    writer = Writer(template, partials, name)
    body = body_function(writer, f"{name}_body")
    title = writer.filled(template.title_line, template.title, True)
    fields = [member.name for member in template.members if member.kind == "field"]
    header = [f"/* Made by tools/compile_template.py from {os.path.basename(file)}. */", "#pragma once",
              '#include "web/page.h"', "", *struct_lines(name, template.members),
              f"void {name}_body(struct page *page, const struct {name} *data);",
              "/* Renders the whole page and answers the request with it. */",
              f"enum err {name}(struct http_request *request, int status, const struct {name} *data) MUST_CHECK;"]
    listed = ", ".join(f"data->{field}" for field in fields)
    flags = {"has_form": writer.has_form, "is_wide": template.is_wide}
    source = [*body, f"enum err {name}(struct http_request *request, int status, const struct {name} *data)", "{",
              "    struct page *page = page_new(request);",
              f"    const struct form_field *const fields[] = {{{listed + ', ' if listed else ''}NULL}};",
              "    const struct page_head head = {",
              f"        .title = {title},", "        .fields = fields,"]
    if template.back:
        source.append(f"        .back = {writer.filled(1, template.back, False)},")
    source += [f"        .{flag} = true," for flag, is_set in flags.items() if is_set]
    source += ["    };", "    TRY(page_begin(page, &head));", f"    {name}_body(page, data);",
               "    return page_end(page, status);", "}"]
    return header, source


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("page", "partials"))
    parser.add_argument("input")
    parser.add_argument("--partials")
    parser.add_argument("--name")
    parser.add_argument("--out-c", required=True)
    parser.add_argument("--out-h", required=True)
    parser.add_argument("--include", help="how the C file names its header; its base name if absent")
    options = parser.parse_args()
    try:
        if options.what == "partials":
            header, source = compile_partials(options.input)
        else:
            header, source = compile_page(options.input, load_partials(options.partials), options.name)
    except TemplateError as error:
        sys.exit(str(error))
    include = options.include or os.path.basename(options.out_h)
    write_file(options.out_h, header)
    write_file(options.out_c, [f'#include "{include}"', '#include "web/partials.h"', "", *source])


if __name__ == "__main__":
    main()
