"""The language of criteria: truth, expressions, grammar, wording, types, reference interpreter."""
