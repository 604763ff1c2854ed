"""Which archives are one customer, and why."""

from itertools import combinations

import pytest
from customer_archive_tools import duplicate, uscc
from customer_archive_tools import legacy as old_lists
from customer_archive_tools.alike import clean_phone, is_alike, simplify
from customer_archive_tools.duplicate import Facts, block_keys, compare, prepare
from hypothesis import given
from hypothesis import strategies as st

NAME = "上海远新南物流有限公司"
CODE, OTHER_CODE = "91310115A76909512R", "91320505M8039585XY"


def weigh(one, other):
    return compare(prepare(one), prepare(other))


def signs(one, other):
    return {sign.code for sign in weigh(one, other).signs}


@pytest.mark.parametrize(
    "name",
    [
        "上海远新南物流有限责任公司",
        "上海市远新南物流有限公司",
        "上海远新南物流(有限公司)",
        "上海远新南物流（有限公司） ",
        "上海遠新南物流股份有限公司",
        "上海　远新南物流　有限公司",
        "上海远新南物流公司",
    ],
)
def test_spellings_of_one_name(name):
    assert "name" in signs(Facts(NAME), Facts(name))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ACME Trading Co., Ltd.", "Acme Trading GmbH"),
        ("ＡＣＭＥ Trading", "acme trading inc"),
        ("Müller & Söhne GmbH", "MÜLLER and SÖHNE"),
    ],
)
def test_spellings_of_one_latin_name(one, other):
    assert "name" in signs(Facts(one), Facts(other))


def test_a_town_in_the_name_and_in_the_address_is_the_same_town():
    one, other = Facts("远新南物流（上海）有限公司", city="上海市"), Facts(NAME, city="上海")
    assert signs(one, other) == {"core", "city"}
    assert weigh(one, other).score == 60
    assert block_keys(prepare(one))["core"] == block_keys(prepare(other))["core"]


@pytest.mark.parametrize(
    "branch", ["上海远新南物流有限公司苏州分公司", "上海远新南物流集团有限公司", "上海远新南物流有限公司虹桥分店"]
)
def test_a_branch_or_a_group_is_another_customer(branch):
    assert "branch_differs" in signs(Facts(NAME), Facts(branch))
    assert weigh(Facts(NAME, phone="021-50592061"), Facts(branch, phone="021-50592061")).score < duplicate.THRESHOLD


def test_codes():
    assert signs(Facts(code=CODE), Facts(code=CODE.lower())) == {"code"}
    assert weigh(Facts("甲", code=CODE), Facts("乙", code=CODE)).score >= duplicate.THRESHOLD
    assert signs(Facts(code=CODE), Facts(code=OTHER_CODE)) == {"code_differs"}
    assert signs(Facts(code=CODE), Facts(code=CODE[:-1] + "T")) == {"code_alike"}
    assert signs(Facts(code=CODE), Facts(code="91310000000000000X")) == {"code_doubtful"}
    assert signs(Facts(code="DE123456789"), Facts(code="123456789")) == {"code"}
    assert not signs(Facts(code="0000000000"), Facts(code="0000000000"))
    assert not signs(Facts(code="123"), Facts(code="123"))


def test_the_organisation_in_a_code_stays_when_its_office_changes():
    # the same organisation, registered by two offices
    codes = [first + uscc.compute_check(first) for first in ("91310115A76909512", "91320505A76909512")]
    one, other = (prepare(Facts(NAME, code=code)) for code in codes)
    assert compare(one, other).signs[0].code == "organisation"
    assert block_keys(one)["code"] == block_keys(other)["code"] == ["A76909512"]


def test_two_valid_codes_weigh_more_than_one_name():
    assert weigh(Facts(NAME, code=CODE, city="上海市"), Facts(NAME, code=OTHER_CODE, city="上海市")).score == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("021-50592061", "+86 21 5059 2061", True),
        ("021-50592061", "50592061", True),
        ("021-50592061", "（021）50592061 转 8001", True),
        ("13502593627", "+86 135 0259 3627", True),
        ("021-50592061", "010-50592061", False),
        ("021-50592061", "021-50592062", False),
        ("+49 40 1234567", "040 1234567", True),
        ("00000000", "00000000", False),
        ("12345", "12345", False),
        ("", "", False),
    ],
)
def test_phones(one, other, same):
    assert ("phone" in signs(Facts(phone=one), Facts(phone=other))) is same
    if same:
        assert block_keys(prepare(Facts(phone=one)))["phone"] == block_keys(prepare(Facts(phone=other)))["phone"]


def test_mails():
    assert signs(Facts(email="A@x.cn; b@x.cn"), Facts(email="B@X.CN")) == {"mail"}
    assert not signs(Facts(email="a@x.cn"), Facts(email="b@x.cn"))
    assert not signs(Facts(email="none"), Facts(email="none"))


