"""Write the camera's part of the error of every video reading into errors.yaml: ``python -m tools.device_errors``.

The parts are those of ``python -m tools.validate_video``; run it when the committed clips, the gates or the reading of
videos change, and ``make docs`` after it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path

from coxa.model import Method
from coxa.protocol import Protocol, load_protocol
from tests.pose_clips import pose_clips
from tools.video_clips import judged
from tools.video_tables import device_errors


def rewritten(text: str, knowledge: Protocol, found: Mapping[str, float]) -> str:
    """The text of errors.yaml with new ``device_sem`` and ``sem`` wherever they rest on rendered clips."""
    for entry in knowledge.errors.values():
        if entry.method is Method.VIDEO and entry.basis == "validation" and entry.with_error is not None:
            device = found[entry.test]
            whole = math.hypot(device, knowledge.errors[entry.with_error].standard_error)
            start = text.index(f"  - id: {entry.id}\n")
            end = text.find("\n  - id:", start + 1)
            block = text[start : end if end > 0 else None]
            block = re.sub(r"(?m)^    device_sem: .*$", f"    device_sem: {device:g}", block)
            block = re.sub(r"(?m)^    sem: .*$", f"    sem: {whole:.2f}", block)
            text = text[:start] + block + (text[end:] if end > 0 else "")
    return text


def main() -> None:
    """Rewrite the file of the source tree."""
    knowledge = load_protocol()
    path = Path(knowledge.folder) / "errors.yaml"
    path.write_text(
        rewritten(path.read_text(encoding="utf-8"), knowledge, device_errors(judged(pose_clips()))), encoding="utf-8"
    )
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
