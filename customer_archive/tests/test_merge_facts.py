import base64
import io
import json

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from PIL import Image

from ..encrypted import reveal
from .duplicate_common import DuplicateCase
from .encrypted_common import MASKED_NUMBER, NUMBER, OTHER_NUMBER, PHONE, EncryptedCase

NAMES = ("customer_identity_number", "customer_private_phone")
LOG = "odoo.addons.customer_archive.encrypted"


@tagged("post_install", "-at_install")
class TestMergeSecrets(EncryptedCase, DuplicateCase):
    """Encrypted facts of two archives: chosen by their masks, sealed for the archive kept, put back by undoing."""

    def create_people(self, one=(), other=()):
        """Two individuals with like names; facts of each beside."""
        none = dict.fromkeys(NAMES, False)
        return self.create_person(**{**none, **dict(one)}), self.create_person(**{**none, **dict(other)})

    def dump(self, *tables):
        """Everything that these tables hold, as text."""
        self.env.flush_all()
        # what the log collected is written at the end of the transaction
        self.env.cr.flush()
        found = [self.env.execute_query(SQL("SELECT to_jsonb(t)::text FROM %s t", SQL(table))) for table in tables]
        return " ".join(text for rows in found for (text,) in rows)

    def test_gaps_are_filled_and_the_value_opens_in_its_new_place(self):
        kept, gone = self.create_people(other={"customer_identity_number": NUMBER, "customer_private_phone": PHONE})
        self.merge(kept, gone)
        self.assertEqual([reveal(kept, name) for name in NAMES], [NUMBER, PHONE])
        self.assertEqual(kept.customer_identity_number, MASKED_NUMBER)
        self.assertNotEqual(self.get_column(kept), self.get_column(gone), "sealed anew for the archive kept")
        self.assertEqual(reveal(gone, "customer_identity_number"), NUMBER, "the closed archive keeps its facts")

    def test_an_entered_value_stays_unless_the_other_one_is_chosen(self):
        for choice, expected in (("kept", NUMBER), ("gone", OTHER_NUMBER), (None, NUMBER)):
            with self.subTest(choice):
                kept, gone = self.create_people(
                    {"customer_identity_number": NUMBER}, {"customer_identity_number": OTHER_NUMBER}
                )
                chosen = {"kept": kept.id, "gone": gone.id}.get(choice)
                self.merge(kept, gone, {"customer_identity_number": chosen} if chosen else None)
                self.assertEqual(reveal(kept, "customer_identity_number"), expected)

    def test_undoing_puts_the_former_values_back(self):
        kept, gone = self.create_people(
            {"customer_identity_number": NUMBER}, {"customer_identity_number": OTHER_NUMBER, NAMES[1]: PHONE}
        )
        record = self.merge(kept, gone, {"customer_identity_number": gone.id})
        record.action_undo()
        self.assertEqual([reveal(kept, name) for name in NAMES], [NUMBER, ""])
        self.assertEqual([reveal(gone, name) for name in NAMES], [OTHER_NUMBER, PHONE])
        self.assertFalse(self.get_column(record.sudo(), "former_secrets"), "nothing is kept longer than it is needed")

    def test_undoing_holds_over_a_new_key(self):
        kept, gone = self.create_people(
            {"customer_identity_number": NUMBER}, {"customer_identity_number": OTHER_NUMBER}
        )
        record = self.merge(kept, gone, {"customer_identity_number": gone.id})
        ring = self.env["customer.key.ring"]
        ring._add_key()
        self.forget_keys()
        for model, field in ring._get_encrypted_fields():
            list(ring._rotate_field(model, field))
        self.assertEqual(set(ring._count_keys()), {"k2"})
        self.forget_keys()
        self.assertFalse(record.conflict_text)
        record.action_undo()
        self.assertEqual(reveal(kept, "customer_identity_number"), NUMBER)

    def test_a_value_that_was_changed_since_is_told_and_stays(self):
        kept, gone = self.create_people(other={"customer_identity_number": NUMBER})
        record = self.merge(kept, gone)
        kept.sudo().customer_identity_number = OTHER_NUMBER
        with self.assertRaisesRegex(UserError, "Identity Number of “Li Na” was changed since"):
            record.action_undo()
        record.action_undo_rest()
        self.assertEqual(reveal(kept, "customer_identity_number"), OTHER_NUMBER)
        self.assertIn("Identity Number", kept.message_ids[0].body)

    def test_an_unapproved_value_becomes_a_proposal(self):
        kept, gone = self.create_people(other={"customer_identity_number": NUMBER})
        self.make_formal(kept)
        self.merge(kept, gone)
        self.assertFalse(kept.customer_identity_number)
        line = kept.archive_change_ids.line_ids.filtered(lambda r: r.field_name == "customer_identity_number")
        self.assertEqual((line.new_text, reveal(line, "new_secret")), (MASKED_NUMBER, NUMBER))

    def test_no_table_holds_the_text(self):
        kept, gone = self.create_people(
            {"customer_identity_number": NUMBER}, {"customer_identity_number": OTHER_NUMBER, NAMES[1]: PHONE}
        )
        record = self.merge(kept, gone, {"customer_identity_number": gone.id})
        record.invalidate_recordset()
        self.assertFalse(record.conflict_text)
        tables = ("customer_merge", "mail_message", "mail_tracking_value", "customer_audit.entry")
        for step in (lambda: None, record.action_undo):
            step()
            text = self.dump(*tables, "customer_audit.detail", "customer_duplicate", "res_partner")
            self.assertIn("archive_merged_into_id", text)
            for secret in (NUMBER, OTHER_NUMBER, PHONE):
                self.assertNotIn(secret, text)

    def test_whoever_decides_sees_masks_and_never_that_both_are_the_same(self):
        kept, gone = self.create_people({"customer_identity_number": NUMBER}, {"customer_identity_number": NUMBER})
        pair = self.search_pairs(kept, gone)[:1].with_user(self.users["manager"])
        facts = {fact["name"]: fact for fact in pair.comparison["facts"]}
        self.assertEqual(facts["customer_identity_number"]["texts"], [MASKED_NUMBER, MASKED_NUMBER])
        self.assertTrue(facts["customer_identity_number"]["differs"])
        self.assertNotIn(NUMBER, json.dumps(pair.comparison))
        self.assertNotIn("customer_private_phone", facts)

    @mute_logger(LOG)
    def test_a_damaged_value_stays_where_it_is(self):
        kept, gone = self.create_people(other={"customer_identity_number": NUMBER})
        broken = self.get_column(gone)[:-8] + "AAAAAAA="
        self.set_column(gone, broken)
        self.merge(kept, gone)
        self.assertFalse(kept.customer_identity_number)
        self.assertEqual(self.get_column(gone), broken)

    @mute_logger(LOG)
    def test_a_damaged_value_is_never_overwritten_or_chosen(self):
        kept, gone = self.create_people(
            {"customer_identity_number": NUMBER}, {"customer_identity_number": OTHER_NUMBER}
        )
        self.set_column(kept, self.get_column(kept)[:-8] + "AAAAAAA=")
        for survivor, other in ((kept, gone), (gone, kept)):
            with self.subTest(survivor=survivor), self.assertRaisesRegex(UserError, "is damaged"):
                self.merge(survivor, other, {"customer_identity_number": other.id})
        self.assertEqual(gone.archive_state, "draft")
        self.merge(kept, gone)
        self.assertEqual(gone.archive_state, "closed", "without that choice they can be merged")

    @mute_logger(LOG)
    def test_a_value_that_was_damaged_since_stays_and_the_rest_is_undone(self):
        kept, gone = self.create_people(other={"customer_identity_number": NUMBER})
        record = self.merge(kept, gone)
        broken = self.get_column(kept)[:-8] + "AAAAAAA="
        self.set_column(kept, broken)
        with self.assertRaisesRegex(UserError, "was changed since"):
            record.action_undo()
        record.action_undo_rest()
        self.assertEqual((self.get_column(kept), gone.archive_state), (broken, "draft"))

    def test_without_the_key_undoing_says_what_is_missing(self):
        kept, gone = self.create_people(
            {"customer_identity_number": NUMBER}, {"customer_identity_number": OTHER_NUMBER}
        )
        record = self.merge(kept, gone, {"customer_identity_number": gone.id})
        before = self.get_column(kept)
        ring = self.key_file.read_text()
        self.env.flush_all()
        self.key_file.unlink()
        self.forget_keys()
        for undo in (record.action_undo, record.action_undo_rest):
            with mute_logger(LOG), self.assertRaisesRegex(UserError, "Put back the copy"), self.env.cr.savepoint():
                undo()
        self.assertEqual((record.state, self.get_column(kept)), ("done", before))
        self.key_file.write_text(ring)
        self.key_file.chmod(0o600)
        self.forget_keys()
        record.action_undo()
        self.assertEqual(reveal(kept, "customer_identity_number"), NUMBER)

    def test_what_cannot_be_undone_any_more_is_dropped_without_its_key(self):
        kept, gone = self.create_people(other={"customer_identity_number": NUMBER})
        record = self.merge(kept, gone).sudo()
        self.assertTrue(self.get_column(record, "former_secrets"))
        record.undo_until = "2020-01-01"
        self.env.flush_all()
        self.key_file.unlink()
        self.forget_keys()
        self.env["customer.merge"]._gc_merges()
        self.assertFalse(self.get_column(record, "former_secrets"))


