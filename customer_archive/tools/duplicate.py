"""Tell whether two archives mean the same customer, and why.

`prepare` reduces the facts of one archive to what can be compared; `block_keys` names the values that two archives must
share one of to be compared at all; `compare` weighs the signs. A like name alone is no reason to compare: companies of
one trade and town often have like names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from . import uscc
from .alike import clean_phone, is_alike, simplify
from .region import city_key
from .text import company_key, normalize_code, normalize_email, to_half_width

#: Points by sign. What speaks against the two being one customer is below zero.
POINTS = {
    "code": 100,
    "organisation": 80,
    "code_alike": 20,
    "code_differs": -70,
    "code_doubtful": -30,
    "name": 60,
    "core": 50,
    "name_alike": 30,
    "person": 20,
    "name_differs": -20,
    "branch_differs": -60,
    "phone": 40,
    "mail": 40,
    "address": 30,
    "city": 10,
    "city_differs": -20,
}
#: Points from which a pair is worth a person's look.
THRESHOLD = 60
#: Signs that can bring two archives together; the others only weigh.
BLOCKS = ("code", "name", "core", "phone", "mail", "address")

_BRANCH = re.compile(r"(?:[总分]公司|分[店厂行部校院]|办事处|事业部|集团|\b(?:branch|group|holding)\b)", re.I)
_FOREIGN_CODE = re.compile(r"[A-Z]{2}(\d{7,})")
_NOT_IN_ADDRESS = re.compile(r"[\W_]+|(?:中国|china)", re.I)
_DIGIT = re.compile(r"\d")
_CORE_LENGTH = 3
_CODE_LENGTH = 8
_ORGANISATION = slice(8, 17)


@dataclass(frozen=True)
class Facts:
    """The facts of one archive as entered; empty text where nothing was entered."""

    name: str = ""
    is_company: bool = True
    code: str = ""
    phone: str = ""
    email: str = ""
    street: str = ""
    city: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The facts of one archive for comparison.

    ``organisation`` is the part of a valid unified code that names the organisation, ``core`` the name without its
    town.
    """

    is_company: bool
    name: str
    core: str
    branch: str
    code: str
    organisation: str
    phone: str
    mails: frozenset[str]
    address: str
    city: str


@dataclass(frozen=True)
class Sign:
    """One thing that two archives have in common, or that tells them apart, with the points it brings."""

    code: str
    points: int


@dataclass(frozen=True)
class Verdict:
    """How much speaks for one customer, 0 to 100, and the signs, the weightiest first."""

    score: int
    signs: tuple[Sign, ...]


def prepare(facts: Facts) -> Prepared:
    """Reduce facts to what can be compared.

    >>> found = prepare(Facts("上海市遠新南物流（有限公司）", phone="+86 21 5650-3033", city="上海市"))
    >>> found.name, found.core, found.phone
    ('上海远新南物流', '远新南物流', '2156503033')
    """
    name = company_key(simplify(facts.name))
    city = _town(facts.city)
    code = _code(facts.code)
    return Prepared(
        is_company=facts.is_company,
        name=name,
        core=_core(name, city),
        branch="".join(sorted(set(_BRANCH.findall(facts.name.casefold())))),
        code=code,
        organisation=code[_ORGANISATION] if code and uscc.check(code) == uscc.VALID else "",
        phone=clean_phone(facts.phone),
        mails=_mails(facts.email),
        address=_address(facts.street, city, facts.state),
        city=city,
    )


@lru_cache(maxsize=10_000)
def _town(name: str) -> str:
    return city_key(simplify(name))


def _code(text: str) -> str:
    code = normalize_code(text)
    if match := _FOREIGN_CODE.fullmatch(code):
        code = match[1]
    return code if len(code) >= _CODE_LENGTH and len(set(code)) > 2 else ""


def _core(name: str, city: str) -> str:
    if len(city) < 2 or city not in name:
        return name if len(name) >= _CORE_LENGTH else ""
    core = name.replace(city, "", 1)
    return core if len(core) >= _CORE_LENGTH else ""


