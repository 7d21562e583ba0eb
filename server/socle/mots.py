"""Les mots d'une langue : dates, heures, montants, distances, comme on les dit.

Les noms de jours et de mois viennent des textes : aucune langue n'attend celles du système.
"""

from datetime import datetime

from server.socle.temps import a_paris
from server.socle.textes import Langue, traduire

INSECABLE = "\u00a0"
FINE = "\u202f"


def jour(langue: Langue, instant: datetime) -> str:
    """« vendredi »."""
    return traduire(langue, f"mots.jours.{a_paris(instant).weekday()}")


def jour_court(langue: Langue, instant: datetime) -> str:
    """« ven. »."""
    return traduire(langue, f"mots.jours_courts.{a_paris(instant).weekday()}")


def mois(langue: Langue, numero: int) -> str:
    """« mars », de 1 à 12."""
    return traduire(langue, f"mots.mois.{numero}")


def mois_court(langue: Langue, numero: int) -> str:
    """« juil. »."""
    return traduire(langue, f"mots.mois_courts.{numero}")


def heure(langue: Langue, instant: datetime) -> str:
    """« 20 h 30 », « 9 h » ; « 8:30 pm » en anglais."""
    local = a_paris(instant)
    if langue == "en":
        douze = local.hour % 12 or 12
        minutes = f":{local.minute:02}" if local.minute else ""
        return f"{douze}{minutes}{INSECABLE}{'am' if local.hour < 12 else 'pm'}"
    minutes = f"{INSECABLE}{local.minute:02}" if local.minute else ""
    return f"{local.hour}{INSECABLE}h{minutes}"


def date_longue(langue: Langue, instant: datetime, *, annee: bool = True) -> str:
    """« vendredi 8 mars 2024 », « samedi 1er juin »."""
    local = a_paris(instant)
    quantieme = _quantieme(langue, local.day)
    return traduire(
        langue,
        "mots.date_annee" if annee else "mots.date",
        jour=jour(langue, instant),
        quantieme=quantieme,
        mois=mois(langue, local.month),
        annee=local.year,
    )


def date_heure(langue: Langue, instant: datetime, *, annee: bool = True) -> str:
    """« vendredi 8 mars 2024 à 20 h 30 »."""
    return traduire(
        langue,
        "mots.date_heure",
        date=date_longue(langue, instant, annee=annee),
        heure=heure(langue, instant),
    )


def periode(langue: Langue, debut: datetime, fin: datetime | None) -> str:
    """Le début et la fin, dits une fois : même jour, après minuit (jusqu'à 6 h), ou plusieurs jours."""
    if fin is None:
        return date_heure(langue, debut)
    if not est_un_autre_jour(fin, debut):
        return traduire(
            langue,
            "mots.periode_jour",
            date=date_longue(langue, debut),
            debut=heure(langue, debut),
            fin=heure(langue, fin),
        )
    return traduire(
        langue, "mots.periode_jours", debut=date_heure(langue, debut), fin=date_heure(langue, fin)
    )


def est_un_autre_jour(instant: datetime, debut: datetime) -> bool:
    """Vrai si l'on n'y est plus le jour du début ; la nuit qui suit, jusqu'à 6 h, en est encore."""
    ici, la = a_paris(debut), a_paris(instant)
    ecart = (la.date() - ici.date()).days
    return ecart != 0 and not (ecart == 1 and la.hour < 6)


def heure_ou_jour(langue: Langue, instant: datetime, debut: datetime | None) -> str:
    """« 20 h 30 » ; « sam. 13, 9 h 30 » pour un autre jour que celui du début."""
    if debut is None or not est_un_autre_jour(instant, debut):
        return heure(langue, instant)
    return traduire(
        langue,
        "mots.jour_heure",
        jour=jour_court(langue, instant),
        quantieme=_quantieme(langue, a_paris(instant).day),
        heure=heure(langue, instant),
    )


def montant(langue: Langue, centimes: int) -> str:
    """« 12 € », « 7,50 € », « 2 317,55 € » ; « €12 » en anglais."""
    entiers, reste = divmod(centimes, 100)
    euros = nombre(langue, entiers)
    if langue == "en":
        return f"€{euros}" + (f".{reste:02}" if reste else "")
    return euros + (f",{reste:02}" if reste else "") + f"{INSECABLE}€"


def nombre(langue: Langue, valeur: int) -> str:
    """« 8 519 » ; « 8,519 » en anglais."""
    return f"{valeur:,}".replace(",", "," if langue == "en" else FINE)


def pourcent(langue: Langue, milliemes: int) -> str:
    """« 42,5 % », « 100 % » ; « 42.5% » en anglais."""
    entier, reste = divmod(milliemes, 10)
    if langue == "en":
        return f"{entier}.{reste}%" if reste else f"{entier}%"
    return (f"{entier},{reste}" if reste else f"{entier}") + f"{INSECABLE}%"


def masse(langue: Langue, grammes: int) -> str:
    """« 350 g », « 3,2 kg » : au-delà du kilogramme, à cent grammes près."""
    if grammes < 1000:
        return f"{grammes}{INSECABLE}g"
    entier, reste = divmod((grammes + 50) // 100, 10)
    virgule = "." if langue == "en" else ","
    return (
        f"{nombre(langue, entier)}{virgule}{reste}{INSECABLE}kg"
        if reste
        else f"{nombre(langue, entier)}{INSECABLE}kg"
    )


def distance(langue: Langue, km: float) -> str:
    """« ≈ 9 km » ; toujours approchée : les communes sont des points."""
    return traduire(langue, "mots.distance", km=max(1, round(km)))


def liste(langue: Langue, elements: list[str]) -> str:
    """« a, b et c »."""
    if len(elements) < 2:
        return "".join(elements)
    return traduire(langue, "mots.et", debut=", ".join(elements[:-1]), fin=elements[-1])


def _quantieme(langue: Langue, numero: int) -> str:
    if langue == "fr" and numero == 1:
        return "1er"
    return str(numero)
