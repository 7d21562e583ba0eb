"""Commandes : ce qu'on demande à chaque producteur, ce qu'il en répond, ce qui a changé depuis."""
