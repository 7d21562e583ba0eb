"""Les règles des évènements. Rien que des décisions : aucun accès à quoi que ce soit.

La vie d'un évènement :

    brouillon ──publier──> publie ──reporter──> reporte ──reporter──> reporte
        │                    │                     │
        └─supprimer          └──────annuler────────┴──> annule ──retablir──> ce qu'il était

`termine` n'est jamais écrit : un évènement publié ou reporté dont l'heure de fin est passée est terminé.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, cast
from uuid import UUID

import msgspec

from server.evenements.permissions import ORGANISENT
from server.evenements.schemas import (
    EvenementDemande,
    Filtres,
    MomentBref,
    MomentDemande,
    MomentVue,
    NiveauPlaces,
    Part,
    PrixDemande,
    PrixVue,
    Reponse,
    Statut,
)
from server.socle import mots
from server.socle.erreurs import ErreurDeChamp
from server.socle.feries import est_ferie
from server.socle.temps import PARIS, a_paris, en_utc
from server.socle.textes import Langue, traduire

Action = Literal["publier", "reporter", "annuler", "retablir", "supprimer"]

TRANSITIONS: Final[dict[Statut, tuple[Action, ...]]] = {
    "brouillon": ("publier", "supprimer"),
    "publie": ("reporter", "annuler"),
    "reporte": ("reporter", "annuler"),
    "annule": ("retablir",),
    "termine": (),
}

DUREE_MAX_MOMENT: Final = timedelta(hours=24)
DUREE_MAX_EVENEMENT: Final = timedelta(days=31)
"""Au-delà, c'est un cycle. Borne aussi ce que l'agenda doit parcourir pour trouver ce qui a déjà commencé."""

GENRES_DE_PLUSIEURS_JOURS: Final = frozenset({"travail", "atelier", "autre"})
PREMIER_INSTANT: Final = datetime(1990, 1, 1, tzinfo=UTC)
DERNIER_INSTANT: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Bornes des dates acceptées : hors d'elles, c'est une faute de frappe (et les fuseaux n'ont plus de sens)."""

CHANGEMENTS_ANNONCES: Final = frozenset(
    {"titre", "lieu", "en_ligne", "lien_en_ligne", "horaires", "programme"}
)
"""Ce que les personnes inscrites doivent apprendre. Le reste (une faute corrigée, un prix précisé) se lit sur la page."""

FIGES_APRES: Final = frozenset({"lieu", "en_ligne", "horaires", "programme"})
"""Ce qui ne change plus une fois l'évènement passé : ce serait réécrire ce qui a eu lieu."""


# --- statut et transitions ------------------------------------------------------------------------------------------


def statut_effectif(statut: str, fin: datetime | None, maintenant: datetime) -> Statut:
    """Le statut tel qu'on le dit à cet instant : le temps seul termine un évènement."""
    if statut in ("publie", "reporte") and fin is not None and fin <= maintenant:
        return "termine"
    return cast("Statut", statut)


def actions_possibles(statut: Statut, fin: datetime | None, maintenant: datetime) -> tuple[Action, ...]:
    """Ce que l'on peut faire d'un évènement. Rétablir n'a plus de sens une fois l'heure passée."""
    if statut == "annule" and fin is not None and fin <= maintenant:
        return ()
    return TRANSITIONS[statut]


def est_modifiable(statut: Statut) -> bool:
    """Vrai sauf si l'évènement est annulé : on le rétablit d'abord, avec une raison dite à tous."""
    return statut != "annule"


# --- coorganisation -------------------------------------------------------------------------------------------------


def reponse_ecrite(part: Part, avant: tuple[Part, Reponse] | None, *, au_nom_des_siens: bool) -> Reponse:
    """La réponse d'une structure quand on l'écrit dans un évènement ; `avant` : sa part et sa réponse, si elle y était.

    Qui écrit accepte pour les siens (`au_nom_des_siens`) ; les autres structures sont invitées, et gardent ensuite leur
    réponse. Passer d'un soutien à une part qui organise se redemande : c'est elle qui ouvre les inscriptions.
    """
    if part == "porteuse":
        return "acceptee"
    if avant is None:
        return "acceptee" if au_nom_des_siens else "invitee"
    ancienne, reponse = avant
    if reponse == "acceptee" and part in ORGANISENT and ancienne not in ORGANISENT and not au_nom_des_siens:
        return "invitee"
    return reponse


