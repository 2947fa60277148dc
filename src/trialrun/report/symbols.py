"""The symbol of each mark of a judgement, so that colour is never alone."""

SYMBOLS = {"permits": "✓", "presumed": "(✓)", "refuses": "✗", "unknown": "?", "asked": "✎"}
"""Mark (a key of the words) -> symbol."""
