"""The customers that benchmarks run on: some hundred archives entered as people do, multiplied by a few statements.

Whatever is computed from an archive's facts is stored with the entered ones and copied with them, so the copies are as
consistent as their patterns; what differs from copy to copy (names, codes, phones, owners, dates, states) is no ground
of a stored computed column other than those set beside it.
"""

from datetime import date

from odoo import Command
from odoo.addons.customer_archive.tools import uscc
from odoo.tools import SQL

PATTERNS = 360
USERS = 50
TEAMS = 5
CITIES = [
    ("state_cn_SH", "上海市"), ("state_cn_GD", "深圳市"), ("state_cn_JS", "苏州市"), ("state_cn_ZJ", "杭州市"),
    ("state_cn_BJ", "北京市"), ("state_cn_SD", "济南市"), ("state_cn_HB", "武汉市"), ("state_cn_SC", "成都市"),
    ("state_cn_HE", "石家庄市"), ("state_cn_SN", "西安市"), ("state_cn_LN", "沈阳市"), ("state_cn_GD", "广州市"),
]
INDUSTRIES = ["A01", "C13", "C34", "E47", "F51", "F52", "G54", "H61", "I65", "K701", "L72", "M73"]
# A rule in each of the forms that administrators use; the taxonomy of the first four gives one tag per customer.
RULES = {
    "treatment": [
        ("key", "[('customer_level_id', 'in', %(best)s)]"),
        ("grow", "[('customer_potential', '=', 'high')]"),
        ("watch", "[('archive_completeness', '<', 60)]"),
        ("standard", "[]"),
    ],
    "marks": [
        ("Industry", "[('industry_id.code', '=like', 'C%%')]"),
        ("New", "[('create_date', '>=', 'today -30d')]"),
        ("With contacts", "[('child_ids', '!=', False)]"),
        ("East", "[('customer_region_id', 'child_of', %(region)s)]"),
        ("Small", "[('customer_size', 'in', ['small', 'micro']), ('customer_staff_count', '>', 0)]"),
        ("Foreign", "[('customer_origin', '=', 'foreign')]"),
    ],
}


def fill(env, customers: int) -> None:
    """Make companies, users, rules and customers, and commit them."""
    env = env(context={"no_reset_password": True, "tracking_disable": True, "mail_notrack": True, "lang": "en_US"})
    companies = _companies(env)
    _users(env, companies)
    patterns = _patterns(env, companies)
    env.flush_all()
    _multiply(env, patterns, customers)
    patterns.write({"active": False})
    _rules(env)
    env.flush_all()
    env.cr.commit()


def _companies(env):
    china = env.ref("base.cn")
    env.company.country_id = china
    return env.company | env["res.company"].create({"name": "East Trading", "country_id": china.id})


def _users(env, companies):
    users = env["res.users"].create(
        [
            {
                "name": f"Sales {n}", "login": f"sales{n}", "password": f"sales{n}", "company_id": companies[n % 2].id,
                "company_ids": [Command.set(companies.ids)],
                "group_ids": [Command.link(env.ref("customer_archive.group_user").id)],
            }
            for n in range(USERS)
        ]
    )
    for n in range(TEAMS):
        members = [Command.create({"user_id": user.id}) for user in users[n::TEAMS]]
        env["crm.team"].create({"name": f"Team {n}", "company_id": False, "crm_team_member_ids": members})


def _patterns(env, companies):
    """Archives as people enter them: seven companies to one abroad and two persons, better and worse known."""
    values = [_pattern(env, n, companies[n % 2]) for n in range(PATTERNS)]
    return env["res.partner"].create(values)


def _pattern(env, n: int, company) -> dict:
    province, city = CITIES[n * 7 % len(CITIES)]
    known = n * 13 % 5  # how much is known, from 0 to 4
    values = {
        "archive_state": "draft", "archive_company_id": company.id, "phone": "021-50592061",
        "customer_potential": [False, "low", "low", "medium", "medium", "high"][n * 11 % 6],
        "customer_since": date(2020, 1, 1) if known else False,
        "email": "office@example.com" if known > 1 else False,
    }
    if n % 10 in (3, 7):
        return {**values, "name": "Person", "is_company": False, "country_id": env.ref("base.cn").id, "city": city}
    facts = {**_address(env, n, province, city), **_figures(env, n, known)}
    return {**values, "name": "Company", "is_company": True, **facts}


def _address(env, n: int, province: str, city: str) -> dict:
    if n % 10 == 9:
        return {"country_id": env.ref(("base.de", "base.us", "base.jp")[n % 3]).id, "city": "Hamburg"}
    [code] = _codes(1, 90_000_000 + n)
    state = env.ref(f"base.{province}")
    return {"country_id": state.country_id.id, "state_id": state.id, "city": city, "vat": code, "street": f"{n} Road"}


def _figures(env, n: int, known: int) -> dict:
    industry = env["res.partner.industry"].search([("code", "=", INDUSTRIES[n * 5 % len(INDUSTRIES)])], limit=1)
    contact = {"name": "Contact", "type": "contact", "phone": "021-50592061"}
    return {
        "industry_id": industry.id if known else False,
        "customer_staff_count": (6, 40, 350, 1800)[n * 3 % 4] if known > 1 else 0,
        "customer_revenue": (80, 1500, 9000, 90000)[n % 4] if known > 1 else 0,
        "customer_scope": "Trade" if known > 2 else False,
        "child_ids": [Command.create(contact)] if known > 2 else [],
    }


