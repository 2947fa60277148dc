"""What pages, lists and reports read: one file per theme. Nothing here writes."""
