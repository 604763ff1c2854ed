import base64
import json
import re
from datetime import date

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ParallelCase
from .contract_common import TEXT, ContractCase

# One dot: the smallest picture that can be read.
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestContractPortal(ContractCase, HttpCase):
    """What the customer sees and does on the portal, over real requests."""

    def setUp(self):
        super().setUp()
        self.contract = self.create_contract(
            contact_id=self.contact.id, text_file=TEXT, text_file_name="contract.pdf", name="Castings <b>2026</b>"
        )

    def send(self, contract=None):
        """Send a contract by the composer that the button opens."""
        contract = contract or self.contract
        action = contract.action_send()
        composer = self.env["mail.compose.message"].with_user(self.users["sales"]).with_context(**action["context"])
        composer.create({})._action_send_mail()
        self.assertEqual(contract.state, "sent")
        return contract

    def get_token(self, contract=None):
        return (contract or self.contract).sudo().access_token

    def open_page(self, token, suffix="", contract=None):
        contract = contract or self.contract
        return self.url_open(f"/my/contracts/{contract.id}{suffix}?access_token={token}", allow_redirects=False)

    def sign(self, token, contract=None, **params):
        contract = contract or self.contract
        response = self.url_open(
            f"/my/contracts/{contract.id}/sign?access_token={token}",
            data=json.dumps({"params": {"name": "Li Na", "signature": DOT, **params}}),
            headers={"Content-Type": "application/json"},
        )
        return response.json()["result"]

    def test_a_draft_is_not_to_be_read(self):
        token = self.contract.sudo()._portal_ensure_token()
        for suffix in ("", "/text"):
            self.assertEqual(self.open_page(token, suffix).status_code, 303)
        self.assertIn("error", self.sign(token))
        self.assertFalse(self.contract.signed_date)

    def test_the_mail_leads_to_the_page_and_the_page_to_the_signature(self):
        self.send()
        message = self.contract.message_ids.filtered(lambda m: m.partner_ids == self.contact)
        self.assertTrue(message)
        link = re.search(r"/my/contracts/\d+\?access_token=[\w-]+", message.body.replace("&amp;", "&")).group()
        page = self.url_open(link)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Castings &lt;b&gt;2026&lt;/b&gt;", page.text)
        self.assertIn("portal.signature_form", page.text)
        self.assertEqual(self.open_page(self.get_token(), "/text").content, base64.b64decode(TEXT))
        answer = self.sign(self.get_token())
        self.assertIn("redirect_url", answer)
        self.contract.invalidate_recordset()
        self.assertEqual((self.contract.state, self.contract.signed_by), ("active", "Li Na"))
        self.assertEqual(self.contract.signed_date, self.contract._get_today())
        self.assertTrue(self.contract.sudo().signed_address)
        self.assertTrue(self.contract.signature and self.contract.signed_digest)
        self.assertIn("the contract is signed", self.url_open(answer["redirect_url"]).text)
        self.assertIn("Li Na", self.contract.message_ids[0].body)
        self.assertEqual(self.contract.message_ids[0].author_id, self.contact)

    def test_a_link_signs_once(self):
        self.send()
        token = self.get_token()
        self.assertNotIn("error", self.sign(token))
        self.assertIn("not waiting", self.sign(token, name="Somebody else")["error"])
        self.contract.invalidate_recordset()
        self.assertEqual(self.contract.signed_by, "Li Na")

    def test_forged_and_old_links_open_nothing(self):
        self.send()
        other = self.send(self.create_contract())
        token = self.get_token()
        for wrong in ("", "x", self.get_token(other), token[:-1]):
            with self.subTest(wrong):
                self.assertEqual(self.open_page(wrong).status_code, 303)
                self.assertIn("error", self.sign(wrong))
        self.contract.amount = 99
        self.assertEqual(self.contract.state, "draft", "other terms have to be sent again")
        self.assertEqual(self.open_page(token).status_code, 303)
        self.send()
        self.assertNotEqual(self.get_token(), token)
        self.contract.action_cancel()
        self.assertEqual(self.open_page(token).status_code, 303)

    def test_a_signature_without_a_name_or_that_is_no_picture_changes_nothing(self):
        self.send()
        drawing = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>").decode()
        for params in ({"name": " "}, {"signature": ""}, {"signature": "no picture"}, {"signature": drawing}):
            with self.subTest(params):
                self.assertIn("error", self.sign(self.get_token(), **params))
        self.contract.invalidate_recordset()
        self.assertEqual((self.contract.state, self.contract.signed_by), ("sent", False))

    def test_a_customer_lists_its_own_contracts_and_no_drafts(self):
        self.send()
        draft = self.create_contract(name="Secret draft")
        strange = self.create_contract("colleague", partner_id=self.create_archive("colleague").id, name="Of others")
        strange._sign("X", date(2026, 1, 1))
        person = new_test_user(self.env, login="portal_li", groups="base.group_portal")
        person.partner_id.parent_id = self.archive
        self.authenticate("portal_li", "portal_li")
        page = self.url_open("/my/contracts").text
        self.assertIn(self.contract.number, page)
        self.assertNotIn(draft.number, page)
        self.assertNotIn(strange.number, page)
        self.assertEqual(self.url_open(f"/my/contracts/{strange.id}", allow_redirects=False).status_code, 303)
        count = self.url_open(
            "/my/counters", data=json.dumps({"params": {"counters": ["customer_contract_count"]}}),
            headers={"Content-Type": "application/json"},
        ).json()["result"]
        self.assertEqual(count, {"customer_contract_count": 1})
        for model in ("customer.contract", "customer.contract.document", "customer.contract.kind"):
            self.assertFalse(self.env[model].with_user(person).has_access("read"), model)

    def test_sending_takes_the_right_to_edit(self):
        action = self.contract.action_send()
        office = self.env["mail.compose.message"].with_user(self.users["office"]).with_context(**action["context"])
        with self.assertRaises(AccessError):
            office.create({})._action_send_mail()
        self.assertFalse(self.contract.sent_date)


