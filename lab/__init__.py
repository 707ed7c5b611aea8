"""The virtual goniometry lab: rendered recordings of hip tests with exactly known truth.

A tool of ours. It is not shipped, the product never imports it, and it needs the packages in ``lab/requirements.txt``.
"""
