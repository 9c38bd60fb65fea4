"""The SQL that takes records apart: from JSON text or a table's columns to one column a fact.

Everything stays text here; what the texts mean is told by `log_words` and `log_evidence`, once for
each distinct text. DuckDB runs it over one chunk of records at a time, in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final

from ostiary.analysis.log_evidence import SIGN_IN_LOGS
from ostiary.analysis.log_shapes import RAW, Raw

CHUNK: Final = "chunk"
"""The name under which a chunk is registered: `line` (where it stands) and `text`, or columns."""
_GRAPH_SIGNS = ("createdDateTime", "userPrincipalName", "userId", "servicePrincipalId")
_TABLE_SIGNS = ("CreatedDateTime", "TimeGenerated", "UserPrincipalName", "ServicePrincipalId")


def _paths(members: Sequence[str]) -> str:
    return "[" + ", ".join(f"'$.{each}'" for each in members) + "]"


class Shape(Enum):
    """What one JSON record is."""

    GRAPH = "graph"
    MONITOR = "monitor"
    PACKED = "packed"
    """An Azure Monitor record whose `properties` are written as one text."""
    TABLE = "table"
    FOREIGN = "foreign"
    NO_OBJECT = "no object"
    BROKEN = "broken"


_SIGNS = ("properties", *_GRAPH_SIGNS, *_TABLE_SIGNS)
_FIRST_TABLE_SIGN = len(_GRAPH_SIGNS) + 2
SHAPES: Final = f"""
    SELECT CASE
        WHEN kinds IS NULL THEN 'broken'
        WHEN kinds[{len(_SIGNS) + 1}] <> 'OBJECT' THEN 'no object'
        WHEN kinds[1] = 'OBJECT' THEN 'monitor'
        WHEN kinds[1] = 'VARCHAR' THEN 'packed'
        WHEN len(list_filter(kinds[2:{len(_GRAPH_SIGNS) + 1}], lambda k: k IS NOT NULL)) > 0
            THEN 'graph'
        WHEN len(list_filter(
            kinds[{_FIRST_TABLE_SIGN}:{len(_SIGNS)}], lambda k: k IS NOT NULL)) > 0 THEN 'table'
        ELSE 'foreign'
    END AS shape
    FROM (SELECT TRY(json_type(text, {_paths(_SIGNS)[:-1]}, '$'])) AS kinds FROM {CHUNK})
"""  # noqa: S608  # only constants of this file
"""Tells for each record of a chunk of JSON which shape it has, in the chunk's order."""

UNPACKED: Final = f"""
    SELECT line, CASE WHEN inside IS NULL
        THEN ''
        ELSE CAST(json_merge_patch(text, json_object('properties', inside)) AS VARCHAR)
    END AS text
    FROM (
        SELECT
            line,
            text,
            TRY(CAST(json_extract_string(text, '$.properties') AS JSON)) AS inside
        FROM {CHUNK}
        WHERE shape = 'packed'
    )
"""  # noqa: S608  # only constants of this file
"""Turns packed records into Azure Monitor ones; of those that cannot be unpacked nothing is left:
they are told as no JSON."""


def record_columns(shape: Shape) -> str:
    """Give the query for the raw columns of the chunk's records of one shape."""
    by_raw = {raw.name: _members(raw, shape) for raw in RAW}
    every = tuple(dict.fromkeys(path for held in by_raw.values() for path in held))
    # A table cannot tell an empty text from nothing.
    form = "nullif(found[{}], '')" if shape is Shape.TABLE else "found[{}]"
    found = {path: form.format(number) for number, path in enumerate(every, start=1)}
    columns = (f"{_first([found[each] for each in by_raw[raw.name]])} AS {raw.name}" for raw in RAW)
    return f"""
        SELECT line, {", ".join(columns)}
        FROM (
            SELECT line, json_extract_string(text, {_paths(every)}) AS found
            FROM {CHUNK}
            WHERE shape = '{shape.value}'
        )
    """  # noqa: S608  # only constants of this package


def _members(raw: Raw, shape: Shape) -> tuple[str, ...]:
    """Give the paths of a raw column in records of a shape, the preferred one first."""
    if shape is Shape.TABLE:
        return raw.table
    if shape is Shape.GRAPH:
        return (raw.graph,) if raw.graph else ()
    return (*((f"properties.{raw.graph}",) if raw.graph else ()), *raw.envelope)


def named_columns(columns: Mapping[str, Sequence[str]], nested: frozenset[str]) -> str:
    """Give the query for the raw columns of a chunk that has columns of its own.

    `columns` are those of each raw column, `nested` those that hold structures. Tables cannot tell
    an empty text from nothing, but for the resource: an empty one is a sign-in to none.
    """

    def text(column: str) -> str:
        name = quoted(column)
        whole = f"CAST(to_json({name}) AS VARCHAR)" if column in nested else name
        return f"nullif(CAST({whole} AS VARCHAR), '')"

    def select(raw: str) -> str:
        held = [text(column) for column in columns.get(raw, ())]
        if raw == "resource_id" and held:
            held.append("''")
        return f"{_first(held)} AS {raw}"

    return f"SELECT line, {', '.join(select(raw.name) for raw in RAW)} FROM {CHUNK}"  # noqa: S608  # names are quoted


