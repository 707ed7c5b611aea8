"""From reasons to an ordered list."""

from __future__ import annotations

from coxa.model import Contributor, Side, Support
from coxa.protocol import Protocol
from coxa.reason.contributors import habits, joints, muscles
from coxa.reason.contributors.picture import Picture, Reasons

ORDER = (Support.SUPPORTED, Support.POSSIBLE, Support.UNLIKELY, Support.CANT_TELL)
SUPPORTED_SCORE = 3


def rank(picture: Picture) -> tuple[Contributor, ...]:
    """Every contributor, best supported first; equal scores stay in the order of ``contributors.yaml``."""
    gathered = [
        muscles.hamstrings(picture),
        *(
            muscles.hip_flexor(picture, name)
            for name in ("rectus_femoris", "iliopsoas_or_capsule", "tensor_fasciae_latae")
        ),
        muscles.other_hip_muscles(picture),
        joints.hip_joint_mobility(picture),
        joints.ankle_mobility(picture),
        habits.movement_control(picture),
        habits.squat_form(picture),
        habits.training_load(picture),
        habits.sitting(picture),
        joints.hypermobility(picture),
        joints.nerve(picture),
        joints.hip_joint_condition(picture),
        habits.not_the_hip(picture),
    ]
    ranked = [_contributor(reasons, picture.protocol) for reasons in gathered]
    ranked.sort(key=lambda c: (ORDER.index(c.support), -c.score))
    return tuple(ranked)


def _contributor(reasons: Reasons, protocol: Protocol) -> Contributor:
    spec = protocol.contributors[reasons.contributor]
    sides = (Side.LEFT, Side.RIGHT) if reasons.every_side else _sides(reasons)
    per_side = {side: _score(reasons, side) for side in sides}
    score = max(per_side.values(), default=_score(reasons, None))
    measured = reasons.sides_with("for", "measured", 2) | reasons.sides_with("for", "habit", 2)
    pain = bool(reasons.sides_with("for", "pain"))
    known = reasons.looked_at and not (reasons.unclear and score < 1)  # a reading too close to call rules nothing out
    support = _support(score, looked=known, measured=bool(measured), pain=pain)
    reasons.research()
    items = [item for _, item in reasons.items]
    return Contributor(
        id=spec.id,
        name=spec.name,
        support=support,
        score=score,
        sides=tuple(
            side
            for side in (Side.LEFT, Side.RIGHT)
            if support in (Support.SUPPORTED, Support.POSSIBLE)
            and per_side.get(side, 0) >= 1
            and own_reason(reasons, side)
        ),
        reasons_for=tuple(sorted((i for i in items if i.direction == "for"), key=lambda i: -i.points)),
        reasons_against=tuple(sorted((i for i in items if i.direction == "against"), key=lambda i: -i.points)),
        would_change_our_mind=spec.would_change_our_mind,
        action=spec.action if support in (Support.SUPPORTED, Support.POSSIBLE) else "none",
    )


def own_reason(reasons: Reasons, side: Side) -> bool:
    """Whether a side has a reason for of its own, not only those that hold for both."""
    return any(where is side and item.direction == "for" and item.points > 0 for where, item in reasons.items)


def _sides(reasons: Reasons) -> list[Side]:
    return [side for side in (Side.LEFT, Side.RIGHT) if any(s is side for s, _ in reasons.items)]


def _score(reasons: Reasons, side: Side | None) -> int:
    """Points of one side together with those that have no side."""
    return sum(
        item.points if item.direction == "for" else -item.points
        for where, item in reasons.items
        if where is None or where is side
    )


def _support(score: int, *, looked: bool, measured: bool, pain: bool) -> Support:
    """Supported needs something measured (or a habit that counts) *and* pain that points the same way."""
    if not looked:
        return Support.CANT_TELL
    if measured and pain and score >= SUPPORTED_SCORE:
        return Support.SUPPORTED
    if score >= 1:
        return Support.POSSIBLE
    return Support.UNLIKELY
