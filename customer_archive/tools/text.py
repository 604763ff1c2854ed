"""Normalise what people type: names, codes, telephone numbers, addresses.

Everything takes and returns text, never ``None``; nothing is validated here.
Chinese input methods produce full-width digits, letters and spaces (U+FF01 to
U+FF5E and U+3000); spreadsheets and web pages add invisible characters.
"""

import re
import unicodedata
from functools import cache

#: Full-width punctuation that belongs to a Chinese name. The business licence
#: prints （）, so a name keeps it as typed; `company_key` compares without it.
CHINESE_PUNCTUATION = "（），：；！？"

_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u2500\u30FC\uFE58\uFE63\uFF0D~～〜]")
_SPACES = re.compile(r"\s+")
_CODE_NOISE = re.compile(r"[\s\-]+")

# Telephone numbers, after the characters are half-width.
_EXTENSION = re.compile(
    r"(?:转|轉|分机号?|分機|内线|extension|ext|x|#)[\s.:\-]*(\d{1,6})\D*$", re.I
)
_DASHED_EXTENSION = re.compile(r"^(0\d{2,3}-?\d{7,8})-(\d{1,6})$")
_TRUNK_ZERO = re.compile(r"^(\+[\d\s\-]*)\(0\)")
_MOBILE = re.compile(r"1[3-9]\d{9}")

# Legal forms at any place of a Chinese name, and as last words of another.
_CHINESE_FORMS = re.compile(
    r"(?:股份)?有限责任公司|(?:股份)?有限公司|股份公司"
    r"|特殊普通合伙|普通合伙|有限合伙|个体工商户|个人独资企业"
)
_PLAIN_COMPANY = re.compile(r"(?<![分子总])公司$")
_PLACE_SUFFIX = re.compile(
    r"^(?:([\u4e00-\u9fff]{2,3})省)?(?:([\u4e00-\u9fff]{2,4}?)市)?(?=.)"
)
_LATIN_FORMS = frozenset(
    "ab ag as bhd bv co company corp corporation gmbh inc incorporated jsc kg kk"
    " limited llc llp lp ltd ltda nv oy oyj plc pte pty pvt sa sarl sas sdn spa srl"
    " sro".split()
)


def strip_invisible(text: str) -> str:
    """Remove zero-width and format characters; control characters become spaces.

    No-break, ideographic and line spaces count as spaces (Unicode Zs, Zl, Zp).

    >>> strip_invisible("\\ufeff华\\u200b为\\u00a0A")
    '华为 A'
    """
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Zs", "Zl", "Zp") else char


def collapse_spaces(text: str) -> str:
    """Turn each run of white space into one space and trim the ends.

    >>> collapse_spaces("  a \\t b ")
    'a b'
    """
    return _SPACES.sub(" ", text).strip()


def to_half_width(text: str, keep: str = CHINESE_PUNCTUATION) -> str:
    """Map full-width ASCII and the ideographic space to ASCII, except ``keep``.

    Not NFKC: that would also rewrite ㈱, ①, ㎡ or ½, which may be part of a name.

    >>> to_half_width("ＡＢＣ１２３（上海）＆Ｃｏ．")
    'ABC123（上海）&Co.'
    """
    return text.translate(_half_width_table(keep))


@cache
def _half_width_table(keep: str) -> dict[int, int]:
    return {key: val for key, val in _FULL_WIDTH.items() if chr(key) not in keep}


def normalize_name(text: str) -> str:
    """Return a name for display: half-width letters and digits, single spaces.

    Characters are composed (NFC); Chinese punctuation stays as typed.

    >>> normalize_name(" ＡＢＢ（中国）\\u3000有限公司\\u200b ")
    'ABB（中国） 有限公司'
    """
    composed = unicodedata.normalize("NFC", strip_invisible(text))
    return collapse_spaces(to_half_width(composed))


def normalize_code(text: str) -> str:
    """Return a tax or registration code: capital ASCII, no spaces, no dashes.

    Other characters stay, so that a check still sees what was typed.

    >>> normalize_code(" ９１１１－0105 m22582841q ")
    '91110105M22582841Q'
    """
    plain = unicodedata.normalize("NFKC", strip_invisible(text))
    code = _CODE_NOISE.sub("", _ascii_dashes(plain)).upper()
    return unicodedata.normalize("NFKC", code)


