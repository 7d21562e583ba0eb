"""Le billet d'un foyer, en phrases : ce qui est noté, ce qui attend, ce qu'on peut faire."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from server.evenements.schemas import EvenementVue
from server.inscriptions import phrases
from server.inscriptions.regles import DELAI_EFFACEMENT_JOURS
from server.inscriptions.schemas import InscriptionVue, PresenceVue
from server.pages.evenement import Bandeau, dire_evenement
from server.socle import mots
from server.socle.textes import Langue, traduire

Ton = Literal["confirmee", "attente", "annulee"]


class LignePresence(msgspec.Struct, frozen=True):
    """Un moment du billet."""

    genre: str
    nom: str
    horaire: str
    personnes: str
    statut: Literal["confirmee", "en_attente", "annulee", "proposee"]
    precisions: list[str]


class Billet(msgspec.Struct, frozen=True):
    """Une inscription mise en phrases, dans une langue."""

    vue: InscriptionVue
    phrase: str
    """L'état, en une grande phrase."""
    ton: Ton
    bandeau: Bandeau | None
    """Annulé ou reporté, avec les mots de la page de l'évènement."""
    date: str
    etats: list[str]
    """Où les places sont réservées, où il n'y en a pas encore."""
    lignes: list[LignePresence]
    assiettes: list[phrases.LigneAssiette]
    """Les codes à dire à table ; vide si personne n'a de besoin, ou si le foyer ne vient à aucun banquet."""
    suite: str
    """Ce qui va se passer pour ce qui attend ; vide si rien n'attend."""
    prix: list[str]
    proposition: str
    """Ce qui est proposé et jusqu'à quand ; vide s'il n'y a rien à confirmer."""
    adresse: Literal["a_confirmer", "attendue", ""]
    """`a_confirmer` : un bouton suffit ici (ouvert par le lien reçu) ; `attendue` : il faut ouvrir le message."""
    fini: bool
    """Le foyer ou l'équipe a annulé : il ne reste qu'à se réinscrire, ou à effacer ses données."""
    vient: bool
    """Le foyer a des places à un moment au moins : lui seul a un code d'accueil."""
    modifiable: bool
    annulable: bool
    annuler_pour_la_cuisine: str
    """Ce qu'annuler veut dire pour la cuisine, si elle a déjà fixé le nombre de repas ; vide tant qu'elle compte."""
    telechargeable: bool
    reinscription: bool
    vu: str
    """Quand cela a été lu : ce que dira la copie gardée sur l'appareil."""
    garde_jusqu_au: str
    """Le jour (ISO) où tout s'efface ici : une copie gardée ailleurs ne dure pas plus."""


def dire_billet(
    vue: InscriptionVue,
    evenement: EvenementVue,
    langue: Langue,
    maintenant: datetime,
    *,
    ouverte_par_courriel: bool = False,
) -> Billet:
    """Met une inscription en phrases."""
    dit = dire_evenement(evenement, langue)
    annulee, sans_lieu = vue.annulee_le is not None, evenement.statut == "annule"
    fini = annulee or sans_lieu
    presences = [] if fini else vue.presences
    vient = bool(phrases.reservees(presences))
    return Billet(
        vue=vue,
        phrase=traduire(langue, "mes_inscriptions.etat_evenement_annule", titre=evenement.titre)
        if sans_lieu
        else _phrase(vue, presences, langue),
        ton="annulee" if fini else "confirmee" if vient else "attente",
        bandeau=dit.bandeaux[0] if evenement.statut in ("annule", "reporte") else None,
        date=dit.date,
        etats=phrases.dire_etat(langue, presences),
        lignes=[_ligne(p, evenement.debut, langue) for p in presences],
        assiettes=phrases.dire_assiettes(langue, vue, presences),
        suite=phrases.dire_suite_de_l_attente(langue, presences),
        prix=[] if fini else phrases.dire_prix(langue, vue, evenement),
        proposition=_proposition(presences, langue),
        adresse=_adresse(vue, fini=fini, ouverte_par_courriel=ouverte_par_courriel),
        fini=fini,
        vient=vient,
        modifiable=vue.modifiable and not fini,
        annulable=not fini and (evenement.debut is None or maintenant < evenement.debut),
        annuler_pour_la_cuisine=phrases.dire_compte_arrete(langue, phrases.reservees(presences), "annuler"),
        telechargeable=vient and evenement.debut is not None,
        reinscription=annulee and dit.formulaire,
        vu=traduire(langue, "mes_inscriptions.vu_le", date=mots.date_heure(langue, maintenant, annee=False)),
        garde_jusqu_au=_jour_de_l_effacement(evenement, maintenant),
    )


def _jour_de_l_effacement(evenement: EvenementVue, maintenant: datetime) -> str:
    terme = evenement.fin or maintenant
    return (terme + timedelta(days=DELAI_EFFACEMENT_JOURS)).date().isoformat()


def _phrase(vue: InscriptionVue, presences: list[PresenceVue], langue: Langue) -> str:
    confirmees, attendues = phrases.reservees(presences), phrases.attendues(presences)
    cle = "confirme" if confirmees else "annulee"
    if attendues:
        cle = "mixte" if confirmees else "attente"
    return traduire(
        langue,
        f"mes_inscriptions.etat_{cle}",
        prenom=vue.prenom,
        detail=mots.liste(langue, [_detail(p, presences, langue) for p in confirmees]),
        attente=mots.liste(langue, [_detail(p, presences, langue) for p in attendues]),
    )


def _detail(presence: PresenceVue, toutes: list[PresenceVue], langue: Langue) -> str:
    """« 3 au banquet »."""
    au = phrases.dire_au(langue, presence, toutes)
    return traduire(langue, "mes_inscriptions.detail", n=phrases.personnes(presence), au=au)


def _ligne(presence: PresenceVue, debut: datetime | None, langue: Langue) -> LignePresence:
    precisions = []
    if presence.rang_attente is not None:
        precisions.append(phrases.dire_rang(langue, presence.rang_attente))
    if presence.en_plus:
        precisions.append(traduire(langue, "mes_inscriptions.en_plus", n=presence.en_plus))
    return LignePresence(
        genre=presence.genre,
        nom=phrases.dire_nom(langue, presence),
        horaire=phrases.dire_horaire(langue, presence, debut),
        personnes=phrases.dire_personnes(langue, presence),
        statut="proposee" if presence.proposee_jusqu_au else presence.statut,
        precisions=precisions,
    )


def _proposition(presences: list[PresenceVue], langue: Langue) -> str:
    proposees = [p for p in presences if p.proposee_jusqu_au is not None]
    limites = [p.proposee_jusqu_au for p in proposees if p.proposee_jusqu_au is not None]
    if not limites:
        return ""
    return traduire(
        langue,
        "mes_inscriptions.place_proposee_phrase",
        date=mots.date_heure(langue, min(limites), annee=False),
        moments=mots.liste(langue, [_detail(p, presences, langue) for p in proposees]),
    )


def _adresse(
    vue: InscriptionVue, *, fini: bool, ouverte_par_courriel: bool
) -> Literal["a_confirmer", "attendue", ""]:
    if fini or vue.courriel is None or vue.courriel_confirme:
        return ""
    return "a_confirmer" if ouverte_par_courriel else "attendue"
