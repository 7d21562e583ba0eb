"""Une année de réseau inventée, pour montrer l'outil (`tablees demo`) et pour l'éprouver à grande échelle (`tablees exemple`).

Les textes sont dans `contenu/`, en TOML : ils se corrigent sans toucher au code. Tout y est inventé, sauf la soirée
du 8 mars 2024 (`contenu/soiree-reelle.toml`), et le nom des communes.
"""
