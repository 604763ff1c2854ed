"""Text that a spreadsheet program would run as a formula, and how a text file says that it is text.

A file of delimited text has no types: whatever begins with one of a few signs is a formula to who opens it. An
apostrophe before it says that it is text. The rule can be undone without loss, so that a file comes back as it went.
"""

import re

#: Signs that begin a formula or slip one in; the full-width ones count in Chinese and Japanese programs.
SIGNS = "=+-@\t\r\n＝＋－＠"
_ESCAPE = re.compile(f"'*[{re.escape(SIGNS)}]")
_UNESCAPE = re.compile(f"'+[{re.escape(SIGNS)}]")
_LIVE = re.compile(r"\{?=|(?:in|ex)ternal:")


def escape_formula(text: str) -> str:
    """Return a text as it is written to a file of delimited text.

    Telephone numbers with a country code get the apostrophe too: a spreadsheet would add them up.

    >>> escape_formula("=1+1"), escape_formula("+86 21 50592061"), escape_formula("Li Na")
    ("'=1+1", "'+86 21 50592061", 'Li Na')
    """
    return "'" + text if _ESCAPE.match(text) else text


def unescape_formula(text: str) -> str:
    """Return a text as it was before `escape_formula`.

    >>> unescape_formula("'+86 21 50592061"), unescape_formula("'s-Hertogenbosch")
    ('+86 21 50592061', "'s-Hertogenbosch")
    """
    return text[1:] if _UNESCAPE.match(text) else text


def is_live(text: str) -> bool:
    """Return whether a writer of XLSX would make a formula or a link to a local file of a text.

    >>> is_live("=1"), is_live("{=1}"), is_live("external:c:/x"), is_live("-1")
    (True, True, True, False)
    """
    return bool(_LIVE.match(text))
