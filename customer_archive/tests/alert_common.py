from datetime import datetime, timedelta

from .common import ArchiveCase

ZONE = "Asia/Shanghai"
# Eight hours before the clock of the people.
SHIFT = timedelta(hours=8)


class AlertCase(ArchiveCase):
    """A log that tests fill with entries of their own time, and the job that looks at it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.users"].browse([user.id for user in cls.users.values()]).tz = ZONE
        cls.rules = {rule.kind: rule for rule in cls.env["customer.audit.rule"].search([])}
        cls.day = cls.get_working_day()
        cls.auditor = cls.users["auditor"]
        # who is told about alerts in this test: one person
        group = cls.env.ref("customer_archive.group_auditor")
        group.user_ids = cls.auditor
        cls.rewind()

    @classmethod
    def get_working_day(cls):
        """Midnight, on the clock of the people, of a day from Monday to Friday that is over."""
        day = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)
        while day.isoweekday() > 5:
            day -= timedelta(days=1)
        return day

    @classmethod
    def rewind(cls):
        """Have the job look at the whole day again."""
        for rule in cls.rules.values():
            rule.checked_until = cls.day - SHIFT - timedelta(hours=1)

    @classmethod
    def at(cls, hour, minute=0, second=0):
        """A time of the day by the clock of the people, as the log has it."""
        return cls.day + timedelta(hours=hour, minutes=minute, seconds=second) - SHIFT

    @classmethod
    def log(cls, rows):
        """Write entries: tuples of login or user, time, operation, number of records and, where they matter, ids."""
        values = []
        for who, time, operation, count, *rest in rows:
            user = cls.users[who] if isinstance(who, str) else who
            ids = rest[0] if rest else []
            fields = ["export"] if operation == "denied" else []
            values += [time, user.id, user.login, user.company_id.id, operation, ids, count, fields]
        row = "(%s, %s, %s, %s, 'web', %s, 'res.partner', %s::bigint[], %s, %s::text[], '{}')"
        cls.env.cr.execute(
            """INSERT INTO customer_audit.entry
                      (time, user_id, login, company_id, channel, operation, model, ids, count, field_names, parts)
               VALUES """
            + ", ".join([row] * (len(values) // 8)),
            values,
        )

    @classmethod
    def log_earlier_exports(cls, users):
        """Nobody of these exports for the first time."""
        cls.log([(user, cls.day - timedelta(days=30), "export", 10) for user in users])

    def watch(self):
        """What the job does, for every rule."""
        for rule in self.env["customer.audit.rule"].search([]):
            while not rule._watch_batch():
                pass
        return self.alerts()

    def alerts(self):
        users = [user.id for user in self.users.values()]
        return self.env["customer.audit.alert"].search([("user_id", "in", users)], order="id")

    def only_alert(self, kind, login="sales"):
        alert = self.watch()
        self.assertEqual(alert.mapped("kind"), [kind])
        self.assertEqual(alert.user_id, self.users[login])
        return alert
