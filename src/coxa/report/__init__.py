"""Assessments, plans and comparisons as terminal text, HTML, PDF, calendar and JSON; nothing here decides anything."""
