"""The SQL of how much: the doses of medications, and the values and limits of measurements."""

from __future__ import annotations

from trialrun.sources.csv.mapping import TableMapping
from trialrun.sources.csv.select import Select, clash_of, unit_of, unknown
from trialrun.sources.strengths import ML


def medication(_: TableMapping) -> Select:
    """Return the columns of a medication: its route, its dose a day, and what it rests on."""
    per_day = "CASE WHEN r.frequency IS NULL THEN dose.per_day ELSE often.per_day END"
    clash = f"(dose.per_day <> often.per_day OR {clash_of('dose.unit', 'r.dose_unit')})"
    computed = f"CASE WHEN NOT coalesce({clash}, false) THEN dose.amount * ({per_day}) END"
    unit = (
        f"CASE WHEN daily.amount IS NOT NULL THEN {unit_of('daily.unit', 'r.dose_unit')} "
        f"ELSE {unit_of('dose.unit', 'r.dose_unit')} END"
    )
    unread = "r.{0} IS NOT NULL AND NOT {1}.understood"
    # Two tablets of 5 mg are 10 mg, unless the mapping says what a tablet is.
    each = (
        "CASE WHEN unit.unit IS NOT NULL THEN NULL "
        "WHEN list_contains(strength.pieces, piece.piece) THEN strength.amount "
        f"WHEN piece.piece = '{ML}' THEN strength.amount / strength.ml END"
    )
    return Select(
        columns={
            "route": "route.meaning",
            "daily_dose": f"coalesce(daily.amount, {computed}) * coalesce({each}, 1)",
            "dose_unit": f"coalesce(unit.unit, CASE WHEN ({each}) > 0 THEN strength.unit "
            f"ELSE {unit} END)",
            "basis": "coalesce(basis.meaning, 'stated')",
        },
        joins=(
            "LEFT JOIN read_dose dose ON dose.text = r.dose",
            "LEFT JOIN read_dose daily ON daily.text = r.daily_dose",
            "LEFT JOIN read_frequency often ON often.text = r.frequency",
            "LEFT JOIN read_route route ON route.text = r.route",
            "LEFT JOIN read_basis basis ON basis.text = r.basis",
            "LEFT JOIN read_strength strength ON strength.text = r.strength",
            f"LEFT JOIN csv_unit unit ON unit.local = {unit}",
            f"LEFT JOIN read_piece piece ON piece.text = {unit}",
        ),
        repaired={
            "its strength does not say how much is in one of what the dose counts": "unit.unit IS "
            f"NULL AND r.strength IS NOT NULL AND piece.piece <> '{ML}' AND ({each}) IS NULL",
            "the dose cannot be read": unread.format("dose", "dose"),
            "the daily dose cannot be read": unread.format("daily_dose", "daily"),
            "the frequency is a word that is not known": unread.format("frequency", "often"),
            "the dose and the columns beside it differ": f"daily.amount IS NULL AND {clash}",
            "the route is a word that is not known": unknown("route"),
            "the basis is a word that is not known": unknown("basis"),
        },
    )


def measurement(_: TableMapping) -> Select:
    """Return the columns of a measurement: its value, its unit, its own limits of normal."""
    # An L after a number is its unit, or says that it is low where the unit stands elsewhere.
    is_low = "(v.unit = 'L' AND r.unit IS NOT NULL AND r.unit <> 'L')"
    unit = f"CASE WHEN {is_low} THEN r.unit ELSE {unit_of('v.unit', 'r.unit')} END"
    clash = f"coalesce({clash_of('v.unit', 'r.unit')} AND NOT {is_low}, false)"
    value_lo, value_hi = (f"CASE WHEN NOT {clash} THEN v.{end} END" for end in ("lo", "hi"))
    foreign = f"coalesce(within.unit <> ({unit}), false)"
    low = f"coalesce(low.number, CASE WHEN NOT {foreign} THEN within.lo END)"
    high = f"coalesce(high.number, CASE WHEN NOT {foreign} THEN within.hi END)"
    crossed = f"coalesce({low} > {high}, false)"
    ref_lo, ref_hi = (f"CASE WHEN NOT {crossed} THEN {limit} END" for limit in (low, high))
    return Select(
        columns={
            "value_lo": value_lo,
            "value_hi": value_hi,
            "lo_open": "coalesce(v.lo_open, false)",
            "hi_open": "coalesce(v.hi_open, false)",
            "unit": f"coalesce(unit.unit, {unit})",
            "ref_lo": ref_lo,
            "ref_hi": ref_hi,
            "polarity": "v.polarity",
            "abnormal": "CASE WHEN flag.meaning IN ('abnormal', 'normal') "
            "THEN flag.meaning = 'abnormal' "
            f"WHEN v.abnormal OR {is_low} THEN true END",
            "value_concept_key": "CAST(NULL AS VARCHAR)",
            "value_text": f"CASE WHEN {clash} THEN r.value ELSE v.words END",
        },
        joins=(
            "LEFT JOIN read_value v ON v.text = r.value",
            "LEFT JOIN read_ref_range within ON within.text = r.ref_range",
            "LEFT JOIN read_ref_limit low ON low.text = r.ref_low",
            "LEFT JOIN read_ref_limit high ON high.text = r.ref_high",
            "LEFT JOIN read_flag flag ON flag.text = r.flag",
            f"LEFT JOIN csv_unit unit ON unit.local = {unit}",
        ),
        repaired={
            "the unit of the value and of its own column differ": clash,
            "the reference range cannot be read": f"(r.ref_range IS NOT NULL AND NOT "
            f"within.understood) OR {foreign} OR {crossed} "
            "OR (r.ref_low IS NOT NULL AND low.number IS NULL) "
            "OR (r.ref_high IS NOT NULL AND high.number IS NULL)",
            "a number with a comma: of thousands or of decimals?": "NOT v.known_comma",
            "the flag is a word that is not known": unknown("flag"),
        },
    )
