import base64
from datetime import date
from unittest.mock import patch

from .common import ArchiveCase

TEXT = base64.b64encode(b"%PDF-1.4 The text of the contract")
TODAY = date(2026, 11, 5)


class ContractCase(ArchiveCase):
    """A customer of a salesperson with a contact who signs, and days that pass when a test says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.create_archive(archive_access="owner", archive_team_id=cls.team.id)
        cls.contact = cls.env["res.partner"].create(
            {"name": "Li Na", "parent_id": cls.archive.id, "email": "li.na@example.com"}
        )
        cls.kind = cls.env["customer.contract.kind"].create(
            {"name": "Frame", "renewal_months": 12, "notice_days": 60, "warn_days": 30}
        )

    def setUp(self):
        super().setUp()
        self.go_to(TODAY)

    def go_to(self, day):
        """Let it be another day for contracts."""
        model = self.registry["customer.contract"]
        self.startPatcher(patch.object(model, "_get_today", lambda record: day))

    @classmethod
    def create_contract(cls, login="sales", **values):
        facts = {
            "name": "Castings", "partner_id": cls.archive.id, "date_start": "2026-01-01", "date_end": "2026-12-31",
            "amount": 120000, "warn_days": 30,
        }
        return cls.env["customer.contract"].with_user(cls.users[login]).create({**facts, **values})

    @classmethod
    def create_signed(cls, **values):
        contract = cls.create_contract(**values)
        contract._sign("Li Na", date(2025, 12, 20))
        return contract