@tagged("post_install", "-at_install")
class TestMergePicture(DuplicateCase):
    """The picture is a fact like others: chosen, taken, put back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.red, cls.blue = (cls.draw(color) for color in ("red", "blue"))

    @classmethod
    def draw(cls, color):
        stream = io.BytesIO()
        Image.new("RGB", (256, 256), color).save(stream, "PNG")
        return base64.b64encode(stream.getvalue())

    def get_color(self, partner):
        """The colour of the small picture that lists show, or an empty text."""
        partner.invalidate_recordset()
        content = partner.with_context(bin_size=False).image_128
        if not content:
            return ""
        red, _green, blue = Image.open(io.BytesIO(base64.b64decode(content))).convert("RGB").getpixel((0, 0))
        return "red" if red > blue else "blue"

    def test_a_missing_picture_is_taken_and_goes_again(self):
        kept, gone = self.create_pair({}, {"image_1920": self.blue})
        record = self.merge(kept, gone)
        self.assertEqual((self.get_color(kept), self.get_color(gone)), ("blue", "blue"))
        record.action_undo()
        self.assertEqual((self.get_color(kept), self.get_color(gone)), ("", "blue"))

    def test_a_person_chooses_the_picture_and_gets_the_former_one_back(self):
        kept, gone = self.create_pair({"image_1920": self.red}, {"image_1920": self.blue})
        self.merge(kept, gone).action_undo()
        self.assertEqual(self.get_color(kept), "red", "nobody chose the other one")
        record = self.merge(kept, gone, {"image_1920": gone.id})
        self.assertEqual(self.get_color(kept), "blue")
        self.assertTrue(record.sudo().former_picture)
        record.action_undo()
        self.assertEqual(self.get_color(kept), "red")
        self.assertFalse(record.sudo().former_picture)

    def test_a_picture_that_was_changed_since_is_told_and_stays(self):
        kept, gone = self.create_pair({}, {"image_1920": self.blue})
        record = self.merge(kept, gone)
        kept.sudo().image_1920 = self.red
        with self.assertRaisesRegex(UserError, "Image of .* was changed since"):
            record.action_undo()
        record.action_undo_rest()
        self.assertEqual(self.get_color(kept), "red")

    def test_pictures_are_compared_by_what_they_show(self):
        kept, gone = self.create_pair({"image_1920": self.red}, {"image_1920": self.blue})
        other = self.create_archive(name="Jinan Daheng Logistics GmbH", vat=False, image_1920=self.red)
        pair = self.search_pairs(kept, gone, other)
        differs = {}
        for item in pair.with_user(self.users["manager"]):
            [fact] = [fact for fact in item.comparison["facts"] if fact["name"] == "image_1920"]
            differs[item.partner_id, item.other_id] = fact["differs"]
            self.assertTrue(all(f"/{partner.id}/image_128" in url for partner, url in zip(
                (item.partner_id, item.other_id), fact["pictures"], strict=True
            )))
        self.assertEqual(differs[kept, gone], True)
        self.assertEqual(differs[kept, other], False)

    def test_a_picture_is_no_secret_of_the_merge(self):
        kept, gone = self.create_pair({"image_1920": self.red}, {"image_1920": self.blue})
        record = self.merge(kept, gone, {"image_1920": gone.id})
        for name in ("former_picture", "former_secrets"):
            with self.subTest(name), self.assertRaises(UserError):
                record.with_user(self.users["manager"]).read([name])
        domain = [("res_model", "=", "customer.merge"), ("res_field", "=", "former_picture")]
        self.assertTrue(self.env["ir.attachment"].sudo().search(domain))
        self.assertFalse(self.env["ir.attachment"].with_user(self.users["manager"]).search(domain))

    def test_after_thirty_days_nothing_is_kept(self):
        kept, gone = self.create_pair({"image_1920": self.red}, {"image_1920": self.blue})
        record = self.merge(kept, gone, {"image_1920": gone.id}).sudo()
        record.undo_until = "2020-01-01"
        self.env["customer.merge"]._gc_merges()
        self.assertEqual((record.payload, record.former_picture, record.former_secrets), (False, False, False))
