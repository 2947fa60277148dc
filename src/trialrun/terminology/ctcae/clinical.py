"""Common clinical terms of CTCAE v5.0: what no laboratory value shows, with its class.

Terms and classes are those of the Common Terminology Criteria for Adverse Events v5.0 (NCI,
27 November 2017; in the public domain). Which of its some 800 terms are common is our choice; any
other may be written. The texts of their grades are not kept here: those of the grades in general
hold. Refuses terms that a laboratory rule grades: those stand in `rules.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping

_CLASSES: Mapping[str, tuple[str, ...]] = {
    "Cardiac disorders": ("Palpitations", "Sinus tachycardia"),
    "Ear and labyrinth disorders": ("Vertigo",),
    "Gastrointestinal disorders": (
        "Abdominal pain",
        "Constipation",
        "Diarrhea",
        "Dry mouth",
        "Dyspepsia",
        "Dysphagia",
        "Nausea",
        "Vomiting",
    ),
    "General disorders and administration site conditions": (
        "Chills",
        "Edema limbs",
        "Fatigue",
        "Fever",
        "Flu like symptoms",
        "Injection site reaction",
        "Malaise",
        "Non-cardiac chest pain",
        "Pain",
    ),
    "Immune system disorders": ("Allergic reaction", "Anaphylaxis", "Cytokine release syndrome"),
    "Infections and infestations": (
        "Bronchial infection",
        "Lung infection",
        "Sepsis",
        "Shingles",
        "Skin infection",
        "Upper respiratory infection",
        "Urinary tract infection",
    ),
    "Injury, poisoning and procedural complications": ("Bruising", "Fall", "Fracture"),
    "Investigations": ("Weight gain", "Weight loss"),
    "Metabolism and nutrition disorders": ("Anorexia",),
    "Musculoskeletal and connective tissue disorders": (
        "Arthralgia",
        "Back pain",
        "Muscle cramp",
        "Myalgia",
        "Pain in extremity",
    ),
    "Nervous system disorders": ("Dizziness", "Headache", "Paresthesia", "Somnolence", "Syncope"),
    "Psychiatric disorders": ("Anxiety", "Depression", "Insomnia"),
    "Renal and urinary disorders": ("Urinary frequency", "Urinary retention"),
    "Respiratory, thoracic and mediastinal disorders": (
        "Aspiration",
        "Cough",
        "Dyspnea",
        "Nasal congestion",
        "Respiratory failure",
        "Sore throat",
    ),
    "Skin and subcutaneous tissue disorders": (
        "Hyperhidrosis",
        "Pruritus",
        "Rash maculo-papular",
        "Urticaria",
    ),
    "Vascular disorders": (
        "Capillary leak syndrome",
        "Flushing",
        "Hypertension",
        "Hypotension",
        "Thromboembolic event",
    ),
}

CLINICAL_TERMS: tuple[tuple[str, str], ...] = tuple(
    (term, soc) for soc, terms in _CLASSES.items() for term in terms
)
"""Each term with the system organ class under which CTCAE lists it."""

OTHER_NAMES: Mapping[str, str] = {
    "Anorexia": "loss of appetite",
    "Edema limbs": "swelling",
    "Fever": "pyrexia",
    "Lung infection": "pneumonia, 肺炎",
    "Shingles": "herpes zoster",
    "Thromboembolic event": "thrombosis, embolism",
    "Upper respiratory infection": "common cold, 感冒",
}
"""What people also call a term, for those who search it: CTCAE has no term Pneumonia."""
