"""Lieux : les communes du territoire, les salles, places et prés où l'on se retrouve."""
