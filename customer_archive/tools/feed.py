"""What a change of an appointment does to the interaction that it feeds."""

from dataclasses import dataclass

CREATE, FOLLOW, CANCEL, REVIVE, LEAVE = "create", "follow", "cancel", "revive", "leave"


@dataclass(frozen=True)
class Standing:
    """An interaction that an appointment has already.

    state: ``planned``, ``done`` or ``cancelled``
    is_own_plan: a person planned it here, and the appointment was made for it
    by_source: the appointment cancelled it, not a person
    """

    state: str
    is_own_plan: bool = False
    by_source: bool = False


def decide(standing: Standing | None, is_with_customer: bool, is_held: bool) -> str:
    """Return what becomes of the interaction of one appointment and one customer.

    is_with_customer: the customer is among those who are invited
    is_held: the appointment is there and open to be told, neither deleted nor private

    What was reported is a fact and stays; what a person cancelled stays cancelled.

    >>> decide(None, True, True)
    'create'
    >>> decide(Standing("planned"), True, True)
    'follow'
    >>> decide(Standing("planned"), False, True), decide(Standing("planned"), True, False)
    ('cancel', 'cancel')
    >>> decide(Standing("planned", is_own_plan=True), False, True)
    'follow'
    >>> decide(Standing("cancelled", by_source=True), True, True), decide(Standing("cancelled"), True, True)
    ('revive', 'leave')
    >>> decide(Standing("done"), True, False)
    'leave'
    """
    wanted = is_held and (is_with_customer or (standing is not None and standing.is_own_plan))
    if standing is None:
        return CREATE if wanted else LEAVE
    if standing.state == "planned":
        return FOLLOW if wanted else CANCEL
    if standing.state == "cancelled" and standing.by_source and wanted:
        return REVIVE
    return LEAVE
