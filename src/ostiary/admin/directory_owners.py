"""Owners of groups, applications and service principals: one table with its forms for all."""

from __future__ import annotations

from ostiary.admin.directory_objects import linked, objects_table
from ostiary.admin.directory_parts import Field, Form, Table
from ostiary.admin.visit import Visit
from ostiary.model.json_types import JsonObject


async def owners_part(visit: Visit, graph: str, path: str) -> Table:
    """Give the owners of an object: `graph` is its address there, `path` that of its page."""
    page = await visit.graph.get(f"{graph}/owners")
    kind = graph.split("/")[1]
    forms: tuple[Form, ...] = ()
    if visit.may("POST", f"/{kind}/{{id}}/owners/$ref"):
        typed = Field("names", "groups.add_owners", "", "area", "directory.typed_names", (), True)
        forms = (Form(f"{path}/owners/add", "directory.add", fields=(typed,)),)

    def removing(owner: JsonObject) -> Form:
        return removal(f"{path}/owners/remove", "owner", owner)

    return objects_table(
        "groups.owners",
        page["value"],
        empty="groups.no_owners",
        forms=forms,
        removing=removing if forms else None,
    )


def removal(path: str, name: str, found: JsonObject) -> Form:
    """Give the form that takes an object out of a list."""
    hidden = {name: str(found["id"])}
    return Form(path, "directory.remove", hidden=hidden, about=linked(found).text)
