"""Le socle ne sait rien du métier : transactions, erreurs, temps, secrets, textes, documents publics."""
