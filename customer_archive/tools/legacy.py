"""What the columns and rows of somebody's old customer list mean."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from .text import normalize_code, normalize_name
from .uscc import is_resident_id

# Words that stand in the names of organisations and not in those of people.
_ORGANISATION = re.compile(
    r"公司|集团|[工商酒饭药]厂|厂$|[店行部院所局社场馆站队会]$|中心|学校|大学|学院|医院|银行|事务所|合作社|工作室|经营|门市"
    r"|\b(?:co|corp|company|inc|ltd|llc|gmbh|group|plc|limited|s\.?a|b\.?v|university|bank)\b",
    re.IGNORECASE,
)
_CHINESE_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}[·•][\u4e00-\u9fff]{1,10}")
_UNIT = re.compile(r"\(.*?\)|\[.*?\]|\*")
_REGION_SUFFIX = re.compile(
    r"(?:壮族自治区|回族自治区|维吾尔自治区|特别行政区|自治区|省|市)$|\s+(?:province|city|municipality)$", re.IGNORECASE
)


def is_person(name: str, code: str) -> bool:
    """Tell whether a row of a customer list is an individual.

    Individuals have no tax code. Without one, a Chinese name of two to four characters (or a transcribed one with a
    dot) that holds no word of an organisation is a person's; a row without a name and a code as well, since
    nothing says that it is a company. Other names count as companies: their code is asked for.

    >>> is_person("周勇", ""), is_person("周勇商店", ""), is_person("周勇", "914403001922038216")
    (True, False, False)
    """
    name = normalize_name(name)
    if normalize_code(code):
        return False
    return not name or bool(_CHINESE_PERSON.fullmatch(name)) and not _ORGANISATION.search(name)


def is_identity_number(text: str) -> bool:
    """Tell whether the text of a cell is the identity number of a resident, spaces aside.

    >>> is_identity_number("110105 19491231 002x"), is_identity_number("110105194912310021")
    (True, False)
    """
    return is_resident_id("".join(text.split()).upper())


@lru_cache(maxsize=10_000)
def header_key(header: str) -> str:
    """Return a column's title for comparison: without case, width, spaces, marks and units in brackets.

    >>> header_key("年营收（万元） *"), header_key("Customer  No.")
    ('年营收', 'customerno')
    """
    plain = normalize_name(header).casefold().replace("（", "(").replace("）", ")")
    return re.sub(r"[\W_]+", "", _UNIT.sub("", plain)) or plain


def suggest_targets(headers: Iterable[str], synonyms: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Assign columns to targets by their titles, each target once, exact titles before longer ones.

    :param headers: titles as in the sheet
    :param synonyms: target → titles that mean it, in the order of preference
    :return: title → target, for the titles that are understood

    >>> suggest_targets(["客户名称", "手机号码", "备忘"], {"name": ["客户名称"], "phone": ["电话", "手机"]})
    {'客户名称': 'name', '手机号码': 'phone'}
    """
    titles = [header for header in headers if header_key(header)]
    ranked = sorted(
        (rank, titles.index(title), target)
        for target, words in synonyms.items()
        for title in dict.fromkeys(titles)
        if (rank := _rank(header_key(title), [header_key(word) for word in words])) is not None
    )
    found: dict[str, str] = {}
    for _fit, place, target in ranked:
        title = titles[place]
        if title not in found and target not in found.values():
            found[title] = target
    return {title: found[title] for title in titles if title in found}


def _rank(key: str, words: list[str]) -> tuple[int, int] | None:
    """How well a title fits: equal words before words that begin it, earlier words before later ones."""
    for place, word in enumerate(words):
        if key == word:
            return 0, place
    for place, word in enumerate(words):
        if len(word) > 1 and key.startswith(word):
            return 1, place
    return None


def province_key(name: str) -> str:
    """Return a province's name for comparison, without what is often left out.

    >>> province_key("山东省"), province_key("上海"), province_key("广西壮族自治区"), province_key("Shandong Province")
    ('山东', '上海', '广西', 'shandong')
    """
    plain = normalize_name(name).casefold()
    return _REGION_SUFFIX.sub("", plain) or plain
