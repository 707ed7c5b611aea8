"""SVG files of drawings: stills and loops. Their colours are the product's: ``tools.colour_pictures`` puts them in."""

from __future__ import annotations

from collections.abc import Sequence

from lab.pictures.piece import Drawing, Layer

# Share of a loop's time that it rests at each end.
REST = 0.2


def still(drawing: Drawing, marks: Sequence[Layer] = ()) -> str:
    """One picture with ``marks`` on top."""
    layers = [*drawing.ground, *drawing.props, *drawing.figure, *marks]
    return f"{_head(drawing)}{paths(layers)}</svg>"


def loop(drawings: Sequence[Drawing], seconds: float, end: int, back: bool = True) -> str:
    """A moving picture of ``seconds``; where motion is unwanted it shows the frame ``end``.

    It goes there and back with a rest at both ends; without ``back`` it runs evenly and begins again, and the last
    frame, which is like the first, is left out.
    """
    drawings = drawings if back else drawings[:-1]
    first = drawings[0]
    fixed: list[str] = []
    moving = [""] * len(drawings)
    for parts in ([d.ground for d in drawings], [d.props for d in drawings], [d.figure for d in drawings]):
        # What comes after something that moves may be hidden by it, so it must stay on top of it.
        if all(part == parts[0] for part in parts) and not any(moving):
            fixed.append(paths(parts[0]))
        else:
            moving = [frame + paths(part) for frame, part in zip(moving, parts, strict=True)]
    frames = "".join(f'<g class="frame f{i}">{data}</g>' for i, data in enumerate(moving))
    motion = f"<style>{_motion(len(drawings), seconds, min(end, len(drawings) - 1), back)}</style>"
    return f"{_head(first)}{motion}{''.join(fixed)}{frames}</svg>"


def _motion(count: int, seconds: float, end: int, back: bool) -> str:
    """CSS that shows one frame at a time."""
    css = f".frame{{visibility:hidden;animation:{seconds:g}s step-end infinite}}.f{end}{{visibility:visible}}"
    for i in range(count):
        changes = _there_and_back(count, i) if back else _round(count, i)
        steps = "".join(f"{at:.4g}%{{visibility:{'visible' if on else 'hidden'}}}" for at, on in changes)
        css += f".f{i}{{animation-name:k{i}}}@keyframes k{i}{{{steps}}}"
    return css + "@media (prefers-reduced-motion:reduce){.frame{animation:none}}"


def _round(count: int, i: int) -> list[tuple[float, bool]]:
    """When a frame is shown or hidden, in percent of the whole time, each as long as the others."""
    shown = [(100 * i / count, True), (100 * (i + 1) / count, False)]
    return shown if i == 0 else [(0, False), *shown]


def _there_and_back(count: int, i: int) -> list[tuple[float, bool]]:
    """When a frame is shown or hidden, in percent of the whole time."""
    if count == 1:
        return [(0, True)]
    rest = 100 * REST if count > 2 else 50
    width = (50 - rest) / max(count - 2, 1)
    if i == 0:
        return [(0, True), (rest / 2, False), (100 - rest / 2, True)]
    if i == count - 1:
        return [(0, False), (50 - rest / 2, True), (50 + rest / 2, False)]
    there, back = rest / 2 + (i - 1) * width, 100 - rest / 2 - i * width
    return [(0, False), (there, True), (there + width, False), (back, True), (back + width, False)]


def _head(drawing: Drawing) -> str:
    width, height = drawing.view.size
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" fill-rule="evenodd">'


def paths(layers: Sequence[Layer]) -> str:
    """The layers as SVG elements, from back to front."""
    return "".join(f'<path class="{layer.paint}" d="{layer.data}"/>' for layer in layers)
