"""The one place that holds Coxa's version."""

__version__ = "0.1.0"
SOFTWARE = f"coxa {__version__}"
