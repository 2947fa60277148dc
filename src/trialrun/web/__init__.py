"""The pages: a door beside the command line. No logic; every change is an act of `conduct`.

Refuses a route that does not say who may use it, scripts and styles that are not files of its own,
and patients' values in addresses and logs.
"""
