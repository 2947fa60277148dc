"""Codes, value sets, units. Knows no patient and no trial."""
