"""The palettes of the picture library can be told apart and read."""

from pathlib import Path
from typing import Any

import pytest
import yaml

PALETTES: dict[str, Any] = yaml.safe_load(Path("lab/pictures/palettes.yaml").read_text())


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_outline_stands_out_from_background_and_mat(theme: str) -> None:
    things = PALETTES["things"][theme]
    assert contrast(things["outer"], PALETTES["background"][theme]) >= 4.5
    assert contrast(things["outer"], things["mat"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_muscles_differ_from_clothes_and_both_themes_have_the_same_classes(theme: str) -> None:
    assert PALETTES["things"][theme].keys() == PALETTES["things"]["light"].keys()
    assert contrast(PALETTES["things"][theme]["muscle"], PALETTES["clothes"][theme]["trousers"]) >= 1.2


def test_skins_go_from_light_to_dark_each_with_its_shade_and_lines() -> None:
    skins = list(PALETTES["skins"].values())
    assert len(skins) >= 5
    for base, shade, line in skins:
        assert luminance(base) > luminance(shade) > luminance(line)
        assert contrast(base, shade) >= 1.2
    assert [luminance(base) for base, _, _ in skins] == sorted((luminance(base) for base, _, _ in skins), reverse=True)