def test_addresses():
    one = Facts(street="上海市 工业园13号", city="上海市", state="上海")
    assert {"address", "city"} == signs(one, Facts(street="工业园１３号", city="上海"))
    assert "address" not in signs(one, Facts(street="工业园14号", city="上海"))
    assert "address" not in signs(one, Facts(street="工业园13号", city="苏州"))
    assert not block_keys(prepare(Facts(street="工业园", city="上海")))


def test_people_need_more_than_their_name():
    person = {"name": "周勇", "is_company": False}
    assert weigh(Facts(**person, city="武汉"), Facts(**person, city="武汉")).score < duplicate.THRESHOLD
    assert (
        weigh(Facts(**person, phone="027-33141075"), Facts(**person, phone="027-33141075")).score >= duplicate.THRESHOLD
    )
    assert "name" not in block_keys(prepare(Facts(**person)))


def test_a_switchboard_is_no_reason_where_names_differ():
    one = Facts("上海远新南物流有限公司", phone="021-50592061", street="工业园13号", city="上海")
    other = Facts("深圳博东瑞食品有限公司", phone="021-50592061", street="工业园13号", city="上海")
    assert weigh(one, other).score <= duplicate.THRESHOLD


def test_towns_tell_chains_apart():
    assert weigh(Facts("永辉超市", city="福州市"), Facts("永辉超市", city="重庆市")).score < duplicate.THRESHOLD


def test_nothing_entered_is_no_sign():
    assert compare(prepare(Facts()), prepare(Facts())) == duplicate.Verdict(0, ())
    assert block_keys(prepare(Facts())) == {}


def test_points_can_be_others():
    points = {**duplicate.POINTS, "name": 90}
    assert compare(prepare(Facts(NAME)), prepare(Facts(NAME)), points).score == 90


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("济南大恒恒物流", "济南大恒物流", True),
        ("济南大恒恒物流", "济南大恒和物流", True),
        ("济南大恒恒物流", "济南和大恒物流", False),
        ("大恒", "大横", False),
        ("siemenshealthineers", "siemenshelthineers", True),
        ("远新物流", "远新物流上海浦东", False),
    ],
)
def test_like_names(one, other, alike):
    assert is_alike(one, other) is is_alike(other, one) is alike


def test_traditional_characters():
    assert simplify("東莞國際電子實業發展") == "东莞国际电子实业发展"
    assert simplify("上海远新") == "上海远新"


FACTS = st.builds(
    Facts,
    st.text(max_size=20),
    st.booleans(),
    st.text(max_size=20),
    st.text(max_size=20),
    st.text(max_size=30),
    st.text(max_size=30),
    st.text(max_size=8),
    st.text(max_size=8),
)


@given(FACTS, FACTS)
def test_no_order_and_no_text_matters(one, other):
    first, second = prepare(one), prepare(other)
    verdict = compare(first, second)
    assert verdict == compare(second, first)
    assert 0 <= verdict.score <= 100
    assert all(value for values in block_keys(first).values() for value in values)


@given(FACTS)
def test_what_is_equal_shares_every_key(facts):
    assert block_keys(prepare(facts)) == block_keys(prepare(Facts(**facts.__dict__)))


@given(st.text(max_size=30))
def test_phones_become_digits(text):
    assert clean_phone(text).isdigit() or not clean_phone(text)


def _read(legacy_book):
    for number, row in legacy_book.customers.items():
        text = {title: "" if value is None else str(value) for title, value in row.items()}
        if text["客户名称"]:
            is_company = not old_lists.is_person(text["客户名称"], text["统一社会信用代码"])
            yield (
                number,
                prepare(
                    Facts(
                        text["客户名称"],
                        is_company,
                        text["统一社会信用代码"],
                        text["电话"],
                        text["邮箱"],
                        text["详细地址"],
                        text["城市"],
                        text["省份"],
                    )
                ),
            )


def test_legacy_workbook(legacy):
    prepared, blocks = dict(_read(legacy)), {}
    for number, item in prepared.items():
        for kind, values in block_keys(item).items():
            for value in values:
                blocks.setdefault((kind, value), []).append(number)
    pairs = {pair for block in blocks.values() for pair in combinations(block, 2)}
    found = {pair for pair in pairs if compare(*map(prepared.get, pair)).score >= duplicate.THRESHOLD}
    truth = {
        tuple(sorted((int(row), other["row"]))): other["same_uscc"]
        for row, other in legacy.truth["duplicate_of"].items()
    }
    assert {pair for pair, same in truth.items() if same} <= found
    assert len([pair for pair, same in truth.items() if not same and pair in found]) == 43, "one has no name"

    def origin(row):
        while other := legacy.truth["duplicate_of"].get(str(row)):
            row = other["row"]
        return row

    assert not [pair for pair in found if origin(pair[0]) != origin(pair[1])]
