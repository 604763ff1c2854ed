import subprocess
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tests.common import get_db_name
from odoo.tools import SQL
from odoo.tools.misc import exec_pg_environ, find_pg_tool

from ..encrypted import reveal
from .common import CODES, ParallelCase
from .encrypted_common import CommittedKeys

NAME, PHONE, EMAIL = "Dongfang Shuoming", "13966665555", "dongfang.shuoming@example.com"
# What of the person is encrypted, until somebody writes it down elsewhere.
NUMBER, PRIVATE = "440524188001010014", "13822221111"


@tagged("post_install", "-at_install")
class TestPrivacyDump(CommittedKeys, ParallelCase):
    """Erased is what a dump of the whole database no longer holds, in any table."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.clean)
        with self.connect() as env:
            self.users = [
                env["res.users"].with_context(no_reset_password=True).create(
                    {"name": f"Dump {n}", "login": f"dump_manager_{n}",
                     "group_ids": [(4, env.ref("customer_archive.group_manager").id)]}
                ).id
                for n in range(2)
            ]
            self.company_id = env["res.partner"].create(
                {"name": "Dump Company", "is_company": True, "archive_state": "draft", "vat": CODES[-1]}
            ).id
            env.cr.commit()
        self.leave_traces()

    @contextmanager
    def connect(self, user=SUPERUSER_ID):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, user, {})

    def leave_traces(self):
        with self.connect(self.users[0]) as env:
            company = env["res.partner"].browse(self.company_id)
            person = env["res.partner"].create(
                {"name": NAME, "phone": PHONE, "email": EMAIL, "parent_id": company.id, "birthday": "1980-01-02",
                 "comment": f"{NAME} likes tea"}
            )
            self.person_id = person.id
            person.sudo().write({"customer_identity_number": NUMBER, "customer_private_phone": PRIVATE})
            env.cr.commit()
            company.message_post(body=f"The card of our contact there: {NUMBER}")
            company.comment = f"After hours call +86 138 2222 1111 ({PRIVATE})"
            change = env["customer.archive.change"].sudo().create({"partner_id": person.id, "reason": "typed"})
            self.line_id = env["customer.archive.change.line"].sudo().create(
                {"change_id": change.id, "field_name": "customer_identity_number", "old_secret": "19491231002X",
                 "new_secret": NUMBER}
            ).id
            env.cr.commit()
            person.phone = "13966660000"
            person.phone = PHONE
            person.message_post(body=f"{NAME}, {PHONE}")
            company.message_post(body=f"{NAME} wrote from {EMAIL}, +86 139-6666-5555", partner_ids=person.ids)
            env["ir.filters"].create({"name": NAME, "model_id": "res.partner", "user_ids": [(4, env.uid)],
                                      "domain": f"[('email', '=', '{EMAIL}')]"})
            env["ir.attachment"].create({"name": f"{NAME}.txt", "raw": NAME.encode(), "res_model": "res.partner",
                                         "res_id": person.id})
            env["ir.attachment"].create({"name": f"For {NAME}.txt", "raw": b"x", "description": EMAIL,
                                         "res_model": "res.partner", "res_id": company.id})
            company.activity_schedule("mail.mail_activity_data_todo", summary=f"Call {NAME} {PHONE}")
            env["res.partner"].search([("name", "ilike", NAME)]).read(["phone"])
            env["bus.bus"].sudo()._sendone("dump", "notification", {"name": NAME})
            env.cr.commit()

    def dump(self):
        command = [find_pg_tool("pg_dump"), "--data-only", "--no-owner", get_db_name()]
        return subprocess.run(command, env=exec_pg_environ(), capture_output=True, check=True).stdout.decode().lower()

    def test_a_dump_holds_nothing_of_an_erased_person(self):
        traces = [NAME.lower(), PHONE, EMAIL, "139-6666-5555", "shuoming", NUMBER, PRIVATE, "138 2222 1111"]
        before = self.dump()
        for trace in traces:
            self.assertIn(trace, before)
        with self.connect() as env:
            line = env["customer.archive.change.line"].browse(self.line_id)
            self.assertEqual(reveal(line, "new_secret"), NUMBER)
            env.cr.execute("SELECT old_secret, new_secret FROM customer_archive_change_line WHERE id = %s", line.ids)
            traces += [secret.lower() for secret in env.cr.fetchone()]
        with self.connect(self.users[0]) as env:
            request = env["customer.privacy.request"].create(
                {"kind": "erase", "identity_check": "document", "search_name": NAME, "search_phone": PHONE,
                 "search_email": EMAIL}
            )
            self.request_id = request.id
            request.action_find()
            self.assertEqual(request.partner_ids.ids, [self.person_id])
            request.action_plan()
            env.cr.commit()
        with self.connect(self.users[1]) as env:
            env["customer.privacy.request"].browse(self.request_id).action_confirm()
            env.cr.commit()
        after = self.dump()
        for trace in traces:
            lines = [line[:200] for line in after.splitlines() if trace in line]
            self.assertFalse(lines, trace)

    def clean(self):
        with self.connect() as env:
            requests = env["customer.privacy.request"].search([("planned_by", "in", self.users)])
            env["customer.privacy.request"].flush_model()
            env.cr.execute(SQL("DELETE FROM customer_privacy_request WHERE id = ANY(%s)", requests.ids))
            env.invalidate_all()
            people = env["res.partner"].with_context(active_test=False).search(
                ["|", ("id", "=", self.company_id), ("parent_id", "=", self.company_id)]
            )
            env["ir.filters"].search([("user_ids", "in", self.users)]).unlink()
            people.sorted("parent_id", reverse=True).unlink()
            users = env["res.users"].browse(self.users)
            partners = users.partner_id
            users.unlink()
            partners.unlink()
            env.cr.commit()
