from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import CONTACT, CUSTOMER, IMPORT_ROLES
from ..tools import legacy
from ..tools.sealed_value import is_masked, mask

# Signs that are shown at the beginning and at the end of a cell that looks like an identity number.
COVER = (2, 2)


class CustomerImportColumn(models.Model):
    _name = "customer.import.column"
    _description = "Column of an Import Source"
    _order = "source_id, role desc, sequence, id"

    source_id = fields.Many2one("customer.import.source", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="source_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    role = fields.Selection(IMPORT_ROLES, "Sheet of", required=True, default=CUSTOMER)
    header = fields.Char("Title in the Workbook", required=True)
    target = fields.Selection("_get_target_selection", "Becomes", help="Empty: the column is not imported.")
    sample = fields.Char("Example", readonly=True)

    _header_uniq = models.Constraint("UNIQUE(source_id, role, header)", "This title is mapped already.")

    @api.model
    def _get_target_selection(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        targets = self.env["customer.import.source"]._get_targets_by_key()
        return [(key, f"{roles[target['role']]}: {target['label']}") for key, target in targets.items()]

    @api.constrains("role", "target")
    def _check_target(self):
        for column in self.filtered("target"):
            if not column.target.startswith(column.role + "."):
                raise ValidationError(
                    self.env._("“%s”: choose a fact of the same kind of sheet, customers or contacts.", column.header)
                )

    @api.model
    def _get_role(self, source, headers):
        """What the rows of a sheet are, judged by its titles.

        :param source: ``customer.import.source`` whose mapped titles count first
        :param headers: titles of the sheet
        :return: ``customer``, ``contact`` or, when no title is known, ``""``
        """
        known = {role: set() for role in (CUSTOMER, CONTACT)}
        for column in source.column_ids:
            known[column.role].add(column.header)
        scores = {
            role: len(titles & set(headers) | self._suggest(role, headers).keys()) for role, titles in known.items()
        }
        best = max(scores, key=scores.get)
        return best if scores[best] else ""

    @api.model
    def _suggest(self, role, headers):
        """Suggested targets of the titles of one sheet: dict of title → target key."""
        words = {}
        # the language of whoever made the workbook need not be that of whoever imports it
        for lang in dict.fromkeys([self.env.lang, *(code for code, __ in self.env["res.lang"].get_installed())]):
            targets = self.env["customer.import.source"].with_context(lang=lang)._get_targets_by_key()
            for key, target in targets.items():
                if target["role"] == role:
                    words.setdefault(key, []).extend(target["words"])
        return legacy.suggest_targets(headers, words)

    @api.model_create_multi
    def create(self, vals_list):
        columns = super().create(vals_list)
        columns._cover_secrets()
        return columns

    def write(self, vals):
        result = super().write(vals)
        if "target" in vals:
            self._cover_secrets()
        return result

    def _cover_secrets(self):
        """An example of what is stored encrypted is a mask, whenever a person chooses what the column becomes.

        :return: those of these columns that become encrypted facts
        """
        Source = self.env["customer.import.source"]
        targets = Source._get_targets_by_key()
        secret = self.filtered(lambda c: c.target in targets and Source._is_secret_target(targets[c.target]))
        for column in secret.filtered(lambda c: c.sample and not is_masked(c.sample)):
            column.sample = mask(column.sample, *COVER)
        return secret

    @api.model
    def _get_secret_titles(self, role, headers):
        """Those of the titles that mean what is stored encrypted, whatever the columns become."""
        Source = self.env["customer.import.source"]
        targets = Source._get_targets_by_key()
        suggested = {header: self._suggest(role, [header]).get(header) for header in headers if header}
        return {header for header, key in suggested.items() if key and Source._is_secret_target(targets[key])}

    @api.model
    def _cover_samples(self, role, samples):
        """Examples of cells, masked where they look like identity numbers or stand below a title that says so."""
        secret = self._get_secret_titles(role, samples)
        return {
            header: mask(text, *COVER) if text and (header in secret or legacy.is_identity_number(text)) else text
            for header, text in samples.items()
        }

    @api.model
    def _complete(self, source, role, headers, samples):
        """Add the titles of a sheet that the source does not know yet, with a suggested target each.

        :param samples: dict of title → text of the first cell below that is not blank
        """
        present = {column.header: column for column in source.column_ids if column.role == role}
        taken = {column.target for title, column in present.items() if title in headers}
        suggested = self._suggest(role, headers)
        self.create(
            [
                {
                    "source_id": source.id,
                    "role": role,
                    "sequence": place,
                    "header": header,
                    "target": suggested.get(header) not in taken and suggested.get(header),
                    "sample": samples.get(header),
                }
                for place, header in enumerate(headers)
                if header not in present
            ]
        )
