"""One harness, fed by atheris (libFuzzer for Python) until it breaks or its time is over: python -m tests.fuzz.one."""

import re
import sys
from pathlib import Path

import atheris
from tests.fuzz.table import harness

# A hang is a finding; instrumented code takes several times as long as it does for users.
HANG_SECONDS = 20
MEMORY_MB = 2048


def main() -> None:
    name, folder, seconds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    with atheris.instrument_imports(include=["hub_launch", "hub_build"], enable_loader_override=False):
        it = harness(name)
    corpus, seeds = folder / "corpus" / name, folder / "seeds" / name
    for made in (corpus, seeds, folder / "found"):
        made.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate([*it.seeds, *(path.read_bytes() for path in it.regressions)]):
        (seeds / str(number)).write_bytes(seed)
    words = seeds.with_suffix(".words")
    words.write_text("".join(f'"{_quoted(word)}"\n' for word in it.words), encoding="utf-8")
    options = {
        "max_total_time": seconds,
        "max_len": it.most,
        **({"dict": words} if it.words else {}),
        "timeout": HANG_SECONDS,
        "rss_limit_mb": MEMORY_MB,
        "artifact_prefix": f"{folder / 'found' / name}-",
        "verbosity": 0,
        "print_final_stats": 1,
    }
    flags = [f"-{key}={value}" for key, value in options.items()]
    atheris.Setup([name, *flags, str(corpus), str(seeds)], it.check, internal_libfuzzer=True)
    atheris.Fuzz()


def _quoted(word: str) -> str:
    """As libFuzzer's dictionaries want it: bytes that are no plain letters as \\xAB."""
    return re.sub(r"[^ -!#-\[\]-~]", lambda match: "".join(f"\\x{one:02X}" for one in match[0].encode()), word)


if __name__ == "__main__":
    main()
