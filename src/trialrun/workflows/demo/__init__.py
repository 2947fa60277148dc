"""The demonstration: an invented clinic, screened, and a trial in its middle or at its end."""
