"""L'effectif : combien mangent, de quelle part, avec quels besoins. Jamais qui."""
