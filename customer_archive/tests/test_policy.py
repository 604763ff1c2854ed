from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..tools.policy import PolicyValue
from .common import ArchiveCase

NUMBERS = ("visit_interval_days", "service_response_hours", "service_resolve_hours", "marketing_treatment")


class PolicyCase(ArchiveCase):
    """Levels, tags and policies of the test alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["customer.policy"].search([]).active = False
        cls.best, cls.usual = cls.env["customer.level"].create([{"name": "Best"}, {"name": "Usual", "sequence": 20}])
        cls.taxonomy = cls.env["customer.taxonomy"].create({"name": "Branch", "is_exclusive": True})
        cls.tools = cls.make_tag("Tools")
        cls.drills = cls.make_tag("Drills", parent_id=cls.tools.id)
        cls.toys = cls.make_tag("Toys")

    @classmethod
    def make_tag(cls, name, **values):
        return cls.env["customer.tag"].create({"name": name, "taxonomy_id": cls.taxonomy.id, **values})

    @classmethod
    def make_policy(cls, name, sequence=10, levels=(), tags=(), **values):
        return cls.env["customer.policy"].create(
            {
                "name": name,
                "sequence": sequence,
                "level_ids": [Command.set([level.id for level in levels])],
                "tag_ids": [Command.set([tag.id for tag in tags])],
                **values,
            }
        )

    def create_classed(self, level, **values):
        archive = self.create_archive(**values)
        self.as_user(archive, "manager")._set_level_by_hand(level, "Known for years")
        return archive

    def says(self, archive):
        """What counts for an archive, as its owner sees it: dict of field → (value, name of the policy)."""
        found = self.as_user(archive, "sales")._customer_policy()[archive.id]
        return {name: (v.value, self.env["customer.policy"].browse(v.policy).name) for name, v in found.items()}


@tagged("post_install", "-at_install")
class TestPolicy(PolicyCase):
    #=== WHAT COUNTS ===#

    def test_first_policy_that_fits_and_says_something_counts(self):
        self.make_policy("Rest", 30, visit_interval_days=90, service_response_hours=8)
        self.make_policy("Best", 10, [self.best], visit_interval_days=30)
        self.make_policy("Both", 20, [self.best, self.usual], visit_interval_days=60, service_resolve_hours=24)
        best, usual = self.create_classed(self.best), self.create_classed(self.usual)
        rest = {"service_response_hours": (8.0, "Rest"), "service_resolve_hours": (24.0, "Both")}
        self.assertEqual(self.says(best), {"visit_interval_days": (30, "Best"), **rest})
        self.assertEqual(self.says(usual), {"visit_interval_days": (60, "Both"), **rest})

    def test_level_and_tags_both_have_to_fit_and_parts_of_a_tag_count(self):
        self.make_policy("Tools", 10, [self.best], [self.tools], visit_interval_days=7)
        archive = self.create_classed(self.best)
        self.assertEqual(self.says(archive), {})
        archive.customer_tag_ids = self.drills
        self.assertEqual(self.says(archive), {"visit_interval_days": (7, "Tools")})
        archive.customer_tag_ids = self.toys
        self.assertEqual(self.says(archive), {})

    def test_life_cycle_and_company_have_to_fit(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.make_policy("Elsewhere", 5, company_id=other.id, visit_interval_days=1)
        self.make_policy("Lost", 10, lifecycle="lost", visit_interval_days=14)
        archive = self.create_archive()
        self.assertEqual(self.says(archive), {})
        archive.customer_lifecycle_manual = "lost"
        self.assertEqual(self.says(archive), {"visit_interval_days": (14, "Lost")})

    def test_contact_without_archive_has_no_policy(self):
        self.make_policy("All", visit_interval_days=90)
        partner = self.env["res.partner"].create({"name": "No archive"})
        self.assertEqual(partner._customer_policy(), {partner.id: {}})

    def test_person_decides_on_marketing_of_natural_persons(self):
        policy = self.make_policy("All", visit_interval_days=90, marketing_treatment="reduced")
        company, person = self.create_archive(), self.create_archive(is_company=False, vat=False, name="Wang Fang")
        self.assertEqual(
            company._customer_policy()[company.id]["marketing_treatment"], PolicyValue("reduced", policy.id, False)
        )
        found = person._customer_policy()[person.id]
        self.assertEqual(found["marketing_treatment"], PolicyValue("reduced", policy.id, True))
        self.assertFalse(found["visit_interval_days"].needs_decision)
        self.assertIn("a person decides", person._get_policy_lines()[-1]["source"])

    def test_queries_do_not_grow_with_archives_and_policies(self):
        archives = self.env["res.partner"].concat(*(self.create_archive() for _n in range(12)))
        for number in range(8):
            self.make_policy(f"P{number}", number, [self.best], [self.tools], visit_interval_days=number + 1)
        archives = self.as_user(archives, "sales")
        for few in (archives[:1], archives):
            self.env.flush_all()
            self.env.invalidate_all()
            few._customer_policy()
            self.env.invalidate_all()
            # user, companies and right to read; policies with their levels and tags; customers
            with self.assertQueryCount(8):
                few._customer_policy()

    def test_lines_for_the_page_are_in_words(self):
        self.make_policy("All", service_response_hours=0.5, marketing_treatment="none", visit_interval_days=30)
        lines = self.as_user(self.create_archive(), "colleague")._get_policy_lines()
        self.assertEqual(
            lines,
            [
                {"label": "Visit", "value": "every 30 days", "source": "Policy “All”"},
                {"label": "First answer", "value": "within 0.5 working hours", "source": "Policy “All”"},
                {"label": "Marketing", "value": "No campaigns", "source": "Policy “All”"},
            ],
        )

    def test_tab_classes_has_the_policies(self):
        self.make_policy("All", visit_interval_days=30)
        archive = self.as_user(self.create_archive(), "sales")
        section = archive.customer_classes["sections"][-1]
        self.assertEqual(section["title"], "What Policies Say")
        self.assertEqual(section["rows"], [{"label": "Visit", "value": "every 30 days", "source": "Policy “All”"}])
        self.assertEqual(section["rows"], archive._get_policy_lines())

    def test_queries_of_the_tab_do_not_grow_with_archives(self):
        self.make_policy("All", visit_interval_days=30)
        archives = self.as_user(self.env["res.partner"].concat(*(self.create_archive() for _n in range(12))), "sales")
        counts = []
        for few in (archives, archives[:2], archives):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            few.web_read({"customer_policy_lines": {}})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_nothing_is_written(self):
        archive = self.create_classed(self.best)
        self.env.flush_all()
        before = archive.sudo().read()[0]
        self.make_policy("All", visit_interval_days=90)
        archive._customer_policy()
        self.assertEqual(archive.sudo().read()[0], before)

    #=== ON THE FORM ===#

    def test_count_and_button_show_for_whom_a_policy_counts(self):
        first = self.make_policy("First", 10, [self.best], visit_interval_days=30, service_response_hours=2)
        second = self.make_policy("Second", 20, [], [self.tools], visit_interval_days=60)
        third = self.make_policy("Third", 30, visit_interval_days=90, lifecycle="potential")
        archives = [self.create_classed(self.best), self.create_classed(self.usual), self.create_archive()]
        archives[0].customer_tag_ids = archives[1].customer_tag_ids = self.drills
        self.drills.active = False
        policies = self.as_user(first | second | third, "manager")
        customers = self.env["res.partner"].search(self.env["customer.classifier"]._get_scope())
        resolved = customers._customer_policy()
        for policy in policies:
            effective = {key for key, found in resolved.items() if any(v.policy == policy.id for v in found.values())}
            opened = self.env["res.partner"].search(policy.action_view_customers()["domain"])
            self.assertEqual(set(opened.ids), effective, policy.name)
            self.assertEqual(policy.customer_count, len(effective))
        self.assertIn(archives[0], self.env["res.partner"].search(first._get_customer_domain()))
        self.assertNotIn(archives[0], self.env["res.partner"].search(second._get_customer_domain()))
        self.assertIn(archives[1], self.env["res.partner"].search(second._get_customer_domain()))

    def test_archived_policy_counts_for_nobody(self):
        policy = self.make_policy("All", visit_interval_days=90)
        policy.active = False
        self.assertEqual(policy.customer_count, 0)
        self.assertEqual(self.says(self.create_archive()), {})

    def test_overlap_at_the_same_priority_is_shown_with_names(self):
        other = self.make_policy("Other", 10, [self.best], visit_interval_days=30, service_response_hours=2)
        form = Form(self.env["customer.policy"].with_user(self.users["manager"]))
        form.name, form.visit_interval_days = "New", 45
        self.assertIn("“Other”", form.overlap_text)
        self.assertIn("Visit", form.overlap_text)
        self.assertNotIn("First answer", form.overlap_text)
        form.level_ids.add(self.usual)
        self.assertFalse(form.overlap_text)
        form.level_ids.add(self.best)
        self.assertTrue(form.overlap_text)
        form.visit_interval_days = 30
        self.assertFalse(form.overlap_text, "both say the same")
        form.visit_interval_days, form.sequence = 45, 11
        self.assertFalse(form.overlap_text, "the order says which one counts")
        new = form.save()
        new.sequence = 10
        self.assertIn("“New”", other.overlap_text)

    def test_tags_of_which_a_customer_has_one_do_not_overlap(self):
        self.make_policy("Tools", 10, [], [self.tools], visit_interval_days=30)
        toys = self.make_policy("Toys", 10, [], [self.toys], visit_interval_days=60)
        drills = self.make_policy("Drills", 10, [], [self.drills], visit_interval_days=90)
        self.assertFalse(toys.overlap_text)
        self.assertIn("“Tools”", drills.overlap_text)

    def test_case_is_not_solved_before_it_is_answered(self):
        with self.assertRaisesRegex(ValidationError, "before it is answered"):
            self.make_policy("All", service_response_hours=8, service_resolve_hours=2)

    #=== IN A TRY-OUT ===#

    def test_try_out_of_levels_says_what_they_mean(self):
        self.make_policy("Best", 10, [self.best], visit_interval_days=30, service_response_hours=2)
        self.make_policy("Tools", 10, [], [self.tools], visit_interval_days=1)
        self.make_policy("All", 20, visit_interval_days=90)
        rule_set = self.env["customer.rule.set"].with_user(self.users["manager"]).create(
            {
                "name": "Levels of the test",
                "threshold_ids": [
                    Command.create({"level_id": self.best.id, "lower": 80}),
                    Command.create({"level_id": self.usual.id, "lower": 0}),
                ],
                "criterion_ids": [
                    Command.create(
                        {"metric": "completeness", "weight": 100, "band_ids": [Command.create({"points": 50})]}
                    )
                ],
            }
        )
        self.create_classed(self.best)
        self.create_archive()
        trial = self.env["customer.rule.trial"].browse(rule_set.action_try_out()["res_id"]).with_user(
            self.users["manager"]
        )
        self.assertIn("<b>Best</b>: Visit: every 30 days; First answer: within 2 working hours", trial.meaning)
        self.assertIn("<b>Usual</b>: Visit: every 90 days", trial.meaning)

    def test_try_out_of_tags_says_what_they_mean(self):
        self.taxonomy.set_by = "rule"
        self.make_policy("Tools", 10, [], [self.tools], visit_interval_days=7)
        rule_set = self.env["customer.rule.set"].with_user(self.users["manager"]).create(
            {
                "name": "Drills",
                "kind": "tag",
                "taxonomy_id": self.taxonomy.id,
                "tag_rule_ids": [Command.create({"tag_id": self.drills.id, "domain": "[('name', 'ilike', 'drill')]"})],
            }
        )
        self.create_archive(name="Drill Works")
        trial = self.env["customer.rule.trial"].browse(rule_set.action_try_out()["res_id"]).with_user(
            self.users["manager"]
        )
        self.assertIn("<b>Tools / Drills</b>: Visit: every 7 days", trial.meaning)

    #=== LEVELS AND TAGS IN USE ===#

    def test_level_and_tag_of_a_policy_are_in_use(self):
        policy = self.make_policy("Best care", 10, [self.best], [self.toys], visit_interval_days=30)
        policy.active = False
        with self.assertRaisesRegex(ValidationError, "policy “Best care”"):
            self.as_user(self.best, "manager").unlink()
        with self.assertRaisesRegex(ValidationError, "“Toys” is in use"):
            self.as_user(self.toys, "manager").unlink()
        policy.unlink()
        self.as_user(self.best, "manager").unlink()
        self.as_user(self.toys, "manager").unlink()
        self.assertFalse(self.best.exists() or self.toys.exists())

    #=== RIGHTS ===#

    def test_managers_write_policies_and_employees_read_them(self):
        policy = self.make_policy("All", visit_interval_days=90)
        self.as_user(policy, "manager").visit_interval_days = 80
        self.assertTrue(self.as_user(policy, "manager").copy())
        for login in self.users.keys() - {"manager"}:
            seen = self.as_user(policy, login)
            self.assertEqual(seen.summary, "Visit: every 80 days")
            with self.assertRaises(AccessError, msg=login):
                seen.visit_interval_days = 70

    def test_policies_of_other_companies_are_not_read(self):
        other = self.env["res.company"].create({"name": "Other"})
        policy = self.make_policy("Elsewhere", company_id=other.id)
        with self.assertRaises(AccessError):
            self.as_user(policy, "manager").read(["name"])

    def test_policy_of_an_archive_needs_the_right_to_read_it(self):
        archive = self.create_archive(archive_access="owner")
        with self.assertRaises(AccessError):
            self.as_user(archive, "colleague")._customer_policy()
