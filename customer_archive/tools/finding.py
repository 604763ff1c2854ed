"""What a check found out about one fact of one customer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A fault of a fact.

    code: what is wrong, a key of ``customer.data.issue``'s ``code``
    field: name of the field that holds the fact
    severity: ``error`` (refuses the step to formal) or ``warning``
    value: the faulty text as entered, empty where nothing was entered

    >>> Finding("email_invalid", "email", "error", "a@").severity
    'error'
    """

    code: str
    field: str
    severity: str
    value: str = ""
