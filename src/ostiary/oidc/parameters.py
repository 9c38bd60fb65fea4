"""The parameters of one request, in order, with their repetitions (RFC 6749 section 3.1)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qsl

from ostiary.oidc.errors import OAuthError, oauth_error

MOST_PARAMETERS = 100


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a query or a form said; unknown names are kept and never looked at."""

    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """Give the first value of a parameter.

        None where it is absent or empty: without a value it counts as left out (RFC 6749
        section 3.1).
        """
        return next((value for key, value in self.pairs if key == name and value), None)

    def words(self, name: str) -> tuple[str, ...]:
        """Give a space-separated list, each word once, in the order given."""
        return tuple(dict.fromkeys((self.get(name) or "").split()))

    @property
    def repeated(self) -> tuple[str, ...]:
        """The names that stand more than once, in the order they appear."""
        counts = Counter(name for name, _ in self.pairs)
        return tuple(name for name, count in counts.items() if count > 1)


def parameters_of(**named: str) -> Parameters:
    """Make parameters from keyword arguments."""
    return Parameters(tuple(named.items()))


def decoded(text: str | bytes) -> Parameters | OAuthError:
    """Read `application/x-www-form-urlencoded` text, of a query or a body.

    Too many parameters, and bytes that are not UTF-8, make it a malformed request.
    """
    try:
        form = text.decode("ascii") if isinstance(text, bytes) else text
        pairs = parse_qsl(
            form, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except ValueError:
        return oauth_error(9002313, detail="the parameters cannot be read")
    return Parameters(tuple(pairs))
