"""A trial as CDISC ODM 1.3.2: metadata from the protocol; data with who, when and why."""
