"""Tablées : annoncer, inscrire, nourrir, accueillir — un réseau d'évènements réflexifs et conviviaux."""

__version__ = "0.1.0"
