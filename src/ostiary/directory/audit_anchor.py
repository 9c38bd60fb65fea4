"""Where an audit log begins whose oldest rows were deleted for their age (checklist AU06)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ostiary.directory.audit import BEGINNING
from ostiary.directory.checkpoints import Checkpoint
from ostiary.directory.errors import StoreDamaged
from ostiary.directory.json_documents import from_text
from ostiary.model.json_types import as_object

SEGMENT_DELETED: Final = "Delete audit log segment"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last row that is gone: its number, and its hash, to which the first row left is bound."""

    seq: int
    hash: bytes

    @property
    def is_beginning(self) -> bool:
        """Whether no row is gone."""
        return self.seq == 0

    def is_told_by(self, row: str) -> bool:
        """Tell whether an audit row says that the rows up to this one were deleted."""
        if SEGMENT_DELETED not in row:
            return False
        try:
            body = from_text(row)
        except StoreDamaged:
            return False
        detail = as_object(body.get("detail"))
        said = (body.get("activity"), detail.get("last"), detail.get("hash"))
        return said == (SEGMENT_DELETED, self.seq, self.hash.hex())


def anchor_of(first: int | None, own: Iterable[Checkpoint]) -> Anchor:
    """Give the anchor of a log whose lowest number is `first`: the checkpoint just before it."""
    found = next((each for each in own if first is not None and each.seq == first - 1), None)
    return Anchor(0, BEGINNING) if found is None else Anchor(found.seq, bytes.fromhex(found.hash))
