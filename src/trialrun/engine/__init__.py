"""Expressions -> SQL, answered set-wise. The only room that asks questions of a database."""
