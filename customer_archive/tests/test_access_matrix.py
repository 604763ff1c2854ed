from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .class_common import ClassCase

# Who may do what with the rows of which model: r read, w write, c create, u unlink; a dash: nothing.
#
# The column "rows" says which rows these letters are about, and what keeps the others out of sight:
#   customer  rows about customers whom the person may see (who sees whom: test_access.py), and no others
#   edited    the same, and changed by those alone who may edit the customer
#   company   rows of the companies that the person works in, and of all companies
#   own       rows that the person made, such as what a window holds until it is closed
#   all       every row: the model's file says why ("# No record rule: …"), or its rule is the column of the role
# Exporting is no letter of its own: it takes the host's right to export, and then gives what the person reads.
#
# The roles are those of common.ROLES; "sys" changes settings and has no right on archives.
# A new model needs a line here. One about customers inherits customer.link.mixin, and _make_rows makes a row of it.
MATRIX = """
                                 rows     empl user lead all  mgr  rev  offc qual conf audt sys
customer.application.log         all      -    -    -    -    -    -    -    -    -    -    r
customer.archive.change          customer r    rw   rw   rw   rw   rw   r    r    r    r    r
customer.archive.change.line     customer r    r    r    r    r    r    r    r    r    r    r
customer.archive.decision        own      -    rwc  rwc  rwc  rwc  rwc  -    -    -    -    -
customer.archive.number          customer r    r    r    r    r    r    r    r    r    r    r
customer.archive.template        company  r    r    r    r    rwcu r    r    r    r    r    r
customer.archive.template.line   company  r    r    r    r    rwcu r    r    r    r    r    r
customer.audit.alert             company  -    -    -    -    r    -    -    -    -    rw   -
customer.audit.alert.handle      own      -    -    -    -    -    -    -    -    -    rwc  -
customer.audit.bundle            all      -    -    -    -    -    -    -    -    -    r    -
customer.audit.log               company  -    -    -    -    -    -    -    -    -    r    -
customer.audit.report            company  -    -    -    -    -    -    -    -    -    r    -
customer.audit.rule              all      -    -    -    -    r    -    -    -    -    rwc  -
customer.backup                  all      -    -    -    -    -    -    -    -    -    r    r
customer.case                    customer r    rwc  rwc  rwc  rwcu r    r    rwc  r    r    r
customer.case.category           company  r    r    r    r    rwcu r    r    r    r    r    r
customer.case.decision           own      -    rwc  rwc  rwc  rwc  -    -    rwc  -    -    -
customer.case.department         company  r    r    r    r    rwcu r    r    r    r    r    r
customer.case.document           customer r    rwcu rwcu rwcu rwcu r    r    rwcu r    r    r
customer.case.function           all      r    r    r    r    rwcu r    r    r    r    r    r
customer.case.measure            customer r    rwcu rwcu rwcu rwcu r    r    rwcu r    r    r
customer.case.solution           company  r    rwc  rwc  rwc  rwcu r    r    rwcu r    r    r
customer.case.work               customer r    rwcu rwcu rwcu rwcu r    r    rwcu r    r    r
customer.classification          customer r    r    r    r    r    r    r    r    r    r    r
customer.classification.report   customer r    r    r    r    r    r    r    r    r    r    r
customer.classification.run      all      -    -    -    -    r    -    -    -    -    -    -
customer.consent                 customer r    rc   rc   rc   rc   r    r    r    r    r    r
customer.consent.purpose         all      r    r    r    r    rwcu r    r    r    r    r    r
customer.contract                edited   -    rwc  rwc  rwc  rwcu r    r    r    -    -    -
customer.contract.decision       own      -    rwc  rwc  rwc  rwc  -    -    -    -    -    -
customer.contract.document       edited   -    rwcu rwcu rwcu rwcu r    r    r    -    -    -
customer.contract.kind           company  r    r    r    r    rwcu r    r    r    r    r    r
customer.data.issue              customer r    rw   rw   rw   rw   rw   r    r    r    r    r
customer.data.issue.waive        own      -    -    -    -    rwc  rwc  -    -    -    -    -
customer.duplicate               customer r    r    rw   rw   rw   r    r    r    r    r    r
customer.duplicate.key           all      -    -    -    -    -    -    -    -    -    -    r
customer.duplicate.reject        own      -    -    rwc  rwc  rwc  -    -    -    -    -    -
customer.duplicate.run           all      -    -    -    -    r    -    -    -    -    -    -
customer.export.policy           all      -    -    -    -    rwcu -    -    -    -    r    -
customer.export.usage            all      -    -    -    -    r    -    -    -    -    r    -
customer.followup                edited   -    rw   rw   rw   rw   r    r    r    -    -    -
customer.followup.preview        own      -    -    -    -    rwc  -    -    -    -    -    -
customer.followup.rule           company  -    r    r    r    rwcu r    r    r    -    -    -
customer.fact.verification       customer r    r    r    r    r    r    r    r    r    r    r
customer.import.column           company  -    -    -    rwcu rwcu -    -    -    -    -    -
customer.import.key              company  -    -    -    r    r    -    -    -    -    -    -
customer.import.map              company  -    -    -    rwc  rwcu -    -    -    -    -    -
customer.import.row              company  -    -    -    r    r    -    -    -    -    -    -
customer.import.run              company  -    -    -    rwcu rwcu -    -    -    -    -    -
customer.import.source           company  -    -    -    rwc  rwcu -    -    -    -    -    -
customer.interaction             customer r    rwc  rwc  rwc  rwcu r    r    rwc  r    r    r
customer.interaction.channel     all      r    r    r    r    rwcu r    r    r    r    r    r
customer.interaction.participant customer r    rwcu rwcu rwcu rwcu r    r    rwcu r    r    r
customer.level                   company  r    r    r    r    rwcu r    r    r    r    r    r
customer.level.band              company  r    r    r    rwcu rwcu r    r    r    r    r    r
customer.level.criterion         company  r    r    r    rwcu rwcu r    r    r    r    r    r
customer.level.decision          own      -    -    rwc  rwc  rwc  -    -    -    -    -    -
customer.level.threshold         company  r    r    r    rwcu rwcu r    r    r    r    r    r
customer.merge                   customer r    r    r    r    r    r    r    r    r    r    r
customer.movement                own      -    rwcu rwcu rwcu rwcu rwcu rwcu rwcu -    -    -
customer.policy                  company  r    r    r    r    rwcu r    r    r    r    r    r
customer.privacy.finding         company  -    -    -    -    r    -    -    -    -    r    -
customer.privacy.request         company  -    -    -    -    rwcu -    -    -    -    r    -
customer.promise                 customer r    rwc  rwc  rwc  rwcu r    r    rwc  r    r    r
customer.region                  all      r    r    r    r    rwcu r    r    r    r    r    r
customer.retention.rule          company  -    -    -    -    rwcu -    -    -    -    r    -
customer.rule.set                company  r    r    r    rwcu rwcu r    r    r    r    r    r
customer.rule.trial              own      -    -    -    rwcu rwcu -    -    -    -    -    -
customer.rule.trial.line         own      -    -    -    r    r    -    -    -    -    -    -
customer.stale                   edited   -    rw   rw   rw   rw   r    r    r    -    -    -
customer.stale.run               company  -    -    r    r    r    -    -    -    -    -    -
customer.tag                     company  r    r    r    r    rwcu r    r    r    r    r    r
customer.tag.assignment          customer r    r    r    r    r    r    r    r    r    r    r
customer.tag.rule                company  -    -    -    rwcu rwcu -    -    -    -    -    -
customer.taxonomy                company  r    r    r    r    rwcu r    r    r    r    r    r
customer.verification            edited   -    rw   rw   rw   rw   r    r    r    -    -    -
customer.verification.line       customer -    r    r    r    r    r    r    r    -    -    -
customer.wider.right             own      -    -    -    -    r    -    -    -    -    -    r
"""
ROLES = {
    "empl": "employee", "user": "sales", "lead": "leader", "all": "seller_all", "mgr": "manager", "rev": "reviewer",
    "offc": "office", "qual": "quality", "conf": "confidential", "audt": "auditor", "sys": "system",
}
# Roles that see no customer but the open ones, their own and their team's.
BOUND = ("employee", "leader", "confidential", "auditor", "system")
LETTERS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
KINDS = ("customer", "edited", "company", "own", "all")
ABOUT_CUSTOMERS = ("customer", "edited")
ADDON = "customer_archive"


