"""Évènements : quoi, quand, où, et qui l'organise."""
