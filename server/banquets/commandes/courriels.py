"""Les courriels des commandes : écrits au moment de partir, avec ce qui est vrai alors, ou ils ne partent pas."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

from server.banquets.commandes import phrases
from server.banquets.commandes.lectures import lire_bon_de
from server.banquets.commandes.schemas import BonDeCommande, Detail, LigneDeCommande, ReponseVue
from server.banquets.commandes.services import (
    GENRE_ANNULATION,
    GENRE_COMMANDE,
    GENRE_RELANCE,
    GENRE_REPONSE,
)
from server.notifications.mise_en_page import composer
from server.notifications.schemas import Compositeur, EnvoiAComposer
from server.socle import mots
from server.socle.contexte import Contexte
from server.socle.portes import Courriel, PieceJointe
from server.socle.textes import Langue, traduire

BonImprime = Callable[[BonDeCommande, Langue], Awaitable[bytes]]
"""Compose le bon en PDF (donné par la composition : les pages sont au-dessus)."""
GENRES: Final = (GENRE_COMMANDE, GENRE_RELANCE, GENRE_ANNULATION, GENRE_REPONSE)


def compositeurs(imprimer: BonImprime) -> dict[str, Compositeur]:
    """Un compositeur par genre de message."""

    async def ecrire(envoi: EnvoiAComposer, contexte: Contexte) -> Courriel | None:
        return await _composer(envoi, contexte, imprimer)

    return dict.fromkeys(GENRES, ecrire)


async def _composer(envoi: EnvoiAComposer, contexte: Contexte, imprimer: BonImprime) -> Courriel | None:
    bon = await lire_bon_de(UUID(envoi.objet.removeprefix("commande:")), contexte.clef, envoi.maintenant)
    if bon is None or not _encore_vrai(envoi, bon):
        return None
    langue = envoi.langue
    genre = envoi.genre
    remplace = genre == GENRE_COMMANDE and bon.remplace_le is not None
    cle = f"courriels.{genre}.{'sujet_remplace' if remplace else 'sujet'}"
    repas = bon.repas
    quand = mots.date_longue(langue, repas.debut, annee=False) if repas.debut else repas.titre
    sujet = traduire(
        langue, cle, structure=repas.structure, producteur=bon.producteur_nom, titre=repas.titre, quand=quand
    )
    if genre == GENRE_REPONSE:
        lien = contexte.url(f"/espace/banquets/{repas.moment}/commandes")
    else:
        lien = contexte.url(f"/commandes/{bon.lien}")
    return await composer(
        contexte,
        genre,
        langue=langue,
        a=envoi.destinataire,
        cle=envoi.cle,
        sujet=sujet,
        valeurs={**dire_bon(bon, langue), "lien": lien},
        pieces=[await _piece(bon, langue, imprimer)] if genre in (GENRE_COMMANDE, GENRE_RELANCE) else [],
        repondre_a=repas.courriel if genre != GENRE_REPONSE else None,
    )


async def _piece(bon: BonDeCommande, langue: Langue, imprimer: BonImprime) -> PieceJointe:
    """Le bon à imprimer. Le lien n'y est pas : un papier traîne."""
    nom = traduire(langue, "commandes.piece", numero=bon.numero)
    return PieceJointe(nom, "application/pdf", await imprimer(bon, langue))


def _encore_vrai(envoi: EnvoiAComposer, bon: BonDeCommande) -> bool:
    """Faux si la suite a démenti ce message avant son départ."""
    if envoi.genre == GENRE_REPONSE:
        return bool(bon.version == envoi.donnees["version"])
    if envoi.destinataire != bon.courriel or bon.numero != envoi.donnees["numero"]:
        return False
    if envoi.genre == GENRE_RELANCE:
        # Il a répondu, ou le repas n'aura pas lieu : il n'y a plus rien à lui rappeler.
        return bon.repondue_le is None and bon.repondable
    return (bon.annulee_le is not None) == (envoi.genre == GENRE_ANNULATION)


def dire_bon(bon: BonDeCommande, langue: Langue) -> dict[str, Any]:
    """Ce que les gabarits placent, déjà mis en phrases : courriels et page du producteur."""
    achats = [ligne for ligne in bon.lignes if ligne.envoyee and ligne.envoyee.genre == "achat"]
    donnees = [ligne for ligne in bon.lignes if ligne.envoyee and ligne.envoyee.genre != "achat"]
    repas = bon.repas
    return {
        "bon": bon,
        "repas": repas,
        "commandees": [dire_ligne(ligne, langue) for ligne in achats],
        "proposees": [dire_ligne(ligne, langue) for ligne in donnees],
        "total": mots.montant(langue, bon.total_ht_centimes) if achats else "",
        "livraison_le": phrases.dire_jour(langue, bon.livraison.le) if bon.livraison.le else "",
        "quand": mots.date_heure(langue, repas.debut) if repas.debut else "",
        "envoyee": mots.date_longue(langue, bon.envoyee_le, annee=False),
        "remplace": mots.date_heure(langue, bon.remplace_le, annee=False) if bon.remplace_le else "",
        "contact": ", ".join(filter(None, (repas.structure, repas.courriel, repas.telephone))),
        "reponse_dite": traduire(langue, f"commandes.reponse.{bon.reponse}") if bon.reponse else "",
    }


class LigneDite:
    """Une ligne de commande en mots."""

    def __init__(self, ligne: LigneDeCommande, langue: Langue) -> None:
        assert ligne.envoyee is not None
        detail: Detail = ligne.envoyee
        self.approvisionnement = ligne.approvisionnement
        self.envoyee = detail
        self.reponse: ReponseVue | None = ligne.reponse
        self.nom = detail.description
        self.quantite = phrases.dire_detail(langue, detail)
        self.valeur = phrases.dire_valeur(langue, detail)
        self.note = detail.note
        self.bio = "BIO" in detail.labels
        self.repondu = dire_reponse(ligne.reponse, detail, langue)


def dire_ligne(ligne: LigneDeCommande, langue: Langue) -> LigneDite:
    return LigneDite(ligne, langue)


def dire_reponse(reponse: ReponseVue | None, envoyee: Detail, langue: Langue) -> str:
    """« D’accord », « Plutôt 8 kg à 2,60 € le kg », « Non » ; vide sans réponse."""
    if reponse is None:
        return ""
    if reponse.reponse != "corrigee":
        return traduire(langue, f"commandes.ligne.{reponse.reponse}")
    quantite = phrases.dire_quantite(langue, reponse.quantite_milliemes, envoyee.vendu_par)
    if reponse.prix_centimes is not None:
        prix = phrases.dire_prix(langue, reponse.prix_centimes, envoyee.vendu_par)
        quantite = traduire(langue, "commandes.a_ce_prix", quantite=quantite, prix=prix)
    return traduire(langue, "commandes.ligne.corrigee", quoi=quantite)
