from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from ..tools import legacy
from .import_common import ACME, CUSTOMER_TITLES, ImportCommon


@tagged("post_install", "-at_install")
class TestImportMapping(ImportCommon):
    """What titles and texts of a former system become."""

    def test_titles_of_the_legacy_workbook_are_understood(self):
        self.make_run(self.read_legacy()[0])
        becomes = {(c.role, c.header): c.target for c in self.source.column_ids}
        self.assertEqual(
            {header: target for (role, header), target in becomes.items() if role == "customer"},
            {
                "客户编码": "customer.key", "客户名称": "customer.name", "统一社会信用代码": "customer.code",
                "客户等级": "customer.level", "行业代码": "customer.industry", "省份": "customer.state",
                "城市": "customer.city", "详细地址": "customer.street", "电话": "customer.phone",
                "邮箱": "customer.email", "业务员": "customer.salesperson", "员工人数": "customer.staff",
                "年营收(万元)": "customer.revenue", "主营业务": "customer.scope",
                "建档日期": "customer.since", "备注": "customer.requirements",
            },
        )
        self.assertEqual(
            {header: target for (role, header), target in becomes.items() if role == "contact"},
            {
                "客户编码": "contact.parent", "姓名": "contact.name", "职务": "contact.function",
                "手机": "contact.phone", "邮箱": "contact.email", "生日": "contact.birthday",
                "是否决策人": "contact.decider",
            },
        )

    def test_english_titles(self):
        titles = ["Customer no", "Customer name", "Phone", "Foo"]
        found = self.env["customer.import.column"]._suggest("customer", titles)
        self.assertEqual(
            found, {"Customer no": "customer.key", "Customer name": "customer.name", "Phone": "customer.phone"}
        )

    def test_mapping_is_edited_on_the_import_and_kept_for_the_next(self):
        titles = ["客户编码", "客户名称", "COL7"]
        run = self.make_run(self.make_book([["K1", ACME[1], "13502593627"]], (), titles))
        with Form(run) as form, form.customer_column_ids.edit(2) as line:
            self.assertEqual((line.header, line.sample, line.target), ("COL7", "13502593627", False))
            line.target = "customer.phone"
        self.import_all(run)
        self.assertEqual(self.get_partner("K1").phone, "13502593627")
        self.import_rows([["K2", "宁波凯盛宏五金制品有限公司", "0574-60595807"]], (), titles)
        self.assertEqual(self.get_partner("K2").phone, "0574-60595807")

    def test_titles_known_to_the_source_make_a_workbook_readable(self):
        Column = self.env["customer.import.column"]
        for header, target in (("CUST", "customer.key"), ("NM", "customer.name")):
            Column.create({"source_id": self.source.id, "role": "customer", "header": header, "target": target})
        self.import_rows([["K1", ACME[1]]], (), ["CUST", "NM"])
        self.assertEqual(self.get_partner("K1").name, ACME[1])

    def test_a_name_column_is_needed(self):
        run = self.make_run()
        self.source.column_ids.filtered(lambda c: c.target == "customer.name").target = False
        with self.assertRaisesRegex(UserError, "choose the column that is the “Customer name”"):
            run.action_trial()

    def test_two_columns_cannot_be_the_same_fact(self):
        run = self.make_run()
        self.source.column_ids.filtered(lambda c: c.header == "备注").target = "customer.city"
        with self.assertRaisesRegex(UserError, "two columns are the “City”"):
            run.action_trial()

    def test_fact_of_the_other_kind_of_sheet_is_refused(self):
        self.make_run()
        with self.assertRaises(ValidationError):
            self.source.column_ids.filtered(lambda c: c.header == "电话").target = "contact.phone"

    def test_columns_left_out_stay_in_the_original_row(self):
        run = self.import_rows([[*ACME, "x"]], (), [*CUSTOMER_TITLES, "旧系统状态"])
        self.assertEqual(run.row_ids.values["旧系统状态"], "x")
        self.assertIn("旧系统状态: x", run.row_ids.values_text)

    def test_unknown_value_is_listed_and_mapped_later(self):
        row = [*ACME[:7], "小张", *ACME[8:]]
        run = self.import_rows([row], ())
        self.assertEqual((run.unmapped_count, run.row_ids.state), (1, "created"))
        self.assertFalse(self.get_partner("K1").user_id)
        value = self.source.map_ids.filtered(lambda m: m.text == "小张")
        self.assertEqual((value.count, value.res_model, value.is_mapped), (1, "res.users", False))
        value.res_id = self.seller.id
        self.assertTrue(value.is_mapped)
        self.import_rows([row], ())
        self.assertEqual(self.get_partner("K1").user_id, self.seller)

    def test_value_is_mapped_on_the_import(self):
        row = [*ACME[:7], "小张", *ACME[8:]]
        run = self.make_run(self.make_book([row], ()))
        run.action_trial()
        place = run.map_ids.mapped("text").index("小张")
        with Form(run) as form, form.map_ids.edit(place) as line:
            line.res_id = self.seller.id
        run.action_trial()
        self.assertEqual(run.unmapped_count, 0)
        run.action_import()
        run.action_import_batch()
        self.assertEqual(self.get_partner("K1").user_id, self.seller)

    def test_value_of_a_deleted_record_counts_as_unknown(self):
        industry = self.make_industry("X99")
        titles = ["客户编码", "客户名称", "行业"]
        run = self.make_run(self.make_book([["K1", ACME[1], "X99"]], (), titles))
        run.action_trial()
        self.assertEqual(self.source.map_ids.res_id, industry.id)
        industry.unlink()
        run.action_trial()
        run.action_import()
        run.action_import_batch()
        self.assertFalse(self.get_partner("K1").industry_id)

    def test_owner_team_and_access_of_the_source(self):
        team = self.env["crm.team"].sudo().create({"name": "Import Team", "company_id": self.env.company.id})
        self.source.write({"owner_id": self.importer.id, "team_id": team.id, "archive_access": "team"})
        self.import_rows([ACME], ())
        partner = self.get_partner("K1")
        self.assertEqual((partner.user_id, partner.archive_team_id), (self.importer, team))
        self.assertEqual(partner.archive_access, "team")
        self.assertEqual((partner.archive_source, partner.archive_state), ("import", "draft"))

    def test_individuals_by_name_and_code(self):
        people = ["周勇", "郑娟杰", "欧阳娜娜", "阿迪力·买买提"]
        others = ["周勇商店", "华兴厂", "北京银行", "济南大恒恒物流有限公司", "ACME Ltd", "John Smith", "东风工作室"]
        self.assertEqual([name for name in people + others if legacy.is_person(name, "")], people)
        self.assertFalse(legacy.is_person("周勇", "91370102M60267738B"))
