"""Takes the pictures of docs/admin-center.md and docs/how-to.md: `make screenshots`.

A server of its own serves the demonstration with a month of sign-ins; the system's Chromium signs
in with password and authenticator app and takes the pictures (`make browser` installs what drives
it). Names of pictures as arguments take only these; `how-to` takes those of the how-to, on the way
through it that the tests go.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from pyotp.totp import TOTP

from docs.screenshot_tenant import made
from ostiary.directory.sign_ins import Asked
from ostiary.serving.host import opened_store
from tests.admin.story import story
from tests.serving.processes import running

FOLDER: Final = Path(__file__).parent / "screenshots"
SCRIPT: Final = Path(__file__).parent.parent / "tests" / "browser" / "admin-shots.mjs"
LARGEST: Final = 150_000
"""Bytes of a picture."""
SHOTS: Final = (
    ("overview", "/", "light", 1280),
    ("policies", "/policies", "light", 1280),
    ("policies-dark", "/policies", "dark", 1280),
    ("policies-narrow", "/policies", "light", 320),
    ("policy", "/policies/{policy}", "light", 1280),
    ("policy-form", "/policies/{policy}/edit", "light", 1280),
    ("policy-versions", "/policies/{policy}/versions", "light", 1280),
    ("policy-impact", "/policies/{policy}/impact", "light", 1280),
    ("rollout", "/rollouts/{rollout}/gates", "light", 1280),
    ("templates", "/policies/templates", "light", 1280),
    ("what-if", "/what-if", "light", 1280),
    ("gaps", "/gaps", "light", 1280),
    ("coverage", "/coverage", "light", 1280),
    ("sign-ins", "/sign-ins", "light", 1280),
    ("sign-in", "/sign-ins/{sign_in}", "light", 1280),
    ("named-locations", "/named-locations", "light", 1280),
    ("authentication-strengths", "/authentication-strengths", "light", 1280),
    ("users", "/users", "light", 1280),
    ("user", "/users/{user}", "light", 1280),
    ("emergency-access", "/emergency-access", "light", 1280),
    ("audit-log", "/audit-log", "light", 1280),
)
"""Name, address behind `/admin`, colours, width."""
HOW_TO: Final = ("policies", "form", "created", "impact")
"""Where the way through docs/how-to.md stops for a picture."""


def main() -> int:
    """Take them; 1 where a page cannot be shown, or a picture is too large."""
    parser = argparse.ArgumentParser(prog="python -m docs.screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", help="pictures to take, all unless named")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    chosen = parser.parse_args()
    wanted = [each for each in SHOTS if not chosen.names or each[0] in chosen.names]
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="ostiary-shots-") as folder:
        if wanted:
            wrong += _taken(Path(folder) / "data", wanted, chosen.folder)
        if not chosen.names or "how-to" in chosen.names:
            _how_to(Path(folder), chosen.folder)
    for each in wrong:
        print(each, file=sys.stderr)
    return int(bool(wrong))


def _taken(data: Path, wanted: list[tuple[str, str, str, int]], folder: Path) -> list[str]:
    demo = made(data)
    places = _places(data)
    with running(data) as server:
        code = TOTP(demo.administrator.otp_key)
        if code.interval - time.time() % code.interval < code.interval / 2:
            time.sleep(code.interval / 2)  # so that the code is still good when it is typed
        given = {
            "base": server.login_url,
            "folder": str(folder),
            "user": demo.administrator.name,
            "password": demo.administrator.password,
            "code": code.now(),
            "shots": [(name, path.format_map(places), *how) for name, path, *how in wanted],
        }
        node, chromium = shutil.which("node"), shutil.which("chromium")
        if node is None or chromium is None:
            return ["expected node and Chromium (Debian: chromium), and one is not installed"]
        done = subprocess.run(  # noqa: S603  # our own script
            [node, str(SCRIPT), json.dumps(given)],
            env={**os.environ, "CHROMIUM": chromium},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return [done.stderr]
    found: list[str] = json.loads(done.stdout)["wrong"]
    large = [each for each in folder.glob("*.png") if each.stat().st_size > LARGEST]
    return [*found, *(f"{each.name}: more than {LARGEST} bytes" for each in large)]


def _how_to(work: Path, folder: Path) -> None:
    os.environ["OSTIARY_SHOTS"] = str(work / "shots")
    with story(work / "how-to") as at:
        at.play("admin-how-to.mjs")
    for each in HOW_TO:
        shutil.copy(work / "shots" / f"story-{each}-light-1280.png", folder / f"how-to-{each}.png")


def _places(data: Path) -> dict[str, str]:
    """Give the ids that addresses name: of a policy, a rollout, a sign-in and a person."""
    with opened_store(data, os.environ) as store:
        policies = {str(each.document["displayName"]): each.id for each in store.policies.all()}
        sign_ins = [each.event for each in store.sign_ins.find(Asked(), limit=200)]
        (rollout,) = store.rollouts.every()
        person = next(each for each in store.users.all() if "Nora" in str(each.document))
    shown = next((each for each in sign_ins if each.user_id and not each.error_code), sign_ins[0])
    return {
        "policy": policies["Require multifactor authentication for all users"],
        "rollout": rollout.id,
        "sign_in": shown.id,
        "user": person.id,
    }


if __name__ == "__main__":
    sys.exit(main())
