"""What an appointment does to its interaction: reports and decisions of people stay."""

import itertools

from customer_archive_tools.feed import CANCEL, CREATE, FOLLOW, LEAVE, REVIVE, Standing, decide

BOTH = (True, False)


def test_nothing_becomes_something_only_where_the_customer_is_invited():
    assert [decide(None, *pair) for pair in itertools.product(BOTH, BOTH)] == [CREATE, LEAVE, LEAVE, LEAVE]


def test_what_was_reported_stays_whatever_happens():
    for own, source, invited, held in itertools.product(BOTH, repeat=4):
        assert decide(Standing("done", own, source), invited, held) == LEAVE


def test_a_person_who_cancelled_is_not_overruled():
    for own, invited, held in itertools.product(BOTH, repeat=3):
        assert decide(Standing("cancelled", own), invited, held) == LEAVE


def test_what_the_calendar_cancelled_it_can_bring_back():
    standing = Standing("cancelled", by_source=True)
    assert decide(standing, True, True) == REVIVE
    assert decide(standing, False, True) == decide(standing, True, False) == LEAVE


def test_a_plan_follows_its_appointment_or_ends_with_it():
    assert decide(Standing("planned"), True, True) == FOLLOW
    assert decide(Standing("planned"), False, True) == CANCEL
    assert decide(Standing("planned", is_own_plan=True), False, True) == FOLLOW
    assert decide(Standing("planned", is_own_plan=True), True, False) == CANCEL
