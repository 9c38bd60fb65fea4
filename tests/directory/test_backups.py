"""CC05: backups of both databases, made while they are used, and restored into nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ostiary.directory.errors import StoreUnavailable
from ostiary.directory.families import Presented, Use
from ostiary.directory.sign_in_events import INTERACTIVE, SignInEvent
from ostiary.directory.store import Store
from ostiary.directory.tables_logs import sign_ins
from ostiary.model.errors import InputError, OstiaryError
from ostiary.secrecy.kek import create_keys, load_keys
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.secrecy.sealed_stream import SealedBy
from ostiary.secrecy.sealing import SealError
from ostiary.secrecy.secret import Secret
from ostiary.serving.backups import Means, make_backup, restore_backup, verified
from ostiary.signin.stored_methods import RECOVERY_CODES, TOTP
from tests.directory.servers import Postgres
from tests.directory.stores import ADMIN, NOW, Made, TestClock, opened

DAY = timedelta(days=1)
RANDOM = SystemRandomness()


def silent(_: float, __: int) -> None:
    """Show nothing."""


@dataclass
class Drill:
    """A store, its data folder with a key, and a backup of it."""

    made: Made
    folder: Path
    file: Path
    sealed_by: SealedBy

    def back_up(self) -> None:
        """Make the backup."""
        make_backup(
            self.made.store,
            self.folder,
            self.file,
            self.sealed_by,
            by=ADMIN,
            randomness=RANDOM,
            told=silent,
        )

    def restore(self, database: str | None = None, *, replace: bool = False) -> Path | None:
        """Restore it into the folder, with the key beside."""
        means = Means(self.made.clock, RANDOM, {})
        return restore_backup(
            self.file,
            self.folder,
            database,
            self.sealed_by,
            by=ADMIN,
            means=means,
            replace=replace,
        )[1]


@pytest.fixture
def drill(made_store: Made, tmp_path: Path) -> Drill:
    """A store with something in it."""
    folder = tmp_path / "data"
    folder.mkdir()
    create_keys(folder, RANDOM)
    for number in range(3):
        made_store.store.users.create(
            {"id": f"u{number}", "userPrincipalName": f"u{number}@b.example", "displayName": "ü\n"},
            by=ADMIN,
        )
    made_store.store.sign_ins.add(event("s1"))
    keys = SealedBy(keys=load_keys(folder, {}))
    return Drill(made_store, folder, tmp_path / "backup", keys)


def event(sign_in_id: str) -> SignInEvent:
    return SignInEvent(id=sign_in_id, created=NOW, category=INTERACTIVE, user_id="u1")


def users_of(store: Store) -> dict[str, object]:
    return {each.id: each.document for each in store.users.all()}


def test_CC05_what_is_restored_is_what_was_and_the_audit_log_holds(drill: Drill) -> None:
    before = users_of(drill.made.store)
    drill.back_up()
    drill.made.store.users.create({"id": "later", "displayName": "x"}, by=ADMIN)
    assert drill.restore() is None
    store = opened(str(drill.folder), drill.made.clock)
    assert users_of(store) == before
    assert (store.epoch(), store.restored()) == (2, drill.made.clock.now())
    assert drill.made.store.restored() is None
    activities = [each.row["activity"] for each in store.audit.newest(limit=2)]
    assert activities == ["Restore store", "Add user"]
    store.close()


def test_CC05_nothing_that_was_used_comes_back_to_life(drill: Drill) -> None:
    store, clock = drill.made.store, drill.made.clock
    token, _ = store.families.begin("u1", "c", {}, use=Use.ROTATING, lasts=DAY, idle=DAY)
    cookie, _ = store.sessions.begin("u1", {}, lasts=DAY, idle=DAY)
    code = store.codes.issue("c", "https://a.example", "u1", {})
    link, _ = store.enrolment_links.make("u1", lifetime=DAY, by=ADMIN)
    store.methods.add("u1", TOTP, {"lastStep": 1}, by=ADMIN)
    store.methods.add("u1", RECOVERY_CODES, {"digests": ["d"]}, by=ADMIN)
    drill.back_up()
    clock.move(seconds=10)
    drill.restore()
    restored = opened(str(drill.folder), clock)
    assert restored.families.look_up(token, "c").presented is not Presented.CURRENT
    assert restored.sessions.of(cookie) is None
    assert restored.codes.redeem(code, "c", "https://a.example").code is None
    assert restored.enrolment_links.of(link) is None
    (app,) = restored.methods.of_user("u1")
    assert app.document["lastStep"] == int(clock.seconds()) // 30 + 1
    standing = restored.users.standing("u1")
    assert standing is not None
    assert standing.sessions_valid_from == clock.now()
    restored.close()


def test_CC05_a_backup_of_one_database_is_restored_to_the_other(
    drill: Drill, postgres: Postgres | str
) -> None:
    if isinstance(postgres, str):
        pytest.skip(postgres)
    before = users_of(drill.made.store)
    drill.back_up()
    with postgres.database() as url:
        drill.restore(url)
        store = opened(url, drill.made.clock)
        assert users_of(store) == before
        store.sign_ins.add(event("s2"))  # the numbers go on
        with store.database.reading() as connection:
            assert connection.execute(select(func.max(sign_ins.c.number))).scalar_one() == 2
        store.close()
        with pytest.raises(StoreUnavailable, match="empty database"):
            drill.restore(url)


def test_CC05_data_that_is_there_is_kept_aside_and_only_if_that_is_said(drill: Drill) -> None:
    drill.back_up()
    opened(str(drill.folder), TestClock()).close()
    with pytest.raises(InputError, match="--replace"):
        drill.restore()
    aside = drill.restore(replace=True)
    assert aside is not None
    assert (aside / "ostiary.sqlite").exists()
    assert (drill.folder / "kek").exists()
    with pytest.raises(InputError, match="expected a new file"):
        drill.back_up()


def test_CC05_any_change_of_the_file_is_noticed_and_nothing_is_restored(drill: Drill) -> None:
    drill.back_up()
    whole = drill.file.read_bytes()
    spoiled = [whole[:-1], whole[: len(whole) // 2], whole + b"x", whole[:60], b"", b"SQLite"]
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        spoiled.append(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    for octets in spoiled:
        drill.file.write_bytes(octets)
        with pytest.raises(OstiaryError):
            drill.restore()
    assert [each.name for each in drill.folder.iterdir()] == ["kek"]
    drill.file.write_bytes(whole)
    drill.restore()


def test_CC05_another_key_opens_nothing(drill: Drill, tmp_path: Path) -> None:
    drill.back_up()
    other = tmp_path / "other"
    other.mkdir()
    keys = SealedBy(keys=create_keys(other, RANDOM))
    with pytest.raises(SealError, match="another key"):
        verified(drill.file, keys)
    with pytest.raises(SealError, match="key-encryption key"):
        verified(drill.file, SealedBy(passphrase=Secret("a long passphrase")))


def test_CC05_with_a_passphrase_the_key_is_in_the_file(drill: Drill) -> None:
    drill.sealed_by = SealedBy(passphrase=Secret("four herrings in a boat"))
    drill.back_up()
    kek = (drill.folder / "kek").read_bytes()
    (drill.folder / "kek").unlink()
    drill.restore()
    assert (drill.folder / "kek").read_bytes() == kek
    assert (drill.folder / "kek").stat().st_mode & 0o777 == 0o600
    with pytest.raises(SealError):
        verified(drill.file, SealedBy(passphrase=Secret("four herrings in a ship")))


def test_KY03_no_plain_text_stands_in_a_backup(drill: Drill) -> None:
    drill.back_up()
    octets = drill.file.read_bytes()
    assert b"b.example" not in octets
    assert drill.file.stat().st_mode & 0o777 == 0o600
