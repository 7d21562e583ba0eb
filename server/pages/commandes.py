"""La page d'un producteur : lire une commande, y répondre. Sans compte ni script.

Le lien montre ; seul un bouton (POST) répond : les antivirus des messageries ouvrent les liens. Ce qui est tapé n'est
jamais perdu, ni par une faute, ni par une commande changée entre-temps.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from server.banquets.achats.schemas import PrixUnitaire, Quantite
from server.banquets.commandes import phrases
from server.banquets.commandes.courriels import dire_bon
from server.banquets.commandes.erreurs import CommandeClose, CommandeModifiee, LienDeCommandePerime
from server.banquets.commandes.lectures import ouvrir_commande
from server.banquets.commandes.schemas import BonDeCommande, LigneDeCommande, ReponseDemande
from server.banquets.commandes.services import repondre_a_la_commande
from server.pages.formulaires import champs_du_corps
from server.pages.routes import Visite, langue_explicite, lire_site
from server.pages.vues import composer
from server.socle.contexte import Contexte, adresse_de, langue_de
from server.socle.corps import convertir
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.textes import Langue

CHEMIN: Final = "/commandes"
TAPE_MAX: Final = 2100
"""Caractères gardés d'un champ pour le remontrer."""
_DECIMAL: Final = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,3}))?")
_DECOR: Final = re.compile(r"[\s\u00a0\u202f€]+")

Requete = Request[Any, Any, Any]


def lire_decimal(tape: str, decimales: int) -> int | None:
    """« 12,5 » en millièmes (trois décimales) ou « 2,40 € » en centimes (deux) ; nul si cela ne se lit pas."""
    lu = _DECIMAL.fullmatch(_DECOR.sub("", tape))
    if lu is None:
        return None
    fraction = (lu[2] or "").rstrip("0")
    if len(fraction) > decimales:
        return None
    return int(lu[1] + fraction.ljust(decimales, "0"))


class LigneTapee(msgspec.Struct, frozen=True):
    """Ce qui est tapé, ou déjà répondu, pour une ligne."""

    quantite: str = ""
    prix: str = ""
    mot: str = ""
    refusee: bool = False
    ouverte: bool = False
    """On a quelque chose à y lire : la correction se montre d'emblée."""


class Erreur(msgspec.Struct, frozen=True):
    champ: str
    nom: str
    message: str


class PageDeCommande(Controller):
    """Ce qu'un producteur lit et répond."""

    include_in_schema = False

    @get(f"{CHEMIN}/{{lien:str}}", operation_id="page_commande", summary="Lire une commande ; ne change rien")
    async def montrer(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        lien: FromPath[str],
    ) -> Response[Any]:
        visite = await _visiter(request, contexte, maintenant)
        try:
            bon = await ouvrir_commande(lien, contexte.clef, maintenant)
        except LienDeCommandePerime:
            return _perime(request, contexte, visite)
        notee = request.query_params.get("fait") == "repondue" and bon.repondue_le is not None
        return _rendre(bon, visite, _deja(bon, visite.langue), bon.mot, notee=notee)

    @post(
        f"{CHEMIN}/{{lien:str}}",
        operation_id="page_repondre_commande",
        summary="Confirmer, corriger ou refuser chaque ligne",
        status_code=303,
    )
    async def repondre(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        lien: FromPath[str],
    ) -> Response[Any]:
        visite = await _visiter(request, contexte, maintenant)
        try:
            bon = await ouvrir_commande(lien, contexte.clef, maintenant)
        except LienDeCommandePerime:
            return _perime(request, contexte, visite)
        contexte.limites.compter("lien-secret", lien)
        champs = {nom: valeurs[-1] for nom, valeurs in champs_du_corps(await request.body()).items()}
        tapees = _tapees(champs, bon, visite.langue)
        mot = champs.get("mot", "")[:TAPE_MAX].strip()
        tout = champs.get("geste") == "tout"
        erreurs: list[Erreur] = []
        lignes = [] if tout else _lire(bon, tapees, visite, erreurs)
        changee = False
        if not erreurs:
            try:
                demande = convertir(
                    {"version": _entier(champs.get("version", "")), "lignes": lignes, "mot": mot},
                    ReponseDemande,
                )
                await repondre_a_la_commande(lien, demande, contexte.clef, maintenant)
                return Redirect(
                    visite.lien(f"{CHEMIN}/{lien}?fait=repondue"),
                    status_code=303,
                    headers={"cache-control": "no-store"},
                )
            except DemandeInvalide as refus:
                erreurs = [_erreur(faute, lignes, bon, visite.langue) for faute in refus.erreurs]
            except CommandeModifiee:
                changee = True
            except CommandeClose:
                pass
            bon = await ouvrir_commande(lien, contexte.clef, maintenant)
        return _rendre(bon, visite, tapees, mot, erreurs=erreurs, changee=changee)


async def _visiter(request: Requete, contexte: Contexte, maintenant: datetime) -> Visite:
    site = await lire_site(request, contexte)
    return Visite(site, langue_de(request), langue_explicite(request), maintenant)


def _perime(request: Requete, contexte: Contexte, visite: Visite) -> Response[Any]:
    contexte.limites.compter("lien-adresse", adresse_de(request))
    page = visite.page(visite.t("commandes.page.perime_titre"), "/", indexable=False, avec_script=False)
    return _html(composer("commande_perimee.html", page), 404)


def _deja(bon: BonDeCommande, langue: Langue) -> dict[UUID, LigneTapee]:
    """Le formulaire d'abord : ce qui est demandé, ou ce qui a déjà été répondu."""
    return {ligne.approvisionnement: _repondue(ligne, langue) for ligne in bon.lignes}


