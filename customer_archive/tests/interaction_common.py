from datetime import datetime, timedelta

from .common import ArchiveCase


class InteractionCase(ArchiveCase):
    """A customer with two contacts, and a contact without an archive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = datetime.now().replace(microsecond=0)
        cls.archive = cls.create_archive(name="Wuxi Haitian Machinery", archive_team_id=cls.team.id)
        people = [
            {"name": "Gu Wei", "parent_id": cls.archive.id, "email": "gu@haitian.example"},
            {"name": "Shen Lin", "parent_id": cls.archive.id, "email": "shen@haitian.example"},
        ]
        cls.gu, cls.shen = cls.env["res.partner"].with_user(cls.users["sales"]).create(people)
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger", "email": "stranger@example.com"})
        hidden = {"name": "Hidden", "archive_access": "owner", "archive_team_id": False}
        cls.hidden = cls.create_archive("colleague", **hidden)

    @classmethod
    def channel(cls, code):
        return cls.env.ref(f"customer_archive.customer_interaction_channel_{code}")

    @classmethod
    def create_interaction(cls, login="sales", **values):
        """A call of today that took place, noted by a user."""
        facts = {"name": "Prices", "partner_id": cls.archive.id, "state": "done"}
        return cls.env["customer.interaction"].with_user(cls.users[login]).create({**facts, **values})

    @classmethod
    def create_event(cls, login="sales", **values):
        """An appointment of tomorrow with a contact."""
        start = cls.now + timedelta(days=1)
        facts = {"name": "Annual talk", "start": start, "stop": start + timedelta(hours=2)}
        people = (cls.users[login].partner_id | cls.gu).ids
        return cls.env["calendar.event"].with_user(cls.users[login]).create({**facts, "partner_ids": people, **values})

    def get_interactions(self, partner=None):
        return self.env["customer.interaction"].search([("partner_id", "=", (partner or self.archive).id)])
