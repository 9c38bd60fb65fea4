"""`ostiary demo`: the founding policy decided and explained for five sign-ins.

Source of the policy and of who stays out of it: the how-to of Microsoft Entra that requires
multifactor authentication for the Windows Azure Service Management API. The tenant is invented.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE, NO
from ostiary.cli.output import answer, answer_json

if TYPE_CHECKING:
    from ostiary.conformance.comparison import Difference
    from ostiary.model.decision import Decision


@dataclass(frozen=True, slots=True)
class Scene:
    """One sign-in of the story: what was decided, and where that is not what had to come."""

    title: str
    moral: str
    decision: Decision
    differences: tuple[Difference, ...]


@click.command("demo")
@click.option("--serve", is_flag=True, help="Serve that tenant, for az and a browser to try.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default="./ostiary-demo",
    show_default=True,
    metavar="DIR",
    help="The folder that --serve makes, or goes on with.",
)
@options.config
@options.as_json
def command(*, serve: bool, data: Path, config: str | None, as_json: bool) -> int:
    """Decide and explain five sign-ins of a small tenant; serve it with --serve.

    Exit code 1 if any sign-in is not decided as it has to be.
    """
    told = story()
    if serve:
        from ostiary.cli.demo_serving import serve_demo

        return serve_demo(told["tenant"], data, config, as_json=as_json)
    scenes = played(told)
    if as_json:
        held = exit_code(scenes) == DONE
        answer_json({"title": told["title"], "held": held, "scenes": list(map(_json, scenes))})
    else:
        for line in lines(told, scenes):
            answer(line)
    return exit_code(scenes)


def story() -> dict[str, Any]:
    """Give the tenant, and the sign-ins with what has to come of them."""
    text = (resources.files("ostiary.cli") / "demo.json").read_text(encoding="utf-8")
    return json.loads(text)


def played(told: Mapping[str, Any]) -> tuple[Scene, ...]:
    """Decide every sign-in of a story."""
    return tuple(_scene(told["tenant"], scene) for scene in told["scenes"])


def exit_code(scenes: Sequence[Scene]) -> int:
    """Give the exit code of a story: whether every sign-in was decided as it has to be."""
    return NO if any(scene.differences for scene in scenes) else DONE


def _scene(tenant: Mapping[str, Any], scene: Mapping[str, Any]) -> Scene:
    """Decide one sign-in, with the policy in the state that the scene has it in."""
    from ostiary.conformance.comparison import decision_differences
    from ostiary.tenant.tenant import load_tenant

    policies = [
        {**policy, "state": scene["state"]} for policy in tenant["conditionalAccessPolicies"]
    ]
    loaded = load_tenant({**tenant, "conditionalAccessPolicies": policies})
    decision = loaded.decide(scene["signIn"])
    differences = decision_differences(scene["expect"], decision.to_json())
    return Scene(scene["title"], scene["moral"], decision, differences)


def lines(told: Mapping[str, Any], scenes: Sequence[Scene]) -> Iterator[str]:
    """Tell a story."""
    yield told["title"]
    yield ""
    yield from told["policy"]
    for number, scene in enumerate(scenes, start=1):
        yield ""
        yield f"{number}. {scene.title}."
        yield from (f"   {line}" for line in _decided(scene.decision))
        yield f"   So: {scene.moral}."
        yield from (f"   NOT AS IT HAS TO BE: {each}" for each in scene.differences)
    wrong = sum(1 for scene in scenes if scene.differences)
    yield ""
    yield (
        f"{wrong} of {len(scenes)} sign-ins were not decided as they have to be."
        if wrong
        else f"All {len(scenes)} sign-ins were decided as they have to be."
    )


def _decided(decision: Decision) -> Iterator[str]:
    code = f"AADSTS{decision.code}" if decision.code else "a token"
    enforced = any(each.result in {"success", "failure"} for each in decision.policies)
    why = decision.why if enforced else "no policy that is on applies"
    yield f"{decision.outcome.value.upper()} ({code}): {why}."
    for verdict in decision.policies:
        applies = "applies" if verdict.applies else "does not apply"
        yield f"The policy {applies}; in the sign-in log: {verdict.result}."
        yield from (f"- {each.condition}: {each.sentence}." for each in verdict.reasons)


def _json(scene: Scene) -> dict[str, Any]:
    return {
        "title": scene.title,
        "held": not scene.differences,
        "decision": scene.decision.to_json(),
        "differences": [each.to_json() for each in scene.differences],
    }
