import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..encrypted import Encrypted, reveal
from .res_partner_control import APPROVED_CHANGE
from .res_partner_merge_fact import PICTURE


class CustomerMerge(models.Model):
    """Former facts that no plain column may hold: encrypted values, encrypted here too, and the picture.

    They are kept apart from the payload: a key that is replaced meanwhile encrypts them anew with all other values.
    """

    _inherit = ["customer.merge", "customer.encrypted.mixin"]
    _name = "customer.merge"

    former_secrets = Encrypted("Former Encrypted Facts", groups=fields.NO_ACCESS)
    former_picture = fields.Binary(attachment=True, groups=fields.NO_ACCESS, copy=False)

    @api.model
    def _get_former_fields(self):
        return [*super()._get_former_fields(), "former_secrets", "former_picture"]

    def _forget_former(self):
        if self:
            # by SQL: dropping a value takes no key
            self.flush_recordset(["former_secrets"])
            self.env.cr.execute(SQL("UPDATE customer_merge SET former_secrets = NULL WHERE id IN %s", tuple(self.ids)))
            self.invalidate_recordset(["former_secrets"], flush=False)
        return super()._forget_former()

    @api.model
    def _is_kept_apart(self, name):
        """Whether the former value of a fact is no matter of the payload."""
        return name == PICTURE or isinstance(self.env["res.partner"]._fields.get(name), Encrypted)

    @api.model
    def _get_picture_mark(self, partner):
        return partner._get_picture_mark()

    @api.model
    def _get_former_facts(self, kept, names):
        """What the archive kept holds before it takes these facts: dict with ``secrets`` and, where taken, ``picture``.

        :raise UserError: when an encrypted value cannot be read, and would be lost
        """
        fields_of = kept._fields
        former = {"secrets": {name: reveal(kept, name) for name in names if isinstance(fields_of[name], Encrypted)}}
        if PICTURE in names:
            former["picture"] = kept.with_context(bin_size=False)[PICTURE]
        return former

    def _keep_former_facts(self, former):
        """Keep former facts, beside what became of them."""
        kept = self.partner_id
        secrets = {name: [old, reveal(kept, name)] for name, old in former["secrets"].items()}
        secrets = {name: pair for name, pair in secrets.items() if pair[0] != pair[1]}
        values = {"former_picture": former.get("picture")}
        if secrets:
            values["former_secrets"] = json.dumps(secrets)
        self.write(values)

    def _get_former_secrets(self):
        """Encrypted facts that the merge changed: dict of name → [old, new]."""
        return json.loads(reveal(self, "former_secrets") or "{}")

    def _get_fact_conflicts(self):
        """Encrypted facts and the picture, where they were changed since, as sentences."""
        try:
            secrets = self._get_former_secrets()
        except UserError as error:
            return [str(error)]
        changed = [name for name, (_old, new) in secrets.items() if not self._still_holds(name, new)]
        if self._has_new_picture():
            changed.append(PICTURE)
        return [
            self.env._(
                "%(fact)s of “%(name)s” was changed since",
                fact=self.partner_id._get_fact_label(name), name=self.partner_id.name,
            )
            for name in changed
        ]

    def _still_holds(self, name, text):
        """Whether the archive kept has an encrypted value still; one that was damaged since counts as changed."""
        try:
            return reveal(self.partner_id, name) == text
        except UserError:
            return False

    def _has_new_picture(self):
        mark = (self.payload or {}).get("picture", False)
        return mark is not False and mark != self.partner_id._get_picture_mark()

    def _put_facts_back(self):
        """Encrypted facts and the picture become what they were, where they are as the merge left them."""
        kept = self.partner_id.with_context(archive_pass=APPROVED_CHANGE)
        # where the key is missing this refuses: undoing drops what it cannot read now
        secrets = self._get_former_secrets()
        values = {name: old or False for name, (old, new) in secrets.items() if self._still_holds(name, new)}
        if self.payload.get("picture", False) is not False and not self._has_new_picture():
            values[PICTURE] = self.with_context(bin_size=False).former_picture
        if values:
            kept.write(values)
