"""Benchmarks of classes: the nightly job, the try-out, one edited customer, and a page of the list."""

import itertools
import threading
from contextlib import contextmanager

from bench_lines import Measure, measure, report
from odoo import Command, api, models
from odoo.fields import Domain
from odoo.modules.registry import Registry

# Seconds for 100,000 customers; fewer take their share.
NIGHT = 15.0
SAMPLE = 1000
# What the addon may add to the editing of one contact.
EDIT_SECONDS, EDIT_QUERIES = 0.05, 15
TRIAL_FACTOR = 1.5
PAGE = 80
PAGE_MILLISECONDS = 500


def _job(env) -> None:
    env["customer.classification.run"]._cron_classify()


def _count(env) -> int:
    return env["res.partner"].search_count(env["customer.classifier"]._get_scope())


def _classed(env) -> Measure:
    """Class all customers of a fresh copy."""
    env["customer.classifier"]._read_rules()
    return measure(env, _job, env)


#=== THE NIGHT ===#


def classes(env, _plain, _queries) -> None:
    """The job on customers that have no class, on the same again, and with one of a hundred edited."""
    total = _count(env)
    single = measure(env, _class_by_record, env, undo=True).seconds * total / SAMPLE
    target = NIGHT * total / 100_000
    first = _classed(env)
    _report_night(env, f"first classification of {total:,}", first, target, f"{single:,.0f} s record by record")
    again = _classed(env)
    _report_night(env, "the same again, nothing to change", again, target, f"{first.seconds:.1f} s the first time")
    env.cr.execute(
        """UPDATE res_partner SET customer_potential = CASE customer_potential WHEN 'high' THEN 'low' ELSE 'high' END
            WHERE archive_state IS NOT NULL AND id % 100 = 0"""
    )
    some = _classed(env)
    _report_night(env, "again with 1 % edited", some, target, f"{again.seconds:.1f} s with none edited")


