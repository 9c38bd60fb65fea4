"""docs/benchmarks.md: parts that are measured one after another, each replaced as a whole."""

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
PARTS = ("engine", "impact", "proofs", "sign-in", "administration", "admin-pages")


def write(part: str, text: str, page: Path = PAGE) -> None:
    """Put what was measured in the place of what stood there; the other parts stay."""
    held = dict(_parts(page.read_text(encoding="utf-8") if page.exists() else ""))
    held[part] = text.strip("\n")
    page.parent.mkdir(exist_ok=True)
    told = (f"{_mark(name)}\n\n{held[name]}\n" for name in PARTS if name in held)
    page.write_text("\n".join(told), encoding="utf-8")


def _parts(text: str) -> Iterator[tuple[str, str]]:
    marks = [(text.index(_mark(name)), name) for name in PARTS if _mark(name) in text]
    ends = [*(at for at, _ in marks[1:]), len(text)]
    for (at, name), end in zip(marks, ends):  # noqa: B905  # without a mark there is no part
        yield name, text[at + len(_mark(name)) : end].strip("\n")


def _mark(part: str) -> str:
    return f"<!-- {part} -->"


def machine() -> str:
    """Name the processor, the system and the interpreter."""
    interpreter = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{_processor()}, {platform.system()} {platform.machine()}, {interpreter}"


def versions(distributions: list[str]) -> str:
    """Name the version of each package, or that it is not installed."""
    return ", ".join(_version(each) for each in distributions)


def _version(distribution: str) -> str:
    try:
        return f"{distribution} {version(distribution)}"
    except PackageNotFoundError:
        return f"{distribution} not installed"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} × {models[0]}" if models else platform.machine()