def read_matrix():
    """Model → (kind of its rows, role → letters)."""
    head, *lines = (line.split() for line in MATRIX.strip().splitlines())
    assert tuple(head[1:]) == tuple(ROLES)
    return {model: (kind, dict(zip(ROLES.values(), cells, strict=True))) for model, kind, *cells in lines}


@tagged("post_install", "-at_install")
class TestAccessMatrix(ClassCase):
    """Every role × every model of ours × reading, writing, creating, deleting and exporting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matrix = read_matrix()
        cls.users = {**cls.users, "system": new_test_user(cls.env, login="archive_system", groups="base.group_system")}
        cls.rules = cls.draft_levels()
        cls.publish(cls.rules)
        names = {"archive_access": "owner", "archive_team_id": False, "customer_potential": "high"}
        cls.seen = cls._make_rows(cls.create_archive("sales", **names, name="Seen"))
        cls.hidden = cls._make_rows(cls.create_archive("colleague", **names, name="Hidden"))
        cls.seen.archive_viewer_ids = cls.env["res.users"].union(*cls.users.values())
        cls.env.flush_all()

    @classmethod
    def _make_rows(cls, archive):
        """Take an archive through everything that leaves rows of models of kind "customer"."""
        archive.sudo().customer_tag_ids = cls.speed
        cls.make_formal(archive)
        archive.with_context(archive_propose=True).write({"city": "Suzhou"})
        contact = cls.env["res.partner"].create({"name": "Contact", "parent_id": archive.id, "email": "broken"})
        purpose = cls.env["customer.consent.purpose"].search([("is_separate", "=", False)], limit=1)
        cls.env["customer.consent"].create({"partner_id": contact.id, "purpose_id": purpose.id})
        both = {"partner_id": archive.id, "other_id": cls.create_archive("manager", name="Twin", vat=False).id}
        cls.env["customer.duplicate"].create(both)
        cls.env["customer.merge"].create(both)
        cls.env["customer.stale"].create({"partner_id": archive.id, "reason": "inactive", "since": "2026-01-01"})
        cls.env["customer.verification"].create({
            "partner_id": archive.id, "line_ids": [Command.create({"field_name": "city"})],
        })
        contract = cls.env["customer.contract"].create({"name": "Contract", "partner_id": archive.id})
        cls._link_document("customer_contract_document", contract_id=contract.id, partner_id=archive.id)
        cls.env["customer.interaction"].create({
            "name": "Call", "partner_id": contact.id, "promise_ids": [Command.create({"name": "Samples"})],
        })
        rule = {"name": "Birthday", "trigger": "birthday", "action": "activity"}
        cls.env["customer.followup"].create({
            "rule_id": cls.env["customer.followup.rule"].create(rule).id, "partner_id": archive.id,
            "contact_id": contact.id, "occasion_key": "2026", "occasion_date": "2026-11-10",
            "planned_date": "2026-11-10 09:00:00",
        })
        case = cls.env["customer.case"].create({
            "name": "Case", "partner_id": contact.id, "work_ids": [Command.create({"name": "Looked"})],
            "measure_ids": [Command.create({"name": "Mend"})],
        })
        cls._link_document(
            "customer_case_document", case_id=case.id, partner_id=archive.id, company_id=case.company_id.id
        )
        return archive.sudo()

    @classmethod
    def _link_document(cls, table, **values):
        """A document of a contract or case, whichever apps are installed: the base alone has none to choose from."""
        values["document"] = f"res.partner,{values['partner_id']}"
        names = SQL(", ").join(map(SQL.identifier, values))
        cls.env.cr.execute(SQL("INSERT INTO %s (%s) VALUES %s", SQL.identifier(table), names, tuple(values.values())))

    def get_rows(self, model, archive):
        name = self.env[model]._get_customer_fields()[0]
        return self.env[model].sudo().search([(name, "child_of", archive.id)])

    def of_kind(self, *wanted):
        return [(model, cells) for model, (kind, cells) in self.matrix.items() if kind in wanted]

    def test_every_model_has_its_line(self):
        models = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("customer.") and model._original_module == ADDON and not model._abstract
        }
        self.assertFalse(
            models - self.matrix.keys(),
            "no line in MATRIX of test_access_matrix.py: add `model  rows  letters per role`, a dash for nothing",
        )
        self.assertFalse(self.matrix.keys() - models, "a line in MATRIX about no model")
        for model, (kind, _cells) in self.matrix.items():
            self.assertIn(kind, KINDS, model)
            follows = "customer_readable" in self.env[model]._fields
            self.assertEqual(kind in ABOUT_CUSTOMERS, follows, f"{model}: about customers is what inherits the mixin")

    def test_letters(self):
        for model, (_kind, cells) in self.matrix.items():
            for role, cell in cells.items():
                records = self.env[model].with_user(self.users[role])
                got = "".join(letter for letter, operation in LETTERS.items() if records.has_access(operation))
                with self.subTest(model=model, role=role):
                    self.assertEqual(got or "-", cell)

    def test_rows_about_customers_follow_them(self):
        for model, cells in self.of_kind(*ABOUT_CUSTOMERS):
            seen, hidden = self.get_rows(model, self.seen), self.get_rows(model, self.hidden)
            self.assertTrue(seen and hidden, f"{model}: make rows of it in _make_rows")
            for role, cell in cells.items():
                for letter in "rwu":
                    with self.subTest(model=model, role=role, operation=letter):
                        allowed = seen if letter in cell else seen.browse()
                        allowed |= hidden if letter in cell and role not in (*BOUND, "sales") else hidden.browse()
                        if letter != "r" and self.matrix[model][0] == "edited":
                            editable = self.as_user(self.seen | self.hidden, role)._filtered_access("write")
                            allowed = allowed.filtered(lambda row, kept=editable: row.sudo().partner_id in kept.sudo())
                        both = (seen | hidden).with_user(self.users[role])
                        self.assertEqual(both._filtered_access(LETTERS[letter]).sudo(), allowed)

    def test_hidden_rows_are_in_no_list_sum_or_name(self):
        for model, cells in self.of_kind(*ABOUT_CUSTOMERS):
            hidden = self.get_rows(model, self.hidden)
            name = self.env[model]._get_customer_fields()[0]
            for role in BOUND:
                records = self.env[model].with_user(self.users[role])
                if "r" not in cells[role]:
                    continue
                domain = [(name, "=", self.hidden.id)]
                with self.subTest(model=model, role=role):
                    self.assertFalse(records.search(domain))
                    self.assertFalse(records.search([("id", "in", hidden.ids)]))
                    self.assertEqual(records._read_group(domain, [], ["__count"]), [(0,)])
                    self.assertFalse(records._read_group([("id", "in", hidden.ids)], [name], ["__count"]))
                    self.assertFalse(records.name_search("", domain))

    def test_export_takes_the_right_and_gives_what_one_reads(self):
        right = self.env.ref("base.group_allow_export")
        for model, cells in self.of_kind(*ABOUT_CUSTOMERS):
            seen, hidden = self.get_rows(model, self.seen), self.get_rows(model, self.hidden)
            for role in (*BOUND, "sales", "office"):
                user = self.users[role]
                user.group_ids += right
                if "r" not in cells[role]:
                    with self.subTest(model=model, role=role), self.assertRaises(AccessError):
                        seen.with_user(user).export_data(["display_name"])
                    continue
                self.assertEqual(len(seen.with_user(user).export_data(["display_name"])["datas"]), len(seen))
                if role != "office":
                    with self.subTest(model=model, role=role), self.assertRaises(AccessError):
                        hidden.with_user(user).export_data(["display_name"])

    def test_nobody_exports_without_the_right(self):
        for model, (_kind, cells) in self.matrix.items():
            for role in cells:
                records = self.env[model].with_user(self.users[role])
                # administrators export by the host's own law
                if not self.users[role]._is_admin():
                    with self.subTest(model=model, role=role), self.assertRaises(UserError):
                        records.export_data(["display_name"])

    def test_rows_of_another_company_are_out_of_sight(self):
        other = self.env["res.company"].create({"name": "Elsewhere", "country_id": self.china.id})
        for model, cells in self.of_kind("company"):
            records = self.env[model].sudo().with_context(active_test=False)
            # the log is a view that nobody can write to: test_audit_view has its companies
            if not records._auto or not records._fields.get("company_id") or not (row := records.search([], limit=1)):
                continue
            with self.subTest(model), self.cr.savepoint():
                self.env.flush_all()
                table = SQL.identifier(row._table)
                self.env.cr.execute(SQL("UPDATE %s SET company_id = %s WHERE id = %s", table, other.id, row.id))
                self.env.invalidate_all()
                for role, cell in cells.items():
                    if cell != "-":
                        self.assertFalse(row.with_user(self.users[role]).has_access("read"), role)

    def test_what_a_window_holds_is_its_users(self):
        values = {
            "customer.archive.decision": {"partner_ids": [Command.set(self.seen.ids)], "step": "close", "reason": "x"},
            "customer.case.decision": {
                "case_id": self.env["customer.case"].search([("partner_id", "=", self.seen.id)]).id,
                "decision": "cancel", "text": "x",
            },
            "customer.contract.decision": {
                "contract_id": self.env["customer.contract"].search([("partner_id", "=", self.seen.id)]).id,
                "decision": "terminate", "reason": "x",
            },
            "customer.level.decision": {"partner_ids": [Command.set(self.seen.ids)], "reason": "x"},
            "customer.data.issue.waive": {"reason": "x"},
            "customer.duplicate.reject": {"reason": "x"},
            "customer.followup.preview": {"rule_id": self.env["customer.followup.rule"].search([], limit=1).id},
            "customer.rule.trial": {"rule_set_id": self.rules.id},
        }
        for model, cells in self.of_kind("own"):
            if "c" not in cells["manager"]:
                continue
            row = self.env[model].with_user(self.users["manager"]).create(values.get(model, {}))
            for role in cells.keys() - {"manager"}:
                with self.subTest(model=model, role=role):
                    self.assertFalse(row.with_user(self.users[role]).has_access("read"))