def _report_night(env, name, found, target, beside) -> None:
    run = env["customer.classification.run"].search([], limit=1)
    batches = max(1, -(-run.customer_count // run._get_batch_size()))
    changed = f"{run.level_count:,} levels, {run.tag_count:,} tags"
    beside = f"{beside}; {changed}; {found.queries / batches:.0f} queries per batch, {found.memory:.0f} MB"
    report(name, found.seconds, "s", target, beside)


def _class_by_record(env) -> None:
    """The same result on a sample by the ORM, customer by customer, at the least it can cost: its bare writes."""
    Classifier = env["customer.classifier"]
    rules, today = Classifier._get_rules(), Classifier._get_today()
    for partner in env["res.partner"].search(Classifier._get_scope(), limit=SAMPLE):
        [verdict] = Classifier._judge_all(Domain("id", "=", partner.id), rules, today)
        models.BaseModel.write(partner, verdict.stored_values)
        tags = _match_tags(partner, rules)
        models.BaseModel.write(partner, {"customer_tag_ids": [Command.link(tag) for tag in tags]})
        history = {"partner_id": partner.id, "date_from": env.cr.now()}
        env["customer.classification"].create(
            [
                {**history, "dimension": "level", "new_level_id": verdict.effective},
                *({**history, "dimension": "tag", "new_tag_id": tag} for tag in tags),
            ]
        )
        env.flush_all()


def _match_tags(partner, rules) -> list[int]:
    found, taken = [], set()
    for rule in rules.tags:
        if rule.exclusive and rule.taxonomy in taken or not partner.filtered_domain(Domain(list(rule.domain))):
            continue
        taken.add(rule.taxonomy)
        found.append(rule.tag)
    return found


#=== TRY-OUT ===#


def trial(env, _plain, _queries) -> None:
    """Changed rules, tried out on classed customers."""
    first = _classed(env)
    levels = env.ref("customer_archive.customer_rule_set_level").copy()
    levels.margin = 0
    weights = {"size": 10, "potential": 60, "tenure": 20, "completeness": 10}
    for criterion in levels.criterion_ids:
        criterion.weight = weights[criterion.metric]
    tags = env["customer.rule.set"].search([("kind", "=", "tag"), ("state", "=", "published")])
    for draft in (levels, *(rule_set.copy() for rule_set in tags)):
        if draft.kind == "tag":
            draft.tag_rule_ids[:1].domain = "[('customer_potential', 'in', ['medium', 'high'])]"
        record = env["customer.rule.trial"].create({"rule_set_id": draft.id})
        found = measure(env, record._run)
        beside = f"{first.seconds:.1f} s the classification; {record.move_count:,} would move; {found}"
        report(f"try-out of {draft.name}", found.seconds, "s", TRIAL_FACTOR * first.seconds, beside)


#=== ONE CUSTOMER ===#


def edit(env, plain, queries) -> None:
    """One contact edited by a salesperson, with our addons and without."""
    _classed(env)
    user = env["res.users"].search([("login", "=", "sales0")])
    mine = [("user_id", "=", user.id), ("archive_state", "=", "draft"), ("is_company", "=", True)]
    partner = env["res.partner"].search(mine, limit=1).with_user(user).with_context(lang="en_US")
    with Registry(plain).cursor() as cr:
        contact = _host_contact(api.Environment(cr, env.uid, {"lang": "en_US"}), partner)
        base, statements = _edit(contact, ("phone",))
        both, _statements = _edit(contact, ("phone", "email"))
    _print(queries, "without our addons", statements)
    for names, host in ((("phone",), base), (("phone", "email"), both), (("phone", "customer_potential"), both)):
        found, statements = _edit(partner, names)
        words = f"one customer edited ({', '.join(names)})"
        beside = f"{host.seconds * 1000:.0f} ms, {host.queries} queries without our addons"
        report(f"{words}: more time", 1000 * (found.seconds - host.seconds), "ms", 1000 * EDIT_SECONDS, beside)
        report(f"{words}: more queries", found.queries - host.queries, "", EDIT_QUERIES, beside)
        _print(queries, words, statements)


def _host_contact(env, archive):
    """A contact in a database without our addons, as much known of it as the host has fields for."""
    rights = env.ref("base.group_user") | env.ref("base.group_partner_manager")
    user = env["res.users"].create({"name": "Sales", "login": "sales", "group_ids": [Command.set(rights.ids)]})
    values = {
        "name": archive.name, "is_company": True, "street": archive.street, "city": archive.city, "vat": archive.vat,
        "phone": archive.phone, "email": archive.email, "user_id": user.id,
        "country_id": env["res.country"].search([("code", "=", archive.country_id.code)]).id,
        "state_id": env["res.country.state"].search(
            [("code", "=", archive.state_id.code), ("country_id.code", "=", archive.country_id.code)]
        ).id,
        "child_ids": [Command.create({"name": c.name, "phone": c.phone, "email": c.email}) for c in archive.child_ids],
    }
    return env["res.partner"].create(values).with_user(user)


def _edit(partner, names) -> tuple[Measure, list[str]]:
    """Cost and statements of an edit that changes something each time."""
    numbers, statements = itertools.count(1000), []

    def change():
        number = next(numbers)
        values = {
            "phone": f"021-5059{number}",
            "email": f"office{number}@example.com",
            "customer_potential": ("low", "high")[number % 2],
        }
        partner.write({name: values[name] for name in names})

    measure(partner.env, change)
    found = measure(partner.env, change, times=9)
    with _listed(statements):
        measure(partner.env, change)
    return found, statements


@contextmanager
def _listed(statements: list[str]):
    """Note the statements of this thread."""
    hooks = threading.current_thread().query_hooks = []
    hooks.append(lambda cr, query, params, *_times: statements.append(" ".join(cr._obj.query.decode().split())[:400]))
    try:
        yield
    finally:
        del threading.current_thread().query_hooks


def _print(wanted: bool, title: str, statements: list[str]) -> None:
    if wanted:
        print(f"-- {title}", *statements, sep="\n    ", flush=True)


#=== THE LIST ===#


def page(env, _plain, _queries) -> None:
    """What the list of archives asks for, with classes and without."""
    _classed(env)
    user = env["res.users"].search([("login", "=", "sales0")])
    partners = env["res.partner"].with_user(user).with_context(lang="en_US")
    names = ("archive_number", "name", "archive_state", "archive_completeness", "user_id", "customer_region_id")
    plain = {name: {} if name not in ("user_id",) else {"fields": {"display_name": {}}} for name in names}
    shown = {"fields": {"display_name": {}, "color": {}}}
    classed = {**plain, "customer_level_id": shown, "customer_tag_ids": shown}
    domain = [("archive_state", "!=", False)]
    bare = measure(env, partners.web_search_read, domain, plain, 0, PAGE, times=9)
    found = measure(env, partners.web_search_read, domain, classed, 0, PAGE, times=9)
    beside = f"{bare.seconds * 1000:.0f} ms, {bare.queries} queries without them; {found}"
    report(f"{PAGE} archives with level and tags", 1000 * found.seconds, "ms", PAGE_MILLISECONDS, beside)
