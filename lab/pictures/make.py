"""Makes the picture library: ``python -m lab.pictures.make --only glute_bridge --figures female --out build/pictures``.

Without options: every subject, both figures, into the product's folder; what was there of those subjects is replaced.
The two figures are drawn side by side in two processes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from lab.pictures.compose import Composer
from lab.pictures.measuring import measuring_picture
from lab.pictures.people import PEOPLE
from lab.pictures.script import ScriptError, Subject, subjects

MOST_OF_A_STILL = 40_000  # characters; good ones have 7000 to 15000
PRODUCT = Path(__file__).parents[2] / "src" / "coxa" / "pictures"


def main() -> None:
    """Writes ``library/<figure>/<subject>.<moment>.svg`` and ``measuring/<subject>.<figure>.json.gz``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="ID", default=list(subjects()))
    parser.add_argument("--figures", nargs="+", choices=PEOPLE, default=list(PEOPLE))
    parser.add_argument("--out", type=Path, default=PRODUCT)
    parser.add_argument("--quick", action="store_true", help="for looking at: keys only, no pictures of readings")
    options = parser.parse_args()
    if unknown := set(options.only) - set(subjects()):
        parser.error(f"there are no poses for {', '.join(sorted(unknown))}")
    with ProcessPoolExecutor(len(options.figures), mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(make, figure, options.only, options.out, options.quick) for figure in options.figures]
        troubles = [trouble for job in jobs for trouble in job.result()]
    if troubles:
        raise SystemExit("\n".join(troubles))


def make(figure: str, names: Sequence[str], out: Path, quick: bool) -> list[str]:
    """The pictures of one figure; what couldn't be drawn is told in sentences."""
    composer, known, troubles = Composer(figure), subjects(), []
    for name in names:
        start = time.perf_counter()
        try:
            size = _write(composer, figure, known[name], out, quick)
        except ScriptError as error:
            troubles.append(f"{name}, {figure}: {error}")
            continue
        print(f"{figure} {name}: {size / 1000:.0f} kB, {time.perf_counter() - start:.1f} s", flush=True)
    return troubles


def _write(composer: Composer, figure: str, subject: Subject, out: Path, quick: bool) -> int:
    """Bytes written."""
    made = composer.pictures(subject, moving=not quick)
    if len(max(made.start, made.end, key=len)) > MOST_OF_A_STILL:
        raise ScriptError("the drawing came out torn, as the renderer does now and then under load; draw it again.")
    library, measuring = out / "library" / figure, out / "measuring"
    texts = {library / f"{subject.name}.{moment}.svg": text for moment, text in made.by_moment.items()}
    files = {path: f"{text}\n".encode() for path, text in texts.items()}
    if subject.measure and not quick:
        picture = measuring_picture(composer, subject, figure)
        text = json.dumps(picture, separators=(",", ":"))
        files[measuring / f"{subject.name}.{figure}.json.gz"] = gzip.compress(text.encode(), mtime=0)
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return sum(map(len, files.values()))


if __name__ == "__main__":
    main()
