"""Benchmark of stale archives: finding them among all, closing many of them in bulk, and putting them back."""

from bench_lines import measure, report

# Seconds for 100,000 archives; fewer take their share.
FIND = 20.0
AGAIN = 10.0
# So many are closed in one go.
CLOSED = 1000
CLOSE = 30.0


def stale(env, _plain, _queries) -> None:
    """The nightly search, first and unchanged, beside a count of old archives; a thousand closed and put back."""
    share = env["res.partner"].search_count([("archive_state", "!=", False)]) / 100_000
    env.cr.execute("""UPDATE res_partner SET archive_verified_date = NULL,
        create_date = create_date - interval '3 years',
        archive_state = CASE WHEN archive_number IS NULL THEN archive_state ELSE 'formal' END,
        archive_approved_date = archive_approved_date - interval '3 years' WHERE archive_state IS NOT NULL""")
    env.cr.commit()
    Stale = env["customer.stale"]
    plain = measure(env, _count, env, times=3)
    first = measure(env, _find, Stale)
    rows = Stale.search_count([])
    beside = f"{rows:,} rows; plain count {plain.seconds * 1000:,.0f} ms, {plain.queries} query; {first}"
    report("stale archives found", first.seconds, "s", FIND * share, beside)
    again = measure(env, _find, Stale)
    report("the same again", again.seconds, "s", AGAIN * share, f"plain count {plain.seconds * 1000:,.0f} ms; {again}")
    some = Stale.search([], limit=CLOSED)
    closed = measure(env, env["customer.stale.run"]._archive, some)
    run = env["customer.stale.run"].search([], limit=1)
    report(f"{run.closed_count:,} archives closed", closed.seconds, "s", CLOSE, str(closed))
    back = measure(env, run.action_undo)
    report("the same put back", back.seconds, "s", CLOSE, str(back))


def _find(records) -> None:
    for reason in records._get_stale_reasons():
        records._find_reason(reason)
        records.env.cr.commit()


def _count(env) -> None:
    env.cr.execute("""SELECT count(*) FROM res_partner WHERE archive_state = 'formal' AND active
        AND COALESCE(archive_verified_date, archive_approved_date, create_date) < now() - interval '1 year'""")
