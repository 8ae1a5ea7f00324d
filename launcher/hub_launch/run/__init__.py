"""Keeping servers alive: one child each, spoken to over bounded pipes, watched by a supervisor."""