def quoted(name: str) -> str:
    """Give a column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _first(expressions: Sequence[str | None]) -> str:
    present = [each for each in expressions if each is not None]
    if not present:
        return "CAST(NULL AS VARCHAR)"
    return present[0] if len(present) == 1 else f"coalesce({', '.join(present)})"


def _object(column: str) -> str:
    """Give the expression for a column's JSON where it holds an object that says anything."""
    return f"CASE WHEN {column} LIKE '{{%' AND json_valid({column}) THEN {column} END"


_TIMES = (
    "['%m/%d/%Y, %I:%M:%S.%g %p', '%m/%d/%Y, %I:%M:%S %p', '%m/%d/%Y %I:%M:%S.%g %p', "
    "'%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %H:%M:%S']"
)
"""How the portal of Log Analytics and spreadsheets write times; ISO 8601 needs no pattern."""
_STEPS = (
    '[{"authenticationMethod": "VARCHAR", "succeeded": "VARCHAR", '
    '"authenticationStepRequirement": "VARCHAR", "authenticationStepResultDetail": "VARCHAR"}]'
)


def facts(raw_columns: str) -> str:
    """Give the query for the columns that `log_columns` reads, over the one for raw columns."""
    return f"""
        WITH raw AS ({raw_columns}),
        opened AS (
            SELECT
                *,
                coalesce(
                    TRY_CAST(time AS TIMESTAMPTZ),
                    CAST(try_strptime(time, {_TIMES}) AS TIMESTAMPTZ)
                ) AS created,
                json_extract_string(
                    {_object("device")},
                    ['$.deviceId', '$.isCompliant', '$.trustType', '$.operatingSystem',
                     '$.browser', '$.displayName']
                ) AS of_device,
                json_extract_string(
                    {_object("place")},
                    ['$.countryOrRegion', '$.city']
                ) AS of_place,
                json_extract_string(
                    {_object("status")},
                    ['$.errorCode', '$.additionalDetails']
                ) AS of_status
            FROM (SELECT * REPLACE (nullif(category, '') AS category) FROM raw)
        ),
        told AS (
            SELECT
                * REPLACE (
                    CASE WHEN year(created) BETWEEN 2000 AND 2199 THEN created END AS created
                ),
                device <> '{{}}' AND of_device IS NOT NULL AS has_device,
                coalesce(nullif(of_status[1], ''), result) AS error_text
            FROM opened
        )
        SELECT
            line,
            category IS NOT NULL AND lower(category) NOT IN {SIGN_IN_LOGS} AS foreign_log,
            category IS NOT NULL AS named_log,
            created,
            CASE WHEN created IS NULL THEN nullif(time, '') END AS bad_time,
            request_id,
            to_json([
                coalesce(category, ''), coalesce(event_types, ''), coalesce(interactive, ''),
                coalesce(managed, managed_service, ''),
                CASE WHEN nullif(coalesce(user_id, user_name), '') IS NULL THEN '' ELSE 'u' END,
                CASE WHEN nullif(coalesce(principal_id, principal_name), '') IS NULL
                    THEN '' ELSE 'p' END,
                protocol, original
            ])::VARCHAR AS kind,
            user_id, user_name, principal_id, principal_name,
            app_id, app_name, resource_id, resource_name, audiences, ip,
            CASE
                WHEN of_place IS NOT NULL AND place <> '{{}}' THEN coalesce(of_place[1], '')
                WHEN length(land) = 2 THEN land
                WHEN place = '{{}}' THEN ''
            END AS country,
            of_place[2] AS city,
            client,
            CASE WHEN has_device
                THEN CASE WHEN coalesce(of_device[1], '') IN ('', '{_NOBODY}') THEN ''
                     ELSE 'registered' END
            END AS device_state,
            CASE WHEN has_device THEN coalesce(of_device[1], '') END AS device_id,
            CASE WHEN has_device THEN coalesce(of_device[2], '') END AS compliance,
            CASE WHEN has_device THEN coalesce(of_device[3], '') END AS trust,
            CASE
                WHEN nullif(of_device[4], '') IS NOT NULL THEN of_device[4]
                WHEN user_agent IS NOT NULL THEN user_agent
                WHEN has_device THEN ''
            END AS platform,
            of_device[4] AS operating_system,
            of_device[5] AS browser,
            CASE WHEN has_device THEN coalesce(of_device[6], '') END AS device_name,
            sign_in_risk, user_risk, error_text, ca_status, user_type, home_tenant,
            to_json({{
                'r': requirement, 'e': error_text, 'd': of_status[2],
                's': CASE WHEN steps LIKE '[%' AND json_valid(steps)
                        THEN from_json(steps, '{_STEPS}') END
            }})::VARCHAR AS evidence,
            to_json([
                coalesce(crossing, ''), coalesce(user_type, ''), lower(nullif(home_tenant, '')),
                lower(nullif(resource_tenant, ''))
            ])::VARCHAR AS visit
        FROM told
    """  # noqa: S608  # made of constants


_NOBODY = "00000000-0000-0000-0000-000000000000"

__all__ = [
    "CHUNK",
    "SHAPES",
    "UNPACKED",
    "Shape",
    "facts",
    "named_columns",
    "quoted",
    "record_columns",
]
