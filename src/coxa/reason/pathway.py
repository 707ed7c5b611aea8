"""The pathway of the source idea as a visible trail: asked, found, how sure, what follows."""

from __future__ import annotations

from coxa.model import Contributor, Motion, SafetyResult, Support, TrailStep, Verdict, VerdictLabel
from coxa.reason.contributors.picture import Picture

_MUSCLES = ("hamstrings", "rectus_femoris", "iliopsoas_or_capsule", "tensor_fasciae_latae", "other_hip_muscles")
_FORM = ("movement_control", "squat_form", "training_load", "sitting", "ankle_mobility")
_OTHERS = ("nerve", "hip_joint_condition", "hypermobility", "not_the_hip")
_LIKELY = (Support.SUPPORTED, Support.POSSIBLE)


def trail(
    picture: Picture, safety: SafetyResult, contributors: tuple[Contributor, ...], *, nerve_care: bool
) -> tuple[TrailStep, ...]:
    """Every step of ``pathway.yaml`` in order, none left out: elimination proves nothing, so all are walked."""
    by_id = {c.id: c for c in contributors}
    steps = {
        "safety": _safety(safety),
        "flexibility": _flexibility(picture, by_id),
        "form_and_load": _form(by_id),
        "mobility": _mobility(picture, by_id),
        "other_explanations": _others(by_id),
        "remedy": _remedy(picture, safety, nerve_care=nerve_care),
    }
    if not safety.programme_allowed:
        for name in ("flexibility", "form_and_load", "mobility", "other_explanations"):
            steps[name]["follows"] = "After you have been seen."
    return tuple(
        TrailStep(step=step.id, asked=step.asked, **steps[step.id], evidence=step.evidence)
        for step in picture.protocol.pathway.values()
    )


def safety_only(safety: SafetyResult, asked: str, evidence: tuple[str, ...]) -> tuple[TrailStep, ...]:
    """The trail of a screening that ended at the safety gate."""
    return (TrailStep(step="safety", asked=asked, **_safety(safety), evidence=evidence),)


def _safety(safety: SafetyResult) -> dict[str, str]:
    if not safety.actions:
        return {
            "found": "No answer asks for a doctor first.",
            "how_sure": "A list of questions misses some things: if anything new turns up, answer them again.",
            "follows": "Go on.",
        }
    return {
        "found": "One thing that matters here."
        if len(safety.actions) == 1
        else f"{len(safety.actions)} things that matter here.",
        "how_sure": "A list of questions can't tell what is behind it; that needs a look by a professional."
        if safety.ends_screening
        else "Most single signs turn out harmless, but they can't be judged from a distance.",
        "follows": safety.actions[0].say,
    }


def _listed(contributors: dict[str, Contributor], ids: tuple[str, ...], *supports: Support) -> list[Contributor]:
    return [contributors[i] for i in ids if contributors[i].support in supports]


def _names(found: list[Contributor]) -> str:
    def one(c: Contributor) -> str:
        sides = " and ".join(side.value for side in c.sides)
        return c.name[0].lower() + c.name[1:] + (f" ({sides})" if sides else "")

    return "; ".join(one(c) for c in found)


def _verdict_counts(verdicts: list[Verdict]) -> str:
    told = [v for v in verdicts if v.label is not VerdictLabel.CANT_TELL]
    if not told:
        return "None of the paired tests gives a verdict."
    least = min(v.probabilities[v.label] for v in told)
    return f"{len(told)} of {len(verdicts)} verdicts named, each with a probability of at least {min(least, 0.99):.2f}."


