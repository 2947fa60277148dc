"""The files of the SDTM datasets: each as Dataset-JSON, and as CSV."""

from __future__ import annotations

from trialrun.exchange.csv_files import csv_text
from trialrun.exchange.dataset_json import dataset_json
from trialrun.exchange.sdtm.course import Study
from trialrun.exchange.sdtm.datasets import datasets
from trialrun.records.trial_data import TrialData


def sdtm_files(study: Study, data: TrialData) -> dict[str, bytes]:
    """Return the files by name."""
    made: dict[str, bytes] = {}
    for dataset in datasets(study, data):
        name = dataset.name.lower()
        columns = [variable.name for variable in dataset.variables]
        made[f"{name}.json"] = dataset_json(study, dataset, data.taken_at)
        rows = ([row[column] for column in columns] for row in dataset.rows)
        made[f"{name}.csv"] = csv_text(columns, rows)
    return made