def _mails(text: str) -> frozenset[str]:
    parts = (normalize_email(part).casefold() for part in re.split(r"[,;，；、\s]+", text))
    return frozenset(part for part in parts if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", part))


def _address(street: str, city: str, state: str) -> str:
    """The street without its town: only one with a number names a place."""
    plain = _NOT_IN_ADDRESS.sub("", to_half_width(simplify(street), keep="")).casefold()
    for place in (_town(state), city):
        for suffix in ("省", "市", ""):
            plain = plain.removeprefix(place + suffix) if place else plain
    return plain if len(plain) >= 4 and _DIGIT.search(plain) else ""


def block_keys(prepared: Prepared) -> dict[str, list[str]]:
    """Values by sign: two archives that share one of them are compared.

    >>> block_keys(prepare(Facts("周勇", is_company=False, phone="027-33141075")))
    {'phone': ['33141075']}
    """
    found = {
        "code": [prepared.organisation or prepared.code],
        "name": [prepared.name] if prepared.is_company else [],
        "core": [f"{prepared.core}/{prepared.city}"] if prepared.is_company and prepared.core and prepared.city else [],
        "phone": [prepared.phone[-8:]],
        "mail": sorted(prepared.mails),
        "address": [f"{prepared.city}/{prepared.address}"] if prepared.address and prepared.city else [],
    }
    return {kind: values for kind, values in found.items() if any(values)}


def compare(one: Prepared, other: Prepared, points: Mapping[str, int] = POINTS) -> Verdict:
    """Weigh what speaks for and against one customer.

    >>> a = prepare(Facts("上海远新南物流有限公司", code="91310115A76909512R", city="上海市"))
    >>> b = prepare(Facts("上海市远新南物流（有限公司）", city="上海"))
    >>> compare(a, b)
    Verdict(score=70, signs=(Sign(code='name', points=60), Sign(code='city', points=10)))
    """
    codes = [
        sign
        for sign in (
            _compare_codes(one, other),
            _compare_names(one, other),
            _compare_branches(one, other),
            "phone" if _same_phone(one.phone, other.phone) else "",
            "mail" if one.mails & other.mails else "",
            "address" if one.address and (one.address, one.city) == (other.address, other.city) else "",
            _compare_cities(one, other),
        )
        if sign
    ]
    signs = [Sign(code, points[code]) for code in codes]
    signs.sort(key=lambda sign: -abs(sign.points))
    return Verdict(max(0, min(100, sum(sign.points for sign in signs))), tuple(signs))


def _compare_codes(one: Prepared, other: Prepared) -> str:
    if not (one.code and other.code):
        return ""
    if one.code == other.code:
        return "code"
    if one.organisation and other.organisation:
        return "organisation" if one.organisation == other.organisation else "code_differs"
    same_length = len(one.code) == len(other.code)
    faults = sum(a != b for a, b in zip(one.code, other.code, strict=False))
    return "code_alike" if same_length and faults <= 2 else "code_doubtful"


def _compare_names(one: Prepared, other: Prepared) -> str:
    if not (one.name and other.name):
        return ""
    if not (one.is_company and other.is_company):
        return "person" if one.name == other.name else ""
    if one.name == other.name:
        return "name"
    if one.core and one.core == other.core and one.city and one.city == other.city:
        return "core"
    return "name_alike" if is_alike(one.name, other.name) else "name_differs"


def _compare_branches(one: Prepared, other: Prepared) -> str:
    return "branch_differs" if one.branch != other.branch and one.is_company and other.is_company else ""


def _same_phone(one: str, other: str) -> bool:
    """Equal, or equal but for an area code or a country code that one of them lacks."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 7 and long.endswith(short)


def _compare_cities(one: Prepared, other: Prepared) -> str:
    if not (one.city and other.city):
        return ""
    return "city" if one.city == other.city else "city_differs"
