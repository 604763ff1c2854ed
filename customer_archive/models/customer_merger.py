from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..merging import Link, MergeRule

# Loyalty programs and electronic wallets whose points add up on one card, and cards that still hold some.
_NOMINATIVE = """t.active AND COALESCE(t.expiration_date, 'infinity') >= CURRENT_DATE
    AND EXISTS (SELECT FROM loyalty_program p
                 WHERE p.id = t.program_id
                   AND (p.applies_on = 'both' OR p.program_type = 'ewallet' AND p.applies_on = 'future'))"""


class CustomerMerger(models.AbstractModel):
    """Moves the rows that point to one customer to another one, and back.

    Every foreign key of the database counts, whoever's table it is, beside columns that name a model and an id. Nothing
    is ever deleted: a row that cannot move beside one of the other customer stays where it is.
    """

    _name = "customer.merger"
    _description = "Moving the Rows of a Customer"

    @api.model
    def _get_merge_rules(self, source, target):
        """Hook: table or relation → ``merging.MergeRule``, for tables whose rows do not all move as they are.

        The tables of an addon that keeps one row per customer belong here.

        :param source: ``res.partner`` whose rows move
        :param target: ``res.partner`` that they move to
        """
        stays = MergeRule(stays=True)
        return {
            # who reads and edits an archive is decided on the archive, not by a merge
            "customer_archive_viewer_rel": stays,
            "customer_archive_editor_rel": stays,
            "customer_archive_reader_rel": stays,
            "customer_archive_writer_rel": stays,
            # followed up by the merge itself
            "customer_duplicate": stays,
            "customer_duplicate_key": stays,
            "customer_merge": stays,
            "customer_tag_assignment": stays,
            # external ids name the record that they came with
            "ir_model_data": stays,
            # the class that a closed archive ended with stays its class; the history before moves
            "customer_classification": MergeRule(stays_where=SQL("t.date_end IS NULL")),
            # faults of the closed archive's own facts end with it
            "customer_data_issue": MergeRule(
                stays_where=SQL("t.contact_id = %s AND t.state != 'resolved'", source.id)
            ),
            # one account, and one card, of one customer
            "res_partner_bank": MergeRule(joined=True),
            "loyalty_card": MergeRule(
                same=("program_id", "COALESCE(expiration_date, 'infinity')"), same_where=SQL(_NOMINATIVE),
                summed=("points",), joined=True,
            ),
            # pictures are facts, which are chosen
            "ir_attachment": MergeRule(stays_where=SQL("t.res_field IS NOT NULL")),
            "mail_followers": MergeRule(stays_where=self._get_blind_followers(source, target)),
        }

    @api.model
    def _get_blind_followers(self, source, target):
        """Followers who may not read the archive that stays: a merge shows nobody more than before. As a condition."""
        # sudo: followers are looked at whoever merges
        users = source.sudo().message_partner_ids.user_ids.filtered(lambda user: not user.share)
        blind = users.filtered(lambda user: not target.with_user(user).has_access("read")).partner_id
        if not blind:
            return None
        return SQL("t.res_model = 'res.partner' AND t.res_id = %s AND t.partner_id IN %s", source.id, tuple(blind.ids))

    #=== WHAT POINTS TO CUSTOMERS ===#

    @api.model
    def _get_links(self, rules):
        """Every column that points to contacts and whose rows move, as a list of ``Link``."""
        links = [*self._get_foreign_keys(), *self._get_loose_links()]
        return [link for link in links if not rules.get(link.table, MergeRule()).stays]

    @api.model
    def _get_foreign_keys(self):
        # contacts move by the ORM, which hands them their company's facts
        own = {("res_partner", "parent_id"), ("res_partner", "commercial_partner_id")}
        return [link for link in self._get_keys_to("res_partner") if (link.table, link.column) not in own]

    @api.model
    def _get_keys_to(self, table):
        """Every foreign key to a table, as a list of ``Link``."""
        passing = {model._table for model in self.env.values() if model._transient or model._abstract}
        found = set(self.env["base.partner.merge.automatic.wizard"]._get_fk_on(table))
        found = sorted(pair for pair in found if pair[0] not in passing)
        if not found:
            return []
        names = self._get_column_names({table for table, _column in found})
        return [
            Link(table, column, "id" if "id" in names[table] else next(n for n in names[table] if n != column))
            for table, column in found
        ]

    @api.model
    def _get_column_names(self, tables):
        rows = self.env.execute_query(
            SQL(
                """SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
                     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                    WHERE c.relname IN %s AND c.relnamespace = current_schema::regnamespace
                    GROUP BY c.relname""",
                tuple(tables),
            )
        )
        return dict(rows)

    @api.model
    def _get_loose_links(self):
        """Columns without a foreign key: a model and an id in two columns, or in one."""
        links = []
        for model in self.env.values():
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                if field.type not in ("many2one_reference", "reference") or not (field.store and field.column_type):
                    continue
                if field.type == "reference":
                    links.append(Link(model._table, field.name, is_text=True))
                elif (name := field.model_field) and model._fields[name].store:
                    condition = SQL("t.%s = 'res.partner'", SQL.identifier(name))
                    links.append(Link(model._table, field.name, condition=condition))
        return links

    @api.model
    def _get_rows(self, rules, source):
        """Rows that point to a customer and may move: dict of link → keys, in one statement for all tables."""
        self.env.flush_all()
        links = self._get_links(rules)
        parts = [
            SQL(
                "SELECT %s::int, t.%s::int FROM %s t WHERE t.%s = %s AND %s AND NOT (%s)",
                place, SQL.identifier(link.key), SQL.identifier(link.table), SQL.identifier(link.column),
                link.value(source.id), link.condition, rules.get(link.table, MergeRule()).stays_where or SQL("FALSE"),
            )
            for place, link in enumerate(links)
        ]
        found = defaultdict(list)
        for place, key in self.env.execute_query(SQL(" UNION ALL ").join(parts)):
            found[links[place]].append(key)
        return found

    #=== ROWS THAT COLLIDE ===#

    @api.model
    def _get_collisions(self, link, rule, source_id, target_id):
        """Rows that would break a unique index beside one of the target, or are the same as one by their rule.

        :return: dict of key → key of the target's row
        """
        found = {}
        same = [([key.replace("%", "%%") for key in rule.same], rule.same_where)] if rule.same else []
        for keys, condition in [*self._get_unique_indexes(link), *same]:
            names = [SQL.identifier(f"k{place}") for place in range(len(keys))]
            columns = SQL(", ").join(SQL("%s AS %s", SQL(key), name) for key, name in zip(keys, names, strict=True))
            side = SQL(
                "SELECT t.%s AS key, %s FROM %s t WHERE %s AND %s",
                SQL.identifier(link.key), columns or SQL("NULL"), SQL.identifier(link.table), link.condition,
                condition,
            )
            column = SQL.identifier(link.column)
            same = SQL(" AND ").join(SQL("o.%s = s.%s", name, name) for name in names) or SQL("TRUE")
            rows = self.env.execute_query(
                SQL(
                    "SELECT o.key, s.key FROM (%s AND t.%s = %s) o JOIN (%s AND t.%s = %s) s ON %s ORDER BY 2 DESC",
                    side, column, link.value(source_id), side, column, link.value(target_id), same,
                )
            )
            found.update(rows)
        return found

    @api.model
    def _get_unique_indexes(self, link):
        """Unique indexes that hold a column: pairs of (their other columns and expressions, condition)."""
        rows = self.env.execute_query(
            SQL(
                """SELECT array(SELECT pg_get_indexdef(i.indexrelid, n, true) FROM generate_series(1, i.indnkeyatts) n),
                          pg_get_expr(i.indpred, i.indrelid)
                     FROM pg_index i
                    WHERE i.indrelid = %s::regclass AND i.indisunique
                      AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = %s
                                     AND a.attnum = ANY(i.indkey))""",
                link.table, link.column,
            )
        )
        return [
            (
                [key.replace("%", "%%") for key in keys if key.strip('"') != link.column],
                SQL((condition or "TRUE").replace("%", "%%")),
            )
            for keys, condition in rows
        ]

    #=== MOVING ===#

    @api.model
    def _count_rows(self, source, target):
        """What would move: list of (link, number of rows that move, number of rows that stay beside others)."""
        rules = self._get_merge_rules(source, target)
        counted = []
        for link, keys in self._get_rows(rules, source).items():
            collisions = self._get_collisions(link, self._get_rule(rules, link), source.id, target.id)
            staying = len(collisions.keys() & set(keys))
            counted.append((link, len(keys) - staying, staying))
        return counted

    @api.model
    def _get_rule(self, rules, link):
        return rules.get(link.table, MergeRule())

    @api.model
    def _move(self, source, target):
        """Move every row of one customer to another.

        :param source: ``res.partner`` that the rows point to
        :param target: ``res.partner`` that they are to point to
        :return: list of dict, one by column: table, column, key and is_text as in ``Link``, keys of the rows that
            moved, the number of rows that stayed, and what ``_join`` changed beside: values, sums and joined
        """
        rules = self._get_merge_rules(source, target)
        moves = [
            self._move_link(link, keys, self._get_rule(rules, link), source, target)
            for link, keys in self._get_rows(rules, source).items()
        ]
        self.env.invalidate_all(flush=False)
        self._notify(moves)
        return moves

    @api.model
    def _move_link(self, link, keys, rule, source, target):
        collisions = self._get_collisions(link, rule, source.id, target.id)
        collisions = {key: collisions[key] for key in keys if key in collisions}
        moving = [key for key in keys if key not in collisions]
        self._point(link, moving, source.id, target.id)
        return {
            "table": link.table, "column": link.column, "key": link.key, "is_text": link.is_text,
            "keys": moving, "stayed": len(keys) - len(moving), **self._join(link.table, rule, collisions),
        }

    @api.model
    def _point(self, link, keys, source_id, target_id):
        """Let rows that point to one record point to another one; return the keys of those that did."""
        if not keys:
            return []
        column, key = SQL.identifier(link.column), SQL.identifier(link.key)
        query = SQL(
            "UPDATE %s t SET %s = %s WHERE t.%s = %s AND t.%s = ANY(%s) RETURNING t.%s",
            SQL.identifier(link.table), column, link.value(target_id), column, link.value(source_id), key, list(keys),
            key,
        )
        return [moved for (moved,) in self.env.execute_query(query)]

    @api.model
    def _notify(self, moves):
        """Have what is computed from moved rows computed anew, for the models of this product.

        Not for others: an order that is confirmed keeps the terms it has.
        """
        models_by_table = {model._table: model for model in self.env.values() if model._auto and not model._abstract}
        for move in moves:
            model = models_by_table.get(move["table"])
            if model is not None and model._name.startswith("customer.") and move["column"] in model._fields:
                # sudo: rows follow the customer, whoever may read them
                model.sudo().browse(move["keys"]).modified([move["column"]])

    @api.model
    def _move_back(self, moves, source, target):
        """Undo ``_move``: rows that still point to the target, and values that are as it left them.

        :param moves: what ``_move`` returned for ``source`` and ``target``
        """
        self.env.flush_all()
        for move in moves:
            link = self._get_moved_link(move)
            if self._exists(link):
                self._part(link.table, move)
                self._point(link, move["keys"], target.id, source.id)
        self.env.invalidate_all(flush=False)
        self._notify(moves)

    @api.model
    def _get_moved_link(self, move):
        return Link(move["table"], move["column"], move["key"], is_text=move["is_text"])

    @api.model
    def _exists(self, link):
        """Whether a column is still there: the addon that brought it may be gone."""
        return link.column in self._get_column_names([link.table]).get(link.table, ())

    @api.model
    def _count_gone(self, moves, target):
        """Rows that were moved and no longer point to the target: list of (table, how many, out of how many)."""
        self.env.flush_all()
        gone = []
        for move in moves:
            link = self._get_moved_link(move)
            if move["keys"] and self._exists(link):
                query = SQL(
                    "SELECT count(*) FROM %s t WHERE t.%s = %s AND t.%s = ANY(%s)",
                    SQL.identifier(link.table), SQL.identifier(link.column), link.value(target.id),
                    SQL.identifier(link.key), move["keys"],
                )
                [(left,)] = self.env.execute_query(query)
                if left < len(move["keys"]):
                    gone.append((link.table, len(move["keys"]) - left, len(move["keys"])))
        return gone

    @api.model
    def _get_table_label(self, table):
        """Name of a table's model in the reader's language; relations go by the field that they belong to."""
        model = next((m for m in self.env.values() if m._auto and not m._abstract and m._table == table), None)
        if model is not None:
            # sudo: names of models may be hidden from the reader
            return self.env["ir.model"].sudo()._get(model._name).name
        for model in self.env.values():
            for field in model._fields.values():
                if field.type == "many2many" and field.store and field.relation == table:
                    return field._description_string(self.env)
        return table
