"""What the field knows, as reviewed data files with one typed loader.

``load_protocol()`` returns the knowledge that ships with Coxa; each group is read from its file when first needed and
checked against its schema. ``coxa.protocol.check`` holds the cross-reference checks.
"""

from coxa.protocol.loader import Protocol, load_protocol

__all__ = ["Protocol", "load_protocol"]
