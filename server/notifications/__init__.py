"""Notifications : la boîte d'envoi (envois), et celui qui la vide."""
