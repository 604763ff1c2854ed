from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .duplicate_common import DuplicateCase

# Tables whose rows stay with the closed archive, each with its reason in ``customer.merger``.
STAYING = {
    "customer_archive_viewer_rel",
    "customer_archive_editor_rel",
    "customer_archive_reader_rel",
    "customer_archive_writer_rel",
    "customer_duplicate",
    "customer_duplicate_key",
    "customer_merge",
    "customer_tag_assignment",
    "customer_classification",
    "customer_data_issue",
    "customer_fact_verification",
    "customer_stale",
    "customer_verification",
    "customer_verification_line",
}


@tagged("post_install", "-at_install")
class TestMergeRows(DuplicateCase):
    """Every row of every model: moved by the merge, back where it was by its undoing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls.create_formal()
        cls.gone = cls.create_formal(
            name="Jinan Daheng Logistics Ltd", phone="0531-12", email="a@daheng.example", website="https://d.cn"
        )
        cls.fill(cls.gone)
        # tracked changes become messages at the end of the transaction
        cls.env.flush_all()
        cls.env.cr.flush()

    @classmethod
    def fill(cls, partner):
        """Rows of every kind that point to a customer."""
        env = cls.env
        user = cls.users["sales"]
        contact = env["res.partner"].create({"name": "Zhou Yong", "parent_id": partner.id, "email": "nothing"})
        company = env["res.partner"].create({"name": "Branch", "parent_id": partner.id, "is_company": True})
        partner.with_user(user).message_post(body="Said on the phone", partner_ids=contact.ids)
        partner.message_subscribe((contact | cls.users["manager"].partner_id).ids)
        company.message_subscribe(partner.ids)
        partner.activity_schedule("mail.mail_activity_data_call", user_id=user.id)
        partner.with_user(user).with_context(archive_propose=True).write({"email": "b@daheng.example"})
        cls.as_user(partner.archive_change_ids, "reviewer").action_approve_all()
        partner.sudo().customer_tag_ids = env["customer.tag"].create(
            {"name": "Golf", "taxonomy_id": env["customer.taxonomy"].create({"name": "Interests"}).id}
        )
        partner.sudo().category_id = env["res.partner.category"].create({"name": "Old Label"})
        issue = env["customer.data.issue"].search([("partner_id", "=", partner.id), ("contact_id", "=", partner.id)])
        issue[:1].sudo().write({"state": "waived", "waive_reason": "so it is", "waived_by": cls.users["reviewer"].id})
        env["ir.attachment"].create({"name": "Licence", "res_model": "res.partner", "res_id": partner.id, "raw": b"x"})
        env["rating.rating"].create(
            {"res_model_id": env["ir.model"]._get_id("res.partner"), "res_id": partner.id, "partner_id": partner.id}
        )
        env["calendar.event"].create(
            {
                "name": "Visit",
                "start": "2026-11-20",
                "stop": "2026-11-20",
                "allday": True,
                "partner_ids": [Command.link(partner.id)],
            }
        )
        env["customer.contract"].create({"name": "Castings", "partner_id": partner.id, "contact_id": contact.id})
        env["res.partner.bank"].create({"acc_number": "6222 0000 1111", "partner_id": partner.id})
        source = env["customer.import.source"].create({"name": "ERP"})
        env["customer.import.key"].create(
            {"source_id": source.id, "role": "customer", "key": "K1", "partner_id": partner.id}
        )
        env["customer.import.key"].create(
            {"source_id": source.id, "role": "contact", "key": "K2", "partner_id": contact.id}
        )
        return contact | company

    def get_columns(self):
        """Every foreign key to contacts, as the database knows them, but for what is of the moment."""
        transient = {model._table for model in self.env.values() if model._transient}
        found = self.env["base.partner.merge.automatic.wizard"]._get_fk_on("res_partner")
        return [(table, column) for table, column in found if table not in transient]

    def count(self, partner):
        """Rows that point to a contact: dict of (table, column) → number."""
        self.env.flush_all()
        counts = {}
        for table, column in self.get_columns():
            query = SQL("SELECT count(*) FROM %s WHERE %s = %s", *map(SQL.identifier, (table, column)), partner.id)
            [(number,)] = self.env.execute_query(query)
            if number:
                counts[table, column] = number
        return counts

    def read_all(self):
        """All rows that point to one of the two, and the contacts themselves, without what every change writes."""
        self.env.flush_all()
        both, rows = (self.kept | self.gone).ids, {}
        noise = "'{write_date,write_uid,message_main_attachment_id,activity_date_deadline}'::text[]"
        for table, column in [*self.get_columns(), ("res_partner", "id")]:
            query = SQL(
                f"SELECT to_jsonb(t) - {noise} FROM %s t WHERE t.%s = ANY(%s)",  # pylint: disable=sql-injection
                SQL.identifier(table),
                SQL.identifier(column),
                both,
            )
            rows[table, column] = sorted((row for (row,) in self.env.execute_query(query)), key=str)
        for model in ("mail.message", "mail.activity", "ir.attachment", "mail.followers", "rating.rating"):
            name = "model" if model == "mail.message" else "res_model"
            records = self.env[model].sudo().search([(name, "=", "res.partner"), ("res_id", "in", both)])
            rows[model] = {record.id: record.res_id for record in records}
        return rows

    def test_every_row_moves(self):
        before = self.count(self.gone)
        expected = {
            "customer_archive_change",
            "customer_archive_number",
            "customer_classification",
            "customer_data_issue",
            "customer_import_key",
            "customer_tag_assignment",
            "res_partner_bank",
            "mail_followers",
            "rating_rating",
            "calendar_event_res_partner_rel",
        }
        self.assertLessEqual(expected, {table for table, _column in before})
        self.merge(self.kept, self.gone)
        left = {
            key: number
            for key, number in self.count(self.gone).items()
            if key[0] not in STAYING and key != ("res_partner", "commercial_partner_id")
        }
        self.assertEqual(left, {})
        for model in ("mail.activity", "rating.rating"):
            found = self.env[model].search([("res_model", "=", "res.partner"), ("res_id", "=", self.gone.id)])
            self.assertFalse(found, model)
        files = self.env["ir.attachment"].search([("res_model", "=", "res.partner"), ("res_id", "=", self.kept.id)])
        self.assertIn("Licence", files.mapped("name"))
        self.assertTrue(any("Said on the phone" in body for body in self.kept.message_ids.mapped("body")))

    def test_the_number_of_rows_is_what_the_page_said(self):
        counted = self.env["customer.merger"]._count_rows(self.gone, self.kept)
        expected = {(link.table, link.column): (moved, stayed) for link, moved, stayed in counted}
        merge = self.merge(self.kept, self.gone)
        moves = {(m["table"], m["column"]): (len(m["keys"]), m["stayed"]) for m in merge.sudo().payload["moves"]}
        self.assertEqual(moves, expected)
        self.assertIn("Imported Record: 1", merge.moved_text)

    def test_present_classes_and_live_findings_stay_with_the_closed_archive(self):
        self.merge(self.kept, self.gone)
        rows = self.env["customer.classification"].search([("partner_id", "=", self.gone.id)])
        self.assertEqual(set(rows.mapped("date_end")), {False})
        issues = self.env["customer.data.issue"].search([("contact_id", "=", self.gone.id)])
        self.assertEqual(set(issues.mapped("state")), {"resolved"})
        contact = self.kept.child_ids.filtered(lambda c: c.name == "Zhou Yong")
        issue = self.env["customer.data.issue"].search([("contact_id", "=", contact.id), ("state", "=", "open")])
        self.assertEqual(issue.mapped("partner_id"), self.kept)

    def test_undoing_puts_every_row_back(self):
        before = self.read_all()
        messages = self.env["mail.message"].search([]).ids
        merge = self.merge(self.kept, self.gone, {"phone": self.gone.id, "email": self.gone.id})
        self.assertEqual((self.kept.phone, self.kept.email), ("0531-12", "b@daheng.example"))
        merge.action_undo()
        after = self.read_all()
        after["mail.message"] = {key: value for key, value in after["mail.message"].items() if key in messages}
        for key, rows in before.items():
            found = after[key]
            if key[0] in (
                "customer_merge",
                "customer_duplicate_key",
                "customer_data_issue",
                "customer_classification",
                "mail_message",
                "mail_tracking_value",
            ):
                continue
            self.assertEqual(found, rows, key)

    def test_undoing_puts_findings_and_classes_back(self):
        def look():
            issues = self.env["customer.data.issue"].search(
                [("partner_id", "in", (self.kept | self.gone).ids), ("state", "!=", "resolved")]
            )
            classes = self.env["customer.classification"].search(
                [("partner_id", "in", (self.kept | self.gone).ids), ("date_end", "=", False)]
            )
            return (
                sorted((i.contact_id.id, i.code, i.field_name, i.state, i.waive_reason or "") for i in issues),
                sorted((c.partner_id.id, c.dimension, c.new_name) for c in classes),
            )

        before = look()
        self.assertIn("waived", {state for *_key, state, _reason in before[0]})
        self.merge(self.kept, self.gone, {"email": self.gone.id}).action_undo()
        self.assertEqual(look(), before)

    def test_rows_that_collide_stay_and_are_told(self):
        bank = {"acc_number": "6222 0000 1111", "partner_id": self.kept.id}
        self.env["res.partner.bank"].create(bank)
        self.kept.sudo().category_id = self.gone.category_id
        self.kept.message_subscribe(self.users["manager"].partner_id.ids)
        merge = self.merge(self.kept, self.gone)
        self.assertEqual(len(self.gone.bank_ids), 1)
        self.assertEqual(self.gone.category_id, self.kept.category_id)
        self.assertIn("1 stay, the archive kept has the same", merge.moved_text)
        merge.action_undo()
        self.assertEqual((len(self.kept.bank_ids), len(self.gone.bank_ids)), (1, 1))

    def test_one_bank_account_of_both_serves_from_the_archive_kept(self):
        bank, later = self.env["res.bank"].create([{"name": name} for name in ("Bank of China", "Bank of Jinan")])
        mine = self.env["res.partner.bank"].create({"acc_number": "6222 0000 1111", "partner_id": self.kept.id})
        other = self.gone.sudo().bank_ids
        other.write({"bank_id": bank.id, "acc_holder_name": "Daheng"})
        name = mine.acc_holder_name
        merge = self.merge(self.kept, self.gone)
        self.assertEqual((self.kept.bank_ids, self.gone.bank_ids), (mine, other), "nothing is deleted")
        self.assertEqual((mine.bank_id, mine.acc_holder_name), (bank, name), "it gets what it lacked")
        merge.action_undo()
        self.assertEqual((mine.bank_id, mine.acc_holder_name), (bank.browse(), name))
        self.assertEqual((other.bank_id, other.acc_holder_name), (bank, "Daheng"))
        merge = self.merge(self.kept, self.gone)
        mine.sudo().bank_id = later
        merge.action_undo()
        self.assertEqual(mine.bank_id, later, "what was changed since stays")

    def test_documents_that_name_a_bank_account_follow_it(self):
        if "account.move" not in self.env:
            self.skipTest("no accounting here")
        mine = self.env["res.partner.bank"].create({"acc_number": "6222 0000 1111", "partner_id": self.kept.id})
        other = self.gone.bank_ids
        bill = self.env["account.move"].sudo().create(
            {"move_type": "in_invoice", "partner_id": self.gone.id, "partner_bank_id": other.id}
        )
        self.assertEqual(bill.partner_bank_id, other)
        merge = self.merge(self.kept, self.gone)
        self.assertEqual((bill.partner_id, bill.partner_bank_id), (self.kept, mine))
        merge.action_undo()
        self.assertEqual((bill.partner_id, bill.partner_bank_id), (self.gone, other))

    def test_documents_of_other_apps_move_where_they_are_installed(self):
        values = {"sale.order": {}, "crm.lead": {"name": "Lead"}, "purchase.order": {}}
        documents = [
            self.env[model].sudo().create({**extra, "partner_id": self.gone.id})
            for model, extra in values.items()
            if model in self.env
        ]
        self.env.flush_all()
        merge = self.merge(self.kept, self.gone)
        self.env.invalidate_all()
        self.assertEqual([document.partner_id for document in documents], [self.kept] * len(documents))
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual([document.partner_id for document in documents], [self.gone] * len(documents))

    def test_texts_that_name_a_model_and_an_id_move(self):
        links = self.env["customer.merger"]._get_loose_links()
        text = next((link for link in links if link.is_text), None)
        pairs = {(link.table, link.column) for link in links}
        self.assertTrue({("mail_message", "res_id"), ("ir_attachment", "res_id"), ("mail_activity", "res_id")} <= pairs)
        if text:
            self.assertEqual(text.value(7), "res.partner,7")
