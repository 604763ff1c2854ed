"""Normalising names, codes, telephone numbers and addresses."""

import unicodedata

import phonenumbers
import pytest
from customer_archive_tools import text
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", ""),
        ("  华为技术有限公司 ", "华为技术有限公司"),
        ("华为技术\u3000有限公司", "华为技术 有限公司"),
        ("\ufeff华为\u200b技术\u2060", "华为技术"),
        ("ＡＢＢ（中国）有限公司", "ABB（中国）有限公司"),
        ("ABB(中国)有限公司", "ABB(中国)有限公司"),
        ("３Ｍ中国", "3M中国"),
        ("Café\u00a0GmbH", "Café GmbH"),
        ("Cafe\u0301", "Café"),
        ("甲\r\n乙", "甲 乙"),
        ("①号㈱", "①号㈱"),
        ("𠮷野家", "𠮷野家"),
    ],
)
def test_name_for_display(raw, expected):
    assert text.normalize_name(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (" 91330203AA48310110 ", "91330203AA48310110"),
        ("91330203 7A32622226", "913302037A32622226"),
        ("９１５１０１０４７４３１１３３１３Ｘ", "91510104743113313X"),
        ("91110105m22582841q", "91110105M22582841Q"),
        ("9111-0105—M225\u201282841\u2212Q", "91110105M22582841Q"),
        ("\u200b9144\u00a0030071526726XG\ufeff", "9144030071526726XG"),
        ("无", "无"),
    ],
)
def test_code(raw, expected):
    assert text.normalize_code(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("info440＠example.com", "info440@example.com"),
        (" Zhang.San@EXAMPLE.COM\u3000", "Zhang.San@example.com"),
        ("a@example。com", "a@example.com"),
        ("ａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "a@example.com"),
        ("info82 example.com", "info82 example.com"),
        ("a b@x.cn", "a b@x.cn"),
        ("", ""),
    ],
)
def test_email(raw, expected):
    assert text.normalize_email(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("13502593627", "13502593627"),
        ("１３５３２７１８７６１", "13532718761"),
        ("135 0224 4261", "13502244261"),
        ("135-0224-4261", "13502244261"),
        ("135.0224.4261", "13502244261"),
        ("+86 135 0224 4261", "+8613502244261"),
        ("＋86－135－0224－4261", "+8613502244261"),
        ("0086 135 0224 4261", "+8613502244261"),
        ("+49 (0)30 123456", "+4930123456"),
        ("0531-46852228", "0531-46852228"),
        ("0531—46852228", "0531-46852228"),
        ("0531–46852228", "0531-46852228"),
        ("(0755) 8888 6666", "0755-88886666"),
        ("（0755）88886666", "0755-88886666"),
        ("0755-8888-6666", "0755-88886666"),
        ("400-820-8820", "400-820-8820"),
        ("0755-88886666转8001", "0755-88886666 ext 8001"),
        ("0755-88886666 ext. 8001", "0755-88886666 ext 8001"),
        ("0755-88886666分机8001", "0755-88886666 ext 8001"),
        ("0755-88886666-8001", "0755-88886666 ext 8001"),
        ("0755-88886666(转8001)", "0755-88886666 ext 8001"),
        ("1869021368", "1869021368"),
        ("", ""),
    ],
)
def test_phone(raw, expected):
    assert text.normalize_phone(raw) == expected


def test_extension_is_understood_by_phonenumbers():
    parsed = phonenumbers.parse(text.normalize_phone("0755-88886666转8001"), "CN")
    assert parsed.extension == "8001"
    assert parsed.national_number == 75588886666


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("广州新瑞大纺织(有限公司)", "广州新瑞大纺织有限公司"),
        ("苏州瑞达正五金制品有限责任公司", "苏州瑞达正五金制品有限公司"),
        ("南京市鑫凯正电子科技有限公司", "南京鑫凯正电子科技有限公司"),
        ("广东省深圳市南联包装有限公司", "广东深圳南联包装有限公司"),
        ("ＡＢＢ（中国）有限公司", "abb(中国) 有限公司"),
        ("甲乙股份有限公司", "甲乙公司"),
        ("甲乙经营部（个体工商户）", "甲乙经营部"),
        ("Müller & Co. KG", "MÜLLER and co kg"),
        ("Acme Trading Co., Ltd.", "ACME TRADING COMPANY LIMITED"),
        ("Telefonica S.A.", "Telefonica SA"),
    ],
)
def test_same_company(one, other):
    assert text.company_key(one) == text.company_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("甲乙有限公司", "甲乙集团有限公司"),
        ("甲乙有限公司", "甲乙有限公司上海分公司"),
        ("甲乙分公司", "甲乙公司"),
        ("华为（上海）有限公司", "华为（北京）有限公司"),
        ("上海甲乙物流有限公司", "上海甲乙贸易有限公司"),
        ("กา จำกัด", "กี จำกัด"),
        ("有限公司", "股份有限公司"),
    ],
)
def test_different_companies(one, other):
    assert text.company_key(one) != text.company_key(other)


def test_key_of_nothing_but_a_form_is_not_empty():
    assert text.company_key("有限公司") == "有限公司"
    assert text.company_key("Ltd") == "ltd"
    assert text.company_key(" （） ") == ""


def test_key_finds_the_duplicates_of_the_legacy_workbook(legacy):
    """Equal keys are exactly the planted duplicates of companies with a name."""
    first, found = {}, {}
    persons = set(legacy.truth["individuals"])
    for number, row in legacy.customers.items():
        if row["客户名称"] is None or number in persons:
            continue
        key = text.company_key(row["客户名称"])
        if key in first:
            found[number] = first[key]
        first.setdefault(key, number)
    nameless = legacy.truth["missing_name"]
    planted = {int(k): v["row"] for k, v in legacy.truth["duplicate_of"].items()}
    assert found == {k: v for k, v in planted.items() if v not in nameless}
    assert len(found) == 78


@given(st.text())
def test_normalising_twice_changes_nothing(raw):
    functions = (
        text.normalize_name,
        text.normalize_code,
        text.normalize_email,
        text.strip_invisible,
        text.collapse_spaces,
        text.to_half_width,
    )
    for function in functions:
        assert function(function(raw)) == function(raw), function.__name__


_GROUPS = st.lists(st.text("0123456789０９", min_size=2, max_size=4), min_size=2)


@given(
    prefix=st.sampled_from(["", "+86 ", "0086-", "(0755)", "＋44 (0)"]),
    groups=_GROUPS,
    separator=st.sampled_from(["", " ", "-", "－", ".", "—"]),
    extension=st.sampled_from(["", "转8001", " ext. 12", "#9", "（分机 3）"]),
)
def test_phone_twice_changes_nothing(prefix, groups, separator, extension):
    once = text.normalize_phone(prefix + separator.join(groups) + extension)
    assert text.normalize_phone(once) == once
    assert once.isascii()


@given(st.text())
def test_no_invisible_character_is_left(raw):
    left = {unicodedata.category(char) for char in text.normalize_name(raw)}
    assert not left & {"Cf", "Cc", "Zl", "Zp"}


@given(st.text(alphabet="0123456789", min_size=1))
def test_full_width_digits_are_digits(digits):
    wide = "".join(chr(ord(char) + 0xFEE0) for char in digits)
    assert text.normalize_code(wide) == text.to_half_width(wide) == digits
