from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..encrypted import Encrypted
from .encrypted_common import MASKED_NUMBER, NUMBER, PHONE, EncryptedCase


@tagged("post_install", "-at_install")
class TestEncryptedAbuse(EncryptedCase):
    """No way of asking gives more than the mask, whoever asks."""

    def setUp(self):
        super().setUp()
        self.person = self.create_person()
        self.partners = self.as_user(self.env["res.partner"], "confidential")

    def test_parts_and_ranges(self):
        for operator, value in (
            ("ilike", "1101"),
            ("like", "1101%"),
            ("=like", "1101%"),
            ("=ilike", "1101%"),
            ("not ilike", "1101"),
            (">", "1"),
            ("<", "9"),
            (">=", "1"),
            ("<=", "9"),
        ):
            for partners in (self.partners, self.partners.sudo(), self.env["res.partner"]):
                with self.assertRaisesRegex(UserError, "is encrypted"):
                    partners.search([("customer_identity_number", operator, value)])

    def test_order_groups_and_aggregates(self):
        name = "customer_identity_number"
        for partners in (self.partners, self.partners.sudo()):
            with self.assertRaisesRegex(UserError, "is encrypted"):
                partners.search([], order=name)
            with self.assertRaisesRegex(UserError, "is encrypted"):
                partners._read_group([], [name])
            for function in ("array_agg", "max", "min", "count", "count_distinct"):
                with self.assertRaisesRegex(UserError, "is encrypted"):
                    partners._read_group([], [], [f"{name}:{function}"])
            with self.assertRaisesRegex(UserError, "is encrypted"):
                partners._read_group([], ["country_id"], ["__count"], having=[(f"{name}:max", ">", "1")])
            with self.assertRaisesRegex(UserError, "is encrypted"):
                partners.formatted_read_group([], [name], ["__count"])
            with self.assertRaisesRegex(UserError, "is encrypted"):
                partners._read_group([], [f"parent_id.{name}"], ["__count"])
        with self.assertRaisesRegex(UserError, "is encrypted"):
            self.env["res.users"].search([], order=name)
        with self.assertRaisesRegex(UserError, "is encrypted"):
            self.env["res.users"]._read_group([], [name])

    def test_the_client_is_not_offered_what_is_refused(self):
        described = self.partners.fields_get(["customer_identity_number"])["customer_identity_number"]
        self.assertFalse(described["sortable"] or described["groupable"] or described.get("aggregator"))
        self.assertTrue(described["can_reveal"])
        described = self.as_user(self.partners, "sales").fields_get(["customer_identity_number"])
        self.assertFalse(described["customer_identity_number"]["can_reveal"])

    def test_export_and_reports(self):
        manager = self.as_user(self.person, "manager")
        self.users["manager"].group_ids |= self.env.ref("base.group_allow_export")
        rows = manager.export_data(["name", "customer_identity_number"])["datas"]
        self.assertEqual(rows, [["Li Na", MASKED_NUMBER]])
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "customer_archive.customer_archive_report_action", self.person.ids
        )
        self.assertNotIn(NUMBER, html.decode())

    def test_templates(self):
        render = self.env["mail.render.mixin"]._render_template
        number = "{{ object.customer_identity_number }} {{ object.sudo().customer_identity_number }}"
        self.assertEqual(
            render(number, "res.partner", self.person.ids)[self.person.id], f"{MASKED_NUMBER} {MASKED_NUMBER}"
        )
        for expression in (
            "object.env['customer.key.ring']._load().dump()",
            "object.mapped(lambda r: r.env['customer.key.ring']._load().dump())",
        ):
            with self.assertRaises(Exception) as caught, mute_logger("odoo.addons.mail.models.mail_render_mixin"):
                render(f"{{{{ {expression} }}}}", "res.partner", self.person.ids)
            causes = [caught.exception]
            while cause := causes[-1].__cause__ or causes[-1].__context__:
                causes.append(cause)
            self.assertIn("addons only", " ".join(map(str, causes)))

    def test_server_actions_do_not_reach_the_keys(self):
        model_id = self.env["ir.model"]._get_id("res.partner")
        for code in (
            "env['customer.key.ring']._load()",
            "record.filtered(lambda r: env['customer.key.ring']._load())",
            "record.mapped(lambda r: r.env['customer.key.ring']._load())",
        ):
            action = self.env["ir.actions.server"].create(
                {"name": "Steal", "model_id": model_id, "state": "code", "code": code}
            )
            with self.assertRaisesRegex(Exception, "addons only"), mute_logger("odoo.tools.safe_eval"):
                action.with_context(active_model="res.partner", active_id=self.person.id).run()

    def test_defaults_and_favourites_hold_no_value(self):
        with self.assertRaisesRegex(UserError, "has no default"):
            self.env["ir.default"].set("res.partner", "customer_identity_number", NUMBER)
        Filters = self.as_user(self.env["ir.filters"], "confidential")
        values = {"name": "Mine", "model_id": "res.partner", "user_ids": [Command.link(self.users["confidential"].id)]}
        for domain in (
            [("customer_identity_number", "=", NUMBER)],
            ["|", ("name", "=", "x"), ("child_ids.customer_private_phone", "in", [PHONE])],
            [("child_ids", "any", [("customer_private_phone", "=", PHONE)])],
            f"[('customer_identity_number', '=', '{NUMBER}'), ('user_id', '=', uid)]",
        ):
            with self.assertRaisesRegex(UserError, "unencrypted"):
                Filters.create({**values, "domain": str(domain)})
        kept = Filters.create({**values, "domain": "[('customer_identity_number', '!=', False), ('name', '=', 'x')]"})
        with self.assertRaisesRegex(UserError, "unencrypted"):
            kept.domain = str([("customer_private_phone", "=", PHONE)])

    def test_the_cache_of_the_orm_holds_no_plain_text(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.person.customer_identity_number, MASKED_NUMBER)
        found = [str(f) for f, cache in self.env.transaction.field_data.items() if NUMBER in repr(cache)]
        self.assertFalse(found)

    def test_a_colleague_reads_nothing_of_a_customer_that_is_not_theirs(self):
        self.person.sudo().archive_access = "owner"
        with self.assertRaises(AccessError):
            self.as_user(self.person, "colleague").read(["customer_identity_number"])

    def test_a_field_that_could_leak_is_refused_when_it_is_declared(self):
        partner = self.env["res.partner"]
        for attributes in (
            {"default": NUMBER},
            {"required": True},
            {"translate": True},
            {"company_dependent": True},
            {"index": True},
            {"copy": True},
            {"compute": "_compute_display_name", "store": True},
        ):
            field = Encrypted("Bad", **attributes)
            field._setup_attrs__(type(partner), "bad")
            with self.assertRaisesRegex(TypeError, "plain, stored, not copied"):
                field.setup_nonrelated(partner)
        field = Encrypted("Without the mixin")
        field._setup_attrs__(type(self.env["res.country"]), "bad")
        with self.assertRaisesRegex(TypeError, "does not inherit"):
            field.setup_nonrelated(self.env["res.country"])

    def test_a_value_of_text_that_is_not_encrypted_never_reaches_the_table(self):
        field = self.env["res.partner"]._fields["customer_identity_number"]
        with self.assertRaisesRegex(TypeError, "must not reach"):
            field.convert_to_column_insert(NUMBER, self.person)
