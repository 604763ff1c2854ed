from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestArchiveClasses(ArchiveCase):
    def industry(self, code):
        return self.env["res.partner.industry"].search([("code", "=", code)])

    #=== SIZE ===#

    def test_size_follows_the_facts(self):
        archive = self.create_archive(industry_id=self.industry("C36").id)
        self.assertFalse(archive.customer_size)
        self.assertIn("staff", archive.customer_size_reason)
        # manufacturing: small from 20 staff and 3 million, medium from 300 and 20 million
        archive.write({"customer_staff_count": 299, "customer_revenue": 6000})
        self.assertEqual(archive.customer_size, "small")
        archive.customer_staff_count = 300
        self.assertEqual(archive.customer_size, "medium")
        archive.industry_id = self.industry("F51")
        self.assertEqual(archive.customer_size, "medium", "wholesale: large needs 400 million as well")

    def test_person_wins_over_the_standard_and_nothing_is_overwritten(self):
        archive = self.create_archive(
            industry_id=self.industry("C36").id, customer_staff_count=50, customer_revenue=500
        )
        archive.customer_size_manual = "large"
        self.assertRecordValues(archive, [{"customer_size_computed": "small", "customer_size": "large"}])
        self.assertEqual(archive.customer_size_reason, "Set by hand.")
        archive.customer_staff_count = 1
        self.assertRecordValues(archive, [{"customer_size_computed": "micro", "customer_size": "large"}])
        archive.customer_size_manual = False
        self.assertEqual(archive.customer_size, "micro")

    def test_industries_of_the_national_standard(self):
        sections = self.env["res.partner.industry"].search([("code", "=like", "_")])
        divisions = self.env["res.partner.industry"].search([("code", "=like", "___")])
        self.assertEqual((len(sections), len(divisions)), (20, 97))
        for division in divisions:
            self.assertEqual(division.parent_id.code, division.code[0])
        self.assertEqual(self.env["res.partner.industry"].name_search("C36")[0][0], self.industry("C36").id)

    #=== REGION ===#

    def test_region_follows_the_address(self):
        archive = self.create_archive()
        self.assertIn("East", archive.customer_region_id.parent_id.name)
        archive.write({"state_id": False, "country_id": self.env.ref("base.de").id, "vat": False})
        self.assertEqual(archive.customer_region_id.name, "Europe")

    def test_person_wins_over_the_address(self):
        archive = self.create_archive()
        region = self.env["customer.region"].create({"name": "Key accounts"})
        archive.customer_region_manual_id = region
        archive.city = "苏州市"
        self.assertEqual(archive.customer_region_id, region)
        archive.customer_region_manual_id = False
        self.assertEqual(archive.customer_region_id, archive.customer_region_computed_id)

    def test_finer_region_takes_its_addresses_at_once(self):
        archive = self.create_archive()
        outside = self.create_archive(city="Suzhou")
        before = outside.customer_region_id
        region = self.env["customer.region"].create(
            {"name": "Shanghai city", "city_names": "上海，Shanghai", "state_ids": [Command.set(self.shanghai.ids)]}
        )
        self.assertEqual(archive.customer_region_id, region)
        self.assertEqual(outside.customer_region_id, before)
        region.unlink()
        self.assertNotEqual(archive.customer_region_id, region)
        self.assertTrue(archive.customer_region_id)

    def test_region_is_no_part_of_itself(self):
        east = self.env["customer.region"].create({"name": "A"})
        part = self.env["customer.region"].create({"name": "B", "parent_id": east.id})
        with self.assertRaises(ValidationError):
            east.parent_id = part

    def test_every_province_has_a_region(self):
        provinces = self.env["res.country.state"].search([("country_id", "=", self.china.id)])
        self.assertGreaterEqual(len(provinces), 33)
        index = self.env["customer.region"]._get_index()
        for province in provinces:
            self.assertTrue(index.match(country=self.china.id, state=province.id, city=None), province.name)

    def test_every_country_has_a_region(self):
        index = self.env["customer.region"]._get_index()
        missing = [
            country.code
            for country in self.env["res.country"].search([])
            if not index.match(country=country.id, state=None, city=None)
        ]
        self.assertEqual(missing, [])
