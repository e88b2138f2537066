// Texts that have broken programs: each is either refused at its field, or comes out the other end as it went in.

/** Letters that anybody may write, where text is free. */
export const AWKWARD = {
  'markup': '"><script>alert(1)</script>\'', 'entities': '&lt;b&gt;&amp;#39;', 'template': '{{csrf}} {{{x}}} ${1} {reason}',
  'format': '%s%n%x %d', 'statement': "x'; DROP TABLE person; --", 'directory': '*)(uid=*))(|(uid=*', 'path': '../../etc/passwd',
  'shell': '$(id) `id` |id ;id', 'formula': '=cmd|\' /C calc\'!A1', 'plus': '+1+1', 'minus': '-2+3', 'at': '@SUM(1)',
  'Turkish': 'İıŞşĞğÇçÖöÜü', 'combining': 'e\u0301a\u0302', 'emoji': '😀', 'percent': '%0d%0aBcc: a@b.example %00',
  'JSON': '","level":"error"\\', 'backslash': 'C:\\x\\n\\u0000',
};

/** Letters that change what is seen, or are none. */
export const REFUSED = {
  'other direction': 'abc\u202Edef', 'isolate': 'a\u2066b', 'no width': 'ab\u200Bcd', 'mark of order': 'a\uFEFFb', 'bell': 'a\u0007b',
  'escape': 'a\u001B[31mb', 'tag': 'a\u{E0041}b', 'private': 'a\uE000b',
};

/** What encodeURIComponent does not send: broken UTF-8 and NUL, percent-encoded. */
export const BROKEN = { 'overlong': '%C0%AF', 'lone surrogate': '%ED%A0%80', 'cut off': '%E2%82', 'Latin': '%FF%FE', 'NUL': 'a%00b' };

/** White space and normal form do not count. */
export const bare = (text) => text.normalize('NFC').replace(/\s+/g, '');
