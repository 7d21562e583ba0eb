"""Outils de la maison : préparer une machine, vérifier, essayer. Appelés par le Makefile, jamais par `server`."""
