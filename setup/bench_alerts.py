"""Benchmark of alerts: a log of a million entries looked at by every rule, and the gate of one export beside it."""

from bench_lines import measure, report

ENTRIES = 1_000_000
DAYS = 30
# Seconds for one rule over the whole log, and for the look of every few minutes.
WHOLE, STEP = 20.0, 1.0
GATE_MILLISECONDS = 20


def alerts(env, _plain, _queries) -> None:
    """All rules over a month of a busy company at once, the same again, one look as the job takes it, one export."""
    _fill(env)
    rules = env["customer.audit.rule"].search([])
    begin = f"(now() AT TIME ZONE 'UTC') - interval '{DAYS + 1} days'"
    rewind = f"UPDATE customer_audit_rule SET checked_until = {begin}"
    env.cr.execute(rewind)
    env.invalidate_all()
    for rule in rules:
        found = measure(env, _whole, rule)
        count = env["customer.audit.alert"].search_count([("rule_id", "=", rule.id)])
        report(f"{rule.kind} over {ENTRIES:,} entries", found.seconds, "s", WHOLE, f"{count} alerts; {found}")
    before = env["customer.audit.alert"].search_count([])
    env.cr.execute(rewind)
    env.invalidate_all()
    again = measure(env, lambda: [_whole(rule) for rule in rules])
    after = env["customer.audit.alert"].search_count([])
    report("all rules over the same again", again.seconds, "s", WHOLE * len(rules), f"{after - before} more alerts")
    step = measure(env, lambda: [rule._watch_batch() for rule in rules], times=5)
    report("one look of the job, all rules", step.seconds, "s", STEP, str(step))
    _gate(env, rules)


def _whole(rule) -> None:
    while not rule._watch_batch():
        pass


def _gate(env, rules) -> None:
    """What one export pays for the limit, and for rules that may stop it."""
    user = env["res.users"].search([("login", "=", "sales0")])
    user.group_ids |= env.ref("base.group_allow_export")
    Policy = env["customer.export.policy"].with_user(user)
    plain = measure(env, Policy._check, "res.partner", 1, times=9)
    rules.block_export = True
    rules.threshold = 1_000_000
    env["customer.audit.alert"].search([]).unlink()
    full = measure(env, Policy._check, "res.partner", 1, times=9)
    report("limit of one export", 1000 * plain.seconds, "ms", GATE_MILLISECONDS, str(plain))
    report("the same with six rules that may stop it", 1000 * full.seconds, "ms", 5 * GATE_MILLISECONDS, str(full))


def _fill(env) -> None:
    """A log of working days: fifty people, pages of lists, single customers, some files; one of them overdoes it."""
    env.cr.execute(
        """INSERT INTO customer_audit.entry (time, user_id, channel, operation, model, ids, count, field_names, parts)
           SELECT work.days[1 + n %% array_length(work.days, 1)]
                      + interval '8 hours' + (n::bigint * 7919 %% 36000) * interval '1 second',
                  people.ids[1 + n::bigint * 31 / 7 %% array_length(people.ids, 1)], 'web',
                  CASE WHEN n %% 2000 = 0 THEN 'export' WHEN n %% 10 < 6 THEN 'read' ELSE 'search' END, 'res.partner',
                  CASE WHEN n %% 20 = 0 THEN ARRAY(SELECT people.first + (n::bigint * 31 + k) %% 90000
                                                     FROM generate_series(1, 5) k)
                       ELSE '{}' END,
                  CASE WHEN n %% 20 = 0 THEN 5 ELSE 1 END, '{}', '{}'
             FROM generate_series(1, %(entries)s) n,
                  (SELECT array_agg(day ORDER BY day) AS days
                     FROM generate_series(date_trunc('day', now() AT TIME ZONE 'UTC') - %(days)s * interval '1 day',
                                          date_trunc('day', now() AT TIME ZONE 'UTC') - interval '1 day',
                                          interval '1 day') day
                    WHERE extract(isodow FROM day) < 6) work,
                  (SELECT array_agg(u.id) AS ids,
                          (SELECT min(id) FROM res_partner WHERE archive_state IS NOT NULL) AS first
                     FROM res_users u WHERE u.login LIKE 'sales%%') people""",
        {"entries": ENTRIES, "days": DAYS},
    )
    env.cr.execute(
        """INSERT INTO customer_audit.entry (time, user_id, channel, operation, model, ids, count, field_names, parts)
           SELECT date_trunc('day', now() AT TIME ZONE 'UTC') - interval '7 days' + n * interval '1 minute',
                  (SELECT id FROM res_users WHERE login = 'sales1'), 'rpc', 'read', 'res.partner', '{}', 80, '{}', '{}'
             FROM generate_series(1, 60) n"""
    )
    env.cr.execute("ANALYZE customer_audit.entry")
