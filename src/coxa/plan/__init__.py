"""An Assessment becomes a Plan: choice of exercises, dose, calendar, progression."""

from coxa.plan.prescribe import prescribe

__all__ = ["prescribe"]
