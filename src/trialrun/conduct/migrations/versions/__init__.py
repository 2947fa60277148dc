"""One file per revision. Refuses to change: what was released stands, and the next step follows."""
