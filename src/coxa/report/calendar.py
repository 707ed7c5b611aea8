"""The programme as a calendar file (iCalendar, RFC 5545) that any calendar application can take in."""

from __future__ import annotations

import datetime as dt
import hashlib

from icalendar import Calendar, Event

from coxa.model import Plan, RetestDay, Session
from coxa.protocol import Protocol
from coxa.report.view import View
from coxa.version import __version__


def plan_ics(what: View | Plan, protocol: Protocol) -> bytes:
    """All sessions and re-test days as all-day events that leave the day free.

    The same source gives the same identifiers, so that a calendar updates events that it already has. Events are
    stamped with the day of the visit, or with the plan's first day when only a plan is given.

    Raises
    ------
    ValueError: there is no programme.
    """
    if isinstance(what, Plan):
        plan, made = what if what.allowed else None, what.start
        source = hashlib.sha256(what.model_dump_json().encode()).hexdigest()
    else:
        plan, made = what.plan.plan if what.plan else None, what.assessment.date
        source = what.source_sha256 or what.source_name
    if plan is None:
        raise ValueError("there is no programme to put into a calendar")
    calendar = Calendar()
    calendar.add("prodid", f"-//Coxa//coxa {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Hip and back programme")
    for session in plan.sessions:
        summary = f"Hip and back, session {session.letter}, {_minutes(session)}"
        calendar.add_component(_event(session.date, summary, _description(session, protocol), "session", source, made))
    for retest in plan.retests:
        summary = f"Hip and back, test again after week {retest.week}"
        calendar.add_component(_event(retest.date, summary, _what(retest, protocol), "retest", source, made))
    content: bytes = calendar.to_ical()
    return content


def _event(date: dt.date, summary: str, description: str, kind: str, source: str, made: dt.date) -> Event:
    event = Event()
    event.add("uid", f"{hashlib.sha256(f'{source}|{date}|{kind}'.encode()).hexdigest()[:32]}@coxa")
    event.add("dtstamp", dt.datetime(made.year, made.month, made.day, tzinfo=dt.UTC))
    event.add("dtstart", date)
    event.add("dtend", date + dt.timedelta(days=1))
    event.add("summary", summary)
    event.add("description", description)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _minutes(session: Session) -> str:
    minutes = max(1, round(session.minutes))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _description(session: Session, protocol: Protocol) -> str:
    items = [f"- {item.name}: {item.dose}" for item in session.items]
    first, *others = (protocol.lessons[lesson] for lesson in session.lessons)
    lines = [f"Week {session.week}", *items, "", f"Today's lesson: {first.title}. {first.message}"]
    if others:
        lines += ["", "And remember:", *(f"- {lesson.message}" for lesson in others)]
    return "\n".join(lines)


def _what(retest: RetestDay, protocol: Protocol) -> str:
    return "\n".join([retest.say, *(f"- {protocol.test_name(test)}" for test in retest.what)])
