from datetime import datetime

from freezegun import freeze_time

from .common import ArchiveCase

# A Monday, 9 o'clock in Shanghai.
MONDAY = datetime(2026, 11, 2, 1)


class CaseCase(ArchiveCase):
    """A customer of a salesperson, a company that works from 8 to 12 and 13 to 17 in Shanghai, and a Monday morning."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.create_calendar("Asia/Shanghai")
        cls.env.company.resource_calendar_id = cls.calendar
        cls.env.company.write({"customer_case_response_hours": 8, "customer_case_resolve_hours": 40})
        cls.archive = cls.create_archive(name="Wuxi Haitian Machinery", archive_access="owner")
        cls.gu = cls.env["res.partner"].create(
            {"name": "Gu Wei", "parent_id": cls.archive.id, "email": "gu@haitian.example"}
        )
        cls.department = cls.env["customer.case.department"].create(
            {
                "name": "Foundry", "manager_id": cls.users["quality"].id,
                "member_ids": [(4, cls.users["seller_all"].id)],
            }
        )
        cls.pain = cls.env["customer.case.category"].create(
            {"name": "Casting", "kind": "complaint", "department_id": cls.department.id, "severity": "moderate"}
        )
        cls.env["customer.policy"].search([]).active = False

    def setUp(self):
        super().setUp()
        self.go_to(MONDAY)

    def go_to(self, moment):
        """Let it be another time for cases."""
        self.env.flush_all()
        self.enterContext(freeze_time(moment))
        self.env.invalidate_all()

    def flush_tracking(self):
        """Let the chatter note what changed, as at the end of a request."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    @classmethod
    def create_calendar(cls, tz, hours=((8, 12), (13, 17)), days="01234", **values):
        lines = [
            (0, 0, {
                "name": f"{day} {start}", "dayofweek": day, "hour_from": start, "hour_to": end,
                "day_period": "morning" if start < 12 else "afternoon",
            })
            for day in days for start, end in hours
        ]
        return cls.env["resource.calendar"].create(
            {"name": f"Hours in {tz}", "tz": tz, "attendance_ids": lines, "company_id": cls.env.company.id, **values}
        )

    @classmethod
    def create_case(cls, login="sales", **values):
        facts = {"name": "Sand holes", "partner_id": cls.archive.id, "kind": "service"}
        return cls.env["customer.case"].with_user(cls.users[login]).create({**facts, **values})

    @classmethod
    def create_complaint(cls, login="sales", **values):
        """A complaint whose cause is known and that something is done about."""
        return cls.create_case(login, **{
            "kind": "complaint", "category_id": cls.pain.id, "cause": "<p>Wet sand</p>",
            "measure_ids": [(0, 0, {"name": "Cast again"})], **values,
        })

    @classmethod
    def press(cls, record, login, button, text="As said", **values):
        """Press a button that asks for something, and answer it."""
        action = getattr(cls.as_user(record, login), button)()
        window = cls.env[action["res_model"]].with_user(cls.users[login]).with_context(**action["context"])
        return window.create({"text": text, **values}).action_confirm()
