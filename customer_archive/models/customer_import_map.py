import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import legacy
from ..tools.text import normalize_name


class CustomerImportMap(models.Model):
    """What one text of a former system stands for, such as the name of a salesperson."""

    _name = "customer.import.map"
    _description = "Value of an Import Source"
    _order = "source_id, target, is_mapped, count desc, id"
    _rec_name = "text"

    source_id = fields.Many2one("customer.import.source", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="source_id.company_id", store=True)
    target = fields.Selection("_get_target_selection", "Fact", required=True)
    text = fields.Char("In the Workbook", required=True)
    res_model = fields.Char(compute="_compute_res_model", store=True)
    res_id = fields.Many2oneReference("Becomes", model_field="res_model")
    count = fields.Integer("Rows", readonly=True, help="In the last workbook that had the text.")
    is_mapped = fields.Boolean("Known", compute="_compute_is_mapped", store=True)
    is_kept = fields.Boolean(
        "Kept as Text", compute="_compute_res_model", store=True, help="Nothing to choose: the text itself is kept."
    )

    _text_uniq = models.Constraint("UNIQUE(source_id, target, text)", "This text is on the list already.")

    @api.model
    def _get_target_selection(self):
        return self.env["customer.import.column"]._get_target_selection()

    @api.depends("target")
    def _compute_res_model(self):
        targets = self.env["customer.import.source"]._get_targets_by_key()
        for record in self:
            record.res_model = targets.get(record.target, {}).get("model")
            record.is_kept = not record.res_model

    @api.depends("res_id", "res_model")
    def _compute_is_mapped(self):
        for record in self:
            record.is_mapped = bool(record.res_id or not record.res_model)

    @api.constrains("target", "res_id")
    def _check_res_id(self):
        for record in self.filtered("res_id"):
            if not record.res_model or not self.env[record.res_model].browse(record.res_id).exists():
                raise ValidationError(self.env._("“%s”: what it became does not exist any more.", record.text))
            if record.res_model == "customer.tag":
                record._check_tag()

    def _check_tag(self):
        """Refuse a tag that the import could not set, before rows fail because of it."""
        taxonomy = self.env["customer.tag"].browse(self.res_id).taxonomy_id
        if not taxonomy._can_be_set_by_hand():
            raise ValidationError(
                self.env._(
                    "“%(text)s”: you may not set tags of “%(taxonomy)s”.", text=self.text, taxonomy=taxonomy.name
                )
            )

    @api.model
    def _get_mapped_targets(self):
        """The targets whose values are mapped or collected, by their key."""
        targets = self.env["customer.import.source"]._get_targets_by_key()
        return {key: target for key, target in targets.items() if target["kind"] in ("map", "label", "tag")}

    @api.model
    def _collect(self, source, counts):
        """Put the texts of a workbook on the lists of its source and find what they stand for where that is plain.

        :param counts: dict of target key → dict of text → number of rows
        """
        # sudo: an importer collects values, only managers delete them; the importer's right was checked
        records = source.sudo().map_ids
        by_key = {(record.target, record.text): record for record in records}
        self.sudo().create(
            [
                {"source_id": source.id, "target": key, "text": text}
                for key, texts in counts.items()
                for text in texts
                if (key, text) not in by_key
            ]
        )
        source.sudo().map_ids._match()

    def _match(self):
        """Find what texts without a record stand for."""
        targets = self._get_mapped_targets()
        matchers = self._get_matchers()
        for key, maps in self.filtered(lambda m: not m.is_mapped).grouped("target").items():
            matcher = matchers.get(targets.get(key, {}).get("model"))
            found = matcher(maps.source_id.company_id[:1], maps.mapped("text")) if matcher else {}
            for record in maps.filtered(lambda m: m.text in found):  # noqa: B023
                record.res_id = found[record.text]

    def _count(self, counts):
        """Store how many rows have each text (see ``_collect``)."""
        for record in self:
            record.count = counts.get(record.target, {}).get(record.text, record.count)

    @api.model
    def _get_matchers(self):
        """Hook: name of a model → method (company, texts) that returns a dict of text → record id, plain cases only."""
        return {
            "res.users": self._match_users,
            "res.country": self._match_countries,
            "res.country.state": self._match_states,
            "res.partner.industry": self._match_industries,
            "customer.level": self._match_levels,
            "customer.tag": self._match_tags,
        }

    @api.model
    def _match_users(self, company, texts):
        domain = Domain("share", "=", False) & Domain("company_ids", "in", company.ids)
        # sudo: an importer may not read users' logins
        users = self.env["res.users"].sudo()
        users = users.search(domain & (Domain("name", "in", texts) | Domain("login", "in", texts)))
        return self._pick_unique([(name, user.id) for user in users for name in {user.name, user.login}], texts)

    @api.model
    def _match_countries(self, _company, texts):
        countries = self.env["res.country"].search([])
        pairs = [(country.code, country.id) for country in countries]
        for lang, __ in self.env["res.lang"].get_installed():
            pairs += [(country.name, country.id) for country in countries.with_context(lang=lang)]
        return self._pick_unique(pairs, texts, normalize_name)

    @api.model
    def _match_states(self, company, texts):
        home = company.country_id or self.env.ref("base.cn")
        states = self.env["res.country.state"].search([("country_id", "=", home.id)])
        return self._pick_unique([(state.name, state.id) for state in states], texts, legacy.province_key)

    @api.model
    def _match_industries(self, _company, texts):
        industries = self.env["res.partner.industry"].search([])
        pairs = [(industry.code, industry.id) for industry in industries if industry.code]
        pairs += [(industry.name, industry.id) for industry in industries]
        return self._pick_unique(pairs, texts, lambda text: normalize_name(text).upper())

    @api.model
    def _match_levels(self, company, texts):
        levels = self.env["customer.level"].search([("company_id", "in", [False, company.id])])
        pairs = [(name, level.id) for level in levels for name in re.split("[,，、;；]", level.former_names or "")]
        for lang, __ in self.env["res.lang"].get_installed():
            pairs += [(level.name, level.id) for level in levels.with_context(lang=lang)]
        return self._pick_unique(pairs, texts, lambda text: normalize_name(text).upper())

    @api.model
    def _match_tags(self, company, texts):
        """Tags by their name, alone or behind that of their taxonomy as in “Needs: Packing”."""
        tags = self.env["customer.tag"].search([("company_id", "in", [False, company.id])])
        tags = tags.filtered(lambda tag: tag.taxonomy_id._can_be_set_by_hand())
        pairs = []
        for lang, __ in self.env["res.lang"].get_installed():
            for tag in tags.with_context(lang=lang):
                pairs += [(name, tag.id) for name in (tag.name, tag.display_name)]
                pairs.append((f"{tag.taxonomy_id.name}: {tag.display_name}", tag.id))
        return self._pick_unique(pairs, texts, lambda text: normalize_name(text).upper())

    @api.model
    def _pick_unique(self, pairs, texts, key=lambda text: text):
        """Texts that stand for exactly one record.

        :param pairs: (name, record id)
        :param key: what two spellings have in common
        """
        found = {}
        for name, record_id in pairs:
            found.setdefault(key(name), set()).add(record_id)
        ids = {text: found.get(key(text), ()) for text in texts}
        return {text: next(iter(matches)) for text, matches in ids.items() if len(matches) == 1}

    @api.model
    def _get_lookup(self, source):
        """What the texts of a source stand for: dict of target key → dict of text → record id."""
        lookup = {}
        # sudo: see _collect
        for model, maps in source.sudo().map_ids.filtered("res_id").grouped("res_model").items():
            alive = set(self.env[model].browse(maps.mapped("res_id")).exists().ids)
            for record in maps.filtered(lambda m: m.res_id in alive):  # noqa: B023
                lookup.setdefault(record.target, {})[record.text] = record.res_id
        return lookup
