from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.errors import TemplateError
from formscan.xpath import FUNCTIONS, Node, parse
from formscan.xpath.convert import text_of_number, to_number

DAY = date(2023, 7, 14)


def family():
    """/data with two rows, printed as rows 1 and 3, and a group."""
    document = Node("")
    data = Node("data", document)
    for row, nik, age in ((1, "11", "43"), (3, "33", "8")):
        member = Node("anggota", data, row=row)
        Node("nik", member, nik)
        Node("umur", member, age)
        Node("catatan", member)
    group = Node("a", data)
    Node("tgl", group, "2023-07-14")
    Node("aset", group, "a d f")
    return data


def at(path="/data/a/tgl"):
    nodes = parse(path).value(family(), DAY)
    return nodes[0]


def value(text, node=None):
    return parse(text).value(node or at(), DAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("-(2) + 5", 3.0),
        ("7 div 2", 3.5),
        ("7 mod 4", 3.0),
        ("'a' = 'a' and 1 != 2", True),
        ("'' > 0 or '' <= 0", False),
        ("/data/a/tgl = '2023-07-14'", True),
        (". <= today() and . >= date('2023-07-01')", True),
        (". > '2023-07-14'", False),
        ("today() - date('2023-07-01')", 13.0),
        ("decimal-date-time(.) - decimal-date-time('2022-07-14')", 365.0),
        ("format-date(., '%Y%m%d')", "20230714"),
        ("format-date(., '%e %n %y %b %a')", "14 7 23 Jul Fri"),
        ("format-date('', '%Y')", ""),
        ("selected(/data/a/aset, 'd')", True),
        ("selected(/data/a/aset, 'ad')", False),
        ("selected('', '')", False),
        ("count-selected(/data/a/aset)", 3.0),
        ("selected-at(/data/a/aset, 1)", "d"),
        ("selected-at(/data/a/aset, 9)", ""),
        ("regex('a1', '[a-z]')", False),
        ("regex('a', '[a-z]')", True),
        ("substr('6402011203', 6, 8)", "12"),
        ("substr('abcdef', -2)", "ef"),
        ("concat('a', 1, true())", "a1true"),
        ("concat(/data/anggota/nik)", "1133"),
        ("join('-', /data/anggota/nik)", "11-33"),
        ("coalesce('', 'b')", "b"),
        ("once('x')", "2023-07-14"),
        ("int('3.9')", 3.0),
        ("int(-3.9)", -3.0),
        ("round(2.5)", 3.0),
        ("round(3.14159, 2)", 3.14),
        ("string-length('abc')", 3.0),
        ("translate('abc', 'ab', 'x')", "xc"),
        ("normalize-space('  a  b ')", "a b"),
        ("substring-before('a-b', '-')", "a"),
        ("substring-after('a-b', '-')", "b"),
        ("starts-with('abc', 'ab') and ends-with('abc', 'bc') and contains('abc', 'b')", True),
        ("count(/data/anggota)", 2.0),
        ("count(/data/anggota[umur > 10])", 1.0),
        ("count(/data/anggota[nik = '33' or nik = '11'])", 2.0),
        ("count-non-empty(/data/anggota/catatan)", 0.0),
        ("sum(/data/anggota/umur)", 51.0),
        ("sum(/data/anggota[umur > 99]/umur)", 0.0),
        ("max(/data/anggota/umur)", 43.0),
        ("min(/data/anggota/umur)", 8.0),
        ("if(false(), 'lost', 'kept')", "kept"),
        ("substr('abcdef', 'no number', 2)", "ab"),
        ("substring-before('abc', '')", ""),
        ("substring-after('abc', '')", "abc"),
        ("substr('abcdef', 2, 999999999999)", "cdef"),
        ("count((/data/anggota))", 2.0),
        ("count(/data/anggota/../*)", 3.0),
        ("indexed-repeat(/data/anggota/nik, /data/anggota, 3) = '33'", True),
        ("indexed-repeat(/data/anggota/nik, /data/anggota, 2) = ''", True),
        ("indexed-repeat(/data/anggota/nik, /data/anggota, '') = ''", True),
        ("pulldata('wilayah', 'nama', 'kode', '64')", ""),
        ("boolean-from-string('true')", True),
        ("(/data/anggota)[2]/nik = '33'", True),
        ("/data/anggota[position() = last()]/nik = '33'", True),
        ("count(/data/anggota/nik | /data/a/tgl)", 3.0),
        ("count(/data/*)", 3.0),
        ("'quoted current()' = 'quoted current()'", True),
    ],
)
def test_value(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("position(..)", 3.0),
        ("../nik = '33'", True),
        ("count(/data/anggota[nik = current()/../nik])", 1.0),
        ("count(/data/anggota[umur > current()/../umur])", 1.0),
    ],
)
def test_in_a_row(text, expected):
    node = parse("/data/anggota[nik = '33']/umur").value(family(), DAY)[0]
    assert value(text, node) == expected


def test_the_largest_of_nothing_is_not_a_number():
    assert math.isnan(value("max(/data/anggota/catatan)"))
    assert parse("max(/data/anggota/catatan)").text_at(at(), DAY) == ""


def test_lookup_answers_pulldata():
    asked = []

    def lookup(*question):
        asked.append(question)
        return "KALTIM"

    expression = parse("pulldata('wilayah', 'nama', 'kode', concat('6', 4))")
    assert expression.text_at(at(), DAY, lookup) == "KALTIM"
    assert asked == [("wilayah", "nama", "kode", "64")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("random()", "random"),
        ("1 + luhn(2) + luhnn(3)", "luhn()"),
        ("jr:choice-name(., '')", "jr:choice-name"),
        ("substr('a')", "Too few"),
        ("count('no nodes')", "'count' needs a path"),
        ("sum(1 + 1)", "'sum' needs a path"),
        ("'a'/b", "'/' needs a path"),
        ("today()[1]", "'[' needs a path"),
        ("indexed-repeat(/data/x, 'y', 1)", "'indexed-repeat' needs a path"),
        ("not()", "Too few"),
        ("1 +", "end of source"),
        ("", "empty"),
        ("@lang", "'@'"),
        ("$other", "other"),
        ("following-sibling::a", "following-sibling"),
    ],
)
def test_what_a_form_may_not_say(text, said):
    with pytest.raises(TemplateError) as caught:
        parse(text)
    assert said in str(caught.value)


def test_a_name_in_quotes_is_no_call():
    assert parse("'random() is fine'").text_at(at(), DAY) == "random() is fine"


def test_every_function_says_how_many_arguments_it_takes():
    for name, (_, fewest, most) in FUNCTIONS.items():
        assert 0 <= fewest <= most, name


def test_references_of_a_row_expression():
    text = "../hubungan = '3' and count(/data/anggota[nik = current()/../nik]) > ../../jml"
    found = parse(text).references("/data/anggota/r", "/data/anggota")
    named = {each for each in found if each.path.count("/") > 2 or each.path == "/data/jml"}
    assert named == {
        ("/data/anggota/hubungan", True),
        ("/data/anggota/nik", True),
        ("/data/anggota/nik", False),
        ("/data/jml", False),
    }


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_numbers_survive_as_text(number):
    text = text_of_number(number)
    if "e" not in text:
        assert to_number(text) == number


@given(st.dates())
def test_dates_order_and_subtract_as_days(day):
    assert to_number(day.isoformat()) == (day - date(1970, 1, 1)).days


@given(st.text(max_size=12))
def test_text_never_breaks_a_number(text):
    assert isinstance(to_number(text), float)
