"""The report of an evaluation: words, figures, the page, and the tables as files."""