@tagged("post_install", "-at_install")
class TestContractWorkers(ParallelCase):
    """Signatures and jobs at the same moment, on real connections."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.clean)
        with self.connect() as env:
            today = fields.Date.today()
            archive = env["res.partner"].create({"name": "Worker", "is_company": True, "archive_state": "draft"})
            facts = {
                "name": "Worker", "partner_id": archive.id, "date_start": date(2020, 1, 1), "warn_days": 30,
                "date_end": fields.Date.add(today, days=20), "user_id": env.ref("base.user_admin").id,
            }
            contracts = env["customer.contract"].create([facts] * 8)
            for contract in contracts[1:]:
                contract._sign("Li Na", date(2020, 1, 1))
            contracts[0]._open_signing()
            self.archive_id, self.ids = archive.id, contracts.ids
            env.cr.commit()

    def clean(self):
        with self.connect() as env:
            env.cr.execute("UPDATE customer_contract SET signed_date = NULL, sent_date = NULL WHERE id IN %s",
                           [tuple(self.ids)])
            env.invalidate_all()
            env["customer.contract"].browse(self.ids).unlink()
            env["res.partner"].browse(self.archive_id).unlink()
            env.cr.commit()

    def test_two_people_who_sign_at_once_leave_one_signature(self):
        def sign(name):
            return lambda env: env["customer.contract"].browse(self.ids[0])._sign(name, date(2026, 1, 1))

        errors = self.run_parallel([sign("One"), sign("Two"), sign("Three")])
        self.assertEqual(len(errors), 2, errors)
        for error in errors:
            self.assertIn("signed or cancelled meanwhile", str(error))
        with self.connect() as env:
            self.assertIn(env["customer.contract"].browse(self.ids[0]).signed_by, ("One", "Two", "Three"))

    def test_two_jobs_at_once_warn_once(self):
        def work(env):
            records = env["customer.contract"]
            for _batch in range(4):
                records._warn(records._take_unwarned())
                env.cr.commit()

        self.assertFalse(self.run_parallel([work, work]))
        with self.connect() as env:
            counts = env["mail.activity"]._read_group(
                [("res_model", "=", "customer.contract"), ("res_id", "in", self.ids)], ["res_id"], ["__count"]
            )
            self.assertEqual(sorted(counts), [(contract_id, 1) for contract_id in self.ids[1:]])
