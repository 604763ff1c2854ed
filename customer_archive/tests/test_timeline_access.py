from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import OUTSIDERS, ROLES
from .timeline_common import TimelineCase


@tagged("post_install", "-at_install")
class TestTimelineAccess(TimelineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call("Call")
        cls.contract()
        cls.note(cls.archive, "Word")
        cls.secret = cls.create_archive("colleague", name="Secret", archive_access="owner", archive_team_id=False)
        cls.call("Secret call", login="colleague", partner_id=cls.secret.id)

    def test_every_role_sees_what_it_may_read(self):
        """An archive that is open to every employee: contracts are for those who work with customers."""
        for login in ROLES:
            kinds = {"interaction", "mail"} if login in OUTSIDERS else {"interaction", "mail", "contract"}
            self.assertEqual(self.kinds(login=login), kinds, login)
            offered = {kind["key"] for kind in self.load(login=login)["kinds"]}
            self.assertEqual("contract" in offered, login not in OUTSIDERS, login)

    def test_a_hidden_customer_has_no_timeline(self):
        self.assertEqual(self.titles(self.secret, "colleague"), ["Secret call"])
        for login in ("sales", "leader", "employee", "auditor"):
            with self.assertRaises(AccessError) as caught:
                self.load(self.secret, login)
            self.assertNotIn("Secret", str(caught.exception))

    def test_a_hidden_contact_of_an_open_company_is_not_there(self):
        """A subsidiary below the company is a customer of its own."""
        self.secret.sudo().parent_id = self.archive
        self.note(self.secret, "Hidden word", "colleague")
        self.assertNotIn("Hidden word", self.titles())
        with self.assertRaises(UserError):
            self.load(contact_id=self.secret.id)

    def test_hidden_records_neither_show_nor_count(self):
        """A rule of a company's own hides contracts of others: pages are as full as without them."""
        self.env["ir.rule"].create(
            {
                "name": "Own contracts", "model_id": self.env["ir.model"]._get_id("customer.contract"),
                "domain_force": "[('user_id', '=', user.id)]",
            }
        )
        for number in range(5):
            self.contract("leader", name=f"Hidden {number}", date_start="2026-12-01")
        self.assertEqual(self.titles(kinds=["contract"]), ["Frame contract"])
        page = self.load(kinds=["contract"], limit=1)
        self.assertEqual(([entry["title"] for entry in page["entries"]], page["cursor"]), (["Frame contract"], None))
        self.assertEqual(self.titles(text="Hidden"), [])

    def test_messages_on_hidden_documents_neither_show_nor_count(self):
        contract = self.contract("leader", name="Closed", date_start="2026-12-01")
        for number in range(7):
            self.note(contract, f"About the closed one {number}", "leader")
        self.env["ir.rule"].create(
            {
                "name": "Own contracts", "model_id": self.env["ir.model"]._get_id("customer.contract"),
                "domain_force": "[('user_id', '=', user.id)]",
            }
        )
        entries, pages = self.read_pages(1, kinds=["mail"])
        self.assertEqual(([entry["title"] for entry in entries], pages), (["Word"], 1))
        self.assertEqual(self.titles(text="closed one"), [])
        self.assertEqual(len(self.titles(login="leader", text="closed one")), 7)

    def test_messages_that_their_own_model_hides_are_passed_over(self):
        """What the host decides message by message, afterwards, cuts no page short and ends no list too early."""
        for number in range(9):
            self.note(self.archive, f"Word {number}")
        messages = type(self.env["mail.message"])
        hidden = self.env["mail.message"].search([("body", "ilike", "Word "), ("body", "not ilike", "Word 0")])
        search = messages._search

        def strict(records, domain, *args, bypass_access=False, **kwargs):
            query = search(records, domain, *args, bypass_access=bypass_access, **kwargs)
            return query if bypass_access else records.browse(set(query) - set(hidden.ids))._as_query()

        self.patch(messages, "_search", strict)
        entries, pages = self.read_pages(1, kinds=["mail"])
        self.assertEqual(([entry["title"] for entry in entries], pages), (["Word 0", "Word"], 2))

    def test_a_field_that_is_closed_is_left_out(self):
        self.patch(self.env["customer.contract"]._fields["amount"], "groups", "base.group_system")
        self.patch(self.env["customer.contract"]._fields["name"], "groups", "base.group_system")
        number = self.env["customer.contract"].search([("partner_id", "=", self.archive.id)]).number
        [entry] = self.load(kinds=["contract"])["entries"]
        self.assertEqual((entry["amount"], entry["title"]), (False, number))
        self.assertEqual(self.titles(kinds=["contract"], text="Frame"), [], "nor is it looked through")

    def test_names_that_one_may_not_read_are_blank(self):
        person = self.env["res.partner"].create({"name": "Writer", "parent_id": self.secret.id})
        self.archive.message_post(body="From outside", message_type="email", author_id=person.id)
        [entry] = self.load(text="From outside")["entries"]
        self.assertEqual(entry["person"], "")

    def test_records_of_other_companies_are_not_there(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.users["manager"].company_ids += other
        self.contract("manager", name="Theirs", company_id=other.id, kind_id=False)
        timeline = self.env["customer.timeline"].with_user(self.users["manager"])
        for companies, titles in (
            (self.env.company, {"Frame contract"}), (self.env.company | other, {"Theirs", "Frame contract"}),
        ):
            chosen = timeline.with_context(allowed_company_ids=companies.ids)
            found = chosen.load(self.archive.id, {"kinds": ["contract"]})["entries"]
            self.assertEqual({entry["title"] for entry in found}, titles)

    #=== ABUSE ===#

    def test_people_of_the_portal_have_no_timeline(self):
        guest = new_test_user(self.env, login="timeline_guest", groups="base.group_portal")
        guest.partner_id.parent_id = self.archive
        with self.assertRaises(AccessError):
            self.env["customer.timeline"].with_user(guest).load(guest.partner_id.id)

    def test_forged_requests_are_refused_with_the_mend(self):
        timeline = self.env["customer.timeline"].with_user(self.users["sales"])
        for partner_id, filters, cursor, limit in (
            ("1", {}, None, None), ([self.archive.id], {}, None, None), (False, {}, None, None), (-1, {}, None, None),
            (True, {}, None, None), (self.archive.id, [["name", "=", "x"]], None, None),
            (self.archive.id, {"kinds": ["secret"]}, None, None), (self.archive.id, {"kinds": "mail"}, None, None),
            (self.archive.id, {"domain": []}, None, None), (self.archive.id, {"text": ["=", 1]}, None, None),
            (self.archive.id, {"user_id": ["!=", 0]}, None, None), (self.archive.id, {"date_to": "x"}, None, None),
            (self.archive.id, {"contact_id": self.secret.id}, None, None), (self.archive.id, {}, "[1]", None),
            (self.archive.id, {}, '["2026-01-01", "secret", 1]', None), (self.archive.id, {}, None, "9"),
        ):
            with self.subTest(filters=filters, cursor=cursor), self.assertRaises(UserError) as caught:
                timeline.load(partner_id, filters, cursor, limit)
            self.assertIn("open it once more", str(caught.exception))

    def test_a_customer_who_is_not_there_is_refused(self):
        gone = self.create_archive(name="Gone", vat=False)
        gone_id = gone.id
        gone.sudo().unlink()
        with self.assertRaises(UserError):
            self.env["customer.timeline"].with_user(self.users["sales"]).load(gone_id)

    def test_huge_limits_are_clamped(self):
        self.assertEqual(len(self.load(limit=10**9)["entries"]), 3)
        self.assertEqual(len(self.load(limit=0)["entries"]), 1)

    def test_a_forged_cursor_shows_nothing_more(self):
        """A cursor says where to go on, not what may be read."""
        page = self.load(cursor='["9999-12-31T00:00:00", "mail", 2147483647]', limit=500)
        self.assertEqual(page["entries"], self.load(limit=500)["entries"])
        self.assertEqual(self.load(cursor='["0001-01-01T00:00:00", "mail", 1]')["entries"], [])

    def test_no_context_opens_anything(self):
        timeline = self.env["customer.timeline"].with_user(self.users["employee"])
        opened = timeline.with_context(active_test=False, bypass_access=True, su=True, tz="Asia/Tokyo")
        kinds = {entry["kind"] for entry in opened.load(self.archive.id)["entries"]}
        self.assertEqual(kinds, {"interaction", "mail"})

    def test_two_apps_that_are_missing_are_no_error(self):
        """Sources name models that may not be there, and fields that a version may lack."""
        sources = type(self.env["customer.timeline"])._get_timeline_sources

        def more(records, people):
            found = sources(records, people)
            call = next(source for source in found if source.key == "interaction")
            strange = [
                call.__class__("none", "no.such.model", "case", ("date",), []),
                call.__class__("none_either", "x.y", "return", ("date",), [("nothing", "=", 1)]),
                call.__class__(
                    "lacking", "res.partner", "case", ("create_date",), [("id", "in", people.ids)], person="no_such",
                    text=("no_such",), amount="no_such", state="no_such", search=("no_such", "name"),
                ),
            ]
            return [*found, *strange]

        self.patch(type(self.env["customer.timeline"]), "_get_timeline_sources", more)
        found = self.load(kinds=["case"], text=self.archive.name)["entries"]
        self.assertEqual([entry["title"] for entry in found], [self.archive.display_name])

    def test_an_employee_of_another_company_sees_none_of_this_one(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.archive.sudo().archive_company_id = self.env.company
        stranger = new_test_user(
            self.env, login="timeline_other", groups="customer_archive.group_manager", company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        timeline = self.env["customer.timeline"].with_user(stranger).with_company(other)
        try:
            found = timeline.load(self.archive.id)["entries"]
        except AccessError:
            found = []
        self.assertFalse([entry for entry in found if entry["kind"] == "contract"])
