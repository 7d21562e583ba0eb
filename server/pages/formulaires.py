"""Le formulaire d'inscription, lu et remontré. Rien que des décisions : du texte entre, une demande ou des refus sortent.

Un formulaire HTML n'envoie que du texte, champ par champ, parfois plusieurs fois, parfois n'importe quoi. Il est
d'abord gardé tel quel (`Saisie`, pour être remontré sans rien perdre), puis traduit en demande, que les mêmes règles
contrôlent que celles de l'API. Les refus reviennent au champ qui les porte.

Noms des champs : `adultes`, `enfants`, `tout_petits` (mêmes nombres partout) ; `moments` (cases) ; `adultes.<moment>`…
(pas les mêmes à chaque moment, vide pour reprendre les nombres communs) ; `tarif.<moment>` ; `convive.<n>.age`,
`.nombre`, `.regimes`, `.allergenes` ; et les champs de `DemandeInscription` sous leur nom.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar, get_args
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from server.evenements.schemas import MomentVue
from server.inscriptions.schemas import (
    Allergene,
    Besoin,
    DemandeInscription,
    GenreContribution,
    InscriptionVue,
    ModificationInscription,
    PresenceVue,
    Regime,
)
from server.socle.champs import Jeton
from server.socle.corps import convertir
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.mots import FINE
from server.socle.textes import Langue, traduire

CHAMPS_MAX: Final = 600
"""Champs d'un formulaire honnête : 20 moments et 4 assiettes en font moins de 200."""

ASSIETTES: Final = 4
"""Assiettes différentes proposées d'emblée."""

TAPE_MAX: Final = 2100
"""Caractères gardés d'un champ pour le remontrer : assez pour que le refus « trop long » se voie."""

COMPTES: Final = ("adultes", "enfants", "tout_petits")
SIMPLES: Final = (
    "prenom",
    "courriel",
    "telephone",
    "commune",
    "message",
    "premiere_fois",
    "version_vue",
    *COMPTES,
)
AUTRUI: Final = ("autrui_prenom", "autrui_courriel", "autrui_telephone")
OUI: Final = "oui"

Champs = Mapping[str, Sequence[str]]
Demande = TypeVar("Demande", bound=msgspec.Struct)


class Nombres(msgspec.Struct, frozen=True):
    """Ce qui est tapé pour un moment : vide, on reprend les nombres communs."""

    adultes: str = ""
    enfants: str = ""
    tout_petits: str = ""
    tarif: str = ""

    @property
    def rempli(self) -> bool:
        return bool(self.adultes or self.enfants or self.tout_petits)


class Assiette(msgspec.Struct, frozen=True):
    """Ce qui est tapé pour une ou plusieurs personnes qui mangent pareil."""

    nombre: str = ""
    age: str = "adulte"
    regimes: tuple[str, ...] = ()
    allergenes: tuple[str, ...] = ()

    @property
    def rempli(self) -> bool:
        return bool(self.regimes or self.allergenes)


class Saisie(msgspec.Struct, frozen=True, kw_only=True):
    """Le formulaire tel qu'il a été tapé, pour être remontré."""

    moments: frozenset[str]
    adultes: str = "1"
    enfants: str = "0"
    tout_petits: str = "0"
    par_moment: dict[str, Nombres] = {}
    prenom: str = ""
    courriel: str = ""
    telephone: str = ""
    commune: str = ""
    convives: tuple[Assiette, ...] = (Assiette(),) * ASSIETTES
    accord_regimes: bool = False
    contributions: tuple[str, ...] = ()
    besoins: tuple[str, ...] = ()
    message: str = ""
    premiere_fois: str = ""
    accepte_attente: bool = True
    tout_ou_rien: bool = False
    version_vue: str = ""
    autrui_prenom: str = ""
    autrui_courriel: str = ""
    autrui_telephone: str = ""
    doubles: tuple[str, ...] = ()
    """Champs donnés plusieurs fois avec des valeurs différentes : on ne choisit pas à la place de la personne."""

    def nombres(self, moment: str) -> Nombres:
        return self.par_moment.get(moment, Nombres())

    @property
    def detaille(self) -> bool:
        """« Pas les mêmes à chaque moment » est en usage."""
        return any(nombres.rempli for nombres in self.par_moment.values())

    @property
    def a_des_convives(self) -> bool:
        return any(assiette.rempli for assiette in self.convives)

    @property
    def assiettes_montrees(self) -> int:
        """Celles que l'on voit d'emblée : jusqu'à la dernière remplie, et toujours la première."""
        return max((rang + 1 for rang, assiette in enumerate(self.convives) if assiette.rempli), default=1)

    @property
    def a_dit_plus(self) -> bool:
        return bool(self.commune or self.premiere_fois)

    @property
    def pour_autrui(self) -> bool:
        return bool(self.autrui_prenom or self.autrui_courriel or self.autrui_telephone)


