"""What words of a problem say, to find cases and solutions that are alike while somebody types."""

import re
from collections.abc import Iterable, Sequence

# Words of letters and digits, and runs of Chinese characters, which have no spaces between words.
_RUN = re.compile(r"[㐀-鿿]+|[^\W_]+")
_CHINESE = re.compile(r"[㐀-鿿]")
# Words that nearly every sentence holds.
_COMMON = frozenset(
    "the and for with from was are not has have that this our your 的是 我们 你们 一个 有的 这个".split()
)

MAX_TERMS = 8


def terms(text: str, limit: int = MAX_TERMS) -> list[str]:
    """The words to look for, in their order: of Chinese text each pair of neighbouring characters.

    >>> terms("The pump leaks, pump P-7!")
    ['pump', 'leaks']
    >>> terms("铸件有砂眼")
    ['铸件', '件有', '有砂', '砂眼']
    """
    found: dict[str, None] = {}
    for run in _RUN.findall((text or "").casefold()):
        if _CHINESE.match(run):
            words = [run[index : index + 2] for index in range(len(run) - 1)]
        else:
            words = [run] if len(run) > 2 else []
        found.update(dict.fromkeys(word for word in words if word not in _COMMON))
    return list(found)[:limit]


def rank(wanted: Sequence[str], candidates: Iterable[tuple[int, str, bool]], limit: int) -> list[int]:
    """The candidates that share most words, best first; the earlier one of equal ones.

    :param wanted: what ``terms`` found
    :param candidates: triples of key, text, and whether the category is the same, which counts as one word
    :return: keys of those that share a third of the words at least

    >>> rank(["pump", "leaks"], [(1, "Pump is loud", False), (2, "leaks at the pump", False), (3, "x", True)], 5)
    [2, 1]
    """
    scored = []
    for key, text, is_same in candidates:
        text = (text or "").casefold()
        shared = sum(word in text for word in wanted)
        if shared and shared * 3 >= len(wanted):
            scored.append((-(shared + is_same), len(scored), key))
    return [key for _score, _place, key in sorted(scored)[:limit]]
