"""Se connecter sans script : demander un lien, recopier le code, toucher le bouton du lien.

Les mêmes actions que l'API (`server.comptes.routes`), en pages et en formulaires.
"""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from server.comptes import routes as comptes
from server.comptes.connexion import auteur_connecte, cookie_de_session, cookie_efface, secret_presente
from server.comptes.erreurs import CodeFaux, ConnexionPerimee
from server.comptes.lectures import lire_demande
from server.comptes.regles import demande_du_lien
from server.comptes.schemas import CodeRecopie, DemandeDeConnexion, LienOuvert
from server.comptes.services import SessionOuverte, oublier_secret
from server.lieux.lectures import lire_territoire
from server.pages.formulaires import champs_du_corps
from server.pages.vues import Page, avec_langue, composer, site_de
from server.socle.contexte import Contexte
from server.socle.corps import convertir
from server.socle.erreurs import DemandeInvalide, NonConnecte
from server.socle.textes import Langue, langues, traduire

ENTREE = "/espace"


class ErreurDeSaisie(msgspec.Struct, frozen=True):
    """Une erreur à montrer sous son champ."""

    champ: str
    message: str


class PagesDeConnexion(Controller):
    """Les pages de connexion ; jamais gardées en réserve, jamais dans un moteur de recherche."""

    include_in_schema = False

    @get("/connexion", operation_id="page_connexion", summary="Demander un lien de connexion")
    async def formulaire(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[Langue],
    ) -> Response[bytes]:
        return await _formulaire(request, contexte, langue)

    @post("/connexion", operation_id="page_connexion_demander", summary="Envoyer le lien et le code")
    async def demander(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        langue: NamedDependency[Langue],
    ) -> Response[Any]:
        saisi = await _saisie(request)
        courriel = saisi.get("courriel", "")
        try:
            voulue = convertir({"courriel": courriel}, DemandeDeConnexion, strict=False)
        except DemandeInvalide as refus:
            return await _formulaire(request, contexte, langue, courriel=courriel, refus=refus)
        demandee = await comptes.demander(request, contexte, maintenant, voulue)
        # Une adresse à elle : recharger la page ne redemande rien.
        suite = f"/connexion/code?demande={demandee.demande}"
        return Redirect(avec_langue(suite, langue) if _est_explicite(request) else suite, status_code=303)

    @get("/connexion/code", operation_id="page_connexion_code", summary="Recopier le code reçu")
    async def attendre(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[Langue],
    ) -> Response[bytes]:
        return await _attente(request, contexte, langue, request.query_params.get("demande", ""))

    @post("/connexion/code", operation_id="page_connexion_ouvrir_par_code", summary="Entrer avec le code")
    async def ouvrir_par_code(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        langue: NamedDependency[Langue],
    ) -> Response[Any]:
        saisi = await _saisie(request)
        demande = saisi.get("demande", "")
        try:
            recopie = convertir(
                {"demande": demande, "code": saisi.get("code", "")}, CodeRecopie, strict=False
            )
            ouverte = await comptes.ouvrir_par_code(request, contexte, maintenant, recopie)
        except CodeFaux as refus:
            return await _attente(request, contexte, langue, demande, refus=refus)
        except (ConnexionPerimee, DemandeInvalide):
            return await _formulaire(request, contexte, langue, perime=True)
        return _entrer(contexte, ouverte)

    @get(
        "/connexion/{lien:str}",
        operation_id="page_connexion_lien",
        summary="Le bouton du lien reçu ; n'ouvre rien",
    )
    async def montrer_lien(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        langue: NamedDependency[Langue],
        lien: FromPath[str],
    ) -> Response[Any]:
        demande = demande_du_lien(contexte.clef, lien)
        valable = await lire_demande(demande, maintenant) if demande else None
        if valable is None:
            return await _perime(request, contexte, langue)
        titre = traduire(langue, "connexion.lien_titre", prenom=valable.prenom)
        page = await _page(request, contexte, langue, titre, f"/connexion/{lien}")
        return _html(composer("connexion-lien.html", page, lien=lien))

    @post(
        "/connexion/{lien:str}", operation_id="page_connexion_ouvrir_par_lien", summary="Entrer avec le lien"
    )
    async def ouvrir_par_lien(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        langue: NamedDependency[Langue],
        lien: FromPath[str],
    ) -> Response[Any]:
        try:
            ouverte = await comptes.ouvrir_par_lien(request, contexte, maintenant, LienOuvert(lien))
        except ConnexionPerimee:
            return await _perime(request, contexte, langue)
        return _entrer(contexte, ouverte)

    @post("/deconnexion", operation_id="page_deconnexion", summary="Fermer la session de cet appareil")
    async def se_deconnecter(
        self, request: Request[Any, Any, Any], contexte: NamedDependency[Contexte]
    ) -> Redirect:
        if secret := secret_presente(request):
            await oublier_secret(secret)
        return Redirect("/", status_code=303, cookies=[cookie_efface(contexte.reglages)])


