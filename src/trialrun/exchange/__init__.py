"""A trial in other people's formats. Knows what a trial holds, and not where it is kept."""
