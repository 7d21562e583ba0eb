"""Pages : les documents publics, complets sans JavaScript."""
