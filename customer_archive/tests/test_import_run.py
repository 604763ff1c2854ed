from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .import_common import ACME, CONTACT, PERSON, ImportCommon


@tagged("post_install", "-at_install")
class TestImportRun(ImportCommon):
    """The way of an import: trial, batches, a second import."""

    def change(self, row, **cells):
        """The row with other cells, by the place of the column."""
        places = {"name": 1, "code": 2, "city": 4, "phone": 5, "email": 6, "staff": 8, "since": 9, "remark": 10}
        row = list(row)
        for name, value in cells.items():
            row[places[name]] = value
        return row

    def test_steps(self):
        run = self.make_run()
        self.assertEqual((run.state, run.row_ids.ids), ("draft", []))
        run.action_trial()
        self.assertEqual((run.state, run.total_count, run.done_count), ("trial", 3, 0))
        self.assertEqual(set(run.row_ids.mapped("planned")), {"created"})
        self.assertFalse(self.get_partner("K1"))
        run.action_import()
        self.assertEqual(run.state, "running")
        progress = run.action_import_batch()
        self.assertEqual((progress["done"], progress["state"]), (2, "running"))
        progress = run.action_import_batch()
        self.assertEqual((progress["done"], progress["state"], progress["progress"]), (3, "done", 100.0))
        self.assertEqual(self.get_partner("K1").child_ids.name, CONTACT[1])
        self.assertEqual(self.get_partner("K1").child_ids.decision_role, "decider")
        self.assertEqual(run.action_import_batch()["state"], "done")

    def test_buttons_of_another_state_are_refused(self):
        run = self.make_run()
        for button in ("action_import", "action_import_batch", "action_reset"):
            with self.assertRaises(UserError):
                getattr(run, button)()
        self.import_all(run)
        for button in ("action_trial", "action_import", "action_cancel", "action_reset"):
            with self.assertRaises(UserError):
                getattr(run, button)()

    def test_back_to_the_columns_and_cancelled(self):
        run = self.make_run()
        run.action_trial()
        run.action_reset()
        self.assertEqual((run.state, run.row_ids.ids), ("draft", []))
        self.assertFalse(run.overview)
        run.action_cancel()
        self.assertEqual(run.state, "cancelled")
        run.unlink()

    def test_an_import_that_brought_rows_stays(self):
        run = self.import_rows()
        with self.assertRaisesRegex(UserError, "proof"):
            run.unlink()

    def test_views_of_the_result(self):
        run = self.import_rows([self.change(ACME, phone="1350259362"), PERSON])
        Row = self.env["customer.import.row"]
        for key, keys in (("state:created", {"K1", "K2"}), ("phone_invalid:phone", {"K1"}), ("state:bad", set())):
            action = run.action_view_rows("customer", key)
            self.assertEqual(set(Row.search(action["domain"]).mapped("key")), keys)
        self.assertEqual(Row.search(run.action_view_messages()["domain"]).mapped("key"), ["K1"])
        archives = self.env["res.partner"].search(run.action_view_archives()["domain"])
        self.assertEqual(archives & self.get_partner("K1"), self.get_partner("K1"))
        issues = self.env["customer.data.issue"].search(run.action_view_findings()["domain"])
        self.assertIn("phone_invalid", issues.mapped("code"))

    #=== A SECOND IMPORT ===#

    def test_changed_row_updates_a_draft(self):
        self.import_rows()
        run = self.import_rows([self.change(ACME, city="青岛市"), PERSON])
        self.assertEqual(self.get_partner("K1").city, "青岛市")
        self.assertEqual(run.row_ids.mapped("state"), ["updated", "unchanged", "unchanged"])

    def test_only_what_the_workbook_changed_is_written(self):
        self.import_rows()
        partner = self.get_partner("K1")
        partner.phone = "0531-82345678"
        run = self.import_rows([self.change(ACME, city="青岛市"), PERSON])
        self.assertEqual((partner.phone, partner.city), ("0531-82345678", "青岛市"))
        self.assertFalse(self.get_kinds(run) & {"overwritten"})

    def test_replacing_what_a_person_entered_is_told(self):
        self.import_rows()
        partner = self.get_partner("K1")
        partner.city = "烟台市"
        run = self.import_rows([self.change(ACME, city="青岛市"), PERSON])
        self.assertEqual(partner.city, "青岛市")
        self.assertIn("overwritten", self.get_kinds(run))
        self.assertIn("烟台市 was entered by hand", run.row_ids[0].message_text)

    def test_changed_row_of_a_formal_archive_becomes_a_proposal(self):
        self.import_rows()
        partner = self.get_partner("K1")
        self.make_formal(partner)
        rows = [self.change(ACME, city="青岛市", remark="需要月结"), PERSON]
        run = self.import_rows(rows)
        self.assertEqual((partner.city, partner.customer_requirements), ("济南市", "需要月结"))
        change = partner.archive_change_ids
        self.assertEqual((change.source, change.user_id, change.line_ids.field_name), ("import", self.manager, "city"))
        self.assertEqual(change.line_ids.new_value, "青岛市")
        self.assertIn("row 2", change.reason)
        self.assertEqual(run.row_ids[0].state, "proposed")
        self.import_rows(rows)
        self.assertEqual(len(partner.archive_change_ids), 1, "the same workbook proposes nothing twice")

    def test_closed_archive_is_skipped(self):
        self.import_rows()
        self.get_partner("K1")._take_archive_step("close", "gone")
        run = self.import_rows([self.change(ACME, city="青岛市"), PERSON])
        self.assertEqual((run.row_ids[0].state, self.get_kinds(run)), ("skipped", {"archive_closed"}))
        self.assertEqual(self.get_partner("K1").city, "济南市")

    def test_unreadable_value_does_not_empty_a_fact(self):
        self.import_rows()
        run = self.import_rows([self.change(ACME, staff="约50人"), PERSON])
        self.assertEqual(self.get_partner("K1").customer_staff_count, 120)
        self.assertIn("import_value", self.get_kinds(run))
        self.assertNotIn("import_value", self.get_partner("K1").archive_issue_ids.mapped("code"))

    def test_changed_contact_is_updated(self):
        self.import_rows()
        contact = self.get_partner("K1|赵洋兰", "contact")
        self.import_rows(contacts=[[*CONTACT[:2], "副总经理", *CONTACT[3:]]])
        self.assertEqual((contact.function, contact.parent_id), ("副总经理", self.get_partner("K1")))

    def test_contacts_of_one_name(self):
        run = self.import_rows(contacts=[CONTACT, [*CONTACT[:3], "17745901666", "否"]])
        contacts = run.row_ids.filtered(lambda row: row.role == "contact")
        self.assertEqual(contacts.mapped("key"), ["K1|赵洋兰", "K1|赵洋兰|2"])
        self.assertEqual(len(self.get_partner("K1").child_ids), 2)

    def test_deleted_archive_arrives_again(self):
        self.import_rows()
        self.get_partner("K2").unlink()
        run = self.import_rows()
        self.assertEqual(run.row_ids.mapped("state"), ["unchanged", "created", "unchanged"])

    #=== ROWS ===#

    def test_same_key_twice(self):
        run = self.import_rows([ACME, ["K1", *PERSON[1:]]], ())
        self.assertEqual(run.row_ids.mapped("state"), ["created", "bad"])
        self.assertIn("Row 2 has the same key", run.row_ids[1].message_text)

    def test_code_of_an_archive_entered_by_hand(self):
        self.env["res.partner"].create({"name": "Rival", "is_company": True, "vat": ACME[2], "archive_state": "draft"})
        run = self.import_rows([ACME], ())
        self.assertIn("shared_code", self.get_kinds(run))
        self.assertIn("“Rival” has the same tax code", run.row_ids.message_text)
        shared = self.env["customer.data.issue"].search([("code", "=", "vat_shared"), ("value", "=", ACME[2])])
        self.assertEqual(len(shared), 2, "the finding is on both archives")

    def test_contact_without_customer(self):
        run = self.import_rows([ACME], [["", *CONTACT[1:]]])
        self.assertEqual((run.row_ids[1].state, run.row_ids[1].codes), ("bad", ",parent_empty:,"))

    def test_one_refused_row_leaves_the_others(self):
        cls = type(self.env["res.partner"])
        create = cls.create

        def refuse(records, vals_list):
            if any(vals.get("name") == "周勇" for vals in vals_list):
                raise ValidationError("No such person")
            return create(records, vals_list)

        run = self.make_run()
        run.action_trial()
        run.action_import()
        with patch.object(cls, "create", refuse):
            run.action_import_batch()
        self.assertEqual(run.row_ids.mapped("state"), ["created", "bad", "pending"])
        self.assertIn("Refused: No such person", run.row_ids[1].message_text)
        run.action_import_batch()
        self.assertEqual((run.state, run.row_ids[2].state), ("done", "created"))

    def test_new_archives_make_no_mails_nor_notes(self):
        self.import_rows()
        self.env.flush_all()
        partners = self.get_partner("K1") | self.get_partner("K2")
        self.assertFalse(partners.message_ids)
        self.assertFalse(partners.message_partner_ids - self.manager.partner_id)

    #=== BATCHES ===#

    def make_many(self, count, start):
        customers = [
            [f"M{number}", f"东莞大远{number}有限公司", "", *ACME[3:5], f"135025{number:05}", *ACME[6:]]
            for number in range(start, start + count)
        ]
        contacts = [[row[0], f"联系{row[0]}", "经理", row[5], "否"] for row in customers]
        return self.make_book(customers, contacts)

    def count_queries(self, run):
        """Queries of each batch of an import."""
        run.action_trial()
        run.action_import()
        counts = []
        while run.state == "running":
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run.action_import_batch()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        return counts

    def test_queries_of_a_batch_do_not_grow_with_its_rows(self):
        self.count_queries(self.make_run(self.make_many(5, 1000)))
        few = self.count_queries(self.make_run(self.make_many(10, 2000)))
        many = self.count_queries(self.make_run(self.make_many(80, 3000)))
        self.assertEqual(len(many), 2)
        for count_few, count_many in zip(few, many, strict=True):
            self.assertLessEqual(count_many, count_few + 5)
            self.assertLess(count_many, 200)

    def test_queries_of_a_trial_do_not_grow_with_its_rows(self):
        counts = []
        for size, start in ((5, 1000), (10, 2000), (80, 3000)):
            run = self.make_run(self.make_many(size, start))
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run.action_trial()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 8)

    def test_import_is_taken_up_where_it_was_left(self):
        self.set_batch_size(1)
        run = self.make_run()
        run.action_trial()
        run.action_import()
        run.action_import_batch()
        self.assertEqual((run.state, run.done_count), ("running", 1))
        # another session, days later
        run = self.env["customer.import.run"].browse(run.id)
        while run.action_import_batch()["state"] == "running":
            pass
        self.assertEqual(run.row_ids.mapped("state"), ["created"] * 3)

    def test_scheduled_job_goes_on_with_imports_that_were_left(self):
        self.set_batch_size(1)
        run = self.make_run()
        run.action_trial()
        run.action_import()
        cron = self.env.ref("customer_archive.ir_cron_customer_import_run").sudo()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(run.state, "running", "somebody may be at it")
        run.sudo().batch_date = fields.Datetime.now() - timedelta(hours=1)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done")
        self.assertEqual(self.get_partner("K1").create_uid, self.manager)
