"""How each method of a plan is carried out: one module per method, all of them in `methods`."""
