"""How the site is served: one table of rules, and what each host is told of it."""
