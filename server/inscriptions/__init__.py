"""Inscriptions : qui vient. Foyers, présences par moment, liste d'attente, accueil."""
