"""Comptes : les personnes qui organisent, et elles seules. Connexion par courriel, sessions."""
