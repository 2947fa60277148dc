"""What a patient record is: canonical tables, partial dates, coverage. Knows no trial."""
