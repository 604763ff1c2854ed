"""Benchmark of the search for duplicates: every archive, planted copies among them, and one changed archive."""

from bench_lines import measure, report
from odoo.tools import SQL

# Seconds for 100,000 customers; fewer take their share.
SEARCH = 60.0
EDITED_SECONDS = 0.2
# One archive of so many gets a copy.
PLANTED = 100
# What a copy has of the facts of its pattern, by its place: the code; the name in another form; phone and name.
_COPIES = {
    "vat": "CASE WHEN p.id / %(every)s %% 3 = 0 THEN p.vat END",
    "name": "CASE p.id / %(every)s %% 3 WHEN 0 THEN 'Other ' || p.id ELSE p.name || ' Co., Ltd.' END",
    "phone": "CASE p.id / %(every)s %% 3 WHEN 2 THEN p.phone ELSE '0531-' || lpad(p.id::text, 8, '7') END",
    "archive_number": "NULL",
    "archive_state": "'draft'",
    "street": "NULL",
    "email": "NULL",
}


def duplicates(env, _plain, _queries) -> None:
    """The first search, which reads and compares all; the same again; what one submitted archive costs."""
    total = env["res.partner"].search_count([("archive_state", "!=", False)])
    pairs = _plant(env)
    target = SEARCH * total / 100_000
    Run = env["customer.duplicate.run"]
    first = measure(env, _search, env)
    run = Run.search([], limit=1)
    found = _count_found(env, pairs)
    crowded = sum(item["total"] for item in run.crowded)
    beside = (
        f"{found:,} of {len(pairs):,} planted found, {run.pair_count:,} pairs in all, {crowded:,} values passed over; "
        f"{first}"
    )
    report(f"search among {run.customer_count:,} archives", first.seconds, "s", target, beside)
    again = measure(env, _search, env)
    report("the same again", again.seconds, "s", target, f"{Run.search([], limit=1).pair_count:,} pairs; {again}")
    one = env["res.partner"].browse(pairs[0][0])
    single = measure(env, env["customer.duplicate.finder"]._search_partners, one.ids, times=5)
    report("one submitted archive", single.seconds, "s", EDITED_SECONDS, str(single))


def _search(env) -> None:
    run = env["customer.duplicate.run"]._create_run(whole=True)
    known = {}
    while run.state != "done":
        run._search_batch(known)
        env.cr.commit()


def _plant(env) -> list[tuple[int, int]]:
    """Copies of companies, made by one statement; return the pairs of ids."""
    every = {"every": PLANTED}
    env.cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'res_partner'")
    names = [name for (name,) in env.cr.fetchall() if name not in ("id", "commercial_partner_id", "complete_name")]
    values = [SQL(_COPIES[name], **every) if name in _COPIES else SQL.identifier("p", name) for name in names]
    rows = env.execute_query(
        SQL(
            """WITH planted AS (
                   SELECT p.*, nextval('res_partner_id_seq')::int AS copy_id FROM res_partner p
                    WHERE p.archive_state IN ('draft', 'formal') AND p.is_company AND p.active AND p.vat IS NOT NULL
                      AND p.id %% %s = 0),
               made AS (
                   INSERT INTO res_partner (id, commercial_partner_id, complete_name, %s)
                   SELECT p.copy_id, p.copy_id, p.name, %s FROM planted p)
               SELECT id, copy_id FROM planted""",
            PLANTED,
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(values),
        )
    )
    env.invalidate_all()
    return rows


def _count_found(env, pairs) -> int:
    rows = env.execute_query(SQL("SELECT partner_id, other_id FROM customer_duplicate"))
    return len(set(rows) & set(pairs))
