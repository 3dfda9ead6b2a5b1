"""What a name may be: letters of any script that a reader sees, and nothing that makes our mail somebody's message.

Whoever types a stranger's address must not be able to send the stranger words, a link or a number by way of a name; and
a public page must not show what only machines read. Honest names pass: `Md.Rahim`, `S.M.Islam`, `Ma.Elena`, initials,
Catalan's middle dot, marks of Vietnamese, Yoruba, Hindi, Burmese, Thai, Hebrew, the joiners of Urdu and Bengali, the
variants of Japanese names.

Sources: Unicode 16, categories and "Default_Ignorable_Code_Point" (UAX #44), joiners (UAX #31, 2.3), variation
sequences (chapter 23.4); the zones are those that links in unwanted mail end in, without those that are names or
titles (`.md`, `.st`, `.kim`), because mail programs make links of bare domains.
"""

import re
import unicodedata
from itertools import pairwise

from campaign.kernel.text import BLANK, VARIATION, header_name

GREETING_LENGTH = 20
"""A given name longer than this greets nobody: what is longer is mostly a sentence."""

_DOTS = str.maketrans(dict.fromkeys("\u2024\u3002\ufe52\uff0e\uff61\u06d4\ua4f8\u0701\u0702", "."))

_SPACES = frozenset(" \u00a0\u202f\u3000")
_JOINERS = frozenset("\u200c\u200d")
_JOINING = frozenset(
    {
        *("ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL"),
        *("TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "TIBETAN", "NKO", "THAANA", "BALINESE"),
    }
)
_VARIED = ("CJK", "MONGOLIAN")

_MOST_MARKS = 4
"""On one letter: Burmese has that many."""
_MOST_ACCENTS = 2
"""On one letter, of those that belong to no script, after composition."""

_GENERIC = (
    "com net org info biz edu gov mil int io app dev xyz top site online website web shop "
    "store club click link live now fun icu vip bid loan work space tech cloud email news "
    "media today world life page blog wiki chat tel mobi asia pro cam ltd agency digital "
    "network systems support help download stream video movie game games casino bet poker "
    "porn xxx sex adult dating money cash finance trade trading market exchange one zone "
    "buzz quest monster sbs cfd lol ink host press group team zip mov foundation ngo ong "
    "onion expert guru review reviews party racing science faith рф рус бел укр срб мкд "
    "қаз мон сайт онлайн орг ком дети москва ею ελ ευ бг გე հայ 中国 中國 公司 网络 网址 在线 中文网 香港 "
    "台湾 台灣 新加坡 コム みんな 한국 닷컴 भारत संगठन বাংলা ভারত ਭਾਰਤ ભારત இந்தியா இலங்கை లంక ไทย คอม "
    "پاکستان ایران امارات السعودية مصر الجزائر المغرب تونس سوريا فلسطين عمان قطر موقع "
    "شبكة بازار بھارت קום"
)
# Two letters, so short that a name may end like that: behind three letters at least.
_COUNTRIES = (
    "ac ad ae af ag ai am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo "
    "br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk "
    "dm dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr "
    "gs gt gu gw gy hk hm hn hr ht hu ie il im iq ir is jm jo jp ke kg kh ki km kn kp kr "
    "kw ky kz lb lc lk lr ls lt lu lv ly mc me mg mh mk ml mm mn mp mq mr ms mt mu mv mw "
    "mx my mz na nc ne nf ng ni nl np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw "
    "py qa re ro rs ru rw sb sc sd se sg sh si sk sl sm sn ss su sv sx sy sz tc td tf tg "
    "th tj tk tl tm tn tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt "
    "za zm zw"
)
# Behind these stands a name, not a zone: Mrs.Ng, Prof.My, Abu.Is. Shorter ones pass by their length (Dr.Do).
_TITLES = "abu|capt|engr|miss|moh|mohd|mrs|mst|muh|prof|rev|srta"
_ZONES = "|".join(re.escape(zone) for zone in sorted(_GENERIC.split(), key=len, reverse=True))
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_LINK = re.compile(
    rf"""
    ://  |  \bwww\.  |  \bxn--  |  \bmailto:
    | \d{{1,3}}(?:\.\d{{1,3}}){{3}}                       # an address of a machine
    | [^\W_][\w.-]*[^\W_]\.(?:{_ZONES})(?![^\W\d_])      # two characters at least, and a zone
    | (?<![\w-])(?!(?:{_TITLES})\.)[^\W_][\w-]+[^\W_]\.(?:{"|".join(_COUNTRIES.split())})(?![^\W_])
    | {_LABEL}\.{_LABEL}/                                # whatever the zone, a path follows
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER = re.compile(r"\d(?:[\W_]*\d){6,}")
"""Seven digits, whatever stands between them that is no letter: the shortest telephone number people dial."""

# What nearly everybody types: letters of scripts that need no marks. Nothing of it is a link.
_COMMON = re.compile(
    "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\u0391-\u03c9\u0400-\u0481\u048a-\u052f"
    "\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3 '\u2019]*"
)
_INNER = frozenset(" -'\N{RIGHT SINGLE QUOTATION MARK}")


def find_name_problem(name: str) -> str:
    """Return what is wrong with a name: `unseen`, `marks`, `link` or `number`; an empty text where nothing is."""
    if _COMMON.fullmatch(name):
        return ""
    if name.isascii():
        return _find_message(name) if name.isprintable() else "unseen"
    composed = unicodedata.normalize("NFC", name)
    if any(_is_unseen(before, character) for before, character in pairwise(f" {composed}")):
        return "unseen"
    if _is_overloaded(composed):
        return "marks"
    return _find_message(_plain(name))


def looks_like_link(text: str) -> bool:
    """Whether a name carries a link, which would make our mail somebody's advertisement."""
    return _LINK.search(_plain(text)) is not None


def greeting_name(given_name: str) -> str:
    """Return the given name to greet by, or nothing for what may be more than one: a sentence, a number, a link.

    Letters of any script, and between them one space, hyphen or apostrophe; at most `GREETING_LENGTH` characters.
    """
    name = unicodedata.normalize("NFC", given_name.strip())
    inner = [index for index, character in enumerate(name) if character in _INNER]
    if not name or len(name) > GREETING_LENGTH or len(inner) > 1 or find_name_problem(name):
        return ""
    if inner and not 0 < inner[0] < len(name) - 1:
        return ""
    letters = [character for character in name if character not in _INNER and character not in _JOINERS]
    return name if all(unicodedata.category(letter)[0] in "LM" for letter in letters) else ""


def sender_name(*parts: str) -> str:
    """Return a supporter's name fit for a mail header, or nothing where it is no name."""
    name = header_name(*parts)
    return "" if find_name_problem(name) else name


def _find_message(name: str) -> str:
    if _LINK.search(name):
        return "link"
    return "number" if _NUMBER.search(name) else ""


def _plain(name: str) -> str:
    """Return a name as a mail program reads it that looks for links: full width is plain, every dot is a dot."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name.translate(_DOTS)).translate(_DOTS)


def _is_unseen(before: str, character: str) -> bool:
    """Whether a character shows nothing where it stands."""
    if character.isascii():
        return unicodedata.category(character) == "Cc"
    if character in BLANK:
        return True
    if character in _JOINERS:
        return not (_is_of(before, _JOINING) or unicodedata.category(before) == "So" or before == "\ufe0f")
    if VARIATION.match(character):
        return not (_is_of(before, _VARIED) or unicodedata.category(before) == "So")
    category = unicodedata.category(character)
    return category in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") or (category == "Zs" and character not in _SPACES)


def _is_of(character: str, scripts: frozenset[str] | tuple[str, ...]) -> bool:
    return re.split("[ -]", unicodedata.name(character, ""))[0] in scripts


def _is_overloaded(name: str) -> bool:
    """Whether more marks stand on one letter than any language writes, or one of them twice."""
    marks: list[str] = []
    for character in name:
        if unicodedata.category(character) not in ("Mn", "Me") or VARIATION.match(character):
            marks = []
            continue
        if marks and marks[-1] == character:
            return True
        marks.append(character)
        accents = [mark for mark in marks if unicodedata.name(mark, "COMBINING").startswith("COMBINING")]
        if len(marks) > _MOST_MARKS or len(accents) > _MOST_ACCENTS:
            return True
    return False
