import re
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from odoo import fields

from .common import ArchiveCase

LINK = re.compile(r"/customer/confirm/[\w-]{40,}")


class VerificationCase(ArchiveCase):
    """A formal archive whose facts were confirmed long ago, with a buyer who gets mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.write({"customer_verification_enabled": True, "customer_verification_domain": "[]"})
        # whatever else the database holds is none of these tests' business
        cls.env["res.partner"].search([("archive_state", "=", "formal")]).archive_asked_date = fields.Datetime.now()
        cls.archive, cls.contact = cls.create_customer()

    @classmethod
    def create_customer(cls, email="li.na@example.com", login="sales", **values):
        """A formal archive and its buyer; its facts were confirmed seven months ago."""
        facts = {"archive_access": "owner", "archive_team_id": cls.team.id, "street": "Nanjing Road 100"}
        archive = cls.create_formal(login, **{**facts, **values})
        contact = cls.env["res.partner"].create(
            {"name": "Li Na", "parent_id": archive.id, "email": email, "decision_role": "buyer", "lang": "en_US"}
        )
        cls.age(archive, 7)
        return archive, contact

    @classmethod
    def age(cls, archive, months):
        """Let it be long ago that the facts of an archive were confirmed."""
        archive.sudo().customer_fact_ids.date = fields.Datetime.now() - relativedelta(months=months)

    def run_job(self):
        """One run of the job, to its end, without its commits."""
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 10**6):
            self.env["customer.verification"]._cron_verify()
        self.env.flush_all()

    def ask(self, archive=None):
        """Ask a customer by the buttons; return the request and the path of its link."""
        archive = archive or self.archive
        action = self.as_user(archive, "sales").action_ask_confirmation()
        request = self.env["customer.verification"].browse(action["res_id"])
        self.as_user(request, "sales").action_send()
        return request, self.get_path(request)

    def get_mails(self, partner=None):
        return self.env["mail.mail"].sudo().search([("recipient_ids", "in", (partner or self.contact).ids)])

    def get_path(self, request):
        """The path of the link in the last mail of a request."""
        mail = self.get_mails(request.contact_id).sorted("id")[-1:]
        return LINK.search(mail.body_html).group()

    def get_token(self, path):
        return path.rpartition("/")[2]

    def get_activities(self, request):
        return self.env["mail.activity"].sudo().search(
            [("res_model", "=", "customer.verification"), ("res_id", "in", request.ids)]
        )

    def get_facts(self, archive=None):
        """Field name → its confirmation."""
        return {fact.field_name: fact for fact in (archive or self.archive).sudo().customer_fact_ids}

    def merge(self, kept):
        """Merge the archive into another one."""
        merge = self.env["customer.merge"].with_user(self.users["manager"])
        return merge._merge(self.as_user(kept, "manager"), self.as_user(self.archive, "manager"))
