"""Tools for those who work on Coxa; nothing here is shipped."""
