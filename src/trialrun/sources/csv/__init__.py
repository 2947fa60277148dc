"""CSV and Excel as hospitals export them, read as a mapping file says."""

from trialrun.sources.csv.mapping import CsvMapping
from trialrun.sources.csv.mapping_file import read_mapping
from trialrun.sources.csv.proposal import propose
from trialrun.sources.csv.staging import CsvSource

__all__ = ["CsvMapping", "CsvSource", "propose", "read_mapping"]
