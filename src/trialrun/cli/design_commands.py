"""The commands of `trialrun design`: their words, as `app` has those of all others."""

from __future__ import annotations

import typer

from trialrun.cli import options
from trialrun.cli.options import Language

design = typer.Typer(no_args_is_help=True, help="Designs that may stop a trial early.")


@design.command(
    epilog="Example: trialrun design group-sequential --looks 5 --kind obrien-fleming --alpha 0.025"
)
def group_sequential(
    kind: options.Boundaries,
    looks: options.Looks = 1,
    information: options.Information = None,
    alpha: options.Alpha = 0.025,
    gamma: options.Gamma = None,
    two_sided: options.TwoSided = False,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Print where each look stops the trial."""
    from trialrun.cli.designing import print_design
    from trialrun.workflows import designing

    shape = designing.BoundaryKind(kind.value)
    order = designing.GroupSequentialOrder(shape, looks, information or (), alpha, two_sided, gamma)
    print_design(designing.group_sequential(order), language.value, as_json=as_json)


@design.command(
    epilog="Example: trialrun design exact-binomial --stage 50:13 --stage 100:17 --rate 0.1"
)
def exact_binomial(
    stage: options.Stages,
    rate: options.Rates,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Print how likely a one-arm trial stops with so many events, at each true rate."""
    from trialrun.cli.designing import print_design
    from trialrun.workflows import designing

    table = designing.exact_binomial([*map(options.stage, stage)], rate)
    print_design(table, language.value, as_json=as_json)


@design.command(
    epilog="Example: trialrun design two-stage --null 0.1 --alternative 0.3 --alpha 0.1 --beta 0.1"
)
def two_stage(
    null: options.NullRate,
    alternative: options.AlternativeRate,
    alpha: options.Alpha = 0.05,
    beta: options.Beta = 0.2,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Print Simon's two-stage designs: optimal, minimax, and those between."""
    from trialrun.cli.designing import print_design
    from trialrun.workflows import designing

    table = designing.two_stage(null, alternative, alpha=alpha, beta=beta)
    print_design(table, language.value, as_json=as_json)
