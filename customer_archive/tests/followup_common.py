from datetime import datetime

from freezegun import freeze_time

from .common import ArchiveCase

NOW = datetime(2026, 11, 5, 12)


class FollowupCase(ArchiveCase):
    """A customer in Shanghai with a contact, no rules but those of the test, and a clock that tests set."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["customer.followup.rule"].search([]).active = False
        cls.env["customer.policy"].search([]).active = False
        cls.env["ir.cron"].search([]).active = False
        cls.archive = cls.create_archive(archive_access="owner", archive_team_id=cls.team.id, tz="Asia/Shanghai")
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Li Na", "parent_id": cls.archive.id, "email": "li.na@example.com", "phone": "13801234567",
                "tz": "Asia/Shanghai", "lang": "en_US",
            }
        )
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Greeting", "model_id": cls.env["ir.model"]._get_id("customer.followup"),
                "subject": "Hello {{ object.recipient_id.name }}", "email_from": "us@example.com",
                "body_html": '<p>For <t t-out="object.partner_id.name"/></p>',
                # what nobody asked the person about
                "email_to": "somebody@example.com", "email_cc": "else@example.com",
            }
        )

    def setUp(self):
        super().setUp()
        self.clock = None
        self.go_to(NOW)

    def tearDown(self):
        self.clock.stop()
        super().tearDown()

    def go_to(self, moment):
        """Let it be another moment, in UTC."""
        if self.clock:
            self.clock.stop()
        self.clock = freeze_time(moment)
        self.clock.start()

    def create_rule(self, trigger, action="activity", login="manager", **values):
        facts = {"name": f"Rule {trigger}", "trigger": trigger, "action": action, "starts_on": "2026-01-01"}
        if action == "mail":
            facts["mail_template_id"] = self.template.id
        rule = self.env["customer.followup.rule"].with_user(self.users[login]).create({**facts, **values})
        return rule.sudo()

    def create_birthday_rule(self, action="activity", **values):
        """A rule that is due for the contact on 10 November at 9:00 in Shanghai, 1:00 UTC."""
        self.contact.birthday = "1980-11-10"
        return self.create_rule("birthday", action, **values)

    def follow_up(self, moment=None):
        """What the job does, at a moment."""
        self.env.flush_all()
        if moment:
            self.go_to(moment)
        Followup = self.env["customer.followup"]
        for rule in self.env["customer.followup.rule"].search([]):
            rule.planned_date = False
            Followup._plan_rule(rule)
            while records := Followup._take_due(rule):
                records._work_off()
        self.env.invalidate_all()
        return self.find()

    def find(self, **values):
        return self.env["customer.followup"].search([(name, "=", value) for name, value in values.items()])

    def get_activities(self, archive=None):
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", (archive or self.archive).id)]
        return self.env["mail.activity"].search(domain)
