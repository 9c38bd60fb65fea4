"""How a page is walked through: what is typed, and what counts as said otherwise."""

from __future__ import annotations

from pathlib import Path

from tests.docs.walking import Typed, Written, steps, walk, wrong

PAGE = """
```json title="a.json"
{"a": 1}
```

```sh
not typed
```

```console
$ cat \\
    a.json
{"a": …}
$ export NAME=other; cd sub
…
$ echo "$NAME"
other
```
"""


def told(page: str, folder: Path) -> list[str]:
    """Walk, and tell what was wrong."""
    found = steps(page)
    return wrong(found, walk(found, folder))


def test_files_are_written_and_commands_typed_in_one_shell(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    assert steps(PAGE) == [
        Written("a.json", '{"a": 1}\n'),
        Typed("cat \\\n    a.json", ('{"a": …}',)),
        Typed("export NAME=other; cd sub", ("…",)),
        Typed('echo "$NAME"', ("other",)),
    ]
    assert told(PAGE, tmp_path) == []


def test_another_answer_than_the_page_says_is_told_with_the_answer(tmp_path: Path) -> None:
    page = "```console\n$ printf 'a\\nb\\n'\na\n```\n"
    assert told(page, tmp_path) == [
        "`printf 'a\\nb\\n'` says something else than the page:\na\nb\n(exit 0)"
    ]
    assert told(page.replace("\na\n", "\na\n…\n"), tmp_path) == []
    assert told(page.replace("\na\n", "\n"), tmp_path) != []


def test_an_exit_code_is_said_or_is_none(tmp_path: Path) -> None:
    assert told("```console\n$ false\n```\n", tmp_path) == ["`false` ended with 1:\n(exit 1)"]
    assert told("```console\n$ false\n$ echo $?\n1\n```\n", tmp_path) == []
    assert told("```console\n$ true\n$ echo $?\n1\n```\n", tmp_path) != []


def test_what_runs_in_the_background_ends_with_the_page(tmp_path: Path) -> None:
    assert told("```console\n$ sleep 1000 &\n$ echo on\non\n```\n", tmp_path) == []


def test_a_page_that_ends_the_shell_is_not_done(tmp_path: Path) -> None:
    page = "```console\n$ exit 3\n$ echo on\non\n```\n"
    assert told(page, tmp_path) == ["only 0 of 2 commands were typed"]
