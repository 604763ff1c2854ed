from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ArchiveCase

RULE_LOG = "odoo.addons.base.models.ir_rule"


@tagged("post_install", "-at_install")
class TestAccessAbuse(ArchiveCase):
    """A person who may edit something, or send anything, and wants to see or keep more than is theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        alone = {"archive_access": "owner", "archive_team_id": False}
        cls.hidden = cls.create_archive("colleague", name="Hidden Foundry", **alone)
        cls.lady = cls.env["res.partner"].create({"name": "Hidden Lady", "parent_id": cls.hidden.id})
        cls.edited = cls.create_archive("colleague", name="Edited Works", **alone)
        cls.clerk = cls.env["res.partner"].create({"name": "Clerk", "parent_id": cls.edited.id})
        cls.edited.archive_editor_ids = cls.users["sales"]
        cls.own = cls.create_archive("sales", name="Own Works", **alone)
        cls.sales = cls.users["sales"]
        cls.env.flush_all()

    @contextmanager
    def refusing(self, words):
        """A refusal in these words; what was done before it is rolled back, as at the end of a request."""
        with self.assertRaises(AccessError) as caught:
            yield
        self.assertIn(words, str(caught.exception))

    #=== RAISING ONE'S OWN RIGHTS ===#

    def test_nobody_writes_the_columns_that_the_rules_read(self):
        sales, root = self.sales, self.env.ref("base.main_partner")
        for record in (self.edited, self.clerk, self.own):
            for values in (
                {"archive_owner_id": sales.id},
                {"archive_scope": "internal"} if record != self.own else {"archive_scope": "team"},
                {"archive_scope": False},
                {"archive_scope_team_id": self.team.id},
                {"archive_reader_ids": [Command.link(self.users["employee"].id)]},
                {"archive_writer_ids": [Command.link(self.users["employee"].id)]},
                {"partner_share": False},
                {"commercial_partner_id": root.id},
            ):
                if record == self.own and values.get("archive_owner_id"):
                    continue
                with self.subTest(record=record.name, **values), self.refusing("buttons"):
                    record.with_user(sales).write(values)

    def test_a_new_contact_takes_its_access_from_the_archive_whatever_is_sent(self):
        Partner = self.env["res.partner"].with_user(self.sales)
        values = {"name": "New Clerk", "parent_id": self.edited.id}
        empty = {"archive_scope": False, "archive_owner_id": False, "partner_share": False}
        context = {f"default_{name}": value for name, value in {**empty, "archive_owner_id": self.sales.id}.items()}
        for contact in (Partner.create({**values, **empty}), Partner.with_context(**context).create(values)):
            self.assertRecordValues(
                contact,
                [
                    {
                        "archive_scope": "owner", "archive_owner_id": self.users["colleague"].id,
                        "partner_share": True, "commercial_partner_id": self.edited.id,
                    }
                ],
            )
        with self.refusing("buttons"):
            Partner.create({**values, "archive_owner_id": self.sales.id})

    def test_neither_context_nor_saved_defaults_open_the_guard(self):
        self.env["ir.default"].with_user(self.sales).set("res.partner", "archive_number", "K-9", user_id=True)
        Partner = self.env["res.partner"].with_user(self.sales).with_context(
            default_archive_state="formal", default_archive_approved_by=self.sales.id, default_archive_source="web"
        )
        self.assertFalse({"archive_number", "archive_approved_by"} & Partner.default_get(list(Partner._fields)).keys())
        self.assertFalse(Partner.create({"name": "Formal at once"}).archive_state)
        archive = Partner.create({"name": "Draft", "archive_state": "draft"})
        self.assertRecordValues(
            archive,
            [{"archive_number": False, "archive_approved_by": False, "archive_source": "manual"}],
        )

    def test_context_does_not_decide_a_proposal(self):
        formal = self.create_formal("sales", name="Formal Works")
        context = {"default_decided_by": self.sales.id, "archive_propose": True}
        formal.with_user(self.sales).with_context(**context).write({"city": "Suzhou"})
        self.assertFalse(formal.sudo().archive_change_ids.decided_by)
        self.assertEqual(formal.sudo().archive_change_ids.state, "pending")

    def test_an_editor_neither_moves_contacts_out_nor_in(self):
        sales = self.sales
        for values in ({"parent_id": False}, {"is_company": True}, {"parent_id": self.own.id}):
            with self.subTest(values), self.refusing("moves a contact away"):
                self.clerk.with_user(sales).write(values)
        self.own.archive_access = "internal"
        mine = self.env["res.partner"].with_user(sales).create({"name": "Mine", "parent_id": self.own.id})
        opened = self.create_archive("colleague", name="Open Works", archive_access="internal")
        with self.refusing("who may edit that archive"):
            mine.parent_id = opened
        mine.parent_id = self.edited
        self.assertEqual(mine.sudo().archive_scope, "owner")

    def test_owner_and_leader_move_contacts(self):
        other = self.create_archive("colleague", name="Other Works", archive_access="owner")
        self.clerk.with_user(self.users["colleague"]).parent_id = other
        self.assertEqual(self.clerk.commercial_partner_id, other)
        self.clerk.with_user(self.users["seller_all"]).parent_id = False
        self.assertFalse(self.clerk.archive_scope)

    def test_a_new_archive_opens_nothing_else(self):
        with self.refusing("your own"):
            self.create_archive("sales", user_id=self.users["leader"].id)
        Partner = self.env["res.partner"].with_user(self.sales)
        gift = Partner.with_context(default_user_id=self.users["leader"].id).create(
            {"name": "Gift", "archive_state": "draft"}
        )
        self.assertEqual(gift.user_id, self.sales)

    def test_editing_ends_when_the_name_is_taken_off(self):
        self.edited.with_user(self.users["colleague"]).archive_editor_ids = False
        for record in (self.edited, self.clerk):
            for operation in ("read", "write", "unlink"):
                self.assertFalse(record.with_user(self.sales).has_access(operation))

    def test_groups_and_rules_are_not_for_salespeople(self):
        for record, values in (
            (self.sales, {"group_ids": [Command.link(self.env.ref("customer_archive.group_manager").id)]}),
            (self.env.ref("customer_archive.group_manager"), {"user_ids": [Command.link(self.sales.id)]}),
            (self.env.ref("customer_archive.res_partner_rule_read"), {"active": False}),
            (self.team, {"crm_team_member_ids": [Command.create({"user_id": self.sales.id})]}),
        ):
            for login in ("sales", "leader", "manager", "auditor"):
                with self.subTest(record._name, login=login), self.assertRaises(AccessError):
                    record.with_user(self.users[login]).write(values)

    #=== POINTING TO A HIDDEN CUSTOMER ===#

    def refused(self, function, *args, **kwargs):
        """Text of the refusal, which must not tell a name."""
        with mute_logger(RULE_LOG), self.assertRaises(AccessError) as caught:
            function(*args, **kwargs)
        self.assertNotIn("Hidden", str(caught.exception))
        return str(caught.exception)

    def test_no_row_points_to_a_hidden_customer(self):
        absent = self.env["res.partner"].search([], order="id desc", limit=1).id + 1000
        user, hidden = self.users["manager"], self.hidden
        # of all the models, one that a person may write in
        issue = self.env["customer.data.issue"].with_user(self.users["leader"])
        words = self.refused(issue._check_linked_customers, [{"partner_id": hidden.id}])
        self.assertEqual(words, self.refused(issue._check_linked_customers, [{"contact_id": absent}]))
        issue._check_linked_customers([{"partner_id": self.env.ref("base.main_partner").id}])
        issue.with_user(user)._check_linked_customers([{"partner_id": hidden.id}])
        self.refused(issue.with_context(default_partner_id=hidden.id).create, {"code": "missing"})

    def test_no_contact_is_added_to_a_hidden_customer(self):
        Partner = self.env["res.partner"].with_user(self.sales)
        self.refused(Partner.create, {"name": "Spy", "parent_id": self.hidden.id})
        self.refused(Partner.with_context(default_parent_id=self.hidden.id).create, {"name": "Spy"})
        spy = Partner.create({"name": "Spy"})
        self.refused(spy.write, {"parent_id": self.hidden.id})
        self.refused(spy.web_save, {"parent_id": self.hidden.id}, {"display_name": {}})
        spec = {"parent_id": {"fields": {"display_name": {}}}, "street": {}, "display_name": {}}
        self.refused(Partner.onchange, {"parent_id": self.hidden.id}, ["parent_id"], spec)
        self.refused(Partner.with_context(default_parent_id=self.hidden.id).onchange, {}, [], spec)

    def test_forms_of_other_apps_do_not_answer_with_the_name(self):
        Event = self.env["calendar.attendee"].with_user(self.users["employee"])
        spec = {"partner_id": {"fields": {"display_name": {}}}}
        self.refused(Event.web_save, {"partner_id": self.lady.id}, spec)
        self.refused(Event.onchange, {"partner_id": self.lady.id}, ["partner_id"], spec)
        events = self.env["calendar.event"].with_user(self.users["employee"])
        values = {"attendee_ids": [Command.create({"partner_id": self.lady.id})]}
        self.refused(events.web_save, values, {"attendee_ids": {"fields": spec}})

    def test_debug_mode_does_not_tell_names(self):
        debug = ("base.group_no_one", "base.group_user")
        with patch.object(type(self.env["res.users"]), "has_group", lambda user, group: group in debug):
            for record in (self.hidden, self.lady):
                text = self.refused(record.with_user(self.users["employee"]).read, ["name"])
                self.assertIn(f"(res.partner: {record.id}", text, "the technical part stays")
                self.assertIn("employees read open archives", text)

    def test_same_tax_code_does_not_tell_whose(self):
        twin = self.env["res.partner"].with_user(self.sales).new({"vat": self.hidden.vat, "is_company": True})
        self.assertFalse(twin.same_vat_partner_id)
        twin = twin.with_user(self.users["seller_all"]).new({"vat": self.hidden.vat, "is_company": True})
        self.assertEqual(twin.same_vat_partner_id, self.hidden)

    #=== FORGED COMPANIES ===#

    def test_companies_that_one_does_not_belong_to_open_nothing(self):
        other = self.env["res.company"].create({"name": "Other", "country_id": self.china.id})
        theirs = self.create_archive("manager", name="Theirs")
        theirs.sudo().write({"archive_company_id": other.id, "company_id": other.id})
        ids = [self.env.company.id, other.id]
        for login in ("office", "seller_all", "manager", "reviewer"):
            Partner = self.env["res.partner"].with_user(self.users[login])
            with self.subTest(login):
                self.assertFalse(Partner.search([("id", "=", theirs.id)]))
                with self.assertRaises(AccessError):
                    Partner.with_context(allowed_company_ids=ids).search([("id", "=", theirs.id)])
                with self.assertRaises(AccessError):
                    Partner.with_context(allowed_company_ids=[other.id]).create({"name": "X", "archive_state": "draft"})
                with self.assertRaises(AccessError):
                    Partner.create({"name": "X", "archive_state": "draft", "archive_company_id": other.id})

    #=== THE LADDER AS ONE DOMAIN ===#

    def test_search_and_record_agree(self):
        everything = self.env["res.partner"].with_context(active_test=False).search([])
        for user in self.users.values():
            mine = everything.with_user(user).with_context(active_test=False)
            for name, operation in (("archive_readable", "read"), ("archive_writable", "write")):
                with self.subTest(user=user.login, field=name):
                    found = mine.sudo().search([(name, "=", True)])
                    self.assertEqual(found, mine.sudo().filtered(name))
                    self.assertEqual(mine.sudo().search([(name, "=", False)]), mine.sudo() - found)
                    if user.has_group("base.group_partner_manager") or operation == "read":
                        self.assertEqual(found, mine._filtered_access(operation).sudo())
