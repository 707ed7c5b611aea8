"""The sheets of printed markers: exact size, the right tag with the right words, accessible, the same every time."""

import io
import re

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest

from coxa.motion.tag_corners import find_tags, tag_cells
from coxa.protocol import load_protocol
from coxa.report.marker_drawing import outlines
from coxa.report.markers import Paper, markers_pdf

MARKERS = load_protocol().printed_markers
SIZES: dict[Paper, tuple[int, int]] = {"a4": (595, 842), "letter": (612, 792)}
DPI = 200
PIXEL = 25.4 / DPI
"""Millimetres; the renderer puts edges on whole pixels."""


@pytest.fixture(scope="module", params=["a4", "letter"])
def paper(request: pytest.FixtureRequest) -> Paper:
    return "a4" if request.param == "a4" else "letter"


@pytest.fixture(scope="module")
def made(paper: Paper) -> bytes:
    return markers_pdf(load_protocol(), paper)


@pytest.fixture(scope="module")
def texts(made: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(made)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return [re.sub(r"\s+", " ", page.replace("\u200b", "").replace("\ufffe", "")) for page in pages]


@pytest.fixture(scope="module")
def pictures(made: bytes) -> list[np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]]:
    document = pypdfium2.PdfDocument(made)
    try:
        return [np.asarray(page.render(scale=DPI / 72).to_pil().convert("RGB"), dtype=np.uint8) for page in document]
    finally:
        document.close()


def test_one_page_of_words_and_one_sheet_each(made: bytes, paper: Paper) -> None:
    with pikepdf.open(io.BytesIO(made)) as document:
        sizes = [(round(float(page.mediabox[2])), round(float(page.mediabox[3]))) for page in document.pages]
    assert sizes == [SIZES[paper]] * (1 + len(MARKERS))


def test_each_sheet_says_where_and_which_way(texts: list[str]) -> None:
    for marker, text in zip(MARKERS.values(), texts[1:], strict=True):
        for words in (marker.name, marker.where, marker.arrow, marker.care, f"tag {marker.tag}", "TO THE", "100 mm"):
            assert words in text, (marker.id, words)
        assert "100 %" in text
    assert "actual size" in texts[0]
    assert "2 metres" in texts[0]


def test_each_sheet_holds_its_own_tag_of_the_right_size(
    pictures: list[np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]],
) -> None:
    numbers = {marker.tag for marker in MARKERS.values()}
    assert find_tags(pictures[0], numbers) == {}
    for marker, picture in zip(MARKERS.values(), pictures[1:], strict=True):
        found = find_tags(picture, numbers)
        assert set(found) == {marker.tag}
        corners = found[marker.tag]
        sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1) / DPI * 25.4
        np.testing.assert_allclose(sides, load_protocol().printed_tag.side_mm, atol=1.1 * PIXEL)
        assert corners[0, 1] < corners[3, 1]  # printed upright: its top is towards the arrow
        assert abs(corners[0, 1] - corners[1, 1]) < 0.1


def test_white_rim_is_free(pictures: list[np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]]) -> None:
    """One cell around the tag must stay white, or the camera doesn't find it."""
    for marker, picture in zip(MARKERS.values(), pictures[1:], strict=True):
        corners = find_tags(picture, {marker.tag})[marker.tag]
        cell = np.linalg.norm(corners[1] - corners[0]) / 8
        (left, top), (right, bottom) = corners.min(axis=0) - cell, corners.max(axis=0) + cell
        rim = picture[int(top) : int(bottom), int(left) : int(right)].min(axis=2)
        inner = int(cell) - 2
        assert rim[:inner].min() == rim[-inner:].min() == rim[:, :inner].min() == rim[:, -inner:].min() == 255


def test_tags_are_drawn_and_not_pictures(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as document:
        kinds = {
            str(item.get("/Subtype"))
            for item in document.objects
            if isinstance(item, pikepdf.Stream) and "/Subtype" in item
        }
    assert "/Image" not in kinds


@pytest.mark.parametrize("number", [0, 3, 17, 586])
def test_outlines_hold_the_white_cells(number: int) -> None:
    cells, size = tag_cells(number), 16
    drawn = np.zeros((8 * size, 8 * size), dtype=np.uint8)
    loops = [np.array(loop) * size for loop in outlines(cells)]
    for loop in loops:  # filled by the even-odd rule, as in the SVG
        once = np.zeros_like(drawn)
        cv2.fillPoly(once, [loop.astype(np.int32)], 1)
        drawn ^= once
    middles = drawn[size // 2 :: size, size // 2 :: size].astype(bool)
    np.testing.assert_array_equal(middles, cells)


def test_is_accessible(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as document:
        assert bool(document.Root.MarkInfo.Marked)
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Printed markers"
        alternatives = {
            str(item["/Alt"]) for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        }
    for marker in MARKERS.values():
        assert f"AprilTag 36h11 number {marker.tag}" in alternatives
        assert any(alternative.startswith(f"{marker.name}: where") for alternative in alternatives)


def test_is_the_same_every_time(made: bytes, paper: Paper) -> None:
    assert markers_pdf(load_protocol(), paper) == made
