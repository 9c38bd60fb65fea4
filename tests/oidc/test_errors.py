"""Error bodies, descriptions and headers as the real clients read them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from string import Formatter

import pytest

from ostiary.oidc.error_codes import CODES
from ostiary.oidc.errors import Trace, description, error_body, error_headers, oauth_error

LOGIN = "https://localhost:8443"
TRACE = Trace("trace-1", "correlation-1", datetime(2026, 1, 1, tzinfo=UTC))
ARM = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
CASES = Path(__file__).parents[2] / "src/ostiary/conformance/cases"

# Specification, semantics section 2, "Errors"; wire contract section 2.3 and 2.
NAMED_BY_THE_SPECIFICATION = """
50074 50076 50005 50072 50079 50078 50097 50127 50129 50131 50158 50105 50126 50034 50053 50055
50057 50173 50135 50140 53000 53001 53002 53003 53004 53009 53010 53011 530004 530032 530034 530035
65001 65004 70043 70008 700082 70016 70018 70019 700016 7000215 7000222 7000218 500011 90072 90094
90002 54005
"""


def words_of(code: int) -> dict[str, str]:
    return {name: name for _, name, _, _ in Formatter().parse(CODES[code].text) if name}


def test_every_code_of_the_specification_is_in_the_table() -> None:
    assert {int(code) for code in NAMED_BY_THE_SPECIFICATION.split()} - set(CODES) == set()


def test_every_code_that_the_engine_gives_is_in_the_table() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in CASES.glob("*.json"))
    found = re.findall(r'"aadstsCode": (\[[^]]*\]|\d+)', text)
    codes = {int(code) for each in found for code in re.findall(r"\d+", each)} - {0}
    assert codes - set(CODES) == set()
    assert len(codes) > 10


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_makes_a_sentence(code: int) -> None:
    error = oauth_error(code, **words_of(code))
    assert error.text.endswith(".")
    assert not re.search(r"[{}\r\n\"\\]", error.text)


def test_the_body_of_50076_is_what_the_wire_contract_says() -> None:
    claims = '{"access_token":{"capolids":{"essential":true,"values":["p1"]}}}'
    error = oauth_error(50076, claims=claims, resource=ARM)
    sentence = (
        "AADSTS50076: Due to a configuration change made by your administrator, or because you "
        "moved to a new location, you must use multi-factor authentication to access "
        f"'{ARM}'.\r\nTrace ID: trace-1\r\nCorrelation ID: correlation-1\r\n"
        "Timestamp: 2026-01-01 00:00:00Z"
    )
    assert error_body(error, TRACE, login_url=LOGIN) == {
        "error": "interaction_required",
        "error_description": sentence,
        "error_codes": [50076],
        "timestamp": "2026-01-01 00:00:00Z",
        "trace_id": "trace-1",
        "correlation_id": "correlation-1",
        "error_uri": "https://localhost:8443/error?code=50076",
        "suberror": "basic_action",
        "claims": claims,
    }
    assert error.status == 400


def test_a_body_has_no_suberror_and_no_claims_where_there_are_none() -> None:
    body = error_body(oauth_error(50126), TRACE, login_url=LOGIN)
    assert "suberror" not in body
    assert "claims" not in body
    assert json.dumps(body)


def test_tk01_a_client_that_is_not_believed_gets_401_and_a_challenge() -> None:
    error = oauth_error(7000215, app="app")
    assert error.status == 401
    assert error_headers(error, login_url=LOGIN) == {
        "Cache-Control": "no-store",
        "Pragma": "no-cache",
        "WWW-Authenticate": 'Basic realm="https://localhost:8443"',
    }


def test_tk03_every_error_is_sent_with_no_store() -> None:
    for code in CODES:
        headers = error_headers(oauth_error(code, **words_of(code)), login_url=LOGIN)
        assert headers["Cache-Control"] == "no-store"


def test_words_of_the_request_are_made_harmless_and_cut() -> None:
    evil = '\x1b[31m"</script>\\\r\nTrace ID: forged'
    assert oauth_error(70003, name=evil).text == (
        "The grant type '?[31m?</script>???Trace ID: forged' is not supported."
    )
    assert oauth_error(70003, name="{app}" + "x" * 300).text == (
        f"The grant type '{{app}}{'x' * 195}...' is not supported."
    )


def test_the_timestamp_is_utc() -> None:
    elsewhere = datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    trace = Trace("t", "c", elsewhere)
    assert description(oauth_error(50126), trace).endswith("Timestamp: 2026-01-01 00:00:00Z")
