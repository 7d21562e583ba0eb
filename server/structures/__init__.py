"""Structures : associations, cafés, tiers-lieux, mairies, collectifs ; leurs membres et leurs rôles."""
