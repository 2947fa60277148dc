"""The commands of `trialrun design`: their words."""

from __future__ import annotations

import typer

from trialrun.cli import design_options, options
from trialrun.cli.options import Language

design = typer.Typer(no_args_is_help=True, help="Designs that may stop a trial early.")


@design.command(
    epilog="Example: trialrun design group-sequential --looks 5 --kind obrien-fleming --alpha 0.025"
)
def group_sequential(
    kind: design_options.Boundaries,
    looks: design_options.Looks = 1,
    information: design_options.Information = None,
    alpha: design_options.Alpha = 0.025,
    gamma: design_options.Gamma = None,
    two_sided: design_options.TwoSided = False,
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
    stage: design_options.Stages,
    rate: design_options.Rates,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Print how likely a one-arm trial stops with so many events, at each true rate."""
    from trialrun.cli.designing import print_design
    from trialrun.workflows import designing

    table = designing.exact_binomial([*map(design_options.stage, stage)], rate)
    print_design(table, language.value, as_json=as_json)


@design.command(
    epilog="Example: trialrun design two-stage --null 0.1 --alternative 0.3 --alpha 0.1 --beta 0.1"
)
def two_stage(
    null: design_options.NullRate,
    alternative: design_options.AlternativeRate,
    alpha: design_options.Alpha = 0.05,
    beta: design_options.Beta = 0.2,
    language: options.InLanguage = Language.EN,
    as_json: options.Json = False,
) -> None:
    """Print Simon's two-stage designs: optimal, minimax, and those between."""
    from trialrun.cli.designing import print_design
    from trialrun.workflows import designing

    table = designing.two_stage(null, alternative, alpha=alpha, beta=beta)
    print_design(table, language.value, as_json=as_json)
