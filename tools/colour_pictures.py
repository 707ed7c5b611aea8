"""Puts the product's palette into pictures that the lab drew: ``python -m tools.colour_pictures [FOLDER]``.

Also after a change of ``src/coxa/pictures/palettes.yaml``, so that the files that are looked at directly follow it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from coxa.pictures.library import LIBRARY
from coxa.pictures.palettes import DEFAULT_SKIN
from coxa.pictures.svg import recoloured


def coloured(svg: str) -> str:
    """The picture as it is stored: the usual skin, following the viewer's preference for light or dark."""
    return recoloured(svg, DEFAULT_SKIN, "both")


def main(folder: Path) -> None:
    """Colours every picture under the folder anew."""
    for path in sorted(folder.rglob("*.svg")):
        path.write_text(coloured(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else LIBRARY)
