"""One trial, one version: model, file, checks, words, and the protocols that are shipped."""