def _repondue(ligne: LigneDeCommande, langue: Langue) -> LigneTapee:
    assert ligne.envoyee is not None
    quantite, prix = ligne.envoyee.quantite_milliemes, ligne.envoyee.prix_centimes
    dite = ligne.reponse
    if dite is not None and dite.reponse != "refusee":
        quantite, prix = dite.quantite_milliemes, dite.prix_centimes
    return LigneTapee(
        # Sans séparateur de milliers : « 1,250 » se relirait 1,25.
        quantite=phrases.en_decimal(langue, quantite, 3),
        prix="" if prix is None else _dire_centimes(langue, prix),
        mot=dite.mot if dite else "",
        refusee=dite is not None and dite.reponse == "refusee",
        ouverte=dite is not None and dite.reponse != "confirmee",
    )


def _dire_centimes(langue: Langue, centimes: int) -> str:
    return f"{centimes // 100}{'.' if langue == 'en' else ','}{centimes % 100:02}"


def _tapees(champs: Mapping[str, str], bon: BonDeCommande, langue: Langue) -> dict[UUID, LigneTapee]:
    """Ce qui est tapé, ligne par ligne ; les champs sont nommés d'après la ligne, pas d'après son rang."""
    tapees = {}
    for ligne in bon.lignes:
        cle = ligne.approvisionnement
        if not any(f"{nom}.{cle}" in champs for nom in ("quantite", "prix", "mot", "refus")):
            continue
        quantite, prix, mot = (
            champs.get(f"{nom}.{cle}", "")[:TAPE_MAX].strip() for nom in ("quantite", "prix", "mot")
        )
        demandee = _repondue(msgspec.structs.replace(ligne, reponse=None), langue)
        tapees[cle] = LigneTapee(
            quantite=quantite,
            prix=prix,
            mot=mot,
            refusee=f"refus.{cle}" in champs,
            ouverte=(quantite, prix, mot) != (demandee.quantite, demandee.prix, ""),
        )
    return tapees


def _lire(
    bon: BonDeCommande, tapees: Mapping[UUID, LigneTapee], visite: Visite, erreurs: list[Erreur]
) -> list[dict[str, Any]]:
    """Les lignes de la réponse, telles que l'API les veut ; ce qui ne se lit pas va dans `erreurs`."""
    lignes = []
    for ligne in bon.lignes:
        tapee = tapees.get(ligne.approvisionnement)
        if tapee is None or ligne.envoyee is None:
            continue
        cle, nom = ligne.approvisionnement, ligne.envoyee.description
        dite: dict[str, Any] = {"approvisionnement": str(cle), "mot": tapee.mot}
        if tapee.refusee:
            dite["refusee"] = True
        else:
            quantite = lire_decimal(tapee.quantite, 3)
            if quantite is None or not _convient(quantite, Quantite):
                erreurs.append(Erreur(f"quantite.{cle}", nom, visite.t("commandes.page.erreur_quantite")))
            dite["quantite_milliemes"] = quantite
            if tapee.prix and ligne.envoyee.genre == "achat":
                prix = lire_decimal(tapee.prix, 2)
                if prix is None or not _convient(prix, PrixUnitaire):
                    erreurs.append(Erreur(f"prix.{cle}", nom, visite.t("commandes.page.erreur_prix")))
                dite["prix_centimes"] = prix
        lignes.append(dite)
    return lignes


def _convient(valeur: int, borne: Any) -> bool:
    try:
        msgspec.convert(valeur, borne)
    except msgspec.ValidationError:
        return False
    return True


def _entier(tape: str) -> int:
    """La version vue ; une valeur qui n'en est pas une est celle d'avant tout."""
    return int(tape) if tape.isascii() and tape.isdecimal() and int(tape[:9]) > 0 and len(tape) < 10 else 1


def _erreur(
    faute: ErreurDeChamp, lignes: Sequence[Mapping[str, Any]], bon: BonDeCommande, langue: Langue
) -> Erreur:
    """Une faute que les règles ont trouvée, près de son champ (un mot trop long, des signes cachés)."""
    morceaux = faute.champ.split(".")
    if len(morceaux) == 3 and morceaux[0] == "lignes" and morceaux[1].isdecimal():
        cle = lignes[int(morceaux[1])]["approvisionnement"]
        nom = next(
            (li.envoyee.description for li in bon.lignes if str(li.approvisionnement) == cle and li.envoyee),
            "",
        )
        return Erreur(f"mot.{cle}", nom, faute.message(langue))
    return Erreur("mot", "", faute.message(langue))


def _rendre(
    bon: BonDeCommande,
    visite: Visite,
    tapees: Mapping[UUID, LigneTapee],
    mot: str,
    *,
    erreurs: Sequence[Erreur] = (),
    changee: bool = False,
    notee: bool = False,
) -> Response[Any]:
    """La page. Ce qui n'a pas été tapé (une ligne neuve) se montre comme il est demandé."""
    dit = dire_bon(bon, visite.langue)
    statut = 409 if changee else 422 if erreurs else 200
    page = visite.page(
        visite.t("commandes.page.titre", structure=bon.repas.structure),
        f"{CHEMIN}/{bon.lien}",
        indexable=False,
        avec_script=False,
    )
    corps = composer(
        "commande.html",
        page,
        **dit,
        tapees={**_deja(bon, visite.langue), **tapees},
        mot=mot,
        erreurs=list(erreurs),
        changee=changee,
        notee=notee,
        passe=bon.repas.debut is not None and bon.repas.debut <= visite.maintenant,
    )
    return _html(corps, statut)


def _html(corps: bytes, statut: int = 200) -> Response[bytes]:
    return Response(corps, status_code=statut, media_type="text/html", headers={"cache-control": "no-store"})


ROUTES: Final[list[Any]] = [PageDeCommande]
