"""Benchmark of the privacy desk: what is held about one person, among all customers and what is said about them."""

from bench_lines import measure, report
from odoo import Command
from odoo.tools import SQL

# Seconds for 100,000 customers with a message each; fewer take their share.
FIND, ERASE = 5.0, 10.0
PHONE, NUMBER = "13877776666", "11010519491231002X"


def privacy(env, _plain, _queries) -> None:
    """Find a person by name and phone, and erase them, beside a plain search of one word in the same columns."""
    total = env["res.partner"].search_count([("archive_state", "!=", False)])
    person = _leave_traces(env)
    share = total / 100_000
    managers = _managers(env)
    request = env["customer.privacy.request"].with_user(managers[0]).create(
        {"kind": "erase", "identity_check": "document", "search_name": "Ouyang Qingqing", "search_phone": PHONE}
    )
    env.cr.commit()
    baseline = measure(env, _select, env, times=3)
    beside = f"plain search {baseline.seconds:,.2f} s, {baseline.queries} queries"
    found = measure(env, request.action_find)
    assert request.partner_ids == person, request.partner_ids
    held = sum(request.finding_ids.mapped("count"))
    rows = f"{held} rows; {beside}; {found}"
    report(f"a person found among {total:,} archives", found.seconds, "s", FIND * share, rows)
    request.action_plan()
    env.cr.commit()
    done = measure(env, request.with_user(managers[1]).action_confirm)
    report("the same erased, with a last look", done.seconds, "s", ERASE * share, f"{beside}; {done}")


def _managers(env):
    group = env.ref("customer_archive.group_manager")
    users = env["res.users"].with_context(no_reset_password=True)
    return users.create(
        [{"name": name, "login": f"bench_{name}", "group_ids": [Command.link(group.id)]} for name in ("desk", "second")]
    )


def _leave_traces(env):
    """A message on every archive by one statement, some of them about one person."""
    subtype = env.ref("mail.mt_note").id
    env.cr.execute(
        SQL(
            """INSERT INTO mail_message (model, res_id, message_type, subtype_id, body, date, create_date, author_id)
               SELECT 'res.partner', p.id, 'comment', %s,
                      CASE WHEN p.id %% 1000 = 0 THEN '<p>Her colleague answers on +86 138-7777-6666</p>'
                           ELSE concat('<p>Asked for an offer of ', p.id, ' parts, to be called on ', p.phone, '</p>')
                      END, now(), now(), %s
                 FROM res_partner p WHERE p.archive_state IS NOT NULL""",
            subtype,
            env.user.partner_id.id,
        )
    )
    company = env["res.partner"].search([("archive_state", "=", "draft"), ("is_company", "=", True)], limit=1)
    person = env["res.partner"].create(
        {"name": "Ouyang Qingqing", "parent_id": company.id, "phone": PHONE, "customer_identity_number": NUMBER}
    )
    company.message_post(body=f"The card of our contact: {NUMBER}")
    env.cr.commit()
    env.cr.execute("ANALYZE mail_message")
    env.cr.commit()
    return person


def _select(env) -> None:
    for name, fields in env["customer.privacy.sweep"]._get_sweep_fields().items():
        columns = (SQL("%s::text ILIKE %s", SQL.identifier(field), f"%{PHONE}%") for field in fields)
        table = SQL.identifier(env[name]._table)
        env.cr.execute(SQL("SELECT count(*) FROM %s WHERE %s", table, SQL(" OR ").join(columns)))
