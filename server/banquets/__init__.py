"""Banquets : le menu, les denrées, d'où elles viennent, les commandes. Rien des foyers : des nombres de convives."""
