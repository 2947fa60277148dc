"""The system organ classes under which CTCAE v5.0 lists its terms, and its grades in general.

The names are those of MedDRA, as CTCAE v5.0 (NCI, 27 November 2017) writes them.
"""

from __future__ import annotations

from collections.abc import Mapping

SYSTEM_ORGAN_CLASSES: tuple[str, ...] = (
    "Blood and lymphatic system disorders",
    "Cardiac disorders",
    "Congenital, familial and genetic disorders",
    "Ear and labyrinth disorders",
    "Endocrine disorders",
    "Eye disorders",
    "Gastrointestinal disorders",
    "General disorders and administration site conditions",
    "Hepatobiliary disorders",
    "Immune system disorders",
    "Infections and infestations",
    "Injury, poisoning and procedural complications",
    "Investigations",
    "Metabolism and nutrition disorders",
    "Musculoskeletal and connective tissue disorders",
    "Neoplasms benign, malignant and unspecified (incl cysts and polyps)",
    "Nervous system disorders",
    "Pregnancy, puerperium and perinatal conditions",
    "Psychiatric disorders",
    "Renal and urinary disorders",
    "Reproductive system and breast disorders",
    "Respiratory, thoracic and mediastinal disorders",
    "Skin and subcutaneous tissue disorders",
    "Social circumstances",
    "Surgical and medical procedures",
    "Vascular disorders",
)

GENERAL_GRADES: Mapping[int, str] = {
    1: "Mild; asymptomatic or mild symptoms; clinical or diagnostic observations only;"
    " intervention not indicated.",
    2: "Moderate; minimal, local or noninvasive intervention indicated; limiting"
    " age-appropriate instrumental ADL.",
    3: "Severe or medically significant but not immediately life-threatening; hospitalization"
    " or prolongation of hospitalization indicated; disabling; limiting self care ADL.",
    4: "Life-threatening consequences; urgent intervention indicated.",
    5: "Death related to AE.",
}
"""What each grade means where a term has no text of its own (CTCAE v5.0, Grades)."""