class Choix(msgspec.Struct, frozen=True):
    """Les listes où l'on choisit, dans l'ordre où elles se lisent."""

    delai_jours: int
    regimes: tuple[str, ...] = get_args(Regime)
    allergenes: tuple[str, ...] = get_args(Allergene)
    contributions: tuple[str, ...] = get_args(GenreContribution)
    besoins: tuple[str, ...] = get_args(Besoin)


class ErreurAffichee(msgspec.Struct, frozen=True):
    """Un refus, à côté de son champ et dans le résumé."""

    champ: str
    message: str
    libelle: str

    @property
    def ancre(self) -> str:
        """L'identifiant à viser : un refus général mène au début du formulaire."""
        return self.champ if self.champ != "formulaire" else "inscription"

    def en_resume(self, langue: Langue) -> str:
        """« Téléphone : c'est trop court » : le champ, puis ce qu'on en dit. Un refus général se suffit."""
        if self.champ == "formulaire":
            return self.message
        return f"{self.libelle}{': ' if langue != 'fr' else f'{FINE}: '}{self.message}"


# --- lire ce qui arrive ---------------------------------------------------------------------------------------------


def champs_du_corps(corps: bytes) -> dict[str, list[str]]:
    """Les champs d'un corps `application/x-www-form-urlencoded` ; lève `DemandeInvalide` s'il ne se lit pas."""
    try:
        couples = parse_qsl(
            corps.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=CHAMPS_MAX,
            encoding="utf-8",
            errors="strict",
        )
    except ValueError:
        raise DemandeInvalide([ErreurDeChamp("", "incompris")]) from None
    champs: dict[str, list[str]] = {}
    for nom, valeur in couples:
        # Les navigateurs écrivent les retours à la ligne d'un texte en CR LF.
        champs.setdefault(nom, []).append(valeur.replace("\r\n", "\n"))
    return champs


class Marque(msgspec.Struct, frozen=True):
    """Ce que l'appareil choisit pour pouvoir rejouer son envoi : l'inscription à créer, et le secret qui la prouve sienne."""

    identifiant: UUID
    jeton: Jeton


def marque_choisie(champs: Champs) -> Marque | None:
    """La marque d'un envoi fait par le script ; rien sans script. Lève `DemandeInvalide` si elle est à moitié là."""
    dite = {nom: _unique(champs, nom) for nom in Marque.__struct_fields__ if nom in champs}
    return convertir(dite, Marque, strict=False) if dite else None


def contenu_saisi(champs: Champs) -> bytes:
    """Ce que la personne a rempli, sans la marque : le même contenu envoyé deux fois se reconnaît."""
    return msgspec.json.encode({nom: v for nom, v in champs.items() if nom not in Marque.__struct_fields__})


def saisie_vierge(moments: Iterable[MomentVue], version: int) -> Saisie:
    """Le formulaire à la première visite : un adulte, à tous les moments."""
    return Saisie(moments=frozenset(str(moment.id) for moment in moments), version_vue=str(version))


