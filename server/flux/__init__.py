"""Flux : calendriers et données liées, fonctions pures d'une vue vers des octets."""
