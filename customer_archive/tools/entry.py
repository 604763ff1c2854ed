"""Text from strangers: cleaned before anything else looks at it."""

import ipaddress
import re

from . import text

# A tag begins with a letter, a slash or an exclamation mark: "a < b" is none.
_TAG = re.compile(r"<(?:/?[a-zA-Z]|!)[^<>]*>")
_WEB_HOST = re.compile(r"(?:[\w\-]{1,63}\.)+[^\W\d_]{2,24}")


def strip_tags(value: str) -> str:
    """Remove HTML tags, also tags that only appear when others are removed.

    >>> strip_tags("<b>bold</b> a < b <scr<script>ipt>alert(1)</script>")
    'bold a < b alert(1)'
    """
    previous = None
    while previous != value:
        previous, value = value, _TAG.sub("", value)
    return value


def clean_line(value: str) -> str:
    """Return one line of plain text: no tags, no invisible characters, single spaces.

    >>> clean_line(" <i>Sunrise</i>\\u200b  Ltd.\\n")
    'Sunrise Ltd.'
    """
    # Tags last: an invisible character may have hidden one.
    return text.collapse_spaces(strip_tags(text.strip_invisible(value)))


def clean_text(value: str) -> str:
    """Return plain text of several lines, with at most one empty line in a row.

    >>> clean_text("one  two\\r\\n\\r\\n\\r\\n<br>three ")
    'one two\\n\\nthree'
    """
    visible = "\n".join(map(text.strip_invisible, value.splitlines()))
    lines = map(text.collapse_spaces, strip_tags(visible).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_web_address(value: str) -> bool:
    """Whether a text is the address of a page on the web, with or without its scheme.

    >>> is_web_address("www.example.com/a"), is_web_address("https://例子.中国")
    (True, True)
    >>> is_web_address("javascript:alert(1)"), is_web_address("none")
    (False, False)
    """
    rest = re.sub(r"^https?://", "", value, flags=re.I)
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].partition(":")[0]
    return bool(_WEB_HOST.fullmatch(host)) and not re.search(r"\s", value)


def network(address: str) -> str:
    """Return what counts as one sender: an IPv4 address, or the /64 network of an IPv6 address.

    One household or office holds a whole /64, so its single addresses say nothing.

    >>> network("203.0.113.7"), network("::ffff:203.0.113.7"), network("2001:db8::1")
    ('203.0.113.7', '203.0.113.7', '2001:db8::/64')
    >>> network("no address")
    'no address'
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))


def reading_key(name: str) -> bytes:
    """Return a sort key by which people find a name: Chinese by its sound, other names by their letters.

    The common characters stand in the order of pinyin in GB 2312.

    >>> sorted(["上海市", "安徽省", "北京市", "Texas", "ohio"], key=reading_key)
    ['ohio', 'Texas', '安徽省', '北京市', '上海市']
    """
    return name.casefold().encode("gb18030", "replace")
