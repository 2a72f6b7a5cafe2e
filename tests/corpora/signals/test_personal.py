"""Personal data: what is one, and what only looks like one. All numbers are made up."""

from __future__ import annotations

import pytest

from corpora.matching.personal import (
    find_addresses,
    find_cards,
    find_emails,
    find_my_numbers,
    find_phones,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("電話は03-0000-0000です", ["03-0000-0000"], id="landline"),
        pytest.param("(06)0000-0000", ["(06)0000-0000"], id="area code in brackets"),
        pytest.param("+81-90-0000-0000", ["+81-90-0000-0000"], id="international"),
        pytest.param("090-0000-0000と080 0000 0000", ["090-0000-0000", "080 0000 0000"], id="two"),
        pytest.param("09000000000", ["09000000000"], id="a mobile number in a row"),
        pytest.param("TEL 0300000000", ["0300000000"], id="a row of digits with TEL"),
        pytest.param("品番0300000000", [], id="a row of digits without a word for it"),
        pytest.param("2019-08-18 10:00", [], id="a date"),
        pytest.param("〒066-0000", [], id="a postal code"),
        pytest.param("0.0123456789", [], id="a fraction"),
        pytest.param("ISBN 978-4-00-000000-0", [], id="an ISBN"),
        pytest.param("1-0312-3456-7890", [], id="the middle of a longer number"),
        pytest.param("00-0000-0000", [], id="no area begins with 00"),
        pytest.param("090-0000-000", [], id="one digit short"),
    ],
)
def test_telephone_numbers(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_phones(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "連絡先:a.b+c@mail.example.co.jpまで", ["a.b+c@mail.example.co.jp"], id="plain"
        ),
        pytest.param("@example_user をフォロー", [], id="a handle"),
        pytest.param("foo@bar", [], id="no domain"),
    ],
)
def test_email_addresses(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_emails(text)] == found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("マイナンバー:1234-5678-9018", 1, id="with context and check digit"),
        pytest.param("マイナンバー:1234-5678-9012", 0, id="wrong check digit"),
        pytest.param("型式1234-5678-9018", 0, id="no context"),
        pytest.param("法人番号9123456789018", 0, id="thirteen digits"),
    ],
)
def test_my_numbers(text: str, number: int) -> None:
    assert len(find_my_numbers(text)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("4111 1111 1111 1111", 1, id="a test number"),
        pytest.param("3782-822463-10005", 1, id="fifteen digits"),
        pytest.param("4111 1111 1111 1112", 0, id="Luhn fails"),
        pytest.param("9111 1111 1111 1111", 0, id="no issuer"),
    ],
)
def test_card_numbers(text: str, number: int) -> None:
    assert len(find_cards(text)) == number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "住所:〒000-0000 北海道架空市仮町4-19-4 にて",
            ["〒000-0000 北海道架空市仮町4-19-4"],
            id="code and address are one",
        ),
        pytest.param(
            "東京都架空区仮町一丁目2番3号", ["東京都架空区仮町一丁目2番3号"], id="no code"
        ),
        pytest.param("〒000-0000", ["〒000-0000"], id="code alone"),
        pytest.param("東京都千代田区の人口は6万人", [], id="a place is no address"),
        pytest.param("000-0000", [], id="digits without 〒"),
    ],
)
def test_postal_addresses(text: str, found: list[str]) -> None:
    assert [text[start:end].strip() for start, end in find_addresses(text)] == found
