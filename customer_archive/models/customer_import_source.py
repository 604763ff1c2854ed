from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..const import ARCHIVE_ACCESS, CONTACT, CUSTOMER, GROUP_ALL


class CustomerImportSource(models.Model):
    """A system that customers come from: what its columns and values mean, and which of its rows have arrived."""

    _name = "customer.import.source"
    _description = "Import Source"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    notes = fields.Text()
    owner_id = fields.Many2one(
        "res.users",
        "Owner of New Archives",
        domain=[("share", "=", False)],
        help="For rows whose salesperson is empty or unknown. Empty: these archives have no owner yet.",
    )
    team_id = fields.Many2one(
        "crm.team", "Team of New Archives", check_company=True, help="For rows whose owner has no team."
    )
    archive_access = fields.Selection(
        ARCHIVE_ACCESS, "Access to New Archives", help="Empty: the default access of the company."
    )
    column_ids = fields.One2many("customer.import.column", "source_id", "Columns", copy=True)
    map_ids = fields.One2many("customer.import.map", "source_id", "Values", copy=True)
    run_ids = fields.One2many("customer.import.run", "source_id", "Imports")
    run_count = fields.Integer("Number of Imports", compute="_compute_run_count")

    _name_uniq = models.Constraint("UNIQUE(company_id, name)", "This company has an import source of that name.")

    @api.depends_context("uid")
    def _compute_run_count(self):
        groups = self.env["customer.import.run"]._read_group(
            [("source_id", "in", self.ids)], ["source_id"], ["__count"]
        )
        counts = {source.id: count for source, count in groups}
        for source in self:
            source.run_count = counts.get(source.id, 0)

    def action_view_runs(self):
        """Open the imports from this source."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_import_run_action")
        return dict(action, domain=[("source_id", "=", self.id)], context={"default_source_id": self.id})

    @api.model
    def _check_importer(self):
        """Refuse whoever may not import customers."""
        if not self.env.user.has_group(GROUP_ALL):
            raise AccessError(self.env._("Importing customers takes the right “Customer Archive / All customers”."))

    @api.model
    def _get_import_targets(self):
        """Hook: what a column of a workbook can become.

        :return: list of dict with

            - ``name``: key, unique within the role; ``role``: ``customer`` or ``contact``
            - ``label``: in the user's language
            - ``kind``: a key of ``customer.import.run._get_import_parsers``
            - ``field``: field of ``res.partner``; left out for the keys that link rows
            - ``words``: titles that mean it, for the suggestion of the mapping
            - further keys of its kind: ``model`` of a map, a tag, or a label that stands for a record as well, ``yes``
              of a flag, ``min`` of a number
        """
        return self._get_customer_targets() + self._get_contact_targets()

    @api.model
    def _get_customer_targets(self):
        """Hook: the part of ``_get_import_targets`` for customers."""
        targets = [
            ("key", self.env._("Customer key"), "key", None, "客户编码 客户编号 客户代码 客户号 编码 编号"),
            ("name", self.env._("Customer name"), "text", "name", "客户名称 公司名称 单位名称 企业名称 客户全称 名称"),
            ("code", self.env._("Tax code"), "text", "vat", "统一社会信用代码 社会信用代码 信用代码 纳税人识别号 税号"),
            ("level", self.env._("Level"), "label", "customer_level_text", "客户等级 客户级别 等级 级别"),
            ("industry", self.env._("Industry"), "map", "industry_id", "行业代码 所属行业 行业"),
            ("country", self.env._("Country"), "map", "country_id", "国家 国家地区"),
            ("state", self.env._("Province"), "map", "state_id", "省份 省 所在省"),
            ("city", self.env._("City"), "text", "city", "城市 市 所在城市"),
            ("street", self.env._("Address"), "text", "street", "详细地址 地址 通讯地址 注册地址"),
            ("zip", self.env._("Postcode"), "text", "zip", "邮编 邮政编码"),
            ("phone", self.env._("Phone"), "text", "phone", "电话 联系电话 公司电话 手机"),
            ("email", self.env._("E-mail"), "text", "email", "邮箱 电子邮箱 电子邮件"),
            ("website", self.env._("Website"), "text", "website", "网址 网站 公司网站"),
            ("salesperson", self.env._("Salesperson"), "map", "user_id", "业务员 销售员 负责人 客户经理 跟单员"),
            ("staff", self.env._("Staff"), "int", "customer_staff_count", "员工人数 人数 从业人数 职工人数"),
            (
                "revenue",
                self.env._("Annual revenue"),
                "decimal",
                "customer_revenue",
                "年营收 年营业额 年销售额 营业收入",
            ),
            ("assets", self.env._("Total assets"), "decimal", "customer_assets", "总资产 资产总额"),
            ("scope", self.env._("Business scope"), "text", "customer_scope", "主营业务 经营范围 主营产品"),
            ("since", self.env._("Customer since"), "date", "customer_since", "建档日期 建档时间 合作日期 开户日期"),
            ("requirements", self.env._("Special requirements"), "text", "customer_requirements", "备注 特殊要求 说明"),
            ("history", self.env._("History"), "text", "customer_history", "合作历史 合作情况"),
            ("wechat", self.env._("WeChat"), "text", "customer_wechat", "微信 微信号"),
            ("tag", self.env._("Customer tag"), "tag", "customer_tag_ids", "客户标签 标签 客户需求 主要需求"),
            *self._get_secret_targets(),
        ]
        return [self._prepare_target(CUSTOMER, *target) for target in targets]

    @api.model
    def _get_contact_targets(self):
        """Hook: the part of ``_get_import_targets`` for contacts."""
        targets = [
            (
                "parent",
                self.env._("Key of the customer"),
                "key",
                None,
                "客户编码 客户编号 客户代码 客户号 所属客户 客户名称",
            ),
            ("name", self.env._("Contact name"), "text", "name", "姓名 联系人 联系人姓名"),
            ("function", self.env._("Position"), "text", "function", "职务 职位 岗位"),
            ("phone", self.env._("Contact phone"), "text", "phone", "手机 手机号 电话 联系电话"),
            ("email", self.env._("Contact e-mail"), "text", "email", "邮箱 电子邮箱 电子邮件"),
            ("birthday", self.env._("Birthday"), "date", "birthday", "生日 出生日期"),
            ("decider", self.env._("Decides (yes or no)"), "flag", "decision_role", "是否决策人 决策人"),
            ("wechat", self.env._("Contact WeChat"), "text", "customer_wechat", "微信 微信号"),
            ("notes", self.env._("Contact notes"), "html", "comment", "备注 说明"),
            *self._get_secret_targets(),
        ]
        return [self._prepare_target(CONTACT, *target) for target in targets]

    @api.model
    def _get_secret_targets(self):
        """Facts of a person that are stored encrypted, on either sheet."""
        identity, phone = "customer_identity_number", "customer_private_phone"
        return [
            ("identity", self.env._("Identity number"), "text", identity, "身份证号 身份证号码 身份证 证件号码 证件号"),
            ("private_phone", self.env._("Private phone"), "text", phone, "私人电话 私人手机 家庭电话 住宅电话"),
        ]

    @api.model
    def _is_secret_target(self, target):
        """Whether what a column becomes is stored encrypted; so are its cells in the rows of an import."""
        return getattr(self.env["res.partner"]._fields.get(target.get("field")), "encrypted", False)

    @api.model
    def _prepare_target(self, role, name, label, kind, field, words):
        """One entry of ``_get_import_targets`` from its short form; ``words`` separated by spaces."""
        target = {"name": name, "role": role, "label": label, "kind": kind, "field": field}
        target["words"] = [*words.split(), label, *self._get_english_words(name)]
        if kind in ("map", "tag"):
            target["model"] = self.env["res.partner"]._fields[field].comodel_name
        if field == "customer_level_text":
            # the text is kept, and stands for a level as well
            target["model"] = "customer.level"
        if kind == "flag":
            target["yes"] = "decider"
        if kind in ("int", "decimal"):
            target["min"] = 0
        return target

    @api.model
    def _get_english_words(self, name):
        """Hook: English titles that mean the target ``name``."""
        words = {
            "key": ["Customer no", "Customer code", "Customer ID"],
            "parent": ["Customer no", "Customer code", "Customer ID"],
            "code": ["Unified social credit code", "Tax ID", "VAT"],
            "industry": ["Industry code"],
            "state": ["State"],
            "street": ["Street"],
            "phone": ["Phone", "Telephone", "Mobile"],
            "email": ["Email", "E-mail"],
            "staff": ["Employees", "Headcount"],
            "revenue": ["Revenue", "Turnover"],
            "identity": ["Identity card", "ID card", "ID number", "Passport"],
            "private_phone": ["Private mobile", "Home phone"],
            "function": ["Job title", "Job position"],
            "decider": ["Decision maker"],
            "requirements": ["Remarks", "Notes"],
            "notes": ["Remarks", "Notes"],
        }
        return words.get(name, [])

    @api.model
    def _get_targets_by_key(self):
        """The targets by the key that columns store (``role.name``)."""
        return {f"{target['role']}.{target['name']}": target for target in self._get_import_targets()}

    def _get_mapping(self, role, headers):
        """What the columns of one sheet become.

        :param role: ``customer`` or ``contact``
        :param headers: titles of the sheet
        :return: dict of title → entry of ``_get_import_targets``, for the mapped titles
        """
        self.ensure_one()
        targets = self._get_targets_by_key()
        columns = self.column_ids.filtered(lambda column: column.role == role and column.target in targets)
        by_header = {column.header: targets[column.target] for column in columns}
        return {header: by_header[header] for header in headers if header in by_header}