def saisie_depuis_champs(champs: Champs) -> Saisie:
    """Ce qui a été tapé, gardé tel quel (mais borné)."""
    simples = {nom: _unique(champs, nom) for nom in (*SIMPLES, *AUTRUI)}
    moments = [valeur[:40] for valeur in champs.get("moments", ())[:50]]
    detail: dict[str, dict[str, str]] = {}
    for nom in champs:
        tete, _, moment = nom.partition(".")
        if tete in (*COMPTES, "tarif") and 0 < len(moment) <= 40 and len(detail) < 50:
            detail.setdefault(moment, {})[tete] = _unique(champs, nom)
    return Saisie(
        moments=frozenset(moments),
        par_moment={moment: Nombres(**nombres) for moment, nombres in detail.items()},
        convives=_assiettes_tapees(champs),
        accord_regimes=OUI in champs.get("accord_regimes", ()),
        contributions=_cochees(champs, "contributions"),
        besoins=_cochees(champs, "besoins"),
        accepte_attente=OUI in champs.get("accepte_attente", ()),
        tout_ou_rien=OUI in champs.get("tout_ou_rien", ()),
        doubles=tuple(nom[:60] for nom, valeurs in champs.items() if _est_double(nom, valeurs)),
        **simples,
    )


def saisie_depuis_inscription(vue: InscriptionVue) -> Saisie:
    """Le formulaire rempli de ce que le foyer a déjà dit, pour le changer."""
    tenues = [presence for presence in vue.presences if presence.statut != "annulee"]
    comptes = [_voulus(p) for p in tenues]
    communs = max(comptes, key=comptes.count, default=(1, 0, 0))
    par_moment = {}
    for presence, compte in zip(tenues, comptes, strict=True):
        tarif = str(presence.tarif) if presence.tarif else ""
        differents = ("", "", "") if compte == communs else tuple(str(n) for n in compte)
        par_moment[str(presence.moment)] = Nombres(differents[0], differents[1], differents[2], tarif)
    convives = [Assiette(str(c.nombre), c.age, tuple(c.regimes), tuple(c.allergenes)) for c in vue.convives]
    convives += [Assiette()] * max(1, ASSIETTES - len(convives))
    return Saisie(
        moments=frozenset(str(presence.moment) for presence in tenues),
        adultes=str(communs[0]),
        enfants=str(communs[1]),
        tout_petits=str(communs[2]),
        par_moment=par_moment,
        prenom=vue.prenom,
        courriel=vue.courriel or "",
        telephone=vue.telephone or "",
        commune=vue.commune or "",
        convives=tuple(convives),
        accord_regimes=vue.accord_regimes,
        contributions=tuple(vue.contributions),
        besoins=tuple(vue.besoins),
        message=vue.message or "",
        premiere_fois="" if vue.premiere_fois is None else (OUI if vue.premiere_fois else "non"),
        accepte_attente=vue.accepte_attente,
        tout_ou_rien=vue.tout_ou_rien,
        version_vue=str(vue.evenement.version),
    )


def _voulus(presence: PresenceVue) -> tuple[int, int, int]:
    """Les nombres que le foyer a demandés : ceux qui attendent encore comptent, sinon les redire y renoncerait."""
    if presence.voulu_adultes is None:
        return (presence.adultes, presence.enfants, presence.tout_petits)
    return (presence.voulu_adultes, presence.voulu_enfants or 0, presence.voulu_tout_petits or 0)


def _unique(champs: Champs, nom: str) -> str:
    valeurs = champs.get(nom, ())
    return valeurs[0][:TAPE_MAX] if valeurs else ""


def _cochees(champs: Champs, nom: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(valeur[:60] for valeur in champs.get(nom, ())[:60]))


def _est_double(nom: str, valeurs: Sequence[str]) -> bool:
    tete, _, reste = nom.partition(".")
    unique = nom in (*SIMPLES, *AUTRUI) or tete in (*COMPTES, "tarif") or reste.endswith((".age", ".nombre"))
    return unique and len(set(valeurs)) > 1


def _assiettes_tapees(champs: Champs) -> tuple[Assiette, ...]:
    rangs = {int(t[1]) for nom in champs if (t := re.fullmatch(r"convive\.([0-9]{1,2})\.\w+", nom, re.ASCII))}
    nombre = max(ASSIETTES, min(50, max(rangs, default=0) + 1))
    return tuple(
        Assiette(
            _unique(champs, f"convive.{n}.nombre"),
            _unique(champs, f"convive.{n}.age") or "adulte",
            _cochees(champs, f"convive.{n}.regimes"),
            _cochees(champs, f"convive.{n}.allergenes"),
        )
        for n in range(nombre)
    )


# --- traduire en demande --------------------------------------------------------------------------------------------


