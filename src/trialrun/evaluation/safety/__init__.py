"""Safety: exposure, adverse events, laboratory values, and when toxicity stops a trial."""
