"""The calendar file: valid, complete, the same every time."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from icalendar import Calendar, Event

import coxa
from coxa.model import Plan, Source
from coxa.protocol import load_protocol
from coxa.report.calendar import plan_ics
from coxa.report.view import View, make_view, plan_view

CASE = Path(__file__).resolve().parents[2] / "examples" / "cases" / "01-desk-worker.yaml"
SOURCE = Source(name="case.yaml", sha256="ab" * 32)


@pytest.fixture(scope="module")
def view() -> View:
    case = coxa.load_case(CASE)
    assessment = coxa.assess(case, case.visits[0].date)
    plan = coxa.prescribe(case, assessment)
    return make_view(assessment, plan, load_protocol(), SOURCE)


def plan_of(view: View) -> Plan:
    assert view.plan is not None
    return view.plan.plan


def events(content: bytes) -> list[Event]:
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    assert not calendar.errors
    return list(calendar.events)


def test_round_trip_keeps_every_session_and_retest(view: View) -> None:
    plan, content = plan_of(view), plan_ics(view, load_protocol())
    assert Calendar.from_ical(content).to_ical() == content
    found = events(content)
    sessions = [event for event in found if ", session " in str(event["summary"])]
    retests = [event for event in found if "test again" in str(event["summary"])]
    assert [event.decoded("dtstart") for event in sessions] == [s.date for s in plan.sessions]
    assert [event.decoded("dtstart") for event in retests] == [r.date for r in plan.retests]
    assert len(found) == len(sessions) + len(retests)


def test_events_are_whole_days_that_stay_free(view: View) -> None:
    for event in events(plan_ics(view, load_protocol())):
        start, end = event.decoded("dtstart"), event.decoded("dtend")
        assert type(start) is dt.date
        assert end - start == dt.timedelta(days=1)
        assert event["transp"] == "TRANSPARENT"
        assert event.decoded("dtstamp").date() == view.assessment.date
        assert not event.subcomponents


def test_event_says_what_to_do(view: View) -> None:
    session, event = plan_of(view).sessions[0], events(plan_ics(view, load_protocol()))[0]
    assert event["summary"] == f"Hip and back, session {session.letter}, {session.minutes:.0f} minutes"
    description = str(event["description"])
    assert all(f"{item.name}: {item.dose}" in description for item in session.items)
    assert load_protocol().lessons[session.lessons[0]].message in description


def test_identifiers_are_stable_and_unique(view: View) -> None:
    content = plan_ics(view, load_protocol())
    assert content == plan_ics(view, load_protocol())
    uids = [str(event["uid"]) for event in events(content)]
    assert len(set(uids)) == len(uids)
    other = plan_ics(dataclasses.replace(view, source_sha256="cd" * 32), load_protocol())
    assert not set(uids) & {str(event["uid"]) for event in events(other)}


def test_a_plan_alone_will_do(view: View) -> None:
    plan = plan_of(view)
    found = events(plan_ics(plan, load_protocol()))
    assert len(found) == len(plan.sessions) + len(plan.retests)
    assert {event.decoded("dtstamp").date() for event in found} == {plan.start}


def test_texts_cannot_break_out_of_their_line(view: View) -> None:
    plan = plan_of(view)
    nasty = "a\r\nEND:VEVENT\nBEGIN:VALARM; x, y \\n 🧦"
    session = plan.sessions[0]
    items = tuple(item.model_copy(update={"name": nasty}) for item in session.items)
    changed = plan.model_copy(update={"sessions": (session.model_copy(update={"items": items}),), "retests": ()})
    changed_view = dataclasses.replace(view, plan=plan_view(changed, load_protocol(), view.refs))
    (event,) = events(plan_ics(changed_view, load_protocol()))
    assert not event.subcomponents
    assert "BEGIN:VALARM; x, y" in str(event["description"])


def test_no_programme_no_calendar(view: View) -> None:
    with pytest.raises(ValueError, match="no programme"):
        plan_ics(dataclasses.replace(view, plan=None), load_protocol())
    with pytest.raises(ValueError, match="no programme"):
        plan_ics(plan_of(view).model_copy(update={"allowed": False}), load_protocol())
