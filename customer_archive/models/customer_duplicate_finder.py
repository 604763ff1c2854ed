import hashlib
from collections import Counter, defaultdict
from itertools import combinations

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CLOSED, OPEN
from ..rows import as_relation
from ..tools import duplicate

# A value that more archives share says nothing about them: a switchboard, a placeholder, a name like “Person”.
BLOCK_LIMIT = 50
# Archives whose facts a search keeps in memory between its batches: some 100 MB.
MOST_KNOWN = 150_000
_KEY_COLUMNS = {"partner_id": "int4", "kind": "varchar", "key": "varchar"}
_PAIR_COLUMNS = {"partner_id": "int4", "other_id": "int4", "company_id": "int4", "score": "int4", "signs": "jsonb"}


class CustomerDuplicateFinder(models.AbstractModel):
    """Finds archives that may be one customer: a bounded number of statements for any set of them.

    Only archives are compared, never their contacts. Two archives are compared where they share a value, and where the
    same company keeps both; a value shared by very many is passed over and counted.
    """

    _name = "customer.duplicate.finder"
    _description = "Search for Duplicates"

    @api.model
    def _get_scope(self):
        """Hook: which contacts are compared, as a ``Domain``."""
        return Domain("archive_state", "not in", (False, CLOSED)) & Domain("active", "=", True)

    @api.model
    def _get_points(self):
        """Hook: points by sign, as in ``tools.duplicate.POINTS``."""
        return duplicate.POINTS

    @api.model
    def _get_threshold(self):
        """Hook: points from which two archives are shown to people, 0 to 100."""
        return duplicate.THRESHOLD

    @api.model
    def _get_block_limit(self):
        """Hook: number of archives that may share a value for it to count as a reason to compare them."""
        return BLOCK_LIMIT

    @api.model
    def _search_partners(self, ids):
        """Search for duplicates of these archives, and bring the open pairs with them in line.

        :param ids: ids of contacts
        :return: number of pairs found
        """
        self._refresh_keys(ids)
        return self._pair(ids)

    #=== KEYS ===#

    @api.model
    def _read_facts(self, ids):
        """The facts of those of these archives that are compared: dict of id → (company, parent, prepared facts)."""
        # sudo: duplicates are searched for among all archives, whoever may read them; people see pairs by their rights
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        query = Partner._search(self._get_scope() & Domain("id", "in", ids))
        Partner.flush_model()
        table = SQL.identifier(query.table)
        state = SQL("(SELECT s.name FROM res_country_state s WHERE s.id = %s.state_id)", table)
        street = SQL("concat_ws(' ', %s.street, %s.street2)", table, table)
        names = ("id", "archive_company_id", "parent_id", "name", "is_company", "vat", "phone", "email")
        columns = [SQL("%s.%s", table, SQL.identifier(name)) for name in names]
        rows = self.env.execute_query(query.select(*columns, street, SQL("%s.city", table), state))
        return {key: (company, parent, self._prepare(entered)) for key, company, parent, *entered in rows}

    @api.model
    def _prepare(self, entered):
        name, is_company, *others = entered
        return duplicate.prepare(duplicate.Facts(name or "", bool(is_company), *(value or "" for value in others)))

    @api.model
    def _refresh_keys(self, ids, known=None):
        """Note anew what these archives are compared by.

        :param known: facts of archives by id, kept from one batch of a search to the next; these are added
        :return: number of archives that are compared
        """
        facts = self._read_facts(ids)
        if known is not None and len(known) < MOST_KNOWN:
            known.update(facts)
        rows = [
            {"partner_id": partner, "kind": kind, "key": self._digest(kind, value)}
            for partner, (_company, _parent, prepared) in facts.items()
            for kind, values in duplicate.block_keys(prepared).items()
            for value in values
        ]
        self.env.cr.execute(SQL("DELETE FROM customer_duplicate_key WHERE partner_id = ANY(%s)", list(ids)))
        if rows:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO customer_duplicate_key (partner_id, kind, key) SELECT v.* FROM %s",
                    as_relation(rows, _KEY_COLUMNS),
                )
            )
        self.env["customer.duplicate.key"].invalidate_model(flush=False)
        return len(facts)

    @api.model
    def _digest(self, kind, value):
        return hashlib.blake2b(f"{kind}:{value}".encode(), digest_size=8).hexdigest()

    #=== PAIRS ===#

    @api.model
    def _pair(self, ids, whole=False, known=None):
        """Compare these archives with all others, by the keys that were noted.

        :param whole: all archives are paired batch by batch, so each pair is left to the batch of its lower id
        :param known: as in ``_refresh_keys``
        :return: number of pairs found
        """
        candidates = self._get_candidates(ids, whole)
        facts = known or {}
        if missing := {partner for pair in candidates for partner in pair} - facts.keys():
            facts = {**facts, **self._read_facts(missing)}
        rows = [row for pair in candidates if (row := self._weigh(pair, facts))]
        self._store(ids, rows, whole)
        return len(rows)

    @api.model
    def _get_candidates(self, ids, whole):
        """Pairs of ids that share a value which is not too common."""
        rows = self.env.execute_query(
            SQL(
                """WITH mine AS (SELECT DISTINCT kind, key FROM customer_duplicate_key WHERE partner_id = ANY(%s))
                   SELECT array_agg(DISTINCT k.partner_id ORDER BY k.partner_id)
                     FROM customer_duplicate_key k JOIN mine USING (kind, key)
                    GROUP BY kind, key HAVING count(*) BETWEEN 2 AND %s""",
                list(ids), self._get_block_limit(),
            )
        )
        mine = set(ids)
        return {
            pair
            for (block,) in rows
            for pair in combinations(block, 2)
            if pair[0] in mine or not whole and pair[1] in mine
        }

    @api.model
    def _weigh(self, pair, facts):
        """The row of a pair that is worth a look, or None."""
        if not (pair[0] in facts and pair[1] in facts):
            return None
        (company, parent, one), (other_company, other_parent, other) = facts[pair[0]], facts[pair[1]]
        related = parent == pair[1] or other_parent == pair[0]
        if related or company and other_company and company != other_company:
            return None
        verdict = duplicate.compare(one, other, self._get_points())
        if verdict.score < self._get_threshold():
            return None
        signs = [[sign.code, sign.points] for sign in verdict.signs]
        names = {"company_id": company or other_company, "score": verdict.score, "signs": signs}
        return {"partner_id": pair[0], "other_id": pair[1], **names}

    @api.model
    def _store(self, ids, rows, whole):
        """Note the pairs that were found; open ones that are no longer alike go, decided ones stay as they are."""
        found = as_relation(rows, _PAIR_COLUMNS)
        sides = SQL("d.partner_id = ANY(%s)", list(ids))
        if not whole:
            sides = SQL("(%s OR d.other_id = ANY(%s))", sides, list(ids))
        self.env["customer.duplicate"].flush_model()
        self.env.cr.execute(
            SQL(
                """DELETE FROM customer_duplicate d WHERE d.state = %s AND %s AND NOT EXISTS
                       (SELECT FROM %s WHERE v.partner_id = d.partner_id AND v.other_id = d.other_id)""",
                OPEN, sides, found,
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_duplicate (partner_id, other_id, company_id, score, signs, state, create_uid,
                                                   write_uid, create_date, write_date)
                   SELECT v.*, %s, %s, %s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' FROM %s
                       ON CONFLICT (partner_id, other_id) DO UPDATE
                          SET company_id = excluded.company_id, score = excluded.score, signs = excluded.signs
                        WHERE customer_duplicate.state = excluded.state
                          AND (customer_duplicate.score, customer_duplicate.signs, customer_duplicate.company_id)
                              IS DISTINCT FROM (excluded.score, excluded.signs, excluded.company_id)""",
                OPEN, self.env.uid, self.env.uid, found,
            )
        )
        self.env["customer.duplicate"].invalidate_model(flush=False)

    @api.model
    def _get_crowded(self):
        """Values that too many archives share to be compared by: list of dict with kind, count and one of the archives.

        The most common ones come first; at most ten of a kind are named.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT kind, count(*), min(partner_id) FROM customer_duplicate_key
                    GROUP BY kind, key HAVING count(*) > %s ORDER BY count(*) DESC""",
                self._get_block_limit(),
            )
        )
        named, totals = defaultdict(list), Counter(kind for kind, _count, _partner in rows)
        for kind, count, partner in rows:
            named[kind].append({"count": count, "partner_id": partner})
        return [{"kind": kind, "total": totals[kind], "examples": named[kind][:10]} for kind in sorted(named)]
