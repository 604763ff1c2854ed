"""The reference data that is installed: industries and sales regions."""

import csv
import importlib.util
import re
from collections import Counter
from pathlib import Path

import pytest
from customer_archive_tools import region, size_class
from lxml import etree

DATA = Path(__file__).parents[2] / "customer_archive" / "data"

#: ISO 3166-1 as Odoo names it: uk for gb, and xi and xk besides.
COUNTRIES = """
ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo
bq br bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj
dk dm do dz ec ee eg eh er es et fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq
gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh
ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm
mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf
pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm
sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk um
us uy uz va vc ve vg vi vn vu wf ws xi xk ye yt za zm zw
""".split()
PROVINCES = """
BJ TJ HE SX NM LN JL HL SH JS ZJ AH FJ JX SD HA HB HN GD GX HI CQ SC GZ YN XZ SN GS QH
NX XJ TW HK MO
""".split()


def records(name):
    """Return {id: {field: text, reference or list of references}} in file order."""
    tree = etree.parse(str(DATA / name))
    return {
        record.get("id"): {f.get("name"): _value(f) for f in record.iter("field")}
        for record in tree.iter("record")
    }


def _value(field):
    if field.get("eval"):
        return re.findall(r"ref\('([\w.]+)'\)", field.get("eval"))
    return field.get("ref") or field.text


INDUSTRIES = records("res_partner_industry_data.xml")
REGIONS = records("customer_region_data.xml")


@pytest.mark.parametrize("rows", [INDUSTRIES, REGIONS], ids=["industries", "regions"])
def test_parents_come_first_and_codes_and_names_are_whole(rows):
    seen = set()
    for identifier, row in rows.items():
        assert row["name"] == row["name"].strip() != ""
        assert row.get("parent_id") in seen | {None}
        seen.add(identifier)
    codes = [row["code"] for row in rows.values()]
    assert len(codes) == len(set(codes))


def test_twenty_sections_and_ninety_seven_divisions():
    codes = [row["code"] for row in INDUSTRIES.values()]
    lengths = Counter(map(len, codes))
    assert lengths == {1: 20, 3: 97, 4: 6}
    assert [code for code in codes if len(code) == 1] == list("ABCDEFGHIJKLMNOPQRST")
    divisions = [code[1:] for code in codes if len(code) == 3]
    assert divisions == [f"{number:02d}" for number in range(1, 98)]
    assert codes == sorted(codes)


def test_industries_stand_below_their_prefix():
    for identifier, row in INDUSTRIES.items():
        assert identifier == f"industry_{row['code'].lower()}"
        above = {1: None, 3: row["code"][:1], 4: row["code"][:3]}[len(row["code"])]
        assert row.get("parent_id") == (above and f"industry_{above.lower()}")


@pytest.mark.parametrize(
    ("section", "first", "last"),
    [("A", 1, 5), ("C", 13, 43), ("F", 51, 52), ("I", 63, 65), ("K", 70, 70)]
    + [("L", 71, 72), ("R", 86, 90), ("S", 91, 96), ("T", 97, 97)],
)
def test_divisions_of_a_section(section, first, last):
    divisions = [row["code"] for row in INDUSTRIES.values() if len(row["code"]) == 3]
    of_section = [code for code in divisions if code[0] == section]
    assert of_section == [f"{section}{number:02d}" for number in range(first, last + 1)]


def test_size_rule_knows_every_industry_of_the_data():
    reasons = {
        row["code"]: size_class.size_class(row["code"], 1, 1, 1).reason
        for row in INDUSTRIES.values()
    }
    assert set(reasons.values()) == {"ok", "not_classed", "ambiguous_industry"}
    ambiguous = {code for code, reason in reasons.items() if reason[:3] == "amb"}
    assert ambiguous == {"F", "G", "I", "K", "Q", "K70"}


def test_every_country_is_in_exactly_one_region():
    places = Counter(
        id for row in REGIONS.values() for id in row.get("country_ids", [])
    )
    assert places == dict.fromkeys((f"base.{code}" for code in COUNTRIES), 1)


def test_every_province_is_in_exactly_one_region_of_china():
    places = Counter(id for row in REGIONS.values() for id in row.get("state_ids", []))
    assert places == dict.fromkeys((f"base.state_cn_{code}" for code in PROVINCES), 1)
    below = [row for row in REGIONS.values() if row.get("parent_id") == "region_cn"]
    assert len(below) == 8
    leaves = [row for row in REGIONS.values() if row.get("state_ids")]
    assert all(REGIONS[row["parent_id"]] in below for row in leaves)


@pytest.mark.parametrize(
    ("country", "state", "expected"),
    [
        ("base.cn", "base.state_cn_GD", "region_cn_gd"),
        ("base.cn", None, "region_cn"),
        ("base.cn", "base.state_cn_HK", "region_cn_hk"),
        ("base.hk", None, "region_cn_hk"),
        ("base.tw", None, "region_cn_tw"),
        ("base.mo", None, "region_cn_mo"),
        ("base.vn", None, "region_southeast_asia"),
        ("base.jp", None, "region_japan_korea"),
        ("base.tr", None, "region_middle_east"),
        ("base.mx", None, "region_latin_america"),
        ("base.kz", None, "region_central_asia_russia"),
    ],
)
def test_address_falls_into_its_region(country, state, expected):
    rules = [
        region.RegionRule(
            id=identifier,
            country_ids=frozenset(row.get("country_ids", [])),
            state_ids=frozenset(row.get("state_ids", [])),
            state_country_ids=frozenset(["base.cn"] if row.get("state_ids") else []),
        )
        for identifier, row in REGIONS.items()
    ]
    found = region.match_region(rules, country=country, state=state, city="")
    assert found == expected


def test_regions_are_the_users_to_change():
    tree = etree.parse(str(DATA / "customer_region_data.xml"))
    assert tree.getroot().get("noupdate") == "1"
    tree = etree.parse(str(DATA / "res_partner_industry_data.xml"))
    assert tree.getroot().get("noupdate") is None


def _host_data():
    """Return the data folder of Odoo's base, or skip where Odoo is not installed."""
    spec = importlib.util.find_spec("odoo")
    for folder in spec.submodule_search_locations if spec else ():
        data = Path(folder) / "addons" / "base" / "data"
        if data.is_dir():
            return data
    return pytest.skip("Odoo is not importable here: its countries are not compared")


def test_host_has_the_same_countries_and_provinces():
    base = _host_data()
    tree = etree.parse(str(base / "res_country_data.xml"))
    countries = tree.iterfind(".//record[@model='res.country']")
    assert sorted(record.get("id") for record in countries) == sorted(COUNTRIES)
    with open(base / "res.country.state.csv", encoding="utf-8", newline="") as lines:
        ids = {row["id"].rpartition(".")[2] for row in csv.DictReader(lines)}
    assert {f"state_cn_{code}" for code in PROVINCES} <= ids
