"""The commands around a screening: from an export of a hospital to the answers of one patient.

What each does is imported when it is called, so that `--help` need not wait for it.
"""

from __future__ import annotations

import typer

from trialrun.cli import options
from trialrun.cli.clock import today
from trialrun.cli.options import Language

commands = typer.Typer()


@commands.command(
    epilog="Example: trialrun load export/ --into hospital.duckdb --coverage coverage.yaml"
)
def load(
    path: options.Export,
    into: options.Into,
    source: options.SourceName = None,
    form: options.Form = None,
    mapping: options.Mapping = None,
    coverage: options.Coverage = None,
    time_zone: options.TimeZone = None,
    whole: options.Whole = False,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Load a hospital's export into a database; what was rejected is counted and shown."""
    from trialrun.cli import loading
    from trialrun.workflows.loading import ExportToLoad

    asked = ExportToLoad(
        path,
        into,
        loaded_on=today(),
        name=source,
        form=form.value if form else None,
        mapping=mapping,
        coverage=coverage,
        time_zone=time_zone,
        whole=whole,
    )
    loading.load(asked, language.value, as_json=as_json)


@commands.command(
    epilog="Example: trialrun screen ld-il2-immune-als --data hospital.duckdb "
    "--on 2022-01-15 --out screening/"
)
def screen(
    protocol: options.Protocol,
    data: options.Data,
    on: options.On,
    out: options.Out,
    language: options.InLanguage = Language.EN,
    pseudonymise: options.Key = None,
    as_json: options.Json = False,
) -> None:
    """Judge every patient by every criterion; write verdicts, judgements and a report."""
    from trialrun.cli import screenings

    screenings.screen(protocol, data, on, out, language.value, pseudonymise, as_json=as_json)


@commands.command(
    epilog="Example: trialrun explain ld-il2-immune-als 17 --data hospital.duckdb --on 2022-01-15"
)
def explain(
    protocol: options.Protocol,
    patient: options.Patient,
    data: options.Data,
    on: options.On,
    language: options.InLanguage = Language.EN,
    pseudonymise: options.Key = None,
    as_json: options.Json = False,
) -> None:
    """Show one patient's judgements: sentence, answer, evidence, gap and what would settle it."""
    from trialrun.cli import screenings

    screenings.explain(protocol, patient, data, on, language.value, pseudonymise, as_json=as_json)


@commands.command(epilog="Example: trialrun check ld-il2-immune-als")
def check(
    protocol: options.Protocol,
    on: options.ReadOn = None,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """List everything that is wrong or odd in a protocol, with file and line."""
    from trialrun.cli import protocols

    protocols.check(protocol, on or today(), language.value, as_json=as_json)


@commands.command(epilog="Example: trialrun show ld-il2-immune-als --language zh")
def show(
    protocol: options.Protocol,
    value_set: options.ShownValueSet = None,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Put a protocol into words: each original sentence beside its logic; or list a value set."""
    from trialrun.cli import protocols

    if value_set is None:
        protocols.show(protocol, language.value, as_json=as_json)
    else:
        protocols.show_value_set(protocol, value_set, language.value, as_json=as_json)


@commands.command(
    epilog="Example: trialrun generate clinic/ --patients 200 --seed 1 --on 2022-01-15"
)
def generate(
    out: options.NewFolder,
    on: options.On,
    patients: options.Patients = 2000,
    seed: options.Seed = 1,
    gzip: options.Gzip = False,
    workers: options.Workers = 1,
    as_json: options.Json = False,
) -> None:
    """Make a synthetic neuromuscular clinic; the right judgements go into a file beside it."""
    from trialrun.cli import generating

    generating.generate(
        out, patients=patients, seed=seed, on=on, gzip=gzip, workers=workers, as_json=as_json
    )
