"""CTCAE v5.0: which grade a laboratory result suggests, as a proposal that a person confirms."""
