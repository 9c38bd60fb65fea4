"""Numbers for values: addresses by the piece of the named ranges, lists, combinations."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random

import numpy as np
import pytest

from ostiary.analysis.impact_addresses import IPV4, AddressClasses
from ostiary.analysis.impact_counting import LEVELS, count_policies, expanded
from ostiary.analysis.impact_numbers import Combinations, ListVocabulary, Vocabulary, coded
from ostiary.analysis.log_arrow import arrow
from ostiary.conditions.locations import LocationTagger, Place, Segments
from ostiary.model.addresses import address_number, address_text, cidr_range
from ostiary.model.directory import Directory, NamedLocation

RANGES = ("10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/32", "255.255.255.255/32", "2001:db8::/32")
ODD = ("1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "", "::1", "::ffff:10.0.0.1", "10.0.0.1%eth0")


def tagger() -> LocationTagger:
    locations = {cidr: NamedLocation(cidr, cidr, ranges=(cidr_range(cidr),)) for cidr in RANGES}
    directory = Directory(named_locations=locations)
    return LocationTagger(directory, frozenset(RANGES), Segments(directory))


def test_addresses_in_bulk_are_in_the_pieces_of_single_ones() -> None:
    made = tagger()
    classes = AddressClasses(made)
    starts = made.segments.starts
    edges = [number for start in starts for number in (start - 1, start) if number >= IPV4]
    texts = [address_text(number) for number in edges if number < IPV4 + (1 << 32)]
    texts += [*ODD, "10.0.0.7", "192.0.2.1", "2001:db8::7", "2001:db9::7"]
    column = arrow.array([*texts, None]).dictionary_encode()
    numbers = coded(classes, column).rows()
    assert numbers[-1] == 0
    for text, number in zip(texts, numbers, strict=False):
        shown = classes.value(int(number))
        assert shown is not None
        assert _key(made, shown) == _key(made, text), text


def _key(made: LocationTagger, text: str) -> object:
    try:
        return made.key(Place(address_number(text)))
    except ValueError:
        return text


def test_the_same_values_have_the_same_numbers_in_every_batch() -> None:
    words = Vocabulary("country")
    one = coded(words, arrow.array(["DE", None, "US", "DE"])).rows()
    other = coded(words, arrow.array(["US", "DE", "FR", None]).dictionary_encode()).rows()
    assert [words.value(int(n)) for n in one] == ["DE", None, "US", "DE"]
    assert [words.value(int(n)) for n in other] == ["US", "DE", "FR", None]
    assert one[0] == other[1]


def test_many_values_are_looked_up_at_once_and_alike() -> None:
    words = Vocabulary("user_id")
    every = [f"user {n}" for n in range(3_000)]
    first = coded(words, arrow.array(every[:1_000])).rows()
    again = coded(words, arrow.array(every)).rows()
    assert (first == again[:1_000]).all()
    assert len(words) == 3_001


def test_lists_are_numbered_in_their_order() -> None:
    lists = ListVocabulary("methods")
    column = arrow.array([["a", "b"], [], None, ["b", "a"], ["a"], ["a", "b"]])
    numbers = lists.coded(column.slice(0)).rows()
    values = [lists.value(int(number)) for number in numbers]
    assert values == [("a", "b"), (), None, ("b", "a"), ("a",), ("a", "b")]
    assert numbers[0] == numbers[5]
    later = lists.coded(column.slice(3, 2)).rows()
    assert list(later) == [numbers[3], numbers[4]]


def test_combinations_keep_their_numbers_when_a_column_grows() -> None:
    one, other = Vocabulary("one"), Vocabulary("other")
    pairs = Combinations((one, other))
    met: dict[tuple[str, str], int] = {}
    rng = Random(1)  # noqa: S311  # a seed that can be repeated
    for size in (3, 50, 4_000):
        rows = [(str(rng.randrange(size)), str(rng.randrange(size))) for _ in range(500)]
        parts = [
            coded(words, arrow.array([row[at] for row in rows]))
            for at, words in enumerate((one, other))
        ]
        numbers, missed = pairs.find(parts)
        if missed:
            with pairs.lock:
                pairs.add(parts, numbers)
        for row, number in zip(rows, numbers.tolist(), strict=True):
            assert met.setdefault(row, number) == number
    assert len(set(met.values())) == len(met) == len(pairs)
    digits = pairs.digits(0, len(pairs))
    values = zip(map(one.value, digits[0]), map(other.value, digits[1]), strict=True)
    assert list(values) == sorted(met, key=lambda row: met[row])


def test_threads_agree_on_the_numbers() -> None:
    words = Vocabulary("user_id")
    pairs = Combinations((words,))

    def number(seed: int) -> list[tuple[str, int]]:
        rng = Random(seed)  # noqa: S311
        texts = [str(rng.randrange(5_000)) for _ in range(4_000)]
        parts = [coded(words, arrow.array(texts))]
        numbers, missed = pairs.find(parts)
        if missed:
            with pairs.lock:
                pairs.add(parts, numbers)
        return list(zip(texts, numbers.tolist(), strict=True))

    met: dict[str, int] = {}
    with ThreadPoolExecutor(4) as pool:
        for told in pool.map(number, range(40)):
            for text, got in told:
                assert met.setdefault(text, got) == got
    assert sorted(met.values()) == list(range(len(met)))


@pytest.mark.parametrize("rows", [0, 1, 15, 16, 17, 1_000, 70_001])
def test_bit_sliced_counts_are_plain_counts(rows: int) -> None:
    rng = np.random.default_rng(rows)
    applied = rng.integers(0, 2**64, (rows, 2), dtype=np.uint64)
    standing = rng.integers(0, 3, rows, dtype=np.int32)
    fails = rng.integers(0, 2**64, (3, 2), dtype=np.uint64)
    waits = rng.integers(0, 2**64, (3, 2), dtype=np.uint64) & ~fails
    ids = np.zeros((4, rows), dtype=np.int32)
    ids[3] = rng.integers(0, 5, rows, dtype=np.int32)
    categories = np.array([0, 1, 2, 3, 1], dtype=np.int32)
    counters = np.zeros((4, LEVELS, 6), dtype=np.uint64)
    count_policies(applied, standing, fails, waits, ids, categories, counters)
    found = expanded(counters)
    for kind in range(4):
        mine = categories[ids[3]] == kind
        for place, masks in enumerate(
            (applied, applied & fails[standing], applied & waits[standing])
        ):
            bits = np.unpackbits(
                np.ascontiguousarray(masks[mine]).view(np.uint8), axis=1, bitorder="little"
            )
            assert (found[kind, place] == bits.sum(axis=0)).all()
