"""What is stored instead of a token: its SHA-256, or a keyed digest where it could be guessed."""

from __future__ import annotations

import hashlib
import hmac

from ostiary.secrecy.secret import Secret


def digest_of(token: Secret[str]) -> str:
    """Give the digest of a random token, in hex.

    INVARIANT: only for tokens of at least 112 random bits (ASVS 5.0.0, 6.5.2): what a person
    chose could be searched. Passwords go through `passwords`, other short things `keyed_digest`.
    """
    return hashlib.sha256(_octets(token.reveal())).hexdigest()


def is_digest_of(stored: str, token: Secret[str]) -> bool:
    """Tell, in constant time, whether a stored digest belongs to a token."""
    return hmac.compare_digest(_octets(stored), _octets(digest_of(token)))


def keyed_digest(key: Secret[bytes], *parts: str) -> str:
    """Give a digest that only holders of the key can compute, in hex.

    The parts are told apart: `("ab", "c")` and `("a", "bc")` differ.
    """
    message = b"".join(len(each).to_bytes(8, "big") + each for each in map(_octets, parts))
    return hmac.new(key.reveal(), message, hashlib.sha256).hexdigest()


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
