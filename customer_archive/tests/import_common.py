import base64
import json
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import file_open

from ..tools.spreadsheet import SheetData, write_workbook

CUSTOMER_TITLES = "客户编码 客户名称 统一社会信用代码 省份 城市 电话 邮箱 业务员 员工人数 建档日期 备注".split()
CONTACT_TITLES = ["客户编码", "姓名", "职务", "手机", "是否决策人"]
ACME = ["K1", "济南大恒恒物流有限公司", "91370102M60267738B", "山东", "济南市", "13502593627", "info@example.com"]
ACME += ["", 120, "2012-11-19", ""]
PERSON = ["K2", "周勇", "", "湖北省", "武汉市", "027-33141075", "zy@example.com", "", "", "", ""]
CONTACT = ["K1", "赵洋兰", "总经理", "17745901665", "是"]


class ImportCommon(TransactionCase):
    """People, a source, and short ways from rows to an import."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.cn")
        cls.manager = cls.make_user("import_manager", "manager")
        cls.importer = cls.make_user("import_all", "all")
        cls.seller = cls.make_user("import_user", "user", name="张敏")
        # Salespeople are found by their names: others of these names, such as demo users, would make them ambiguous.
        names = ["张敏", "刘洋", "李强", "陈静", "王芳"]
        cls.env["res.users"].search([("name", "in", names), ("id", "!=", cls.seller.id)]).active = False
        cls.env = cls.env(user=cls.manager)
        cls.source = cls.env["customer.import.source"].create({"name": "Former ERP"})

    @classmethod
    def make_user(cls, login, group, **values):
        groups = f"base.group_user,customer_archive.group_{group}"
        # as superuser: the manager of these tests may not create users
        env = cls.env(user=SUPERUSER_ID)
        values = {"lang": "en_US", **values}
        return new_test_user(env, login, groups, context={"no_reset_password": True}, **values).with_env(cls.env)

    @classmethod
    def make_book(cls, customers=(ACME, PERSON), contacts=(CONTACT,), titles=CUSTOMER_TITLES):
        """Base64 of an XLSX file with these rows."""
        sheets = [SheetData("客户", titles, customers)]
        if contacts:
            sheets.append(SheetData("联系人", CONTACT_TITLES, contacts))
        return base64.b64encode(write_workbook(sheets))

    @classmethod
    def make_run(cls, content=None, filename="customers.xlsx", **values):
        content = content or cls.make_book()
        return cls.env["customer.import.run"].create(
            {"source_id": cls.source.id, "file": content, "filename": filename, **values}
        )

    @classmethod
    def import_all(cls, run):
        """Try out and import everything, batch by batch."""
        run.action_trial()
        run.action_import()
        while run.state == "running":
            run.action_import_batch()
            cls.env.invalidate_all()
        return run

    @classmethod
    def import_rows(cls, *args, **kwargs):
        return cls.import_all(cls.make_run(cls.make_book(*args, **kwargs)))

    @classmethod
    def get_partner(cls, key, role="customer"):
        domain = [("source_id", "=", cls.source.id), ("role", "=", role), ("key", "=", key)]
        return cls.env["customer.import.key"].search(domain).partner_id

    @classmethod
    def get_kinds(cls, run, key="K1", role="customer"):
        """Kinds of messages on one row."""
        row = run.row_ids.filtered(lambda r: r.role == role and r.key == key)[:1]
        return {message["code"] for message in row.messages or []}

    def set_batch_size(self, size):
        patcher = patch.object(type(self.env["customer.import.run"]), "_get_batch_size", lambda self: size)
        self.startPatcher(patcher)

    @classmethod
    def make_formal(cls, partner):
        """Take an archive the whole way, by people who may."""
        # sudo: the way to formal is the subject of other tests
        number = cls.env["customer.archive.number"].sudo()._allot(partner, partner.archive_company_id)
        partner.sudo().write({"archive_state": "formal", "archive_number": number.name})

    @classmethod
    def read_legacy(cls):
        """The legacy workbook in base64, and the truth about it."""
        with file_open("customer_archive/tests/data/legacy_customers.xlsx", "rb") as stream:
            content = base64.b64encode(stream.read())
        with file_open("customer_archive/tests/data/legacy_customers_truth.json", "rb") as stream:
            return content, json.load(stream)

    @classmethod
    def make_industry(cls, code):
        """The industry of a code, which the app's data may hold already."""
        Industry = cls.env["res.partner.industry"].sudo()
        return Industry.search([("code", "=", code)]) or Industry.create({"name": code, "code": code})

    @classmethod
    def make_region(cls, name, state):
        return cls.env["customer.region"].create({"name": name, "state_ids": [Command.set(state.ids)]})
