"""Expressions -> SQL, answered set-wise. The only room that knows DuckDB's dialect and sqlglot."""
