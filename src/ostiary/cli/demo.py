"""`ostiary demo`: a tenant that is served, and the story of its founding policy told on it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE, NO
from ostiary.cli.extras import require_demo
from ostiary.cli.output import answer, answer_json, note
from ostiary.cli.progress import progress

if TYPE_CHECKING:
    from ostiary.demo.credentials import Credentials
    from ostiary.demo.story import Story, Told
    from ostiary.serving.free_ports import Ports

_SIGN_INS = 20_000
_NARROWEST = 40


@click.command("demo")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default="./ostiary-demo",
    show_default=True,
    metavar="DIR",
    help="The folder of the tenant; it is made, or gone on with.",
)
@click.option("--exit", "end", is_flag=True, help="End after the story instead of serving on.")
@click.option(
    "--access-token-lifetime",
    "lifetime",
    type=click.IntRange(10, 86_400),
    metavar="SECONDS",
    help="Life of every access token; below 300, MSAL asks for a new one on each use.",
)
@options.as_json
def command(*, data: Path, end: bool, lifetime: int | None, as_json: bool) -> int:
    """Serve a tenant of some 300 people with a log of 30 days, and tell the story on it.

    The story: require multifactor authentication for Azure management without locking anyone out,
    from the template in report-only to the policy that is on, as real clients see it. Writes
    DIR/demo.env for scripts, and serves until Ctrl-C. Exit code 1 if a step does not hold.
    """
    require_demo()
    from ostiary.demo import tenant
    from ostiary.demo.azure_cli import AzureCli
    from ostiary.demo.clients import Clients
    from ostiary.demo.credentials import kept
    from ostiary.demo.outside import outside
    from ostiary.demo.serving import serving, write_config
    from ostiary.demo.story import Story
    from ostiary.demo.variables import variables, write_variables
    from ostiary.secrecy.clock import SystemClock
    from ostiary.secrecy.randomness import SystemRandomness
    from ostiary.serving.free_ports import free_ports

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: servers too
    clock, randomness = SystemClock(), SystemRandomness()
    told = kept(data)
    if told is None:
        note(f"Making the tenant in {data} …")
        told = tenant.made(data, os.environ, clock=clock, randomness=randomness)
        _history(data)
    ports = free_ports()
    for line in _about(ports):
        note(line)
    with outside(data, told.issuer_key, clock=clock, randomness=randomness) as beyond:
        _settle(data, told, ports, beyond.origin)
        write_config(data, ports, beyond, lifetime, randomness)
        note("Starting the servers …")
        with serving(data, ports) as until_it_ends:
            az = AzureCli.on_path(data, ports, told, _environment(data))
            story = Story(Clients(data, ports, told.tenant_id), told, beyond, az)

            def deployed() -> None:
                write_variables(data, story, clock=clock, randomness=randomness)

            held = _played(story, deployed, as_json=as_json)
            if not held or end:
                return DONE if held else NO
            for line in _how_to_go_on(variables(data, story), data):
                answer(line)
            with suppress(KeyboardInterrupt):
                until_it_ends()
    return DONE


def _played(story: Story, deployed: Callable[[], None], *, as_json: bool) -> bool:
    """Tell the story; tells whether every step held. `deployed` is called after the first."""
    scenes: list[Told] = []
    for scene in story.play():
        scenes.append(scene)
        if not as_json:
            _tell(len(scenes), scene)
        if len(scenes) == 1 and scene.held:
            deployed()
    held = all(each.held for each in scenes)
    if as_json:
        answer_json({"held": held, "steps": [_json(each) for each in scenes]})
    return held


def _history(data: Path) -> None:
    """Write the sign-ins of the last 30 days."""
    from ostiary.demo.history import write_history
    from ostiary.serving.host import opened_store

    with opened_store(str(data), os.environ) as store, progress("Sign-ins of 30 days") as tell:
        write_history(
            store,
            _SIGN_INS,
            store.means.clock.now(),
            progress=lambda rows: tell(rows / _SIGN_INS, rows),
        )


def _settle(data: Path, told: Credentials, ports: Ports, issuer: str) -> None:
    from ostiary.demo.tenant import settle
    from ostiary.serving.host import opened_store

    with opened_store(str(data), os.environ) as store:
        settle(store, login_url=ports.login_url, issuer=issuer, application=told.application)


def _environment(data: Path) -> dict[str, str]:
    """Give what `ostiary env` prints, and write the bundle of authorities that it names."""
    from ostiary.secrecy.clock import SystemClock
    from ostiary.secrecy.randomness import SystemRandomness
    from ostiary.serving.client_environment import authority_file, client_environment, write_bundle
    from ostiary.serving.settings_reading import read_settings

    settings = read_settings(config=None, folder=data, environment={}).settings
    clock, randomness = SystemClock(), SystemRandomness()
    authority = authority_file(settings, data, clock=clock, randomness=randomness)
    bundle = write_bundle(data, authority, randomness=randomness) if authority else None
    return client_environment(settings, data, authority, bundle)


def _about(ports: Ports) -> Iterator[str]:
    for usual, used in ports.moved:
        yield f"Port {usual} is taken; {used} is used instead."
    if ports.realm is None:
        yield (
            "Port 443 cannot be had here: `az login -u … -p …` and MSAL's password grant ask there"
            " for the user's realm and will not work; everything else does."
        )


def _tell(number: int, scene: Told) -> None:
    answer("")
    answer(f"{number}. {scene.title}.")
    for line in scene.lines:
        for part in _fitted(line):
            answer(f"   {part}")
    if scene.wrong:
        answer(f"   NOT AS IT HAS TO BE: {scene.wrong}")


def _fitted(line: str) -> list[str]:
    """Break a line between words where it goes to a terminal that is narrower."""
    if not sys.stdout.isatty():
        return [line]
    width = max(shutil.get_terminal_size().columns - 3, _NARROWEST)
    return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)


def _json(scene: Told) -> dict[str, object]:
    return {
        "title": scene.title,
        "held": scene.held,
        "lines": scene.lines,
        **({"wrong": scene.wrong} if scene.wrong else {}),
    }


def _how_to_go_on(values: Mapping[str, str], data: Path) -> Iterator[str]:
    az = "" if shutil.which("az") else " (the Azure CLI is not on the path here)"
    yield ""
    yield f"Admin center: {values['ADMIN_URL']}   (its certificate authority: {data / 'ca.pem'})"
    yield "Credentials of this demonstration, made for it and good nowhere else:"
    for title, name, password, key in (
        ("administrator", "ADMIN", "ADMIN_PASSWORD", "ADMIN_TOTP_SECRET"),
        ("person", "TUSER", "PASSWORD", "TOTP_SECRET"),
        ("emergency access", "BREAKGLASS", "BG_PASSWORD", ""),
    ):
        yield f"  {title:<17} {values[name]}"
        yield f"  {'password':<17} {values[password]}"
        if key:
            yield f"  {'authenticator':<17} {values[key]}"
    yield f"For scripts: {data / 'demo.env'}"
    yield f"Point az at it{az}:"
    yield f'  eval "$(ostiary env --data {data})"'
    yield f"  az cloud register -n Ostiary --endpoint-resource-manager {values['ARM_URL']}"
    yield "  az cloud set -n Ostiary && az login --use-device-code"
    yield ""
    yield "Serving until Ctrl-C."