def touche_aux_autres(avant: EvenementDemande, apres: EvenementDemande, siennes: Collection[str]) -> bool:
    """Vrai si l'on change de porteuse, retire une structure qui n'est pas des siennes, ou change sa part."""
    parts = {c.structure: c.part for c in apres.coorganisations}
    return apres.structure != avant.structure or any(
        parts.get(c.structure) != c.part for c in avant.coorganisations if c.structure not in siennes
    )


# --- places ---------------------------------------------------------------------------------------------------------


def places_restantes(jauge: int | None, pris: int) -> int | None:
    """Places encore libres ; nul sans jauge, jamais négatif (la jauge a pu être baissée)."""
    return None if jauge is None else max(0, jauge - pris)


def niveau_places(jauge: int | None, pris: int) -> NiveauPlaces:
    """Ce que l'agenda dit des places : un mot qui change rarement, plutôt qu'un compte."""
    restantes = places_restantes(jauge, pris)
    if jauge is None or restantes is None:
        return "libre"
    if restantes == 0:
        return "complet"
    return "dernieres" if restantes <= max(1, jauge // 10) else "places"


# --- inscriptions ---------------------------------------------------------------------------------------------------


def cloture_effective(
    debut: datetime | None, fin: datetime | None, cloture_le: datetime | None
) -> datetime | None:
    """L'instant où l'on cesse d'inscrire : l'heure choisie (jamais après la fin), à défaut le début."""
    if debut is None:
        return None
    if cloture_le is None:
        return debut
    return cloture_le if fin is None else min(cloture_le, fin)


def inscriptions_ouvertes(
    *,
    statut: str,
    debut: datetime | None,
    fin: datetime | None,
    cloture_le: datetime | None,
    closes: bool,
    sur_inscription: bool,
    maintenant: datetime,
) -> bool:
    """Publié ou reporté à une date connue, avant la clôture, pas fermé à la main, et quelque chose où s'inscrire."""
    cloture = cloture_effective(debut, fin, cloture_le)
    return (
        statut in ("publie", "reporte")
        and cloture is not None
        and maintenant < cloture
        and not closes
        and sur_inscription
    )


# --- temps ----------------------------------------------------------------------------------------------------------


def prochain_changement(maintenant: datetime, *instants: datetime | None) -> datetime | None:
    """Le premier de ces instants encore à venir : celui où le temps seul changera un document."""
    return min((i for i in instants if i is not None and i > maintenant), default=None)


def minuit_suivant(maintenant: datetime) -> datetime:
    """Le prochain minuit de Paris : les listes d'un jour ou d'un week-end changent alors."""
    return debut_du_jour(a_paris(maintenant).date() + timedelta(days=1))


def debut_du_jour(jour: date) -> datetime:
    """Minuit à Paris, en UTC."""
    return datetime.combine(jour, time(), PARIS).astimezone(UTC)


SOIR_H: Final = 18
"""Le dernier jour d'un week-end, dès cette heure, on cherche déjà le suivant."""

FIN_DE_NUIT: Final = time(5, 59, 59)
"""Ce qui finit au plus tard alors est encore de la veille."""


def ce_week_end(maintenant: datetime) -> tuple[date, date]:
    """Du vendredi au dimanche, ou au lundi s'il est férié ; à partir d'aujourd'hui si l'on y est déjà.

    Le dernier soir, c'est déjà le week-end suivant : ce qui reste de la soirée est en tête de l'agenda.
    """
    instant = a_paris(maintenant)
    jour = instant.date()
    premier, dernier = _week_end_de(jour)
    if jour == dernier and instant.hour >= SOIR_H:
        premier, dernier = _week_end_de(jour + timedelta(days=1))
    return max(jour, premier), dernier


def bascule_du_week_end(maintenant: datetime) -> datetime:
    """L'instant où « ce week-end » en désignera un autre."""
    _, dernier = ce_week_end(maintenant)
    return datetime.combine(dernier, time(SOIR_H), PARIS).astimezone(UTC)


def _week_end_de(jour: date) -> tuple[date, date]:
    """Le week-end de ce jour, ou le prochain. Un lundi férié est encore du week-end."""
    lundi_ferie = jour.weekday() == 0 and est_ferie(jour)
    dimanche = jour - timedelta(days=1) if lundi_ferie else jour + timedelta(days=6 - jour.weekday())
    lendemain = dimanche + timedelta(days=1)
    return dimanche - timedelta(days=2), lendemain if est_ferie(lendemain) else dimanche


def bornes(
    moments: Iterable[tuple[datetime | None, datetime | None]],
) -> tuple[datetime | None, datetime | None]:
    """Début et fin de l'évènement, d'après ceux de ses moments."""
    debuts: list[datetime] = []
    fins: list[datetime] = []
    for debut, fin in moments:
        if debut is not None:
            debuts.append(debut)
            fins.append(fin or debut)
    return min(debuts, default=None), max(fins, default=None)


def decaler(instant: datetime, ancien_debut: datetime, nouveau_debut: datetime) -> datetime:
    """L'instant déplacé d'autant que le début, à l'heure des horloges : 19 h reste 19 h, été comme hiver."""
    ecart = a_paris(instant).replace(tzinfo=None) - a_paris(ancien_debut).replace(tzinfo=None)
    local = (a_paris(nouveau_debut).replace(tzinfo=None) + ecart).replace(tzinfo=PARIS)
    return local.astimezone(UTC)


def decaler_horaire(
    debut: datetime, fin: datetime | None, ancien_debut: datetime, nouveau_debut: datetime
) -> tuple[datetime, datetime | None]:
    """Début et fin d'un moment déplacés ensemble ; si un changement d'heure les croise, la durée l'emporte."""
    nouveau = decaler(debut, ancien_debut, nouveau_debut)
    if fin is None:
        return nouveau, None
    nouvelle_fin = decaler(fin, ancien_debut, nouveau_debut)
    return nouveau, nouvelle_fin if nouvelle_fin > nouveau else nouveau + (fin - debut)


class Fenetre(msgspec.Struct, frozen=True):
    """La tranche de temps d'une liste : ce qui commence après `depuis`, ou finit après `fin_apres`, et avant `jusqu_a`."""

    depuis: datetime | None
    fin_apres: datetime | None
    """Plus tard que `depuis` quand celui-ci est un minuit : un bal qui finit à 1 h n'est pas du lendemain."""
    jusqu_a: datetime | None
    passee: bool
    """Tout entière derrière nous : le plus récent d'abord."""
    avec_date_a_venir: bool
    """Les évènements reportés sans date y ont leur place."""


def fenetre(filtres: Filtres, maintenant: datetime) -> Fenetre:
    """Sans `du` ni `au`, ce qui vient. `au` seul : d'ici là, ou jusque-là s'il est passé. Lève `ValueError`."""
    depuis = fin_apres = None
    if filtres.du is not None:
        depuis, fin_apres = bornes_du_premier_jour(jour_valide(filtres.du))
    jusqu_a = None if filtres.au is None else debut_du_jour(jour_valide(filtres.au) + timedelta(days=1))
    passee = jusqu_a is not None and jusqu_a <= maintenant
    if depuis is None and not passee:
        depuis = fin_apres = maintenant
    return Fenetre(
        depuis, fin_apres, jusqu_a, passee, avec_date_a_venir=filtres.du is None and filtres.au is None
    )


def bornes_du_premier_jour(jour: date) -> tuple[datetime, datetime]:
    """Minuit, et l'heure jusqu'où dure la nuit de la veille."""
    return debut_du_jour(jour), datetime.combine(jour, FIN_DE_NUIT, PARIS).astimezone(UTC)


def jour_valide(texte: str) -> date:
    """Un jour du calendrier, dans les bornes ; `ValueError` sinon."""
    jour = date.fromisoformat(texte)
    if not PREMIER_INSTANT.year < jour.year < DERNIER_INSTANT.year:
        raise ValueError(texte)
    return jour


# --- contenu --------------------------------------------------------------------------------------------------------


def incoherences(contenu: EvenementDemande) -> list[ErreurDeChamp]:
    """Ce qui ne peut être vrai, même dans un brouillon ; tout à la fois."""
    erreurs = [e for rang, moment in enumerate(contenu.moments) for e in _incoherences_moment(rang, moment)]
    erreurs += _repetitions("moments.{}.id", [moment.id for moment in contenu.moments])
    debut, fin = bornes((m.debut, m.fin) for m in contenu.moments)
    if not erreurs and debut is not None and fin is not None and fin - debut > DUREE_MAX_EVENEMENT:
        erreurs.append(ErreurDeChamp("moments", "evenement_trop_long", {"n": DUREE_MAX_EVENEMENT.days}))
    if contenu.cloture_le is not None:
        if not est_date_plausible(contenu.cloture_le):
            erreurs.append(ErreurDeChamp("cloture_le", "date_hors_bornes"))
        elif fin is not None and contenu.cloture_le > fin:
            erreurs.append(ErreurDeChamp("cloture_le", "cloture_apres_fin"))
    if contenu.lieu_repli is not None and contenu.lieu_repli == contenu.lieu:
        erreurs.append(ErreurDeChamp("lieu_repli", "repli_identique"))
    erreurs += _repetitions("coorganisations.{}.structure", [c.structure for c in contenu.coorganisations])
    for rang, coorganisation in enumerate(contenu.coorganisations):
        if coorganisation.part == "porteuse" and coorganisation.structure != contenu.structure:
            erreurs.append(ErreurDeChamp(f"coorganisations.{rang}.part", "une_seule_porteuse"))
    return erreurs


def _incoherences_moment(rang: int, moment: MomentDemande) -> Iterator[ErreurDeChamp]:
    ici = f"moments.{rang}"
    for nom in ("debut", "fin"):
        instant = getattr(moment, nom)
        if instant is not None and not est_date_plausible(instant):
            yield ErreurDeChamp(f"{ici}.{nom}", "date_hors_bornes")
            return
    if moment.fin is not None:
        if moment.debut is None:
            yield ErreurDeChamp(f"{ici}.debut", "debut_manquant")
        elif moment.fin <= moment.debut:
            yield ErreurDeChamp(f"{ici}.fin", "fin_avant_debut")
        elif moment.fin - moment.debut > DUREE_MAX_MOMENT and moment.genre not in GENRES_DE_PLUSIEURS_JOURS:
            yield ErreurDeChamp(f"{ici}.fin", "moment_trop_long", {"n": 24})
    prix = moment.prix
    if (
        prix.mode == "libre"
        and prix.conseille_centimes is not None
        and prix.minimum_centimes is not None
        and prix.conseille_centimes < prix.minimum_centimes
    ):
        yield ErreurDeChamp(f"{ici}.prix.conseille_centimes", "conseille_sous_minimum")
    if prix.mode == "tarifs":
        yield from _repetitions(
            f"{ici}.prix.tarifs.{{}}.nom", [tarif.nom.casefold() for tarif in prix.tarifs]
        )
        yield from _repetitions(f"{ici}.prix.tarifs.{{}}.id", [tarif.id for tarif in prix.tarifs])


def est_date_plausible(instant: datetime) -> bool:
    """Vrai si l'instant porte un fuseau et tombe dans les bornes acceptées."""
    return instant.tzinfo is not None and PREMIER_INSTANT < instant < DERNIER_INSTANT


def _repetitions(chemin: str, valeurs: Sequence[str | UUID | None]) -> list[ErreurDeChamp]:
    vues = Counter(v for v in valeurs if v is not None)
    deja: set[str | UUID] = set()
    erreurs = []
    for rang, valeur in enumerate(valeurs):
        if valeur is not None and vues[valeur] > 1:
            if valeur in deja:
                erreurs.append(ErreurDeChamp(chemin.format(rang), "repete"))
            deja.add(valeur)
    return erreurs


def manques(contenu: EvenementDemande, *, date_connue: bool = True) -> list[ErreurDeChamp]:
    """Ce qu'il reste à remplir pour qu'un évènement soit public ; tout à la fois.

    `date_connue=False` : l'évènement est reporté sans date, ses moments n'ont pas d'heure.
    """
    erreurs = []
    if not contenu.resume.strip() and not contenu.description.strip():
        erreurs.append(ErreurDeChamp("resume", "resume_manquant"))
    if contenu.lieu is None and not contenu.en_ligne:
        erreurs.append(ErreurDeChamp("lieu", "lieu_manquant"))
    if contenu.en_ligne and contenu.lien_en_ligne is None:
        erreurs.append(ErreurDeChamp("lien_en_ligne", "lien_manquant"))
    if contenu.image is not None and not contenu.image.alt.strip():
        erreurs.append(ErreurDeChamp("image.alt", "alt_manquant"))
    if not contenu.moments:
        erreurs.append(ErreurDeChamp("moments", "moment_manquant"))
    elif date_connue and all(moment.debut is None for moment in contenu.moments):
        erreurs.append(ErreurDeChamp("moments.0.debut", "debut_manquant"))
    for rang, moment in enumerate(contenu.moments):
        if moment.debut is not None and moment.fin is None:
            erreurs.append(ErreurDeChamp(f"moments.{rang}.fin", "fin_manquante"))
        if moment.prix.mode == "tarifs" and not moment.prix.tarifs:
            erreurs.append(ErreurDeChamp(f"moments.{rang}.prix.tarifs", "tarif_manquant"))
    if "monnaie_locale" in contenu.moyens_paiement and not contenu.monnaie_locale.strip():
        erreurs.append(ErreurDeChamp("monnaie_locale", "monnaie_manquante"))
    return erreurs


def ranger(contenu: EvenementDemande) -> EvenementDemande:
    """Le même contenu, remis en ordre : instants en UTC, moments dans l'ordre du temps, prix sans reste d'un autre mode."""
    moments = [_ranger_moment(moment) for moment in contenu.moments]
    # Le tri est stable : deux ateliers en parallèle, ou sans heure, restent dans l'ordre choisi.
    moments.sort(key=lambda moment: (moment.debut is None, moment.debut or DERNIER_INSTANT))
    return msgspec.structs.replace(
        contenu,
        version=None,
        formats=list(dict.fromkeys(contenu.formats)),
        themes=list({theme.strip().casefold(): theme.strip() for theme in reversed(contenu.themes)}.values())[
            ::-1
        ],
        moyens_paiement=list(dict.fromkeys(contenu.moyens_paiement)),
        coorganisations=[c for c in contenu.coorganisations if c.structure != contenu.structure],
        lien_en_ligne=contenu.lien_en_ligne if contenu.en_ligne else None,
        cloture_le=_en_utc(contenu.cloture_le),
        moments=moments,
    )


def _en_utc(instant: datetime | None) -> datetime | None:
    """L'instant en UTC ; hors des bornes, tel quel : `incoherences` le refusera, la conversion pourrait déborder."""
    return instant if instant is None or not est_date_plausible(instant) else en_utc(instant)


def _ranger_moment(moment: MomentDemande) -> MomentDemande:
    prix = moment.prix
    match prix.mode:
        case "gratuit":
            prix = PrixDemande()
        case "libre":
            prix = msgspec.structs.replace(prix, tarifs=[])
        case "tarifs":
            prix = msgspec.structs.replace(prix, conseille_centimes=None, minimum_centimes=None)
    return msgspec.structs.replace(
        moment,
        debut=_en_utc(moment.debut),
        fin=_en_utc(moment.fin),
        jauge=moment.jauge if moment.sur_inscription else None,
        prix=prix,
    )


class Changements(msgspec.Struct, frozen=True):
    """Ce qui distingue deux états d'un évènement."""

    champs: tuple[str, ...]
    annonce: bool
    """Les personnes inscrites doivent l'apprendre."""
    deplace: bool
    """La date ou le lieu a bougé : qui s'était décidé avant doit pouvoir redire oui."""


def changements(avant: EvenementDemande, apres: EvenementDemande) -> Changements:
    """Compare deux contenus rangés. Les moments se reconnaissent à leur identifiant."""
    champs = {
        nom
        for nom in EvenementDemande.__struct_fields__
        if nom != "version" and getattr(avant, nom) != getattr(apres, nom)
    }
    anciens = {moment.id: moment for moment in avant.moments if moment.id is not None}
    gardes = [(anciens[m.id], m) for m in apres.moments if m.id is not None and m.id in anciens]
    debuts_bougent = False
    if len(gardes) < max(len(anciens), len(apres.moments)):
        champs.add("programme")
    for ancien, nouveau in gardes:
        if (ancien.genre, ancien.titre) != (nouveau.genre, nouveau.titre):
            champs.add("programme")
        if (ancien.debut, ancien.fin) != (nouveau.debut, nouveau.fin):
            champs.add("horaires")
            debuts_bougent |= ancien.debut != nouveau.debut
        if ancien.jauge != nouveau.jauge:
            champs.add("jauges")
    debut_avant, _ = bornes((m.debut, m.fin) for m in avant.moments)
    debut_apres, _ = bornes((m.debut, m.fin) for m in apres.moments)
    return Changements(
        champs=tuple(sorted(champs)),
        annonce=bool(champs & CHANGEMENTS_ANNONCES),
        deplace=bool(champs & {"lieu", "en_ligne"}) or debuts_bougent or debut_avant != debut_apres,
    )


# --- prix -----------------------------------------------------------------------------------------------------------


def est_gratuit(moments: Iterable[tuple[str, str]]) -> bool:
    """Vrai si tous les moments autres que le banquet sont gratuits. Données : couples (genre, mode de prix).

    Un évènement gratuit avec un repas payant est gratuit ; un banquet seul ne l'est que si on n'y paie pas.
    """
    tous = list(moments)
    sans_repas = [mode for genre, mode in tous if genre != "banquet"]
    return all(mode == "gratuit" for mode in sans_repas or [mode for _, mode in tous])


def phrase_prix(langue: Langue, moments: Sequence[MomentVue]) -> str:
    """Le prix de l'évènement en une phrase : « Entrée libre, repas à prix libre (conseillé 12 €) »."""
    entrees = [m for m in moments if m.genre != "banquet"]
    repas = [m for m in moments if m.genre == "banquet"]
    prix_entrees = list(dict.fromkeys(_dire_prix(langue, m.prix) for m in entrees))
    prix_repas = list(dict.fromkeys(_dire_prix(langue, m.prix) for m in repas))
    entree_gratuite = all(m.prix.mode == "gratuit" for m in entrees)
    repas_gratuit = all(m.prix.mode == "gratuit" for m in repas)
    if entree_gratuite and repas_gratuit:
        return (
            traduire(langue, "prix.gratuit_repas_compris" if repas and entrees else "prix.gratuit")
            if moments
            else ""
        )
    morceaux = []
    if len(prix_entrees) > 1:
        morceaux += [_dire_moment(langue, m, entrees) for m in entrees]
    elif entrees and entree_gratuite:
        morceaux.append(traduire(langue, "prix.entree_libre"))
    elif entrees and repas:
        morceaux.append(traduire(langue, "prix.entree", prix=prix_entrees[0]))
    elif entrees:
        morceaux.append(_dire_prix(langue, entrees[0].prix, seul=True))
    if len(prix_repas) > 1:
        morceaux += [_dire_moment(langue, m, repas) for m in repas]
    elif repas:
        morceaux.append(
            traduire(langue, "prix.repas_gratuit" if repas_gratuit else "prix.repas", prix=prix_repas[0])
        )
    return _majuscule(", ".join(morceaux))


def phrase_prix_moment(langue: Langue, prix: PrixVue) -> str:
    """Le prix d'un seul moment : « Gratuit », « Prix libre (conseillé 12 €) », « De 6 € à 12 € »."""
    return _majuscule(_dire_prix(langue, prix, seul=True))


def phrase_prix_bref(langue: Langue, moment: MomentBref) -> str:
    """Le prix en deux mots : « prix libre », « 0 à 5 € ». Des tarifs tous nuls ne coûtent rien."""
    bas, haut = moment.tarif_bas_centimes, moment.tarif_haut_centimes
    if moment.prix_mode != "tarifs" or not haut:
        return traduire(langue, f"evenement.prix_mot.{'libre' if moment.prix_mode == 'libre' else 'gratuit'}")
    if bas == haut:
        return mots.montant(langue, haut)
    return traduire(
        langue,
        "evenement.prix_mot.de_a",
        bas=mots.montant(langue, bas) if bas else "0",
        haut=mots.montant(langue, haut),
    )


def phrase_paiement(langue: Langue, moyens: Sequence[str], monnaie_locale: str, texte: str) -> str:
    """Comment et où l'on paie : « Sur place : espèces, chèque ou carte bancaire. » puis ce que l'équipe a écrit."""
    dits = [
        monnaie_locale
        if moyen == "monnaie_locale" and monnaie_locale
        else traduire(langue, f"prix.moyens.{moyen}")
        for moyen in moyens
    ]
    phrases = []
    if dits:
        liste = dits[0]
        if len(dits) > 1:
            liste = traduire(langue, "prix.ou", debut=", ".join(dits[:-1]), fin=dits[-1])
        phrases.append(traduire(langue, "prix.sur_place", moyens=liste))
    if texte.strip():
        phrases.append(texte.strip())
    return " ".join(phrases)


def _dire_prix(langue: Langue, prix: PrixVue, *, seul: bool = False) -> str:
    """« à prix libre (conseillé 12 €) », « à 8 € », « de 6 € à 12 € » ; `seul` : sans préposition."""
    suffixe = "_seul" if seul else ""
    if prix.mode == "gratuit":
        return traduire(langue, f"prix.libre_d_acces{suffixe}")
    if prix.mode == "libre":
        precisions = [
            traduire(langue, f"prix.{nom}", montant=mots.montant(langue, centimes))
            for nom, centimes in (("conseille", prix.conseille_centimes), ("minimum", prix.minimum_centimes))
            if centimes
        ]
        entre_parentheses = f" ({', '.join(precisions)})" if precisions else ""
        return traduire(langue, f"prix.prix_libre{suffixe}") + entre_parentheses
    montants = sorted(tarif.montant_centimes for tarif in prix.tarifs)
    if not montants or montants[-1] == 0:
        return traduire(langue, f"prix.libre_d_acces{suffixe}")
    haut = mots.montant(langue, montants[-1])
    if montants[0] == montants[-1]:
        return traduire(langue, f"prix.a{suffixe}", montant=haut)
    if montants[0] == 0:
        return traduire(langue, f"prix.jusqu_a{suffixe}", haut=haut)
    return traduire(langue, f"prix.de_a{suffixe}", bas=mots.montant(langue, montants[0]), haut=haut)


def _dire_moment(langue: Langue, moment: MomentVue, tous: Sequence[MomentVue]) -> str:
    """Un moment et son prix ; son titre s'il faut le distinguer d'un autre du même genre."""
    semblables = sum(1 for autre in tous if autre.genre == moment.genre)
    nom = (
        moment.titre if semblables > 1 and moment.titre else traduire(langue, f"genres.{moment.genre}.court")
    )
    return traduire(langue, "prix.moment", nom=nom, prix=_dire_prix(langue, moment.prix))


def _majuscule(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
