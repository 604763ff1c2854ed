"""Size of an enterprise by 统计上大中小微型企业划分办法 (国统字〔2017〕213号).

Large, medium and small need every bound that the table lists for the industry,
else the enterprise is one class down, and so on: it is the lowest class that any
listed measure allows. Micro needs nothing.
"""

import re
from dataclasses import dataclass

LARGE, MEDIUM, SMALL, MICRO = "large", "medium", "small", "micro"
STAFF, REVENUE, ASSETS = "staff", "revenue", "assets"

OK = "ok"
MISSING_INDUSTRY = "missing_industry"
UNKNOWN_INDUSTRY = "unknown_industry"
AMBIGUOUS_INDUSTRY = "ambiguous_industry"
NOT_CLASSED = "not_classed"
MISSING = {
    STAFF: "missing_staff",
    REVENUE: "missing_revenue",
    ASSETS: "missing_assets",
}
#: Everything `SizeResult.reason` may be.
REASONS = (
    OK,
    MISSING_INDUSTRY,
    UNKNOWN_INDUSTRY,
    AMBIGUOUS_INDUSTRY,
    NOT_CLASSED,
    *MISSING.values(),
)


@dataclass(frozen=True)
class Bound:
    """Lower bounds of one measure: persons, or revenue and assets in 10,000 yuan."""

    measure: str
    large: int
    medium: int
    small: int

    def size_of(self, value: float) -> str:
        """Return the class that this measure alone allows.

        >>> Bound(STAFF, 1000, 300, 20).size_of(300)
        'medium'
        """
        if value >= self.large:
            return LARGE
        if value >= self.medium:
            return MEDIUM
        return SMALL if value >= self.small else MICRO


@dataclass(frozen=True)
class SizeResult:
    """The class, or None with the reason; the bounds and category that applied."""

    size: str | None
    reason: str
    bounds: tuple[Bound, ...] = ()
    category: str | None = None


def _staff(*bounds: int) -> Bound:
    return Bound(STAFF, *bounds)


def _revenue(*bounds: int) -> Bound:
    return Bound(REVENUE, *bounds)


def _assets(*bounds: int) -> Bound:
    return Bound(ASSETS, *bounds)


#: The table of the rule, by our names of its rows.
BOUNDS: dict[str, tuple[Bound, ...]] = {
    "farming": (_revenue(20000, 500, 50),),
    "industry": (_staff(1000, 300, 20), _revenue(40000, 2000, 300)),
    "construction": (_revenue(80000, 6000, 300), _assets(80000, 5000, 300)),
    "wholesale": (_staff(200, 20, 5), _revenue(40000, 5000, 1000)),
    "retail": (_staff(300, 50, 10), _revenue(20000, 500, 100)),
    "transport": (_staff(1000, 300, 20), _revenue(30000, 3000, 200)),
    "warehousing": (_staff(200, 100, 20), _revenue(30000, 1000, 100)),
    "post": (_staff(1000, 300, 20), _revenue(30000, 2000, 100)),
    "hospitality": (_staff(300, 100, 10), _revenue(10000, 2000, 100)),
    "information_transmission": (
        _staff(2000, 100, 10),
        _revenue(100000, 1000, 100),
    ),
    "software": (_staff(300, 100, 10), _revenue(10000, 1000, 50)),
    "property_development": (
        _revenue(200000, 1000, 100),
        _assets(10000, 5000, 2000),
    ),
    "property_management": (_staff(1000, 300, 100), _revenue(5000, 1000, 500)),
    "business_services": (_staff(300, 100, 10), _assets(120000, 8000, 100)),
    "other": (_staff(300, 100, 10),),
}

# Divisions of GB/T 4754-2017: section, first and last division.
_SECTIONS = (
    ("A", 1, 5),
    ("B", 6, 12),
    ("C", 13, 43),
    ("D", 44, 46),
    ("E", 47, 50),
    ("F", 51, 52),
    ("G", 53, 60),
    ("H", 61, 62),
    ("I", 63, 65),
    ("J", 66, 69),
    ("K", 70, 70),
    ("L", 71, 72),
    ("M", 73, 75),
    ("N", 76, 79),
    ("O", 80, 82),
    ("P", 83, 83),
    ("Q", 84, 85),
    ("R", 86, 90),
    ("S", 91, 96),
    ("T", 97, 97),
)
_DIVISIONS = {
    f"{number:02d}": section
    for section, first, last in _SECTIONS
    for number in range(first, last + 1)
}
_SECTION_LETTERS = frozenset(_DIVISIONS.values())