def _flexibility(picture: Picture, by_id: dict[str, Contributor]) -> dict[str, str]:
    likely = _listed(by_id, _MUSCLES, *_LIKELY)
    unknown = _listed(by_id, _MUSCLES, Support.CANT_TELL)
    verdicts = [v for v in picture.verdicts if v.motion in (Motion.FLEXION, Motion.EXTENSION)]
    if likely:
        found, follows = (
            f"Some sign of: {_names(likely)}.",
            "Lengthening and full-range strength for these, and a look at all the rest too.",
        )
    elif len(unknown) == len(_MUSCLES):
        found, follows = (
            "Not judged: not measured, or no norm for this test and age.",
            "Measured again later, the numbers still show change.",
        )
    elif all(v.label is VerdictLabel.CLEAR for v in verdicts if v.used):
        found, follows = "No muscle group measured here looks short.", "Look at form and load."
    else:
        found, follows = (
            "The readings are too close to their limits, or incomplete, to call.",
            "Measure again; go on meanwhile.",
        )
    return {
        "found": found + (f" Not known: {_names(unknown)}." if unknown and len(unknown) < len(_MUSCLES) else ""),
        "how_sure": _verdict_counts(verdicts)
        + " That short muscles cause back pain is not shown: the link is weak, and standing posture does not "
        "follow muscle length.",
        "follows": follows,
    }


def _form(by_id: dict[str, Contributor]) -> dict[str, str]:
    likely = _listed(by_id, _FORM, *_LIKELY)
    return {
        "found": f"Some sign of: {_names(likely)}." if likely else "Nothing in form, load or sitting stands out.",
        "how_sure": "From your own answers and from watching; raters agree only partly on such tests.",
        "follows": "Adjust load and form by comfort, and practise the painful task."
        if likely
        else "Look at the joint.",
    }


def _mobility(picture: Picture, by_id: dict[str, Contributor]) -> dict[str, str]:
    joint = by_id["hip_joint_mobility"]
    bony = [v for v in picture.verdicts if v.label is VerdictLabel.BONY_PATTERN]
    verdicts = [v for v in picture.verdicts if v.motion is Motion.ROTATION]
    if bony:
        sides = " and ".join(v.side.value for v in bony)
        found, follows = (
            f"A usual arc that is shifted ({sides}): the shape of the bone.",
            "Nothing to mobilise; choose stance and tasks that fit.",
        )
    elif joint.support in _LIKELY:
        found, follows = (
            f"Some sign of: {_names([joint])}.",
            "Mobility work chosen by the test, with strength through the range.",
        )
    elif joint.support is Support.CANT_TELL:
        found = "Not judged: not measured, or no norm for this test and age."
        follows = "Measured again later, the numbers still show change."
    elif all(_joint_excluded(v) for v in verdicts if v.used):
        found, follows = "The hip joints travel through a usual range where they were measured.", "Look further."
    else:
        found, follows = (
            "The readings are too close to their limits, or incomplete, to call.",
            "Measure again; go on meanwhile.",
        )
    return {
        "found": found,
        "how_sure": _verdict_counts(verdicts)
        + " No study supports concluding on the joint because other things were ruled out; it is judged on its "
        "own tests.",
        "follows": follows,
    }


def _joint_excluded(verdict: Verdict) -> bool:
    """Whether a rotation verdict leaves no room for a stiff joint."""
    return verdict.label is VerdictLabel.CLEAR or VerdictLabel.MOBILITY in verdict.ruled_out


def _others(by_id: dict[str, Contributor]) -> dict[str, str]:
    likely = _listed(by_id, _OTHERS, *_LIKELY)
    refer = [c for c in likely if c.action == "refer"]
    return {
        "found": f"Some sign of: {_names(likely)}." if likely else "No other explanation stands out.",
        "how_sure": "Most low back pain has no single cause that a test can show.",
        "follows": f"Let a professional look at: {_names(refer)}."
        if refer
        else "Keep active; keep these in mind at the re-test.",
    }


def _remedy(picture: Picture, safety: SafetyResult, *, nerve_care: bool) -> dict[str, str]:
    if not safety.programme_allowed:
        follows = "No programme until someone has looked at this."
    elif nerve_care:
        follows = "Calm movement, control and strength; nothing that stretches the nerve."
    elif picture.hypermobile:
        follows = "Control and strength in the middle of the range; no stretching."
    else:
        follows = (
            "Activity, practice and strength first; stretching or mobility work where a test asks for it; "
            "release only as an optional warm-up."
        )
    return {
        "found": "Release changes how a stretch feels for a while; it does not lengthen a joint capsule.",
        "how_sure": "Exercise helps back pain a little to moderately, on average.",
        "follows": follows,
    }
