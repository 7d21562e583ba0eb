"""Les recettes du réseau, sous CC BY-SA : copiées dans les menus, jamais partagées avec eux."""