def demande_depuis(saisie: Saisie, *, evenement: str, jeton: str, langue: Langue) -> DemandeInscription:
    """La demande que dit ce formulaire ; lève `DemandeInvalide` avec tous les champs, sous leurs noms de demande."""
    brut = _communs(saisie) | {"evenement": evenement, "jeton": jeton, "langue": langue}
    if saisie.pour_autrui:
        brut["pour_autrui"] = {
            "prenom": saisie.autrui_prenom.strip(),
            "courriel": saisie.autrui_courriel.strip() or None,
            "telephone": saisie.autrui_telephone.strip() or None,
        }
    return _convertir(saisie, brut, DemandeInscription)


def modification_depuis(saisie: Saisie, langue: Langue) -> ModificationInscription:
    """Le changement que dit ce formulaire ; il dit tous les champs, donc les remplace tous."""
    return _convertir(saisie, _communs(saisie) | {"langue": langue}, ModificationInscription)


def _convertir(saisie: Saisie, brut: dict[str, Any], modele: type[Demande]) -> Demande:
    """Convertit en disant tous les refus : ceux des champs, et les réponses données deux fois."""
    doubles = [ErreurDeChamp(_champ_de_demande(nom, saisie), "repete") for nom in saisie.doubles]
    try:
        demande = convertir(brut, modele, strict=False)
    except DemandeInvalide as refus:
        raise DemandeInvalide([*doubles, *refus.erreurs]) from None
    if doubles:
        raise DemandeInvalide(doubles)
    return demande


def _champ_de_demande(nom: str, saisie: Saisie) -> str:
    """Le nom, dans la demande, d'un champ du formulaire (`adultes.<moment>` → `presences.0.adultes`)."""
    tete, _, moment = nom.partition(".")
    if tete in (*COMPTES, "tarif"):
        voulus = moments_voulus(saisie)
        rang = voulus.index(moment) if moment in voulus else 0
        return f"presences.{rang}.{tete}"
    return nom


def _communs(saisie: Saisie) -> dict[str, Any]:
    return {
        "version_vue": saisie.version_vue.strip() or None,
        "prenom": saisie.prenom.strip(),
        "courriel": saisie.courriel.strip() or None,
        "telephone": saisie.telephone.strip() or None,
        "commune": saisie.commune.strip() or None,
        "presences": _presences(saisie),
        "convives": [convive for _, convive in _convives(saisie)],
        "accord_regimes": saisie.accord_regimes,
        "contributions": list(saisie.contributions),
        "besoins": list(saisie.besoins),
        "message": saisie.message.strip() or None,
        "premiere_fois": {OUI: True, "non": False}.get(saisie.premiere_fois),
        "accepte_attente": saisie.accepte_attente,
        "tout_ou_rien": saisie.tout_ou_rien,
    }


def moments_voulus(saisie: Saisie) -> list[str]:
    """Les moments cochés, dans un ordre stable : le rang d'un refus (`presences.1`) y renvoie."""
    return sorted(saisie.moments)


def _presences(saisie: Saisie) -> list[dict[str, Any]]:
    presences = []
    for moment in moments_voulus(saisie):
        ici = saisie.nombres(moment)
        # Dès qu'un nombre est écrit pour ce moment, les cases laissées vides à côté reprennent les nombres communs.
        presence: dict[str, Any] = {
            nom: _nombre(getattr(ici, nom) or getattr(saisie, nom)) for nom in COMPTES
        }
        presences.append({"moment": moment, **presence, "tarif": ici.tarif or None})
    return presences


def _nombre(tape: str) -> str | int:
    """Un nombre tel que tapé ; une case vide vaut zéro. Ce qui n'en est pas un reste du texte, et sera refusé."""
    nu = tape.strip()
    if not nu:
        return 0
    return int(nu) if re.fullmatch(r"-?[0-9]{1,9}", nu, re.ASCII) else nu


def _convives(saisie: Saisie) -> list[tuple[int, dict[str, Any]]]:
    """Les assiettes qui disent quelque chose, avec leur rang dans le formulaire. Sans nombre, c'est une personne."""
    return [
        (
            rang,
            {
                "age": assiette.age,
                "nombre": _nombre(assiette.nombre or "1"),
                "regimes": list(assiette.regimes),
                "allergenes": list(assiette.allergenes),
            },
        )
        for rang, assiette in enumerate(saisie.convives)
        if assiette.rempli
    ]


