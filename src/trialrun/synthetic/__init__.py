"""A synthetic neuromuscular clinic: people who never lived, and what is true of each by design."""