async def _formulaire(
    request: Request[Any, Any, Any],
    contexte: Contexte,
    langue: Langue,
    *,
    courriel: str = "",
    refus: DemandeInvalide | None = None,
    perime: bool = False,
) -> Response[bytes]:
    """La page où l'on donne son adresse ; une saisie refusée est gardée, l'erreur sous son champ."""
    titre = traduire(langue, "connexion.perime_titre" if perime else "connexion.titre")
    page = await _page(request, contexte, langue, titre, "/connexion")
    corps = composer(
        "connexion.html", page, courriel=courriel, perime=perime, erreurs=_erreurs(refus, langue)
    )
    return _html(corps, ConnexionPerimee.statut if perime else refus.statut if refus else 200)


async def _attente(
    request: Request[Any, Any, Any],
    contexte: Contexte,
    langue: Langue,
    demande: str,
    *,
    refus: DemandeInvalide | None = None,
) -> Response[bytes]:
    """La page où l'on recopie le code."""
    titre = traduire(langue, "connexion.envoye_titre")
    page = await _page(request, contexte, langue, titre, "/connexion")
    corps = composer("connexion-code.html", page, demande=demande, erreurs=_erreurs(refus, langue))
    return _html(corps, refus.statut if refus else 200)


async def _perime(request: Request[Any, Any, Any], contexte: Contexte, langue: Langue) -> Response[Any]:
    """Un lien mort propose d'en demander un autre ; qui est déjà entré (bouton touché deux fois) continue."""
    try:
        await auteur_connecte(request)
    except NonConnecte:
        return await _formulaire(request, contexte, langue, perime=True)
    return Redirect(ENTREE, status_code=303)


async def _page(
    request: Request[Any, Any, Any], contexte: Contexte, langue: Langue, titre: str, chemin: str
) -> Page:
    site = site_de(await lire_territoire(), contexte.reglages.url)
    return Page(
        site=site,
        langue=langue,
        explicite=_est_explicite(request),
        titre=titre,
        chemin=chemin,
        indexable=False,
    )


def _entrer(contexte: Contexte, ouverte: SessionOuverte) -> Redirect:
    return Redirect(ENTREE, status_code=303, cookies=[cookie_de_session(contexte.reglages, ouverte.secret)])


def _est_explicite(request: Request[Any, Any, Any]) -> bool:
    return request.query_params.get("langue") in langues()


async def _saisie(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Les champs d'un formulaire, sans les espaces que les claviers de téléphone ajoutent."""
    champs = champs_du_corps(await request.body())
    return {nom: valeurs[0].strip() for nom, valeurs in champs.items()}


def _erreurs(refus: DemandeInvalide | None, langue: Langue) -> list[ErreurDeSaisie]:
    if refus is None:
        return []
    return [
        ErreurDeSaisie(
            e.champ,
            traduire(langue, "connexion.courriel_faux") if e.champ == "courriel" else e.message(langue),
        )
        for e in refus.erreurs
    ]


def _html(corps: bytes, statut: int = 200) -> Response[bytes]:
    return Response(corps, status_code=statut, media_type="text/html")


ROUTES = [PagesDeConnexion]