# --- ramener les refus à leur champ ---------------------------------------------------------------------------------


def erreurs_affichees(
    erreurs: Iterable[ErreurDeChamp], saisie: Saisie, langue: Langue
) -> list[ErreurAffichee]:
    """Chaque refus près du champ qui le porte, une seule fois, dans l'ordre du formulaire."""
    dites: dict[tuple[str, str], ErreurAffichee] = {}
    for erreur in erreurs:
        # « Personne » se corrige dans les nombres, pas dans les moments.
        champ = "adultes" if erreur.texte == "personne" else champ_du_formulaire(erreur.champ, saisie)
        dite = ErreurAffichee(champ, erreur.message(langue), libelle(champ, langue))
        dites.setdefault((champ, dite.message), dite)
    return sorted(dites.values(), key=lambda dite: _rang(dite.champ))


def champ_du_formulaire(champ: str, saisie: Saisie) -> str:
    """L'identifiant, dans la page, du champ dont parle un refus (`presences.0.adultes` → `adultes`)."""
    morceaux = champ.split(".")
    match morceaux:
        case ["presences"] | ["presences", _] | ["presences", _, "moment"]:
            return "moments"
        case ["presences", rang, nom] if nom in (*COMPTES, "tarif"):
            return _champ_de_presence(rang, nom, saisie)
        case ["convives"]:
            return "convive.0"
        case ["convives", rang, *reste]:
            return _champ_de_convive(rang, reste, saisie)
        case ["pour_autrui"]:
            return "autrui_prenom"
        case ["pour_autrui", nom, *_] if f"autrui_{nom}" in AUTRUI:
            return f"autrui_{nom}"
        case [nom, *_] if nom in (*SIMPLES, *AUTRUI, *_BLOCS) and nom != "version_vue":
            return nom
    return "formulaire"


_BLOCS: Final = ("moments", "accord_regimes", "contributions", "besoins", "accepte_attente", "tout_ou_rien")
_ORDRE: Final = (
    "formulaire", "adultes", "enfants", "tout_petits", "moments", "tarif", "prenom", "courriel", "telephone",
    "convive", "accord_regimes", "contributions", "besoins", "commune", "premiere_fois", "message", *AUTRUI,
    "accepte_attente", "tout_ou_rien",
)  # fmt: skip


def _champ_de_presence(rang: str, nom: str, saisie: Saisie) -> str:
    """Le nombre commun, ou celui de ce moment s'il a été tapé à part."""
    voulus = moments_voulus(saisie)
    if not rang.isdecimal() or int(rang) >= len(voulus):
        return "moments"
    moment = voulus[int(rang)]
    a_part = nom == "tarif" or bool(getattr(saisie.nombres(moment), nom))
    return f"{nom}.{moment}" if a_part else nom


def _champ_de_convive(rang: str, reste: list[str], saisie: Saisie) -> str:
    remplies = _convives(saisie)
    if not rang.isdecimal() or int(rang) >= len(remplies):
        return "convive.0"
    assiette = f"convive.{remplies[int(rang)][0]}"
    return f"{assiette}.{reste[0]}" if reste[:1] in (["nombre"], ["regimes"], ["allergenes"]) else assiette


def libelle(champ: str, langue: Langue) -> str:
    """Le nom d'un champ, tel que le résumé des refus le dit."""
    tete = champ.partition(".")[0]
    match tete:
        case "formulaire":
            cle = "titre"
        case "moments":
            cle = "a_quoi"
        case "convive" | "accord_regimes":
            cle = "regimes_titre"
        case "accepte_attente" | "tout_ou_rien":
            cle = "attente_titre"
        case "contributions" | "besoins":
            cle = f"{tete}_titre"
        case _:
            cle = tete
    return traduire(langue, f"inscription.{cle}")


def _rang(champ: str) -> tuple[int, str]:
    tete = champ.partition(".")[0]
    return (_ORDRE.index(tete) if tete in _ORDRE else len(_ORDRE), champ)
