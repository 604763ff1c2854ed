"""Benchmark of follow-ups: planning for all customers, planning again, a page of the preview, and working off."""

from datetime import timedelta

from bench_lines import measure, report
from odoo import fields
from odoo.tools import SQL

# Seconds for 100,000 customers; fewer take their share.
PLAN, AGAIN = 10.0, 4.0
PREVIEW = 3.0
# Seconds for a thousand activities.
THOUSAND = 5.0
WORKED_OFF = 1000


def followup(env, _plain, _queries) -> None:
    """Rules for visits of everybody, birthdays and a promotion, each beside the plain reading of the same customers."""
    Followup, Rule = env["customer.followup"], env["customer.followup.rule"]
    Rule.search([]).active = False
    env["customer.policy"].search([]).active = False
    _prepare(env)
    total = env["res.partner"].search_count(Rule._get_scope())
    share = total / 100_000
    plain = measure(env, _read, env)
    today = fields.Date.today()
    kinds = {"visit": {}, "birthday": {}, "promotion": {"promotion_date": today + timedelta(days=3)}}
    for trigger, values in kinds.items():
        facts = {"name": trigger, "trigger": trigger, "starts_on": today - timedelta(days=30)}
        rule = Rule.create({**facts, **values})
        shown = measure(env, _preview, env, rule)
        first = measure(env, rule._plan, today)
        planned = Followup.search_count([("rule_id", "=", rule.id)])
        again = measure(env, rule._plan, today)
        beside = f"{plain.seconds:.2f} s plain reading of the same customers"
        report(f"{trigger}: plan among {total:,} customers", first.seconds, "s", PLAN * share,
               f"{beside}; {planned:,} planned; {first}")
        report(f"{trigger}: the same again", again.seconds, "s", AGAIN * share, f"{beside}; {again}")
        report(f"{trigger}: a page of the preview", shown.seconds, "s", PREVIEW * share, f"{beside}; {shown}")
    env.cr.commit()
    _work_off(env, Rule.search([("trigger", "=", "visit")]))


def _work_off(env, rule) -> None:
    """A thousand activities by the job, beside the same number made by the host alone in one call."""
    host = measure(env, _plain_activities, env, undo=True)
    job = measure(env, _do, env, rule)
    batches = WORKED_OFF // env["customer.followup"]._get_batch_size()
    beside = f"{host.seconds:.2f} s, {host.queries} queries the host alone; {batches} batches; {job}"
    report(f"{WORKED_OFF:,} activities", job.seconds, "s", THOUSAND, beside)


def _prepare(env) -> None:
    """Last contacts, birthdays and a policy, as a company that uses the archive has them."""
    env["customer.policy"].create({"name": "Everybody", "visit_interval_days": 60})
    env.flush_all()
    env.cr.execute(
        """UPDATE res_partner SET
                  archive_last_contact_date = CASE WHEN archive_state IS NOT NULL
                      THEN now() AT TIME ZONE 'UTC' - (id * 7919 % 400) * interval '1 day' END,
                  tz = (ARRAY['Asia/Shanghai', 'Europe/Berlin', NULL])[1 + id % 3],
                  customer_birthday_month = CASE WHEN NOT is_company THEN (1 + id % 12)::text END,
                  customer_birthday_day = CASE WHEN NOT is_company THEN 1 + id * 31 % 28 END
            WHERE archive_scope IS NOT NULL"""
    )
    env.cr.commit()
    env.cr.execute("ANALYZE res_partner")
    env.invalidate_all()


def _read(env) -> None:
    """What any plan has to know of each customer."""
    env.cr.execute(
        SQL(
            """SELECT id, user_id, tz, archive_company_id, archive_last_contact_date, create_date FROM res_partner
                WHERE archive_state IS NOT NULL AND archive_state != 'closed' AND active"""
        )
    )
    env.cr.fetchall()


def _preview(env, rule) -> None:
    preview = env["customer.followup.preview"].new({"rule_id": rule.id, "days": 14, "page": 1})
    if not preview.lines:
        raise AssertionError("The preview is empty.")


def _do(env, rule) -> None:
    done = 0
    while done < WORKED_OFF and (records := env["customer.followup"]._take_due(rule)):
        records._work_off()
        done += len(records)
        env.cr.commit()


def _plain_activities(env) -> None:
    partners = env["res.partner"].search([("archive_state", "=", "formal")], limit=WORKED_OFF)
    model, kind = env["ir.model"]._get_id("res.partner"), env.ref("mail.mail_activity_data_todo")
    env["mail.activity"].with_context(mail_activity_quick_update=True).create(
        [
            {
                "res_model_id": model, "res_id": partner.id, "activity_type_id": kind.id, "user_id": partner.user_id.id,
                "summary": "Visit", "date_deadline": fields.Date.today(),
            }
            for partner in partners
        ]
    )
