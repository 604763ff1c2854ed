"""Benchmark of the timeline: one customer with entries of every kind, in a database with two million orders.

One record of each kind is entered as people do; the others are copies of its row with other customers, dates and names.
"""

import json

from bench_data import fill
from bench_lines import measure, report
from odoo import Command
from odoo.tools import SQL

CUSTOMERS, ORDERS = 20_000, 2_000_000
# Table → rows of other customers, and of the one whose timeline is opened.
ROWS = {
    "sale_order": (ORDERS, 300), "account_move": (100_000, 120), "account_payment": (50_000, 60),
    "stock_picking": (100_000, 90), "customer_interaction": (100_000, 150), "customer_contract": (5_000, 10),
    "mail_message": (500_000, 150), "mail_activity": (20_000, 20), "survey_user_input": (20_000, 10),
}
PAGE, TARGET, TIMES = 500, 300, 15
SALES = ("customer_archive.group_user", "sales_team.group_sale_salesman")
EVERYTHING = (
    "customer_archive.group_all", "sales_team.group_sale_salesman_all_leads", "account.group_account_invoice",
    "stock.group_stock_user", "survey.group_survey_user",
)


def timeline(env, _plain, _queries) -> None:
    """Open 500 entries, beside 500 orders of the same customer read as any list does."""
    env = env(context={**env.context, "tracking_disable": True, "mail_auto_subscribe_no_notify": True})
    fill(env, CUSTOMERS)
    env.company.account_sale_tax_id = False
    people = {"salesperson": _user(env, "salesperson", SALES), "all rights": _user(env, "all_rights", EVERYTHING)}
    big = env["res.partner"].search([("archive_state", "=", "formal"), ("is_company", "=", True)], limit=1)
    big.user_id = people["salesperson"]
    env.flush_all()
    for record in _patterns(env, big, people["salesperson"]):
        others, own = ROWS[record._table]
        _copy(env, record, others, SQL("c.partner"))
        _copy(env, record, own, SQL("%s", big.id))
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr._cnx.autocommit = False
    env.invalidate_all()
    for role, user in people.items():
        _open(env, big, role, user)


def _open(env, big, role: str, user) -> None:
    asked = env(user=user.id)
    orders, lines = asked["sale.order"], asked["customer.timeline"]
    names = ["name", "date_order", "user_id", "amount_total", "currency_id", "state", "client_order_ref"]
    ours = [("partner_id", "=", big.id)]
    calls = {
        "baseline": lambda: orders.search_read(ours, names, limit=PAGE, order="date_order desc"),
        "entries": lambda: lines.load(big.id, None, None, PAGE),
        "first": lambda: lines.load(big.id, None, None, 40),
        "search": lambda: lines.load(big.id, {"text": "castings"}, None, 40),
    }
    found = {}
    for name, call in calls.items():
        page = call()  # what is read once per worker is read
        found[name] = (measure(env, call, times=TIMES), page)
    baseline, rows = found["baseline"]
    beside = f"baseline: {len(rows)} orders of {ORDERS:,} by search_read {baseline.seconds * 1000:.0f} ms"
    page = found["entries"][1]
    kinds = len({entry["kind"] for entry in page["entries"]})
    for name, words in (
        ("entries", f"{len(page['entries'])} entries of {kinds} kinds"), ("first", "first page of 40"),
        ("search", "text search"),
    ):
        cost = found[name][0]
        report(f"{role}: {words}", cost.seconds * 1000, "ms", TARGET, f"{cost.queries} queries; {beside}")
    size = len(json.dumps(page)) // 1024
    report(f"{role}: the same {len(page['entries'])} as the client gets them", size, "KB")


def _user(env, login: str, groups):
    values = {"name": login, "login": login, "company_id": env.company.id}
    return env["res.users"].with_context(no_reset_password=True).create(
        {**values, "group_ids": [Command.set([env.ref(name).id for name in groups])]}
    )


