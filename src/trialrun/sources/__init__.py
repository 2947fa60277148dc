"""FHIR and CSV -> canonical tables; counts what was rejected and why."""
