"""Who may qualify, why, from when, and what to ask next. Judges candidates, never participants."""
