from datetime import timedelta

from .interaction_common import InteractionCase


class TimelineMixin:
    """Reads timelines as one of the users of ``ROLES``."""

    def load(self, partner=None, login="sales", *, cursor=None, limit=None, **filters):
        """A page of the timeline of a customer."""
        partner_id = (partner or self.archive).id
        return self.env["customer.timeline"].with_user(self.users[login]).load(partner_id, filters, cursor, limit)

    def titles(self, partner=None, login="sales", **filters):
        """Titles of the whole timeline, from the latest to the earliest."""
        return [entry["title"] for entry in self.load(partner, login, limit=500, **filters)["entries"]]

    def kinds(self, partner=None, login="sales", **filters):
        """Kinds of the entries, each once."""
        return {entry["kind"] for entry in self.load(partner, login, limit=500, **filters)["entries"]}

    def read_pages(self, limit, partner=None, login="sales", **filters):
        """The entries of all pages, and the number of pages."""
        entries, pages, cursor = [], 0, None
        while True:
            page = self.load(partner, login, cursor=cursor, limit=limit, **filters)
            entries += page["entries"]
            pages, cursor = pages + 1, page["cursor"]
            if not cursor:
                return entries, pages


class TimelineCase(TimelineMixin, InteractionCase):
    """A customer with two contacts, and helpers that leave something on the timeline."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what creating the archive left is not what these tests are about
        cls.archive.message_ids.sudo().unlink()

    @classmethod
    def call(cls, name, days=0, login="sales", **values):
        """A call that took place some days ago."""
        start = cls.now - timedelta(days=days, hours=1)
        return cls.create_interaction(login, name=name, date_start=start, **values)

    @classmethod
    def note(cls, record, body, login="sales", **values):
        """A message of a person in the chatter of a record."""
        return cls.as_user(record, login).message_post(body=body, message_type="comment", **values)

    @classmethod
    def contract(cls, login="sales", **values):
        """A contract of this year."""
        facts = {"name": "Frame contract", "partner_id": cls.archive.id, "date_start": "2026-01-01", "amount": 120000}
        return cls.env["customer.contract"].with_user(cls.users[login]).create({**facts, **values})
