"""Les mots des commandes : une quantité, un prix, un avertissement, comme on les dit."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from server.banquets.achats.regles import valeur_d_une_ligne
from server.banquets.commandes.schemas import Detail, EtatDeCommande
from server.socle import mots
from server.socle.temps import PARIS
from server.socle.textes import Langue, traduire


def dire_nombre(langue: Langue, milliemes: int) -> str:
    """« 12,5 », « 1 250 » : des millièmes, sans zéros inutiles."""
    entier, reste = divmod(milliemes, 1000)
    virgule = "." if langue == "en" else ","
    decimales = f"{reste:03}".rstrip("0")
    return mots.nombre(langue, entier) + (f"{virgule}{decimales}" if decimales else "")


def en_decimal(langue: Langue, entier: int, decimales: int) -> str:
    """Un nombre qu'un tableur de cette langue calcule : « 12,5 » pour 12 500 à trois décimales."""
    base = 10**decimales
    fraction = f"{entier % base:0{decimales}}".rstrip("0")
    return f"{entier // base}" + (f"{'.' if langue == 'en' else ','}{fraction}" if fraction else "")


def dire_quantite(langue: Langue, milliemes: int, vendu_par: str) -> str:
    """« 12,5 kg », « 3 bottes », « 1,5 caisse »."""
    # En anglais, seule une unité entière est au singulier ; en français, tout ce qui est sous deux.
    n = milliemes // 1000 if langue != "en" or milliemes % 1000 == 0 else 2
    return traduire(langue, f"commandes.quantites.{vendu_par}", n=n, nombre=dire_nombre(langue, milliemes))


def dire_prix(langue: Langue, centimes: int, vendu_par: str) -> str:
    """« 2,40 € le kg »."""
    return traduire(langue, f"commandes.prix.{vendu_par}", prix=mots.montant(langue, centimes))


def dire_detail(langue: Langue, detail: Detail) -> str:
    """« 12 kg à 2,40 € le kg »."""
    quantite = dire_quantite(langue, detail.quantite_milliemes, detail.vendu_par)
    if detail.prix_centimes is None:
        return quantite
    prix = dire_prix(langue, detail.prix_centimes, detail.vendu_par)
    return traduire(langue, "commandes.a_ce_prix", quantite=quantite, prix=prix)


def dire_valeur(langue: Langue, detail: Detail) -> str:
    """« 28,80 € », ce que vaut une ligne ; « prix à nous dire » pour un achat sans prix, rien pour un don."""
    if detail.prix_centimes is not None:
        valeur = valeur_d_une_ligne(detail.quantite_milliemes, detail.prix_centimes)
        return mots.montant(langue, valeur)
    return traduire(langue, "commandes.prix_a_dire") if detail.genre == "achat" else ""


def dire_jour(langue: Langue, jour: date) -> str:
    """« mardi 9 juin »."""
    midi = datetime.combine(jour, time(12), PARIS).astimezone(UTC)
    return mots.date_longue(langue, midi, annee=False)


def avertir(
    langue: Langue,
    fiche: Mapping[str, Any],
    commande: Mapping[str, Any] | None,
    repas: Mapping[str, Any],
    *,
    limite: date | None,
    trop_tard: bool,
    etat: EtatDeCommande,
    close: bool,
) -> list[str]:
    """Ce qu'il faut savoir de cette commande, en phrases."""
    dits = []
    a_envoyer = etat in ("a_preparer", "a_renvoyer") and not close
    active = commande is not None and commande["annulee_le"] is None
    if commande is not None and active:
        if repas["statut"] == "annule":
            dits.append(traduire(langue, "commandes.avertir.repas_annule"))
        elif commande["repas_le"] != repas["debut"]:
            dits.append(_date_changee(langue, commande["repas_le"], repas["debut"]))
        if repas["statut"] != "annule" and commande["lieu_du_repas"] != repas["lieu"]:
            dits.append(traduire(langue, "commandes.avertir.lieu_change", lieu=repas["lieu_dit"]))
    if a_envoyer and limite is not None:
        cle = "trop_tard" if trop_tard else "commander_avant"
        dits.append(traduire(langue, f"commandes.avertir.{cle}", jour=dire_jour(langue, limite)))
    if a_envoyer and not fiche["courriel"]:
        cle = "telephoner" if fiche["telephone"] else "sans_contact"
        dits.append(traduire(langue, f"commandes.avertir.{cle}", telephone=fiche["telephone"]))
    if commande is not None and commande["moyen"] == "telephone" and not active:
        dits.append(traduire(langue, "commandes.avertir.annulee_a_dire"))
    return dits


def _date_changee(langue: Langue, avant: datetime | None, apres: datetime | None) -> str:
    inconnue = traduire(langue, "commandes.date_inconnue")
    return traduire(
        langue,
        "commandes.avertir.date_changee",
        avant=mots.date_heure(langue, avant, annee=False) if avant else inconnue,
        apres=mots.date_heure(langue, apres, annee=False) if apres else inconnue,
    )
