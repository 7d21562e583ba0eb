"""Ce qu'on dit à un foyer de ce qu'il a réservé, les mêmes mots en page et en courriel. Rien que des fonctions pures."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from server.evenements.regles import phrase_paiement, phrase_prix_moment
from server.evenements.schemas import EvenementVue
from server.inscriptions.effectif.phrases import dire_regimes
from server.inscriptions.regles import DELAI_DE_REPONSE, FIN_DES_GARDES, total
from server.inscriptions.schemas import InscriptionVue, PresenceVue
from server.socle import mots
from server.socle.textes import Langue, traduire


class LigneAssiette(msgspec.Struct, frozen=True):
    """Une assiette à part : le code à dire à table, pour qui, et ce qu'elle a de particulier."""

    code: str
    qui: str
    besoin: str
    """Une donnée de santé : jamais dans un courriel."""


def personnes(presence: PresenceVue) -> int:
    """Combien le foyer vient à ce moment."""
    return total(presence.adultes, presence.enfants, presence.tout_petits)


def reservees(presences: Sequence[PresenceVue]) -> list[PresenceVue]:
    """Celles où le foyer a des places."""
    return [p for p in presences if p.statut == "confirmee" and personnes(p)]


def attendues(presences: Sequence[PresenceVue]) -> list[PresenceVue]:
    """Celles où il n'en a pas encore."""
    return [p for p in presences if p.statut == "en_attente"]


def dire_etat(langue: Langue, presences: Sequence[PresenceVue]) -> list[str]:
    """« Vos places sont réservées au débat. » et « Vous n'avez pas encore de place au banquet. »

    Une place proposée n'est dite ni l'un ni l'autre : elle a son annonce, avec son délai.
    """
    obtenues = reservees(presences)
    manquent = [p for p in attendues(presences) if p.proposee_jusqu_au is None]
    phrases = []
    if obtenues:
        phrases.append(
            traduire(
                langue,
                "mes_inscriptions.reserve",
                n=max(map(personnes, obtenues)),
                moments=_a_ces_moments(langue, obtenues, presences),
            )
        )
    if manquent:
        moments = _a_ces_moments(langue, manquent, presences)
        phrases.append(traduire(langue, "mes_inscriptions.pas_encore", moments=moments))
    return phrases


def dire_suite_de_l_attente(langue: Langue, presences: Sequence[PresenceVue]) -> str:
    """Ce qui va se passer pour qui attend ; vide si rien n'attend."""
    if not any(p.rang_attente is not None and p.proposee_jusqu_au is None for p in presences):
        return ""
    une_heure = timedelta(hours=1)
    return traduire(
        langue,
        "mes_inscriptions.attente_suite",
        fin=FIN_DES_GARDES // une_heure,
        reponse=DELAI_DE_REPONSE // une_heure,
    )


def dire_au(langue: Langue, presence: PresenceVue, toutes: Sequence[PresenceVue]) -> str:
    """« au banquet » ; le titre s'ajoute quand deux moments ont le même genre."""
    au = traduire(langue, f"genres.{presence.genre}.au")
    if presence.titre and sum(p.genre == presence.genre for p in toutes) > 1:
        return f"{au} ({presence.titre})"
    return au


def dire_nom(langue: Langue, presence: PresenceVue) -> str:
    """Le titre du moment, à défaut son genre : « Le banquet »."""
    nom = presence.titre or traduire(langue, f"genres.{presence.genre}.le")
    return nom[:1].upper() + nom[1:]


def dire_horaire(langue: Langue, presence: PresenceVue, debut: datetime | None) -> str:
    """« 20 h 30 – 22 h » ; avec son jour s'il n'est pas celui de l'évènement, qui commence à `debut`."""
    if presence.debut is None:
        return ""
    dit = mots.heure_ou_jour(langue, presence.debut, debut)
    return f"{dit} – {mots.heure_ou_jour(langue, presence.fin, presence.debut)}" if presence.fin else dit


def dire_personnes(langue: Langue, presence: PresenceVue) -> str:
    """« 2 adultes et 1 enfant »."""
    nombres = [(nom, getattr(presence, nom)) for nom in ("adultes", "enfants", "tout_petits")]
    return mots.liste(
        langue, [traduire(langue, f"mes_inscriptions.{nom}", n=nombre) for nom, nombre in nombres if nombre]
    )


def dire_rang(langue: Langue, rang: int) -> str:
    """« en tête de la liste », « 2e sur la liste »."""
    return traduire(langue, f"mes_inscriptions.{'rang_premier' if rang == 1 else 'rang'}", rang=rang)


def dire_prix(langue: Langue, inscription: InscriptionVue, evenement: EvenementVue) -> list[str]:
    """Le prix de chaque moment payant où le foyer vient (le tarif qu'il a choisi), puis comment l'on paie."""
    prix = {moment.id: moment.prix for moment in evenement.moments}
    lignes = []
    for presence in inscription.presences:
        du_moment = prix.get(presence.moment)
        if du_moment is None or du_moment.mode == "gratuit" or presence.statut == "annulee":
            continue
        dit = phrase_prix_moment(langue, du_moment)
        dit = dit[:1].lower() + dit[1:]
        for tarif in du_moment.tarifs:
            if tarif.id == presence.tarif:
                montant = mots.montant(langue, tarif.montant_centimes)
                dit = traduire(langue, "mes_inscriptions.prix_tarif", nom=tarif.nom, montant=montant)
        lignes.append(
            traduire(langue, "mes_inscriptions.prix_moment", moment=dire_nom(langue, presence), prix=dit)
        )
    if lignes:
        lignes.append(phrase_paiement(langue, evenement.moyens_paiement, evenement.monnaie_locale, ""))
    return [ligne for ligne in lignes if ligne]


def _a_ces_moments(langue: Langue, choisies: Sequence[PresenceVue], toutes: Sequence[PresenceVue]) -> str:
    return mots.liste(langue, [dire_au(langue, p, toutes) for p in choisies])


def dire_assiettes(
    langue: Langue, vue: InscriptionVue, presences: Sequence[PresenceVue]
) -> list[LigneAssiette]:
    """Les codes à dire à table ; rien si personne n'a de besoin, ou si le foyer ne vient à aucun banquet."""
    if not any(presence.genre == "banquet" for presence in reservees(presences)):
        return []
    return [
        LigneAssiette(
            convive.assiette,
            traduire(langue, f"besoins.ages.{convive.age}", n=convive.nombre),
            dire_regimes(langue, convive.regimes, convive.allergenes, convive.nombre),
        )
        for convive in vue.convives
        if convive.assiette is not None
    ]


def dire_compte_arrete(
    langue: Langue, presences: Sequence[PresenceVue], cle: Literal["avant", "apres", "annuler", "annulee"]
) -> str:
    """Ce qu'un changement veut dire pour la cuisine quand elle a déjà fixé le nombre de repas ; rien tant qu'elle compte."""
    arrets = [p.effectif_arrete_le for p in presences if p.effectif_arrete_le is not None]
    if not arrets:
        return ""
    return traduire(langue, f"effectif.foyer.{cle}", quand=mots.date_heure(langue, max(arrets), annee=False))
