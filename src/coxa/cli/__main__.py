"""``python -m coxa.cli``."""

from coxa.cli import main

main()
