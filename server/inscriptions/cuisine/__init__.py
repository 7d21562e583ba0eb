"""Ce que la cuisine lit : le menu et les convives ensemble. Rien que des nombres."""
