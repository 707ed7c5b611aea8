"""An Assessment becomes a Plan: choice of exercises, dose, calendar, progression."""

from coxa.plan.prescribe import Retest, prescribe

__all__ = ["Retest", "prescribe"]
