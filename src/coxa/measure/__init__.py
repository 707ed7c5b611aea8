"""A typed number becomes a Reading: trusted with its error, or refused with what to fix."""

from coxa.measure.typed import RawReading, read_trials

__all__ = ["RawReading", "read_trials"]
