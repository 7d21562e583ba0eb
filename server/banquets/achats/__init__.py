"""Achats : qui produit, ce qu'on lui prend, à quel prix, et ce que cela dit du repas."""
