"""Who comes to the clinic: the mix of diseases, and what each brings with it.

The shares are those of a tertiary neuromuscular clinic with a general neurology beside it: our
choice, so that every criterion of a trial of motor neuron disease meets people on both sides of
it. Refuses to know any trial.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from random import Random

from trialrun.synthetic import codes
from trialrun.synthetic.codes import Codeable


class Group(Enum):
    """The groups in which the mix is stated."""

    ALS = "ALS"
    MMN = "MMN"
    LEWIS_SUMNER = "Lewis-Sumner"
    CIDP = "CIDP"
    PLS_PMA = "PLS/PMA"
    MIMIC = "mimic"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Disease:
    """A disease: its share of the clinic in per mille, and its usual patients.

    `spellings` are the ways in which the hospital writes it; `medicines` names what is often
    prescribed for it.
    """

    name: str
    group: Group
    share: int
    age: float
    age_spread: float
    women: float
    spellings: tuple[Codeable, ...]
    medicines: tuple[str, ...] = ()


MIX: tuple[Disease, ...] = (
    Disease("ALS", Group.ALS, 300, 54, 11, 0.40, codes.ALS, ("riluzole", "edaravone")),
    Disease("MMN", Group.MMN, 60, 44, 11, 0.30, codes.MMN),
    Disease("Lewis-Sumner syndrome", Group.LEWIS_SUMNER, 30, 47, 12, 0.35, codes.LEWIS_SUMNER),
    Disease("CIDP", Group.CIDP, 80, 50, 14, 0.35, codes.CIDP),
    Disease("PLS", Group.PLS_PMA, 20, 54, 10, 0.45, codes.PLS, ("baclofen",)),
    Disease("PMA", Group.PLS_PMA, 30, 57, 10, 0.30, codes.PMA, ("riluzole",)),
    Disease("cervical myelopathy", Group.MIMIC, 50, 58, 11, 0.40, codes.CERVICAL_MYELOPATHY),
    Disease("Kennedy disease", Group.MIMIC, 25, 48, 10, 0.00, codes.KENNEDY),
    Disease("inclusion body myositis", Group.MIMIC, 25, 60, 9, 0.40, codes.MYOSITIS),
    Disease("stroke", Group.ORDINARY, 140, 66, 11, 0.42, codes.STROKE, ("aspirin", "atorvastatin")),
    Disease("epilepsy", Group.ORDINARY, 80, 33, 16, 0.45, codes.EPILEPSY, ("levetiracetam",)),
    Disease("migraine", Group.ORDINARY, 80, 38, 12, 0.72, codes.MIGRAINE, ("flunarizine",)),
    Disease(
        "Parkinson's disease", Group.ORDINARY, 80, 66, 10, 0.42, codes.PARKINSON, ("levodopa",)
    ),
)
"""Every disease of the clinic; the shares add up to 1000."""

_SHARES = [disease.share for disease in MIX]


def draw_disease(draw: Random) -> Disease:
    """Draw a disease by its share."""
    return draw.choices(MIX, _SHARES)[0]
