"""Datasets of CDISC, ADaM or SDTM, read into the shape that an evaluation knows."""
