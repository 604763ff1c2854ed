"""Find the sales region of an address among rules that people edit.

A rule's countries, provinces and country groups add up; its cities narrow them.
The rule that names the address most specifically wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .text import collapse_spaces, strip_invisible, to_half_width

_CITY_SUFFIXES = "市区县州盟"
_CITY_SEPARATORS = str.maketrans(dict.fromkeys(",;，；、\n", ","))


@dataclass(frozen=True)
class RegionRule:
    """One region: database ids of the places it covers, names of its cities.

    ``state_country_ids`` are the countries that ``state_ids`` belong to: such a
    country in ``country_ids`` is narrowed by its provinces (China with Guangdong
    means Guangdong), whereas another one is added (Hong Kong as country and as
    province of China). ``depth`` is 0 for a root.
    """

    id: int
    country_ids: frozenset[int] = frozenset()
    state_ids: frozenset[int] = frozenset()
    group_country_ids: frozenset[int] = frozenset()
    city_names: tuple[str, ...] = ()
    state_country_ids: frozenset[int] = frozenset()
    depth: int = 0
    sequence: int = 0


_Key = tuple[str, int | None, str]


class RegionIndex:
    """Rules arranged for look-up: build once, ask for every address in O(1)."""

    def __init__(self, rules: Iterable[RegionRule]) -> None:
        """Index the rules; on a tie the deeper, the earlier, the older one wins."""
        self._regions: dict[_Key, int] = {}
        for rule in sorted(rules, key=lambda r: (-r.depth, r.sequence, r.id)):
            for key in _keys(rule):
                self._regions.setdefault(key, rule.id)

    def match(
        self, *, country: int | None, state: int | None, city: str | None
    ) -> int | None:
        """Return the id of the region of an address, or None.

        Specific before general: city in province, city in country, city, province,
        country, country group.
        """
        name = city_key(city or "")
        wanted: list[_Key] = [
            ("city_state", state, name),
            ("city_country", country, name),
            ("city", None, name),
            ("state", state, ""),
            ("country", country, ""),
            ("group", country, ""),
        ]
        found = (self._regions.get(key) for key in wanted)
        return next((region for region in found if region is not None), None)


def match_region(
    rules: Iterable[RegionRule],
    *,
    country: int | None,
    state: int | None,
    city: str | None,
) -> int | None:
    """Return the id of the region of one address; for many use `RegionIndex`.

    >>> south = RegionRule(1, state_ids=frozenset({44}))
    >>> shenzhen = RegionRule(2, state_ids=frozenset({44}), city_names=("深圳",))
    >>> match_region([south, shenzhen], country=48, state=44, city="深圳市")
    2
    """
    return RegionIndex(rules).match(country=country, state=state, city=city)


def _keys(rule: RegionRule) -> Iterable[_Key]:
    countries = rule.country_ids - rule.state_country_ids
    cities = [name for name in map(city_key, rule.city_names) if name]
    if not cities:
        yield from (("state", state, "") for state in rule.state_ids)
        yield from (("country", country, "") for country in countries)
        yield from (("group", country, "") for country in rule.group_country_ids)
        return
    places = countries | rule.group_country_ids
    for name in cities:
        yield from (("city_state", state, name) for state in rule.state_ids)
        yield from (("city_country", country, name) for country in places)
        if not places and not rule.state_ids:
            yield ("city", None, name)


def city_key(name: str) -> str:
    """Return a city's name for comparison: half-width, no case, no 市/区/县/州/盟.

    Two characters stay at least: 杭州 is no 杭.

    >>> city_key(" 杭州市 "), city_key("杭州"), city_key("ＮＥＷ  York")
    ('杭州', '杭州', 'new york')
    """
    plain = collapse_spaces(to_half_width(strip_invisible(name))).casefold()
    if len(plain) > 2 and plain[-1] in _CITY_SUFFIXES:
        return plain[:-1]
    return plain


def split_cities(text: str) -> tuple[str, ...]:
    """Split a list of cities as people type it (, ; ， ； 、 or lines).

    >>> split_cities("深圳市、东莞，惠州;")
    ('深圳市', '东莞', '惠州')
    """
    parts = text.translate(_CITY_SEPARATORS).split(",")
    return tuple(part.strip() for part in parts if part.strip())
