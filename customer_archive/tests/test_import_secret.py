import base64
import io
import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger
from openpyxl import load_workbook

from ..encrypted import reveal
from ..tools.spreadsheet import SheetData, write_workbook
from .encrypted_common import MASKED_NUMBER, MASKED_PHONE, NUMBER, OTHER_NUMBER, PHONE, OwnKeys
from .import_common import ACME, ImportCommon

CUSTOMERS = ["客户编码", "客户名称", "统一社会信用代码", "身份证号"]
CONTACTS = ["客户编码", "姓名", "手机", "身份证号码", "家庭电话"]
PERSON = ["K2", "周勇", "", OTHER_NUMBER]
CONTACT = ["K1", "赵洋兰", "17745901665", NUMBER, "138 0013 8000"]
SECRETS = (NUMBER, OTHER_NUMBER, PHONE, "138 0013 8000")
# Whatever an import writes to.
TABLES = (
    "customer_import_row customer_import_key customer_import_column customer_import_run customer_import_map "
    "customer_data_issue customer_archive_change_line res_partner ir_attachment mail_message mail_tracking_value "
    "customer_audit.detail customer_audit.entry"
).split()


@tagged("post_install", "-at_install")
class TestImportSecret(OwnKeys, ImportCommon):
    """Identity numbers and private phones: encrypted from the moment a row is stored, until they are facts."""

    def make_secret_run(self, customers=((*ACME[:3], ""), PERSON), contacts=(CONTACT,), titles=CUSTOMERS):
        sheets = [SheetData("客户", titles, customers), SheetData("联系人", CONTACTS, contacts)]
        return self.make_run(base64.b64encode(write_workbook(sheets)))

    def assert_no_plain_text(self, *more):
        """Nothing of the secrets in any table that an import writes to."""
        self.env.flush_all()
        self.env.cr.flush()
        for table in TABLES:
            rows = self.env.execute_query(SQL("SELECT to_jsonb(t)::text FROM %s t", SQL(table)))
            text = " ".join(row for (row,) in rows)
            for secret in (*SECRETS, *more):
                self.assertNotIn(secret, text, table)

    def test_titles_are_understood_on_both_sheets(self):
        self.make_secret_run()
        becomes = {(column.role, column.header): column.target for column in self.source.column_ids}
        self.assertEqual(becomes["customer", "身份证号"], "customer.identity")
        self.assertEqual(becomes["contact", "身份证号码"], "contact.identity")
        self.assertEqual(becomes["contact", "家庭电话"], "contact.private_phone")
        self.assertEqual(becomes["contact", "手机"], "contact.phone")

    def test_no_table_holds_plain_text_at_any_step(self):
        run = self.make_secret_run()
        self.assert_no_plain_text()
        run.action_trial()
        self.assert_no_plain_text()
        self.import_all(run)
        self.assert_no_plain_text()
        self.import_all(self.make_secret_run())
        self.assert_no_plain_text()

    def test_words_of_a_text_file_are_not_kept_beside_it(self):
        lines = [",".join(CONTACTS), ",".join(CONTACT)]
        run = self.make_run(base64.b64encode("\n".join(lines).encode()), "contacts.csv")
        self.assert_no_plain_text()
        run.action_trial()
        self.assert_no_plain_text()

    def test_the_values_arrive_encrypted(self):
        run = self.import_all(self.make_secret_run())
        self.assertEqual(set(run.row_ids.mapped("state")), {"created"})
        person, contact = self.get_partner("K2"), self.get_partner("K1|赵洋兰", "contact")
        self.assertEqual(reveal(person, "customer_identity_number"), OTHER_NUMBER)
        self.assertEqual(reveal(contact, "customer_identity_number"), NUMBER)
        self.assertEqual(reveal(contact, "customer_private_phone"), PHONE)
        self.assertEqual(contact.customer_private_phone, MASKED_PHONE)
        self.assertTrue(self.get_column(person).startswith("s1."))

    def test_screens_show_the_mask(self):
        run = self.make_secret_run()
        run.action_trial()
        row = run.row_ids.filtered(lambda r: r.role == "contact")
        self.assertIn(MASKED_NUMBER, row.values_text)
        read = [run.row_ids.read(), self.source.column_ids.read(), run.read(["sheets", "overview"])]
        shown = json.dumps(read, default=str)
        for secret in SECRETS:
            self.assertNotIn(secret, shown)
        with self.assertRaises(UserError):
            row.read(["secret_values"])
        with self.assertRaises(UserError):
            row.search([("secret_values", "=", NUMBER)])
        self.manager.sudo().write({"group_ids": [(4, self.env.ref("customer_archive.group_confidential").id)]})
        for record in (row, self.env["customer.import.key"]):
            with self.subTest(record), self.assertRaises(UserError):
                # sudo: without the question for the password
                record.sudo(False)._check_field_access(record._fields["secret_values"], "read")

    def test_the_workbook_of_rows_to_check_shows_the_mask(self):
        wrong = "110105194912310021"
        run = self.make_secret_run([[*ACME[:3], ""], ["K2", "周勇", "", wrong]])
        run.action_trial()
        self.assertEqual(self.get_kinds(run, "K2") & {"identity_number"}, {"identity_number"})
        book = load_workbook(io.BytesIO(run._get_message_workbook()))
        text = str([cell.value for sheet in book for row in sheet for cell in row])
        self.assertIn("1101**********0021", text)
        self.assertNotIn(wrong, text)
        self.import_all(run)
        self.assert_no_plain_text(wrong)
        self.assertEqual(reveal(self.get_partner("K2"), "customer_identity_number"), wrong, "with a finding")

    def test_a_company_has_none_of_these_facts(self):
        run = self.import_all(self.make_secret_run([[*ACME[:3], NUMBER]]))
        self.assertEqual(self.get_kinds(run) & {"company_secret"}, {"company_secret"})
        self.assertFalse(self.get_partner("K1").customer_identity_number)
        self.assert_no_plain_text()

    def test_masks_of_the_former_system_are_no_values(self):
        run = self.import_all(self.make_secret_run([[*ACME[:3], ""], ["K2", "周勇", "", "1101**********002X"]]))
        self.assertIn("import_value", self.get_kinds(run, "K2"))
        person = self.get_partner("K2")
        self.assertFalse(person.customer_identity_number)
        issue = self.env["customer.data.issue"].search([("contact_id", "=", person.id), ("code", "=", "import_value")])
        self.assertEqual(issue.value, "1101**********002X")

    def test_columns_that_become_nothing_keep_masks_and_are_told_once(self):
        titles = ["客户编码", "客户名称", "统一社会信用代码", "备用", "身份证号"]
        people = [["K2", "周勇", "", NUMBER.lower(), "护照E12345678"], ["K3", "李娜", "", OTHER_NUMBER, ""]]
        run = self.make_secret_run([[*ACME[:3], "x", ""], *people], titles=titles)
        column = run.customer_column_ids.filtered(lambda c: c.header == "身份证号")
        column.target = False
        run.action_trial()
        rows = {row.key: row.values for row in run.row_ids if row.role == "customer"}
        shown = [rows[key].get("备用") for key in ("K1", "K2", "K3")]
        self.assertEqual(shown, ["x", "11**************2x", "44**************14"])
        self.assertEqual(rows["K2"]["身份证号"], "护照*******78")
        covered = [warning for warning in run.warnings if warning["code"] == "covered"]
        self.assertEqual([(warning["sheet"], warning["count"]) for warning in covered], [("客户", 3)])
        self.assertIn("become nothing (备用, 身份证号; cells: 3)", run.warning_text)
        self.assert_no_plain_text(NUMBER.lower(), "E12345678")
        column.target = "customer.identity"
        run.action_trial()
        self.assertIn("become nothing (备用; cells: 2)", run.warning_text, "said anew with every trial")
        self.import_all(run)
        self.assertEqual(reveal(self.get_partner("K2"), "customer_identity_number"), "护照E12345678")

    def test_an_example_becomes_a_mask_when_its_column_is_chosen(self):
        run = self.make_secret_run([["K2", "周勇", "", "", "PP7654321"]], titles=[*CUSTOMERS, "COL7"])
        with Form(run) as form, form.customer_column_ids.edit(4) as line:
            self.assertEqual((line.header, line.sample), ("COL7", "PP7654321"))
            line.target = "customer.private_phone"
        column = run.customer_column_ids.filtered(lambda c: c.header == "COL7")
        self.assertEqual(column.sample, "PP*****21")

    def test_rows_that_are_there_give_up_a_column_that_becomes_secret(self):
        rows = [["K2", "周勇", "", "", "PP7654321"], ["K3", "李娜", "", "", "138****8000"]]
        done = self.import_all(self.make_secret_run(rows[:1], titles=[*CUSTOMERS, "COL7"]))
        run = self.make_secret_run(rows, titles=[*CUSTOMERS, "COL7"])
        run.action_trial()
        self.assertEqual(run.row_ids.filtered(lambda r: r.key == "K2").values["COL7"], "PP7654321")
        column = run.customer_column_ids.filtered(lambda c: c.header == "COL7")
        column.target = "customer.private_phone"
        self.env.flush_all()
        self.assertEqual(done.row_ids.filtered(lambda r: r.key == "K2").values["COL7"], "PP*****21")
        rows = run.row_ids.filtered(lambda r: r.role == "customer")
        self.assertEqual([row.values["COL7"] for row in rows], ["PP*****21", "138****8000"])
        self.env.cr.execute('SELECT string_agg("values"::text, \' \') FROM customer_import_row')
        self.assertNotIn("PP7654321", self.env.cr.fetchone()[0])
        run.action_import()
        while run.state == "running":
            run.action_import_batch()
        self.assertEqual(reveal(self.get_partner("K2"), "customer_private_phone"), "PP7654321")
        self.assertFalse(self.get_partner("K3").customer_private_phone, "a mask is no value")

    def test_the_same_workbook_again_changes_nothing(self):
        self.import_all(self.make_secret_run())
        before = {name: self.get_column(self.get_partner("K1|赵洋兰", "contact"), name) for name in (
            "customer_identity_number", "customer_private_phone"
        )}
        again = self.import_all(self.make_secret_run())
        self.assertEqual(set(again.row_ids.mapped("state")), {"unchanged"})
        contact = self.get_partner("K1|赵洋兰", "contact")
        self.assertEqual({name: self.get_column(contact, name) for name in before}, before)

    def test_a_new_value_replaces_the_old_one_and_tells_what_was_entered_by_hand(self):
        self.import_all(self.make_secret_run())
        new = [*CONTACT[:3], "E1234567", CONTACT[4]]
        run = self.import_all(self.make_secret_run(contacts=[new]))
        contact = self.get_partner("K1|赵洋兰", "contact")
        self.assertEqual(reveal(contact, "customer_identity_number"), "E1234567")
        self.assertNotIn("overwritten", self.get_kinds(run, "K1|赵洋兰", "contact"))
        contact.sudo().customer_identity_number = OTHER_NUMBER
        run = self.make_secret_run()
        run.action_trial()
        row = run.row_ids.filtered(lambda r: r.role == "contact")
        self.assertIn("4405**********0014 was entered by hand", row.message_text)
        self.import_all(run)
        self.assertEqual(reveal(contact, "customer_identity_number"), NUMBER)
        self.assert_no_plain_text("E1234567")

    def test_a_formal_archive_gets_a_proposal(self):
        self.import_all(self.make_secret_run())
        person = self.get_partner("K2")
        self.make_formal(person)
        run = self.import_all(self.make_secret_run([[*ACME[:3], ""], ["K2", "周勇", "", NUMBER]]))
        self.assertEqual(run.row_ids.filtered(lambda r: r.key == "K2").state, "proposed")
        self.assertEqual(reveal(person, "customer_identity_number"), OTHER_NUMBER)
        line = person.archive_change_ids.line_ids.filtered(lambda r: r.field_name == "customer_identity_number")
        self.assertEqual(reveal(line, "new_secret"), NUMBER)
        self.assert_no_plain_text()

    @mute_logger("odoo.addons.customer_archive.models.customer_import_run_commit")
    def test_an_error_that_repeats_a_value_shows_the_mask(self):
        run = self.make_secret_run()
        run.action_trial()

        def refuse(partners, vals_list):
            raise UserError(f"Nobody has the number {vals_list[0].get('customer_identity_number')}")

        run.action_import()
        with patch.object(type(self.env["res.partner"]), "create", refuse):
            run.action_import_batch()
        row = run.row_ids.filtered(lambda r: r.key == "K2")
        self.assertEqual(row.state, "bad")
        self.assertIn("Nobody has the number 44**************14", row.message_text)
        self.assert_no_plain_text()

    def test_values_are_not_lost_when_the_key_changes_between_trial_and_import(self):
        run = self.make_secret_run()
        run.action_trial()
        ring = self.env["customer.key.ring"].sudo()
        ring._add_key()
        self.forget_keys()
        for model, field in ring._get_encrypted_fields():
            list(ring._rotate_field(model.sudo(), field))
        self.assertEqual(set(ring._count_keys()), {"k2"})
        run.action_import()
        while run.state == "running":
            run.action_import_batch()
        self.assertEqual(reveal(self.get_partner("K2"), "customer_identity_number"), OTHER_NUMBER)

    def test_without_the_key_ring_nothing_is_stored(self):
        self.make_secret_run().action_trial()
        self.key_file.unlink()
        self.forget_keys()
        run = self.make_secret_run()
        with self.assertRaisesRegex(UserError, "Put back the copy"), self.env.cr.savepoint():
            run.action_trial()
        self.assertFalse(run.row_ids)

    def test_queries_do_not_grow_with_the_rows(self):
        counts = []
        for size in (2, 5, 40):
            people = [[f"P{size}-{n}", "周勇", "", OTHER_NUMBER] for n in range(size)]
            contacts = [[f"P{size}-0", f"联系{n}", "", NUMBER, f"139{n:08}"] for n in range(size)]
            run = self.make_secret_run(people, contacts)
            run.action_trial()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run._prepare_rows(run.sudo().row_ids.filtered(lambda r: r.role == "customer"), {})
            counts.append(self.env.cr.sql_log_count - before)
        # the first one fills caches
        self.assertEqual(*counts[1:])

    def test_an_erasure_clears_the_rows(self):
        run = self.import_all(self.make_secret_run())
        row = run.row_ids.filtered(lambda r: r.key == "K2")
        self.assertTrue(self.get_column(row.sudo(), "secret_values"))
        self.env["customer.privacy.eraser"].sudo()._erase(self.get_partner("K2"))
        self.assertFalse(self.get_column(row.sudo(), "secret_values"))
