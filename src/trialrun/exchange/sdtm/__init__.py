"""A trial as SDTM datasets, by the SDTM Implementation Guide 3.4 (CDISC, 2021)."""
