#!/usr/bin/python3
"""Makes the web program's assets (styles, script, icon, fonts) into C.

embed_assets.py --root PROJECT --out C --depfile FILE

Styles are compiled by sass from assets/divit.scss, Debian's Inter is cut down to Latin letters as WOFF2, and addresses
"/static/name" inside the styles get the digest of what they name. What packing makes smaller is there packed as well.
"""
import argparse
import gzip
import hashlib
import os
import subprocess
import sys
import tempfile

FONTS = "/usr/share/fonts/opentype/inter"
LETTERS = ("U+0020-007E,U+00A0-017F,U+02C6-02DD,U+0300-0308,U+2010-2027,U+2030,U+2039,U+203A,U+20AC,U+20BA,"
           "U+2190-2193,U+2212,U+2713")
FEATURES = "kern,liga,calt,tnum,locl,ccmp,mark,mkmk"


def run(command):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{result.stdout}")


def need_packages(root):
    """node_modules as package-lock.json says; `make` has seen to it, a plain ninja may not have."""
    lock, installed = os.path.join(root, "package-lock.json"), os.path.join(root, "node_modules", ".package-lock.json")
    if not os.path.exists(installed) or os.path.getmtime(installed) < os.path.getmtime(lock):
        run(["npm", "ci", "--prefix", root, "--ignore-scripts", "--no-audit", "--no-fund"])
        os.utime(installed)


def style(root, folder):
    target = os.path.join(folder, "divit.css")
    run(["node", os.path.join(root, "node_modules", "sass", "sass.js"), "--style=compressed", "--no-source-map",
         "--load-path=" + os.path.join(root, "node_modules", "govuk-frontend", "dist"),
         os.path.join(root, "assets", "divit.scss"), target])
    return target


def font(name, folder):
    target = os.path.join(folder, name + ".woff2")
    run(["/usr/bin/python3", "-m", "fontTools.subset", os.path.join(FONTS, name + ".otf"), "--unicodes=" + LETTERS,
         "--layout-features=" + FEATURES, "--flavor=woff2", "--output-file=" + target])
    return target


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--depfile", required=True)
    options = parser.parse_args()
    root = os.path.abspath(options.root)
    need_packages(root)
    script, icon, styles = (os.path.join(root, "assets", name) for name in ("divit.js", "divit.svg", "divit.scss"))
    with tempfile.TemporaryDirectory() as folder:
        assets = [(name + ".woff2", "font/woff2", read(font(name, folder))) for name in ("Inter-Regular", "Inter-Bold")]
        css = read(style(root, folder))
    for name, _, body in assets:
        digest = hashlib.sha256(body).hexdigest()[:16]
        css = css.replace(f"/static/{name}".encode(), f"/static/{digest}/{name}".encode())
    assets += [("divit.css", "text/css; charset=utf-8", css), ("divit.js", "text/javascript; charset=utf-8", read(script)),
               ("divit.svg", "image/svg+xml", read(icon))]
    write(options.out, assets)
    with open(options.depfile, "w", encoding="utf-8") as stream:
        stream.write(f"{options.out}: {script} {icon} {styles} {os.path.join(root, 'package-lock.json')}\n")


def octets(name, body):
    return [f"static const uint8_t {name}[] = {{",
            *("    " + ",".join(map(str, body[start:start + 40])) + "," for start in range(0, len(body), 40)), "};"]


def write(path, assets):
    lines = ["/* Made by tools/embed_assets.py. */", '#include "web/assets.h"', ""]
    packed = [gzip.compress(body, 9, mtime=0) for _, _, body in assets]
    packed = [small if len(small) < len(body) else b"" for small, (_, _, body) in zip(packed, assets)]
    for index, (_, _, body) in enumerate(assets):
        lines += octets(f"body_{index}", body)
        if packed[index]:
            lines += octets(f"gzip_{index}", packed[index])
    lines.append("const struct http_asset assets[] = {")
    digests = [hashlib.sha256(body).hexdigest()[:16] for _, _, body in assets]
    for index, (name, media_type, _) in enumerate(assets):
        small = f"{{gzip_{index}, sizeof gzip_{index}}}" if packed[index] else "{NULL, 0}"
        lines.append(f'    {{"{name}", "{media_type}", {{body_{index}, sizeof body_{index}}}, "{digests[index]}", {small}}},')
    lines += ["    {0},", "};", "const char *const asset_urls[] = {"]
    lines += [f'    "/static/{digest}/{name}",' for digest, (name, _, _) in zip(digests, assets)]
    lines.append("};")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
