from datetime import datetime, timedelta

from markupsafe import Markup
from odoo.tests.common import tagged

from .test_tour_archive import CUSTOMER, ArchiveTourCase


class TimelineTourCase(ArchiveTourCase):
    """A customer with 54 entries of the last weeks, as static/tests/tours/customer_timeline_tour.js counts them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in cls.users.values():
            user.tz = "UTC"
        cls.archive = cls.create_archive(name=CUSTOMER)
        cls.archive.message_ids.sudo().unlink()
        cls.gu = cls.env["res.partner"].create({"name": "Gu Wei", "parent_id": cls.archive.id})
        cls.start_of_day = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        cls.leave_calls()
        cls.env["customer.contract"].with_user(cls.users["sales"]).create(
            {"name": "Frame contract", "partner_id": cls.archive.id, "date_start": "2026-01-01", "amount": 120000}
        )
        ours = cls.as_user(cls.archive, "sales")
        ours.message_post(body=Markup("About <b>castings</b>"), message_type="comment", subject="Offer")
        ours.message_post(body="<i>sharp</i> prices", message_type="comment")

    @classmethod
    def leave_calls(cls):
        facts = {"partner_id": cls.archive.id, "state": "done"}
        rows = [
            {**facts, "name": f"Call {number}", "date_start": cls.start_of_day - timedelta(hours=9 * number + 1)}
            for number in range(48)
        ]
        rows += [
            {**facts, "name": "Castings of spring", "date_start": cls.start_of_day - timedelta(days=40)},
            {
                **facts, "name": "With Gu alone", "contact_ids": cls.gu.ids,
                "date_start": cls.start_of_day - timedelta(days=41),
            },
        ]
        cls.env["customer.interaction"].with_user(cls.users["sales"]).create(rows)
        leader = {"name": "The leader was there", "date_start": cls.start_of_day - timedelta(days=42)}
        cls.env["customer.interaction"].with_user(cls.users["leader"]).create({**facts, **leader})


@tagged("post_install", "-at_install")
class TestTimelineTour(TimelineTourCase):
    def test_filter_search_more_open_and_back(self):
        self.start("customer_timeline", "sales")

    def test_a_contact_has_a_timeline_of_its_own(self):
        self.start_tour(f"/odoo/contacts/{self.gu.id}", "customer_timeline_contact", login=self.users["sales"].login)


@tagged("post_install", "-at_install")
class TestTimelinePhoneTour(TimelineTourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_the_same_on_a_phone(self):
        self.start("customer_timeline_phone", "sales")
