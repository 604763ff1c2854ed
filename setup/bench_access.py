"""Benchmark of access: what the record rules cost each role on the list, its count and the search by name.

The archives are a third each open, the team's and the owner's; one of a hundred names a viewer. Beside each figure
stands the same call, taken in turns with it, while the app's record rules are off, with and without the index that
serves them.
"""

import statistics

from bench_lines import measure, report
from odoo import Command

PAGE = 80
FACTOR = 1.5
TIMES = 9
ROLES = {
    "employee": "base.group_user",
    "user": "customer_archive.group_user",
    "team leader": "customer_archive.group_leader",
    "all customers": "customer_archive.group_all",
    "manager": "customer_archive.group_manager",
    "reviewer": "customer_archive.group_reviewer",
    "back office": "customer_archive.group_back_office",
    "quality": "customer_archive.group_quality",
    "confidential": "customer_archive.group_confidential",
    "auditor": "customer_archive.group_auditor",
}
NAMES = ("archive_number", "name", "phone", "city", "archive_state", "archive_completeness")
COLUMNS = {name: {} for name in NAMES} | {"user_id": {"fields": {"display_name": {}}}}
ARCHIVES = [("archive_state", "!=", False)]


def access(env, _plain, queries) -> None:
    """Every role on the list of archives."""
    _restrict(env)
    rules = _our_rules(env)
    for role, user in _people(env).items():
        seen = env["res.partner"].with_user(user).search_count(ARCHIVES)
        for call, function in _calls(env, user).items():
            bare, free, bound = _compare(env, rules, function)
            beside = f"{bare:.1f} ms without rules and index, {free:.1f} without rules; sees {seen:,}"
            report(f"{role}: {call}", bound, "ms", FACTOR * bare, beside)
        if queries:
            _explain(env, user)


def _compare(env, rules, function) -> tuple[float, float, float]:
    """Milliseconds of a call without the rules and their index, without the rules, and as it is; taken in turns."""
    figures = {}
    for _time in range(TIMES):
        for kind, index, active in (("bare", "off", False), ("free", "on", False), ("bound", "on", True)):
            # the index serves counts by index-only scans; nothing else of these calls is one
            env.cr.execute(f"SET LOCAL enable_indexonlyscan = {index}")
            rules.active = active
            function()  # what is read once per worker is read
            figures.setdefault(kind, []).append(1000 * measure(env, function).seconds)
    return tuple(statistics.median(values) for values in figures.values())


def _restrict(env) -> None:
    """A third of the archives of each access, contacts like their company; some archives name a viewer."""
    env.cr.execute(
        """UPDATE res_partner SET archive_scope = (ARRAY['internal', 'team', 'owner'])[1 + commercial_partner_id % 3]
            WHERE archive_scope IS NOT NULL"""
    )
    env.cr.execute("UPDATE res_partner SET archive_access = archive_scope WHERE archive_state IS NOT NULL")
    for table in ("viewer", "reader"):
        env.cr.execute(
            f"""INSERT INTO customer_archive_{table}_rel (partner_id, user_id)
                SELECT p.id, u.id FROM res_partner p JOIN LATERAL (
                    SELECT id FROM res_users WHERE login = 'sales' || p.id / 100 % 50) u ON TRUE
                 WHERE p.archive_scope IS NOT NULL AND p.commercial_partner_id % 100 = 0
                   AND ({table == "reader"} OR p.archive_state IS NOT NULL)"""
        )
    env.invalidate_all()
    env.cr.commit()
    # as the database does by itself after so many changes
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE res_partner, customer_archive_viewer_rel, customer_archive_reader_rel")
    env.cr._cnx.autocommit = False


def _people(env) -> dict:
    """One person per role; the salesperson and the leader have customers and a team of their own."""
    seller = env["res.users"].search([("login", "=", "sales0")])
    make = {"company_id": env.company.id, "company_ids": [Command.set(seller.company_ids.ids)]}
    people = {
        role: env["res.users"].create(
            {**make, "name": role, "login": role, "group_ids": [Command.set(env.ref(group).ids)]}
        )
        for role, group in ROLES.items()
    }
    people["user"] = seller
    seller.sale_team_id.user_id = people["team leader"]
    return people


def _our_rules(env):
    data = env["ir.model.data"].search([("module", "=", "customer_archive"), ("model", "=", "ir.rule")])
    return env["ir.rule"].browse(data.mapped("res_id"))


def _calls(env, user) -> dict:
    """What the client asks for: a page of the list, the number of all, and who is called something like it."""
    partners = env["res.partner"].with_user(user)
    partners = partners.with_context(lang="en_US", allowed_company_ids=user.company_ids.ids)
    return {
        f"list of {PAGE}": lambda: partners.web_search_read(ARCHIVES, COLUMNS, 0, PAGE),
        "count": lambda: partners.search_count(ARCHIVES),
        "name search": lambda: partners.name_search("Company 512", ARCHIVES),
    }


def _explain(env, user) -> None:
    query = env["res.partner"].with_user(user)._search(ARCHIVES, limit=PAGE, order="complete_name, id desc")
    for words in (query.select(),):
        env.cr.execute("EXPLAIN (ANALYZE, BUFFERS) " + words.code, words.params)
        print(*(line for (line,) in env.cr.fetchall()), sep="\n    ", flush=True)
