"""Mesures de performance : `make perf`."""
