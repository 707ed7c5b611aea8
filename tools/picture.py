"""The pictures of README: the top of a report, taken by the system's Chromium, and a measured recording."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

import coxa
from coxa.cli import DEMO_CASE
from coxa.cli.demonstration import DEMO_PROTOCOL, DEMO_RECORDING, DEMO_TEST
from coxa.cli.examples import example_case, example_recording
from coxa.model import Person, Sex, Side
from coxa.protocol import load_protocol
from coxa.recordings import RecordingOptions, measure_recording
from coxa.report.bundle import visit_files
from coxa.report.measurement_plot import drawn_measurement

WIDTH, TALL, LOWEST, HIGHEST = 1200, 2000, 1000, 1460
"""Pixels: the window, and where the picture may end."""
MOST_BYTES = 300_000
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def report_picture() -> bytes | None:
    """PNG of the top of the demo's first report, in light colours; ``None`` without Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        return None
    case = coxa.load_case(example_case(DEMO_CASE))
    assessment = coxa.assess(case, case.visits[0].date)
    plan = coxa.prescribe(case, assessment)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page, shot = folder / "report.html", folder / "shot.png"
        page.write_bytes(visit_files(assessment, plan, case.source, load_protocol())["report.html"])
        subprocess.run(
            [
                chromium,
                *FLAGS,
                f"--user-data-dir={folder / 'profile'}",
                f"--window-size={WIDTH},{TALL}",
                f"--screenshot={shot}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        with Image.open(shot) as image:
            return _png(_cropped(image.convert("RGB")))


def measurement_picture() -> bytes:
    """PNG of the angle over time of the example video of a straight leg raise."""
    video = example_recording(DEMO_RECORDING)
    (one,) = measure_recording(video, DEMO_TEST, Side.LEFT, RecordingOptions(protocol=DEMO_PROTOCOL)).measurements
    drawn = drawn_measurement(one, ".png", load_protocol(), person=Person(age=41, sex=Sex.FEMALE))
    with Image.open(io.BytesIO(drawn)) as image:
        return _png(image.convert("RGB").resize((image.width * 2 // 3, image.height * 2 // 3)))


def _cropped(image: Image.Image) -> Image.Image:
    """The picture down to the last row between ``LOWEST`` and ``HIGHEST`` that cuts through nothing."""
    ground = Image.new("RGB", (image.width, 1), image.getpixel((2, 2)))
    for y in range(min(HIGHEST, image.height) - 1, LOWEST, -1):
        if ImageChops.difference(image.crop((0, y, image.width, y + 1)), ground).getbbox() is None:
            return image.crop((0, 0, image.width, y + 1))
    return image.crop((0, 0, image.width, HIGHEST))


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.quantize(colors=128, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    if len(stream.getvalue()) > MOST_BYTES:
        raise ValueError(f"the picture has {len(stream.getvalue())} bytes, more than {MOST_BYTES}")
    return stream.getvalue()
