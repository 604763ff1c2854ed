"""The unified social credit code of China, GB 32100-2015.

Eighteen characters: authority 1, type 1, region 6, organisation code 9 (whose
ninth is its own check, GB 11714) and one check character. `python-stdnum`
wants digits in places 1-8 and ignores the organisation's check; genuine codes
begin with A, N or Y too (military, rural collectives, other).

What a letter counts in the organisation's check: in GB 11714, and so in the
codes issued to companies since 2015 (``MA…``), A is 10 and Z is 35. Software
that takes GB 32100's own values (0 to 30) for both checks makes codes that fail
there, and such codes fill legacy systems. `check` accepts either reading: the
last check character alone already notices every wrong character and every swap
of neighbours.
"""

import re
from datetime import date

VALID = "valid"
EMPTY = "empty"
LENGTH = "length"
ALPHABET = "alphabet"
ORGANISATION_CHECK = "organisation_check"
CHECK_DIGIT = "check_digit"
#: A resident identity number stands where a company's code belongs.
RESIDENT_ID = "resident_id"
#: A tax registration number from before 2015: region 6, organisation code 9.
LEGACY15 = "legacy15"
#: Everything `check` may return.
RESULTS = (
    VALID,
    EMPTY,
    LENGTH,
    ALPHABET,
    ORGANISATION_CHECK,
    CHECK_DIGIT,
    RESIDENT_ID,
    LEGACY15,
)

#: Digits and capitals without I, O, S, V and Z.
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"

_VALUES = {char: value for value, char in enumerate(CHARACTERS)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_SHAPE = re.compile(rf"[1-9ANY][0-9]{{7}}[{CHARACTERS}]{{10}}")
_LEGACY_SHAPE = re.compile(r"[0-9]{6}[0-9A-Z]{9}")

# GB 11643: region 6 (a province's code first), birth date 8, sequence 3, check.
_RESIDENT_SHAPE = re.compile(
    r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{15}[0-9X]"
)
_RESIDENT_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_RESIDENT_CHECKS = "10X98765432"


def check(code: str) -> str:
    """Return the first fault of a code in normal form, or `VALID`.

    ``code`` went through `text.normalize_code` (capitals, no spaces). A code
    that is also a resident identity number counts as one: about one genuine
    code of a public body in ten thousand does, and a reviewer can override it,
    whereas a person's number must not pass for a company's.

    >>> check("9144030071526726XG"), check("9144030071526726XH")
    ('valid', 'check_digit')
    >>> check("11010519491231002X"), check("110105600037341"), check("91440300")
    ('resident_id', 'legacy15', 'length')
    """
    if not code:
        return EMPTY
    if is_resident_id(code):
        return RESIDENT_ID
    if len(code) != 18:
        return LEGACY15 if _LEGACY_SHAPE.fullmatch(code) else LENGTH
    if not _SHAPE.fullmatch(code):
        return ALPHABET
    if code[16] not in _organisation_checks(code[8:16]):
        return ORGANISATION_CHECK
    return VALID if compute_check(code[:17]) == code[17] else CHECK_DIGIT


def compute_check(first17: str) -> str:
    """Return the eighteenth character for the first seventeen (GB 32100, 4.3).

    :raise ValueError: unless there are 17 characters of the alphabet

    >>> compute_check("9144030071526726X")
    'G'
    """
    if len(first17) != 17 or not set(first17) <= _VALUES.keys():
        raise ValueError("17 characters of the alphabet expected")
    pairs = zip(first17, _WEIGHTS, strict=True)
    return CHARACTERS[-sum(_VALUES[char] * weight for char, weight in pairs) % 31]


def organisation_check(first8: str) -> str:
    """Return the ninth character of an organisation code (GB 11714): 0-9 or X.

    :raise ValueError: unless there are 8 digits or capitals

    >>> organisation_check("71526726")
    'X'
    """
    if not re.fullmatch("[0-9A-Z]{8}", first8):
        raise ValueError("8 digits or capital letters expected")
    return _check_modulo_11([int(char, 36) for char in first8])


def _organisation_checks(first8: str) -> set[str]:
    """Return the check by GB 11714 and the one by GB 32100's values of letters."""
    other = _check_modulo_11([_VALUES[char] for char in first8])
    return {organisation_check(first8), other}


def _check_modulo_11(values: list[int]) -> str:
    pairs = zip(values, _ORGANISATION_WEIGHTS, strict=True)
    return "0123456789X"[-sum(value * weight for value, weight in pairs) % 11]


def is_resident_id(code: str) -> bool:
    """Tell whether a code is an 18-digit resident identity number (GB 11643).

    A province's code, a real date of birth and the check character must agree.
    Permanent residence cards of foreigners (first digit 9) are left out: their
    numbers look like the codes of companies.

    >>> is_resident_id("11010519491231002X"), is_resident_id("110105194912310021")
    (True, False)
    """
    if not _RESIDENT_SHAPE.fullmatch(code) or code[6:8] not in ("18", "19", "20"):
        return False
    try:
        date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return False
    pairs = zip(code[:17], _RESIDENT_WEIGHTS, strict=True)
    total = sum(int(digit) * weight for digit, weight in pairs)
    return _RESIDENT_CHECKS[total % 11] == code[17]