# Category by section, or by a longer prefix without its letter.
_CATEGORIES = {
    "A": "farming",
    "B": "industry",
    "C": "industry",
    "D": "industry",
    "E": "construction",
    "F": AMBIGUOUS_INDUSTRY,
    "51": "wholesale",
    "52": "retail",
    "G": AMBIGUOUS_INDUSTRY,
    "53": NOT_CLASSED,
    "54": "transport",
    "55": "transport",
    "56": "transport",
    "57": "transport",
    "58": "transport",
    "59": "warehousing",
    "591": "transport",  # loading and unloading counts as transport
    "60": "post",
    "H": "hospitality",
    "I": AMBIGUOUS_INDUSTRY,
    "63": "information_transmission",
    "64": "information_transmission",
    "65": "software",
    "J": NOT_CLASSED,
    "K": AMBIGUOUS_INDUSTRY,
    "701": "property_development",
    "702": "property_management",
    "703": "other",  # agencies
    "704": NOT_CLASSED,  # letting of property
    "705": "other",
    "709": "other",
    "L": "business_services",
    "M": "other",
    "N": "other",
    "O": "other",
    "P": NOT_CLASSED,
    "Q": AMBIGUOUS_INDUSTRY,
    "84": NOT_CLASSED,
    "85": "other",
    "R": "other",
    "S": NOT_CLASSED,
    "T": NOT_CLASSED,
}
_INDUSTRY = re.compile(r"([A-T]?)(\d{2,4})|([A-T])")
_ORDER = (MICRO, SMALL, MEDIUM, LARGE)


def size_class(
    industry_code: str | None,
    staff: float | None,
    revenue: float | None,
    assets: float | None,
) -> SizeResult:
    """Return the size of an enterprise.

    :param industry_code: GB/T 4754-2017: ``C``, ``C36``, ``K7010``, or digits
        alone; the longest prefix that the rule names decides
    :param staff: persons at the end of the year
    :param revenue: operating revenue of the year in 10,000 yuan
    :param assets: total assets in 10,000 yuan

    None is missing, 0 is a value. A measure that the industry does not list is not
    looked at; a listed one that is missing leaves the size open, unless another
    listed one already makes the enterprise micro.

    >>> size_class("C36", 300, 39999, None).size
    'medium'
    >>> size_class("C36", 300, None, None).reason
    'missing_revenue'
    >>> size_class("K70", 300, 1, 1).reason
    'ambiguous_industry'
    """
    category = industry_category(industry_code)
    if category not in BOUNDS:
        return SizeResult(None, category)
    bounds = BOUNDS[category]
    values = {STAFF: staff, REVENUE: revenue, ASSETS: assets}
    size, reason = _lowest(bounds, values)
    return SizeResult(size, reason, bounds, category)


def _lowest(
    bounds: tuple[Bound, ...], values: dict[str, float | None]
) -> tuple[str | None, str]:
    given = [(bound, values[bound.measure]) for bound in bounds]
    sizes = [bound.size_of(value) for bound, value in given if value is not None]
    missing = [bound.measure for bound, value in given if value is None]
    if missing and MICRO not in sizes:
        return None, MISSING[missing[0]]
    return min(sizes, key=_ORDER.index), OK


def industry_category(industry_code: str | None) -> str:
    """Return a key of `BOUNDS`, or the reason why there is none.

    >>> [industry_category(code) for code in ("c36", "59", "G5910", "J66", "C51")]
    ['industry', 'warehousing', 'transport', 'not_classed', 'unknown_industry']
    """
    code = (industry_code or "").strip().upper()
    if not code:
        return MISSING_INDUSTRY
    match = _INDUSTRY.fullmatch(code)
    if not match:
        return UNKNOWN_INDUSTRY
    letter, digits = match[1] or match[3], match[2] or ""
    section = _DIVISIONS.get(digits[:2], letter if not digits else None)
    if section is None or (letter and letter != section):
        return UNKNOWN_INDUSTRY
    prefixes = [digits[:length] for length in range(len(digits), 1, -1)]
    return next(_CATEGORIES[key] for key in (*prefixes, section) if key in _CATEGORIES)
