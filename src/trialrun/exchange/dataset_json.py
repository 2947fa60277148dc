"""Datasets as Dataset-JSON 1.1 (CDISC, 5 December 2024): one file for each.

Numbers with digits behind the point are decimals, written as text, so that nothing is rounded.
"""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from trialrun.exchange.sdtm.course import Study
from trialrun.exchange.sdtm.domains import Dataset, Variable


def dataset_json(study: Study, dataset: Dataset, made_at: datetime) -> bytes:
    """Return the file of a dataset; attributes stand in the order that the standard recommends."""
    at = made_at.strftime("%Y-%m-%dT%H:%M:%S")
    kinds = {variable.name: _kind(dataset, variable) for variable in dataset.variables}
    columns = [_column(dataset, variable, kinds[variable.name]) for variable in dataset.variables]
    content = {
        "datasetJSONCreationDateTime": at,
        "datasetJSONVersion": "1.1.0",
        "fileOID": f"{study.id}.{dataset.name}.{at}",
        "dbLastModifiedDateTime": at,
        "originator": study.protocol.registry.sponsor,
        "sourceSystem": {"name": "trialrun", "version": version("trialrun")},
        "studyOID": study.id,
        "metaDataVersionOID": f"MDV.{study.protocol.version}",
        "itemGroupOID": f"IG.{dataset.name}",
        "records": len(dataset.rows),
        "name": dataset.name,
        "label": dataset.label,
        "columns": columns,
        "rows": [[_plain(row[name], kinds[name]) for name in kinds] for row in dataset.rows],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _column(dataset: Dataset, variable: Variable, kind: str) -> dict[str, Any]:
    held = [str(row[variable.name]) for row in dataset.rows if row[variable.name] is not None]
    column: dict[str, Any] = {
        "itemOID": f"IT.{dataset.name}.{variable.name}",
        "name": variable.name,
        "label": variable.label,
        "dataType": kind,
    }
    if kind == "decimal":
        column["targetDataType"] = "decimal"
    if kind == "string":
        column["length"] = max(map(len, held), default=1) or 1
    if variable.key is not None:
        column["keySequence"] = variable.key
    return column


def _kind(dataset: Dataset, variable: Variable) -> str:
    if not variable.numeric:
        return "string"
    held = [row[variable.name] for row in dataset.rows]
    return "decimal" if any(isinstance(value, Decimal) for value in held) else "integer"


def _plain(value: object, kind: str) -> object:
    return format(Decimal(str(value)), "f") if value is not None and kind == "decimal" else value
