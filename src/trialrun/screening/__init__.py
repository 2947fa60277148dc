"""Who may qualify, why, from when, and what to ask next. Judges patients, never participants."""
