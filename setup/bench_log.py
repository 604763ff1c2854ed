"""Benchmarks of the audit log: the same operation with and without it, in turns, beside the OCA's published figures."""

import statistics
from contextlib import nullcontext
from unittest.mock import patch

from bench_lines import measure, report
from odoo import Command

PAGE, EXPORT, TIMES = 80, 1000, 25
FIELDS = ["name", "phone", "email", "city", "archive_state", "archive_number", "user_id"]
# Published for the OCA's auditlog 19 beside plain Odoo; it notes neither search_read nor read_group nor name_search.
OCA_READ = "OCA: 1,000 read 20 ms/1 query -> 3,743 ms/4,012"
OCA_WRITE = "OCA: 1,000 changed 161 ms/13 queries -> 1,538/2,031 (fast), 5,448/4,083 (full)"


def _off(env):
    """The same addon without a note."""
    return patch.object(env.registry["customer.audit.log"], "_audited", lambda log: {})


def _compare(env, function, times=TIMES):
    """Median milliseconds and statements of one operation without and with the log, measured in turns."""
    found = {True: [], False: []}
    for time in range(times + 3):
        for is_on in (False, True) if time % 2 else (True, False):
            with nullcontext() if is_on else _off(env):
                found[is_on].append(measure(env, function, undo=True))
    # the first ones fill caches
    return [
        (statistics.median(m.seconds for m in found[is_on][3:]) * 1000, found[is_on][-1].queries)
        for is_on in (False, True)
    ]


def _report(name, without, with_log, target, beside):
    added = with_log[1] - without[1]
    figures = f"{without[0]:.2f} -> {with_log[0]:.2f} ms, {without[1]} -> {with_log[1]} queries; {beside}"
    report(f"{name}: +{added} queries", (with_log[0] - without[0]) * 1000, "µs", target, figures)


def log(env, _plain, _queries) -> None:
    """A page of a list, an export and a change of a thousand, as a salesperson who sees all."""
    groups = [env.ref(f"{name}").id for name in ("customer_archive.group_all", "base.group_allow_export")]
    user = env["res.users"].create({"name": "Bench", "login": "bench_log", "group_ids": [Command.set(groups)]})
    env.cr.commit()
    partners = env["res.partner"].with_user(user)
    domain = [("archive_state", "!=", False)]
    spec = {name: {} for name in FIELDS}
    some = partners.search(domain, limit=EXPORT).ids
    page = _compare(env, lambda: partners.web_search_read(domain, spec, limit=PAGE, count_limit=10001))
    _report(f"page of {PAGE}", *page, 1000, "list in the browser")
    name = partners.browse(some[0]).sudo().name
    names = _compare(env, lambda: partners.name_search(name, limit=8))
    _report("search for a name", *names, 1000, "OCA: not noted")
    export = _compare(env, lambda: partners.browse(some).export_data(FIELDS))
    _report(f"export of {EXPORT:,}", *export, 2000, OCA_READ)
    _sealing(env)
    change = _compare(env, lambda: partners.browse(some).write({"comment": "x"}), 3)
    _report(f"{EXPORT:,} changed at once", *change, None, OCA_WRITE)


def _sealing(env) -> None:
    """Sealing and verifying 10,000 entries with a detail each."""
    from odoo.addons.customer_archive import audit_store  # noqa: PLC0415 - there is no addon before the registry

    while audit_store.seal(env.cr):
        env.cr.commit()
    env.cr.execute(
        """INSERT INTO customer_audit.entry (channel, operation, model, ids, count, field_names, parts)
           SELECT 'web', 'read', 'res.partner', ARRAY(SELECT generate_series(1, 80)), 80, '{name}', '{}'
             FROM generate_series(1, 10000)"""
    )
    env.cr.commit()
    sealed = measure(env, lambda: [None for _batch in iter(lambda: audit_store.seal(env.cr), 0)])
    report("10,000 entries sealed", sealed.seconds, "s", 1.0, str(sealed))
    env.cr.commit()
    verified = measure(env, lambda: audit_store.verify(env.cr))
    report("10,000 entries verified", verified.seconds, "s", 2.0, str(verified))