def normalize_email(text: str) -> str:
    """Return an e-mail address: ASCII signs, trimmed, domain in lower case.

    An ideographic full stop counts as a dot (RFC 3490, section 3.1). Spaces
    inside stay: such an address is wrong and must be seen to be.

    >>> normalize_email(" Info＠Example。COM ")
    'Info@example.com'
    """
    plain = unicodedata.normalize("NFKC", strip_invisible(text)).strip()
    local, at, domain = plain.rpartition("@")
    return local + at + domain.replace("。", ".").lower() if at else plain


def split_extension(text: str) -> tuple[str, str]:
    """Split a telephone number into its number and its extension (or "").

    >>> split_extension("0755-88886666转8001")
    ('0755-88886666', '8001')
    >>> split_extension("0755-88886666-8001")
    ('0755-88886666', '8001')
    """
    match = _EXTENSION.search(text)
    if match and any(map(str.isdigit, text[: match.start()])):
        return text[: match.start()].strip(" -,;()"), match[1]
    match = _DASHED_EXTENSION.match(text)
    return (match[1], match[2]) if match else (text, "")


def normalize_phone(text: str) -> str:
    """Return a telephone number: ASCII digits, one leading ``+``, no spaces or dots.

    International and Chinese mobile numbers lose every dash, a Chinese landline
    keeps the one after its area code, anything else keeps single dashes. An
    extension becomes `` ext 8001``, which the phonenumbers library understands.

    >>> normalize_phone("+86 135 0224 4261")
    '+8613502244261'
    >>> normalize_phone("（０７５５）8888 6666 转 8001")
    '0755-88886666 ext 8001'
    """
    plain = _ascii_dashes(unicodedata.normalize("NFKC", strip_invisible(text)))
    number, extension = split_extension(collapse_spaces(plain))
    number = _compact_phone(number)
    return f"{number} ext {extension}" if extension else number


def _compact_phone(number: str) -> str:
    number = _TRUNK_ZERO.sub(r"\1", number)
    number = re.sub(r"[\s.(\[]", "", number).replace(")", "-").replace("]", "-")
    number = re.sub(r"-+", "-", number).strip("-")
    number = re.sub(r"^00(?=[1-9])", "+", number)
    digits = number.replace("-", "")
    if number.startswith("+") or _MOBILE.fullmatch(digits):
        return digits
    if number.startswith("0") and "-" in number:
        area, _dash, rest = number.partition("-")
        return f"{area}-{rest.replace('-', '')}"
    return number


def _ascii_dashes(text: str) -> str:
    return _DASHES.sub("-", text)


def company_key(name: str) -> str:
    """Return what two spellings of one company's name have in common.

    For comparison only, never for display. Removed: case, width, spaces,
    punctuation, brackets (not what stands in them), legal forms, and 省 or 市
    after the place that begins the name. 集团 and 分公司 stay: a group and a
    branch are companies of their own. A name that is nothing but a legal form
    is its own key.

    >>> company_key("上海市远新南物流（有限公司）"), company_key("上海远新南物流公司")
    ('上海远新南物流', '上海远新南物流')
    >>> company_key("ACME Trading Co., Ltd.")
    'acmetrading'
    """
    plain = unicodedata.normalize("NFKC", strip_invisible(name)).casefold()
    words = _words(plain.replace("&", " and "))
    bare = "".join(words)
    while len(words) > 1 and words[-1] in _LATIN_FORMS:
        words.pop()
    key = _CHINESE_FORMS.sub("", "".join(words))
    key = _PLAIN_COMPANY.sub("", key)
    return _PLACE_SUFFIX.sub(r"\1\2", key) or bare


def _words(text: str) -> list[str]:
    """Split into runs of letters, marks and digits; dots join (``S.A.`` is sa)."""
    kept = "".join(
        char if unicodedata.category(char)[0] in "LMN" else " "
        for char in text.replace(".", "")
    )
    return kept.split()
