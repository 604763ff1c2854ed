import json

from odoo import api, models
from odoo.tools import SQL

from ..rows import as_relation
from ..tools.privacy import any_of, replace_in

COLUMN_TYPES = ("varchar", "text", "jsonb")
FIELD_TYPES = ("char", "text", "html", "json", "properties")
# Models that hold the host's own workings or the books, and those of them that hold what people typed.
TECHNICAL = ("ir.", "base.", "base_import.", "bus.presence", "res.", "report.", "web_", "account.", "mail.alias",
             "customer.audit.")
SPOKEN = ("ir.filters", "ir.attachment", "ir.logging", "res.partner", "res.partner.bank", "res.users.settings")


class CustomerPrivacySweep(models.AbstractModel):
    """Texts of the whole database that mention a person: one query per table, whatever the number of rows.

    Addons need to do nothing to be searched: every stored text of every model that is not technical is.
    """

    _name = "customer.privacy.sweep"
    _description = "Mentions of a Person"

    @api.model
    def _get_sweep_fields(self):
        """Hook: the texts that are searched.

        :return: dict of model name → list of field names
        """
        found = {}
        for name, model in self.env.registry.items():
            if model._auto and not model._abstract and self._is_swept(name):
                found[name] = [field.name for field in model._fields.values() if self._is_text(field)]
        # name, phone and mail of other contacts are facts of theirs, also where they are the same
        found["res.partner"] = self._get_sweep_partner_fields()
        return {name: names for name, names in found.items() if names}

    @api.model
    def _is_swept(self, name):
        # documents that the law wants kept stay as they were made out, with their lines
        documents = [document["model"] for document in self.env["customer.privacy.keeper"]._get_kept_documents()]
        if any(name == model or name.startswith(f"{model}.") for model in documents):
            return False
        return name in SPOKEN or not name.startswith(TECHNICAL)

    @api.model
    def _is_text(self, field):
        if not field.store or field.type not in FIELD_TYPES or getattr(field, "encrypted", False):
            return False
        return field.column_type and field.column_type[0] in COLUMN_TYPES

    @api.model
    def _get_sweep_partner_fields(self):
        """Hook: texts of other contacts that may mention the person."""
        return ["comment", "customer_requirements", "customer_history", "customer_scope", "archive_properties"]

    @api.model
    def _get_shared_columns(self):
        """Facts of other contacts; what stands there tells nobody apart."""
        return ["name", "phone", "email", "vat", "customer_wechat", "street", "ref"]

    @api.model
    def _keep_unshared(self, needles, people):
        """Those of the needles that no other contact has: a name, a phone of the company may be anybody's."""
        # hooks name them, so order and doubles are not ours
        needles = [needle for needle in dict.fromkeys(needles) if needle.pattern]
        if not needles:
            return []
        columns = [SQL.identifier(name) for name in self._get_shared_columns()]
        self.env["res.partner"].flush_model(self._get_shared_columns())
        rows = self.env.execute_query(
            SQL(
                """SELECT n.place FROM unnest(%s::text[]) WITH ORDINALITY AS n(pattern, place)
                    WHERE NOT EXISTS (SELECT FROM res_partner p
                                       WHERE NOT p.id = ANY(%s) AND concat_ws(%s, %s) ~* n.pattern)
                    ORDER BY n.place""",
                [needle.pattern for needle in needles],
                people.ids,
                "\n",
                SQL(", ").join(columns),
            )
        )
        return [needles[place - 1] for (place,) in rows]

    @api.model
    def _count_mentions(self, needles):
        """Number of rows with one of the needles: dict of model name → count, without zeros."""
        pattern = any_of(needles)
        if not pattern:
            return {}
        self.env.flush_all()
        counts = {}
        for name, where in self._get_conditions(pattern).items():
            table = SQL.identifier(self.env[name]._table)
            [(count,)] = self.env.execute_query(SQL("SELECT count(*) FROM %s WHERE %s", table, where))
            if count:
                counts[name] = count
        return counts

    @api.model
    def _get_conditions(self, pattern):
        return {
            name: SQL(" OR ").join(
                SQL("%s::text ~* %s", SQL.identifier(field), pattern) for field in fields
            )
            for name, fields in self._get_sweep_fields().items()
        }

    @api.model
    def _replace_mentions(self, needles, names):
        """Write a neutral word over the needles in the texts of these models.

        Set-wise by SQL: the ORM would note the old texts in chatters and logs.
        """
        pattern = any_of(needles)
        if not pattern:
            return
        texts, conditions = self._get_sweep_fields(), self._get_conditions(pattern)
        for name in names:
            columns = self.env[name]._fields
            structured = [field for field in texts[name] if columns[field].column_type[0] == "jsonb"]
            plain = [field for field in texts[name] if field not in structured]
            for field in structured:
                self._replace_structured(name, field, pattern)
            if plain:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s WHERE %s",
                        SQL.identifier(self.env[name]._table),
                        SQL(", ").join(self._get_assignment(field, pattern) for field in plain),
                        conditions[name],
                    )
                )
        self.env.invalidate_all()

    @api.model
    def _get_assignment(self, field, pattern):
        column = SQL.identifier(field)
        return SQL("%s = regexp_replace(%s, %s, %s, 'gi')", column, column, pattern, self._get_neutral())

    @api.model
    def _replace_structured(self, name, field, pattern):
        """The same inside JSON, where a number may stand alone: cells of an import, custom facts."""
        table, column = SQL.identifier(self.env[name]._table), SQL.identifier(field)
        rows = self.env.execute_query(
            SQL("SELECT id, %s::text FROM %s WHERE %s::text ~* %s", column, table, column, pattern)
        )
        neutral = self._get_neutral()
        fresh = [
            {"id": key, "content": json.dumps(replace_in(json.loads(text), pattern, neutral))} for key, text in rows
        ]
        if fresh:
            relation = as_relation(fresh, {"id": "int", "content": "text"})
            self.env.cr.execute(
                SQL("UPDATE %s t SET %s = v.content::jsonb FROM %s WHERE t.id = v.id", table, column, relation)
            )

    @api.model
    def _get_neutral(self):
        """The word that stands where a person was mentioned: letters only, as it also stands in HTML and domains."""
        return self.env._("erased")
