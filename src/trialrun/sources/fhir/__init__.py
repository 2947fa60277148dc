"""FHIR R4 as hospitals export it: bulk NDJSON, bundles, single resources."""
