"""Results -> tables, figures, HTML. Computes nothing."""
