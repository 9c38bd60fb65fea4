"""A release beside the one before it: migrations only add, and the older code goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from ostiary.directory.audit_verify import verify
from ostiary.directory.database import Database
from ostiary.directory.migrating import configuration, migrate
from tests.cli.running import run
from tests.directory.stores import ADMIN, TestClock, opened

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = "src/ostiary/directory/migrations/versions"
Columns = dict[str, dict[str, tuple[str, bool, object]]]


def schemas() -> list[str]:
    """All schemas, the first one first."""
    scripts = ScriptDirectory.from_config(configuration())
    return [each.revision for each in scripts.walk_revisions()][::-1]


def columns(database: Database) -> Columns:
    """Table -> column -> type, whether it may be empty, default."""
    with database.reading() as connection:
        found = inspect(connection)
        return {
            table: {
                each["name"]: (str(each["type"]), each["nullable"], each["default"])
                for each in found.get_columns(table)
            }
            for table in found.get_table_names()
        }


def lost(before: Columns, after: Columns) -> Iterator[str]:
    """What the older release uses and does not find as it was, or has to fill and does not know."""
    for table, had in before.items():
        has = after.get(table, {})
        yield from (f"{table}.{name}" for name in had if has.get(name) != had[name])
        for name, (_, nullable, default) in has.items():
            if name not in had and not nullable and default is None:
                yield f"{table}.{name} has to be filled"


def test_a_migration_only_adds(tmp_path: Path) -> None:
    database = Database(tmp_path)
    first, *others = schemas()
    migrate(database, first)
    before = columns(database)
    for schema in others:
        migrate(database, schema)
        after = columns(database)
        assert list(lost(before, after)) == [], schema
        before = after


def test_what_a_migration_takes_away_is_seen() -> None:
    before: Columns = {"t": {"a": ("TEXT", False, None), "b": ("TEXT", True, None)}}
    after: Columns = {"t": {"a": ("INTEGER", False, None), "c": ("TEXT", False, None)}}
    assert list(lost(before, after)) == ["t.a", "t.b", "t.c has to be filled"]


@pytest.fixture(scope="session")
def sources_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources as they were before the newest migration."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    (newest,) = (ROOT / VERSIONS).glob(f"{schemas()[-1]}_*.py")
    asked = ["log", "-1", "--diff-filter=A", "--format=%H", "--", f"{VERSIONS}/{newest.name}"]
    added = _asked(git, *asked).decode().strip()
    if not added or not _asked(git, "rev-list", "--parents", "-1", added).split()[1:]:
        pytest.skip("the clone does not reach back to before the newest migration")
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=BytesIO(_asked(git, "archive", f"{added}^", "src"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "src"


def test_the_release_before_goes_on_beside_this_one(empty_place: str, sources_before: Path) -> None:
    older = [sys.executable, str(Path(__file__).with_name("older.py")), str(sources_before)]
    with subprocess.Popen(  # noqa: S603  # our own interpreter and script
        [*older, empty_place], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        store = opened(empty_place, TestClock())  # which migrates
        store.policies.create({"displayName": "of this one"}, by=ADMIN)
        process.stdin.write("go on\n")
        process.stdin.flush()
        told = json.loads(process.stdout.readline())
    assert told["seen"] == ["of the older", "of this one"]
    policies = {each.document["displayName"]: each for each in store.policies.all()}
    assert set(policies) == {"of the older", "of this one", "of the older, afterwards"}
    assert policies["of the older"].document["state"] == "enabled"
    assert told["revision"] == store.revision()
    with store.database.reading() as connection:
        assert verify(connection).findings == ()
    store.close()
    again = subprocess.run(  # noqa: S603  # our own interpreter and script
        [*older, empty_place], capture_output=True, text=True, check=False
    )
    assert again.returncode == 1
    assert f"has the schema `{schemas()[-1]}`, which this release does not know" in again.stderr


def test_CC05_data_and_backup_of_the_release_before_are_taken_over(
    sources_before: Path, tmp_path: Path
) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "file.backup"
    secret = tmp_path / "passphrase"
    secret.write_text("a ferry leaves at seven, every day\n", encoding="utf-8")
    sealed = ("--passphrase-file", str(secret))
    names = ("--emergency-account", "one", "--emergency-account", "two")
    given = ("--domain", "fjordvik.example", "--admin", "astrid", *names)
    policies = ("--tenant", str(ROOT / "examples" / "fjordvik"))
    _older(sources_before, "init", "--data", str(old), *given, *policies)
    _older(sources_before, "backup", "--data", str(old), str(file), *sealed)
    assert run("restore", "--data", new, file, *sealed).code == 0
    was, restored = (run("policy", "list", "--data", each, "--json") for each in (old, new))
    assert (was.code, was.answers) == (0, restored.answers)
    assert len(was.answers[0]["policies"]) == 4
    assert run("audit", "verify", "--data", old).code == 0
    assert run("audit", "verify", "--data", new).code == 0


def _older(sources: Path, *command: str) -> None:
    """Run a command of the release before."""
    main = "import sys; from ostiary.cli.main import main; sys.exit(main())"
    environment = {**os.environ, "PYTHONPATH": str(sources)}
    subprocess.run([sys.executable, "-c", main, *command], check=True, env=environment)  # noqa: S603


def _asked(git: str, *words: str) -> bytes:
    """Ask git about this clone."""
    return subprocess.run([git, *words], cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S603