def _patterns(env, big, user):
    """One record of each kind and more of the tables that hold several kinds; yields them one by one."""
    ours = {"partner_id": big.id, "user_id": user.id}
    product = env["product.product"].create({"name": "Castings", "type": "consu", "taxes_id": False})
    line = {"product_id": product.id, "price_unit": 50, "tax_ids": False}
    order = env["sale.order"].create({**ours, "order_line": [Command.create(line)]})
    yield order
    invoice = env["account.move"].create(
        {"partner_id": big.id, "move_type": "out_invoice", "invoice_user_id": user.id,
         "invoice_date": "2026-01-01", "invoice_line_ids": [Command.create({**line, "quantity": 3})]}
    )
    yield invoice
    journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
    yield env["account.payment"].create(
        {"partner_id": big.id, "partner_type": "customer", "payment_type": "inbound", "amount": 5,
         "journal_id": journal.id}
    )
    order.action_confirm()
    yield order.picking_ids
    talk = {**ours, "name": "Talk", "state": "done", "content": "<p>About <b>castings</b> and prices</p>" * 20}
    yield env["customer.interaction"].create(talk)
    yield env["customer.contract"].create({**ours, "name": "Frame contract", "date_start": "2026-01-01"})
    yield big.with_user(user).message_post(
        body="The castings of last week. " * 100, subject="Castings", message_type="comment"
    )
    yield big.activity_schedule("mail.mail_activity_data_todo", summary="Ring them", user_id=user.id)
    survey = env["survey.survey"].create({"title": "Satisfied?"})
    yield env["survey.user_input"].create({"survey_id": survey.id, "partner_id": big.id, "state": "done"})


def _copy(env, record, count: int, partner: SQL) -> None:
    """Copies of a row by one statement: every column the same but for those that tell copies apart."""
    env.flush_all()
    table = record._table
    changed = _changed(record, partner)
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [table]
    )
    names = [name for (name,) in env.cr.fetchall()]
    values = [changed.get(name, SQL.identifier("s", name)) for name in names]
    env.cr.execute(
        SQL(
            """WITH c AS (
                   SELECT n, (%s::int[])[1 + (abs(hashint4(n)::bigint) %% %s)] AS partner,
                          now()::timestamp - (abs(hashint4(n + 3)::bigint) %% 60000) * interval '1 hour' AS moment
                     FROM generate_series(1, %s) n)
               INSERT INTO %s (%s) SELECT %s FROM c, %s s WHERE s.id = %s""",
            *_others(env), count, SQL.identifier(table), SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(values), SQL.identifier(table), record.id,
        )
    )


def _others(env):
    ids = env["res.partner"].search([("archive_state", "!=", False)]).ids
    return ids, len(ids)


def _changed(record, partner: SQL) -> dict:
    """Column → expression of what differs from copy to copy; a column that a table lacks is passed over."""
    moment, day = SQL("c.moment"), SQL("c.moment::date")
    found = {"id": SQL("nextval(%s)", f"{record._table}_id_seq")}
    found |= dict.fromkeys(("date_order", "date_start", "date_done", "scheduled_date", "end_datetime"), moment)
    found |= dict.fromkeys(("invoice_date", "date_deadline"), day)
    found["date"] = day if record._fields.get("date") and record._fields["date"].type == "date" else moment
    found |= dict.fromkeys(("access_token", "invite_token"), SQL("gen_random_uuid()::text"))
    found |= {"number": SQL("'B' || nextval('sale_order_id_seq') || '-' || c.n"), "message_id": SQL("NULL")}
    if record._name in ("mail.message", "mail.activity"):
        return found | {"res_id": partner}
    links = ("partner_id", "commercial_partner_id", "partner_invoice_id", "partner_shipping_id")
    found |= dict.fromkeys(links, partner)
    if record._name in ("sale.order", "account.move", "stock.picking", "account.payment"):
        found["name"] = found["number"]
    if record._name == "sale.order":
        found["state"] = SQL("CASE WHEN c.n %% 3 = 0 THEN 'draft' ELSE 'sale' END")
    return found
