"""Which datasets stand in a folder: found by the names of the files, in any case of letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trialrun.errors import Problem, SourceError
from trialrun.exchange.cdisc.formats import SUFFIXES, Dataset, open_dataset
from trialrun.records.analysis_data import LeftOut


@dataclass(frozen=True)
class Datasets:
    """The datasets by name, and the files that were not read."""

    by_name: Mapping[str, Dataset]
    left_out: tuple[LeftOut, ...]

    def get(self, name: str) -> Dataset | None:
        """Return a dataset by its name."""
        return self.by_name.get(name)


def datasets_in(paths: Sequence[Path]) -> Datasets:
    """Return the datasets of folders and files.

    A dataset that stands there in several formats is read from the one that tells most about types.

    Raises:
        SourceError: something does not exist, holds no dataset, or cannot be read.
    """
    files = sorted(
        (file for path in paths for file in _files(path)),
        key=lambda file: SUFFIXES.index(file.suffix.lower()),
    )
    found: dict[str, Dataset] = {}
    left_out: list[LeftOut] = []
    for file in files:
        if file.stem.upper() in found:
            left_out.append(LeftOut(file.name, 1, "the dataset stands there in another format too"))
        elif (dataset := open_dataset(file)) is None:
            left_out.append(LeftOut(file.name, 1, "it is no Dataset-JSON"))
        elif dataset.name in found:
            left_out.append(LeftOut(file.name, 1, f"{dataset.name} stands in another file too"))
        else:
            found[dataset.name] = dataset
    return Datasets(found, tuple(left_out))


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise _not_usable(path, "it does not exist", "name the folder of the datasets")
    if not path.is_dir():
        if path.suffix.lower() not in SUFFIXES:
            raise _not_usable(path, "it is no dataset", f"known are {', '.join(SUFFIXES)}")
        yield _file(path)
        return
    found = sorted(_file(p) for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
    if not found:
        raise _not_usable(
            path, "no dataset stands in it", f"put files there that end with {', '.join(SUFFIXES)}"
        )
    yield from found


def _file(path: Path) -> Path:
    """Return a file that is one: what is named like a dataset is not passed over in silence."""
    if not path.is_file():
        found = "it is named like a dataset, and is no file, or a link that leads to none"
        raise _not_usable(path, found, "put the dataset there, or take it away")
    return path


def _not_usable(path: Path, found: str, remedy: str) -> SourceError:
    return SourceError("The datasets cannot be read", [Problem(str(path), found, remedy)])