def _codes(count: int, start: int = 10_000_000):
    """Valid unified social credit codes of invented companies."""
    for number in range(start, start + count):
        first = f"91310115{number}{uscc.organisation_check(str(number))}"
        yield first + uscc.compute_check(first)


def _multiply(env, patterns, customers: int) -> None:
    """Copies of the patterns and of their contacts, each in one statement."""
    users = env["res.users"].search([("login", "=like", "sales%")], order="id")
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE copies ON COMMIT DROP AS
               SELECT nextval('res_partner_id_seq')::int AS id, n::int, abs(hashint4(n::int)::bigint) AS hash, code,
                      (%s::int[])[1 + abs(hashint4(n::int + 7)::bigint) %% %s] AS pattern,
                      (%s::int[])[1 + abs(hashint4(n::int + 17)::bigint) %% %s] AS user_id
                 FROM unnest(%s::varchar[]) WITH ORDINALITY AS c(code, n)""",
            patterns.ids, len(patterns), users.ids, len(users), list(_codes(customers)),
        )
    )
    _insert(env, _own_values(), SQL("s.id = c.pattern"))
    _insert(env, _contact_values(), SQL("s.parent_id = c.pattern"))


def _insert(env, changed: dict, match: SQL) -> None:
    """Insert copies of contacts: every column as in the pattern but for those with an expression of their own."""
    env.cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'res_partner'")
    names = [name for (name,) in env.cr.fetchall()]
    values = [SQL(changed[name].replace("%", "%%")) if name in changed else SQL.identifier("s", name) for name in names]
    env.cr.execute(
        SQL(
            "INSERT INTO res_partner (%s) SELECT %s FROM copies c JOIN res_partner s ON %s ORDER BY c.id",
            SQL(", ").join(map(SQL.identifier, names)), SQL(", ").join(values), match,
        )
    )


def _own_values() -> dict:
    """Column of the contact → expression, where a copy differs from its pattern."""
    return {
        "id": "c.id",
        "commercial_partner_id": "c.id",
        "name": "s.name || ' ' || c.n",
        "complete_name": "s.name || ' ' || c.n",
        "commercial_company_name": "s.commercial_company_name || ' ' || c.n",
        "vat": "CASE WHEN s.vat IS NOT NULL THEN c.code END",
        "phone": "left(s.phone, -4) || lpad((c.n % 10000)::text, 4, '0')",
        "phone_sanitized": "left(s.phone_sanitized, -4) || lpad((c.n % 10000)::text, 4, '0')",
        "user_id": "c.user_id",
        "archive_owner_id": "c.user_id",
        "archive_team_id": "(SELECT m.crm_team_id FROM crm_team_member m WHERE m.user_id = c.user_id LIMIT 1)",
        "archive_scope_team_id": "(SELECT m.crm_team_id FROM crm_team_member m WHERE m.user_id = c.user_id LIMIT 1)",
        "customer_since": "CASE WHEN s.customer_since IS NOT NULL THEN CURRENT_DATE - (c.hash % 3650)::int END",
        "create_date": "now() AT TIME ZONE 'UTC' - (c.hash / 7 % 1000)::int * interval '1 day'",
        "archive_state": "CASE c.hash % 20 WHEN 0 THEN 'closed' WHEN 1 THEN 'suspended' WHEN 2 THEN 'checked' "
        "WHEN 3 THEN 'draft' WHEN 4 THEN 'draft' WHEN 5 THEN 'draft' ELSE 'formal' END",
        "archive_number": "'B-' || c.n",
    }


def _contact_values() -> dict:
    return {
        "id": "nextval('res_partner_id_seq')",
        "parent_id": "c.id",
        "commercial_partner_id": "c.id",
        "complete_name": "'Company ' || c.n || ', ' || s.name",
        "commercial_company_name": "'Company ' || c.n",
        "archive_owner_id": "c.user_id",
    }


def _rules(env) -> None:
    """One version of level rules and one for each of two taxonomies, published."""
    levels = env.ref("customer_archive.customer_rule_set_level")
    treatment = env.ref("customer_archive.customer_taxonomy_treatment")
    marks = env["customer.taxonomy"].create({"name": "Marks", "set_by": "rule"})
    env["customer.tag"].create([{"name": name, "taxonomy_id": marks.id} for name, _domain in RULES["marks"]])
    known = {tag.name: tag for tag in marks.tag_ids}
    known |= {key: env.ref(f"customer_archive.customer_tag_treatment_{key}") for key, _domain in RULES["treatment"]}
    best = [env.ref(f"customer_archive.customer_level_{key}").id for key in ("vip", "a")]
    words = {"best": best, "region": env.ref("customer_archive.region_cn_east").id}
    for taxonomy, rules in ((treatment, RULES["treatment"]), (marks, RULES["marks"])):
        levels |= env["customer.rule.set"].create(
            {
                "name": taxonomy.name, "kind": "tag", "taxonomy_id": taxonomy.id,
                "tag_rule_ids": [
                    Command.create({"tag_id": known[name].id, "domain": domain % words, "sequence": place})
                    for place, (name, domain) in enumerate(rules)
                ],
            }
        )
    for rule_set in levels:
        rule_set.action_publish()
