"""Les pages d'un foyer : s'inscrire, retrouver ses inscriptions, les changer, les annuler, les effacer. Sans script.

Un lien *montre* ; seul un bouton (POST) agit : les antivirus des messageries ouvrent les liens. Rien ici n'est gardé en
réserve (`no-store`), et rien ne marche sans une preuve tenue par l'appareil (`appareil.py`).
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from server.evenements.lectures import lire_public
from server.evenements.schemas import EvenementVue
from server.inscriptions import lectures, phrases, services
from server.inscriptions.erreurs import (
    EvenementModifie,
    InscriptionEffacee,
    InscriptionIntrouvable,
    MomentComplet,
)
from server.inscriptions.regles import DELAI_EFFACEMENT_JOURS, courriel_plie
from server.inscriptions.routes import compter_contact, compter_modification, oublier_courriels
from server.inscriptions.schemas import InscriptionVue
from server.lieux.lectures import lire_communes
from server.pages.appareil import (
    CHEMIN,
    Origine,
    Ouverte,
    cookie_fermant,
    cookie_ouvrant,
    cookies_fermants,
    inscriptions_ouvertes,
)
from server.pages.billet import Billet, dire_billet
from server.pages.evenement import dire_evenement
from server.pages.formulaires import (
    Choix,
    ErreurAffichee,
    Marque,
    Saisie,
    champs_du_corps,
    contenu_saisi,
    demande_depuis,
    erreurs_affichees,
    libelle,
    marque_choisie,
    modification_depuis,
    saisie_depuis_champs,
    saisie_depuis_inscription,
)
from server.pages.routes import Visite, langue_explicite, lire_site, rendre_evenement
from server.pages.suite import rendre_refus, rendre_suite, veut_une_suite
from server.pages.vues import choix_de_communes, composer
from server.socle.champs import Courriel
from server.socle.contexte import Contexte, adresse_de, langue_de
from server.socle.erreurs import Conflit, DemandeInvalide, Refus
from server.socle.secrets import nouveau_secret
from server.socle.textes import Langue, traduire

journal = logging.getLogger("tablees.foyer")

FAITS: Final = frozenset(
    {
        "modifiee",
        "annulee",
        "adresse",
        "agenda",
        "place",
        "laissee",
        "effacee",
        "oubliee",
        "oubliees",
        "inscrite",
        "lien",
    }
)
"""Ce que la page peut dire d'un geste qui vient d'avoir lieu (`?fait=`)."""

Requete = Request[Any, Any, Any]


class PagesDuFoyer(Controller):
    """Tout ce qu'un foyer fait sans compte ni script."""

    include_in_schema = False

    @post(
        "/evenements/{slug:str}/inscription",
        operation_id="page_inscrire",
        summary="S'inscrire",
        status_code=303,
    )
    async def inscrire(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
    ) -> Response[Any]:
        contexte.limites.compter("inscription-adresse", adresse_de(request))
        visite = await _visite(request, contexte, maintenant)
        champs = champs_du_corps(await request.body())
        saisie = saisie_depuis_champs(champs)
        try:
            marque = marque_choisie(champs) or Marque(uuid4(), nouveau_secret())
            demande = demande_depuis(saisie, evenement=slug, jeton=marque.jeton, langue=visite.langue)
            compter_contact(contexte, demande)
            recue = await services.inscrire_foyer(
                marque.identifiant,
                demande,
                contexte.clef,
                maintenant,
                origine="formulaire",
                empreinte=_empreinte(request, contexte, slug, contenu_saisi(champs)),
            )
        except (DemandeInvalide, Conflit) as refus:
            vue = await lire_public(slug, maintenant, contexte.reglages.url)
            erreurs = _erreurs(refus, saisie, visite.langue)
            if veut_une_suite(request):
                return rendre_refus(refus, erreurs, visite.langue, **_quand_et_ou(vue, visite.langue))
            return _page(
                await rendre_evenement(vue, visite, _a_jour(saisie, vue, refus), erreurs), refus.statut
            )
        ouverte = Ouverte(recue.id, par_courriel=False)
        cookie = await _cookie(contexte, recue.id)
        return await _aboutir(
            request, contexte, visite, f"{CHEMIN}/{recue.id}/faite", [cookie], ouverte=ouverte
        )

    @get("/i/{lien:str}", operation_id="page_ouvrir_lien", summary="Ouvrir une inscription par son lien")
    async def ouvrir_lien(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        lien: FromPath[str],
    ) -> Response[Any]:
        try:
            ouvert = await lectures.ouvrir_lien(lien, contexte.clef)
        except InscriptionIntrouvable:
            contexte.limites.compter("lien-adresse", adresse_de(request))
            visite = await _visite(request, contexte, maintenant)
            connue = lectures.identifiant_du_lien(lien)
            page = visite.page(visite.t("inscription.lien_perime_titre"), CHEMIN, indexable=False)
            demander = f"{CHEMIN}/{connue}/lien" if connue else None
            return _page(composer("lien_perime.html", page, demander=demander), 404)
        reponse = Redirect(f"{CHEMIN}#i-{ouvert.inscription}", status_code=303)
        origine: Origine = "c" if ouvert.par_courriel else "a"
        reponse.cookies = [cookie_ouvrant(contexte, ouvert.inscription, ouvert.version, origine)]
        reponse.headers["referrer-policy"] = "no-referrer"
        reponse.headers["cache-control"] = "no-store"
        return reponse

    @get(CHEMIN, operation_id="page_mes_inscriptions", summary="Les inscriptions ouvertes sur cet appareil")
    async def mes_inscriptions(
        self, request: Requete, contexte: NamedDependency[Contexte], maintenant: NamedDependency[datetime]
    ) -> Response[Any]:
        visite = await _visite(request, contexte, maintenant)
        billets = [
            billet
            for ouverte in await inscriptions_ouvertes(request, contexte)
            if (billet := await _billet(ouverte, contexte, visite)) is not None
        ]
        billets.sort(key=_ordre)
        dit = request.query_params.get("fait", "")
        page = visite.page(
            visite.t("mes_inscriptions.titre"), CHEMIN, courante="mes-inscriptions", indexable=False
        )
        return _page(
            composer(
                "mes_inscriptions.html",
                page,
                billets=billets,
                fait=dit if dit in FAITS else "",
                compte_arrete=(
                    _compte_arrete([billet.vue for billet in billets], visite, "apres")
                    if dit == "modifiee"
                    else ""
                ),
            )
        )

    @post(
        f"{CHEMIN}/oublier",
        operation_id="page_oublier_appareil",
        summary="Retirer toutes les inscriptions de cet appareil",
        status_code=303,
    )
    async def oublier_appareil(
        self, request: Requete, contexte: NamedDependency[Contexte], maintenant: NamedDependency[datetime]
    ) -> Response[Any]:
        visite = await _visite(request, contexte, maintenant)
        cookies = cookies_fermants(request, contexte)
        return await _aboutir(request, contexte, visite, f"{CHEMIN}?fait=oubliees", cookies, fait="oubliees")

    @post(
        f"{CHEMIN}/lien",
        operation_id="page_redemander_liens",
        summary="Recevoir de nouveau ses liens",
        status_code=303,
    )
    async def redemander_liens(
        self, request: Requete, contexte: NamedDependency[Contexte], maintenant: NamedDependency[datetime]
    ) -> Response[Any]:
        courriel = "".join(champs_du_corps(await request.body()).get("courriel", [])[:1]).strip()
        try:
            msgspec.convert(courriel, Courriel)
        except msgspec.ValidationError:
            courriel = ""
        if courriel:
            contexte.limites.compter("liens-adresse", adresse_de(request))
            if _peut_ecrire_a(contexte, [courriel]):
                await services.redemander_liens(courriel, maintenant)
        return _vers(await _visite(request, contexte, maintenant), f"{CHEMIN}?fait=lien")

    @post(
        f"{CHEMIN}/{{identifiant:uuid}}/lien",
        operation_id="page_redemander_lien",
        summary="Recevoir un lien neuf pour cette inscription",
        status_code=303,
    )
    async def redemander_lien(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
    ) -> Response[Any]:
        contexte.limites.compter("liens-adresse", adresse_de(request))
        adresses = await lectures.adresses_de(identifiant)
        if adresses and _peut_ecrire_a(contexte, adresses):
            try:
                await services.renvoyer_lien(identifiant, maintenant)
            except InscriptionIntrouvable:
                journal.info("lien redemandé pour une inscription qui vient d'être effacée")
        return _vers(await _visite(request, contexte, maintenant), f"{CHEMIN}?fait=lien")

    @get(
        f"{CHEMIN}/{{identifiant:uuid}}/faite",
        operation_id="page_inscription_faite",
        summary="Juste après l'inscription",
    )
    async def faite(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
    ) -> Response[Any]:
        visite = await _visite(request, contexte, maintenant)
        ouverte = await _ouverte(request, contexte, identifiant)
        billet = await _billet(ouverte, contexte, visite) if ouverte else None
        if billet is None:
            # L'appareil refuse les cookies : le lien reçu par courriel reste le chemin.
            return _vers(visite, f"{CHEMIN}?fait=inscrite")
        page = visite.page(visite.t("inscription.titre"), CHEMIN, indexable=False)
        return _page(composer("inscription_faite.html", page, billet=billet))

    @get(
        f"{CHEMIN}/{{identifiant:uuid}}/modifier",
        operation_id="page_modifier",
        summary="Changer son inscription",
    )
    async def montrer_modification(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
    ) -> Response[Any]:
        visite = await _visite(request, contexte, maintenant)
        await _exiger_ouverte(request, contexte, identifiant)
        vue = await _lire(identifiant, contexte, maintenant)
        return _page(await _rendre_modification(vue, saisie_depuis_inscription(vue), [], contexte, visite))

    @post(
        f"{CHEMIN}/{{identifiant:uuid}}/modifier",
        operation_id="page_enregistrer_modification",
        summary="Enregistrer ses changements",
        status_code=303,
    )
    async def modifier(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
    ) -> Response[Any]:
        visite = await _visite(request, contexte, maintenant)
        await _exiger_ouverte(request, contexte, identifiant)
        saisie = saisie_depuis_champs(champs_du_corps(await request.body()))
        try:
            changement = modification_depuis(saisie, visite.langue)
            await compter_modification(contexte, identifiant, changement)
            await services.modifier_inscription(identifiant, changement, maintenant)
        except (DemandeInvalide, Conflit) as refus:
            vue = await _lire(identifiant, contexte, maintenant)
            erreurs = _erreurs(refus, saisie, visite.langue)
            if veut_une_suite(request):
                evenement = await lire_public(vue.evenement.slug, maintenant, contexte.reglages.url)
                return rendre_refus(refus, erreurs, visite.langue, **_quand_et_ou(evenement, visite.langue))
            if isinstance(refus, EvenementModifie):
                saisie = msgspec.structs.replace(saisie, version_vue=str(vue.evenement.version))
            return _page(await _rendre_modification(vue, saisie, erreurs, contexte, visite), refus.statut)
        # Changer d'adresse ferme l'inscription partout, sauf sur l'appareil qui vient de le faire.
        encore = await _ouverte(request, contexte, identifiant)
        cookies = [] if encore else [await _cookie(contexte, identifiant)]
        ouverte = encore or Ouverte(identifiant, par_courriel=False)
        chemin = f"{CHEMIN}?fait=modifiee#i-{identifiant}"
        return await _aboutir(request, contexte, visite, chemin, cookies, ouverte=ouverte)

    @post(
        f"{CHEMIN}/{{identifiant:uuid}}/{{acte:str}}",
        operation_id="page_agir_sur_inscription",
        summary="Annuler, confirmer, prendre ou laisser une place, changer l'adresse de l'agenda, oublier, effacer",
        status_code=303,
    )
    async def agir(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
        acte: FromPath[str],
    ) -> Response[Any]:
        visite = await _visite(request, contexte, maintenant)
        ouverte = await _exiger_ouverte(request, contexte, identifiant)
        cookies: list[Cookie] = []
        match acte:
            case "annuler":
                await services.annuler_inscription(identifiant, maintenant)
                fait = "annulee"
            case "prendre-place":
                await services.accepter_place(identifiant, maintenant)
                fait = "place"
            case "laisser-place":
                await services.laisser_place(identifiant, maintenant)
                fait = "laissee"
            case "confirmer-adresse" if ouverte.par_courriel:
                await services.confirmer_courriel(identifiant, maintenant)
                fait = "adresse"
            case "changer-agenda":
                await services.changer_adresse_agenda(identifiant)
                fait = "agenda"
            case "oublier":
                cookies, fait = [cookie_fermant(contexte, identifiant)], "oubliee"
            case "effacer":
                await services.effacer_inscription(identifiant, maintenant)
                await oublier_courriels(contexte, identifiant)
                cookies, fait = [cookie_fermant(contexte, identifiant)], "effacee"
            case _:
                raise InscriptionIntrouvable()
        reste = None if cookies else ouverte
        return await _aboutir(
            request, contexte, visite, f"{CHEMIN}?fait={fait}", cookies, ouverte=reste, fait=fait
        )

    @get(
        f"{CHEMIN}/{{identifiant:uuid}}/export.json",
        operation_id="page_exporter_inscription",
        summary="Tout ce que nous gardons de ce foyer",
    )
    async def exporter(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
    ) -> Response[bytes]:
        await _exiger_ouverte(request, contexte, identifiant)
        corps = msgspec.json.format(
            msgspec.json.encode(await _lire(identifiant, contexte, maintenant)), indent=2
        )
        return Response(
            corps,
            media_type="application/json",
            headers={
                "content-disposition": f'attachment; filename="inscription-{identifiant}.json"',
                "cache-control": "no-store",
            },
        )


# --- ce qui est commun ----------------------------------------------------------------------------------------------


async def _visite(request: Requete, contexte: Contexte, maintenant: datetime) -> Visite:
    return Visite(
        await lire_site(request, contexte), langue_de(request), langue_explicite(request), maintenant
    )


async def _ouverte(request: Requete, contexte: Contexte, identifiant: UUID) -> Ouverte | None:
    for ouverte in await inscriptions_ouvertes(request, contexte):
        if ouverte.id == identifiant:
            return ouverte
    return None


async def _exiger_ouverte(request: Requete, contexte: Contexte, identifiant: UUID) -> Ouverte:
    ouverte = await _ouverte(request, contexte, identifiant)
    if ouverte is None:
        contexte.limites.compter("lien-adresse", adresse_de(request))
        raise InscriptionIntrouvable()
    return ouverte


def _peut_ecrire_a(contexte: Contexte, adresses: Sequence[str]) -> bool:
    """Faux si l'on a déjà trop écrit à l'une de ces adresses : rien ne part et rien ne le dit, le dernier lien reçu
    marche encore."""
    limites = contexte.limites
    return all(
        limites.permet("liens-contact", plie) and limites.permet("liens-contact-jour", plie)
        for plie in map(courriel_plie, adresses)
    )


async def _lire(identifiant: UUID, contexte: Contexte, maintenant: datetime) -> InscriptionVue:
    return await lectures.lire_inscription(identifiant, contexte.clef, contexte.reglages.url, maintenant)


async def _billet(ouverte: Ouverte, contexte: Contexte, visite: Visite) -> Billet | None:
    try:
        vue = await _lire(ouverte.id, contexte, visite.maintenant)
    except (InscriptionEffacee, InscriptionIntrouvable):
        return None
    evenement = await lire_public(vue.evenement.slug, visite.maintenant, contexte.reglages.url)
    return dire_billet(
        vue, evenement, visite.langue, visite.maintenant, ouverte_par_courriel=ouverte.par_courriel
    )


async def _aboutir(
    request: Requete,
    contexte: Contexte,
    visite: Visite,
    chemin: str,
    cookies: Sequence[Cookie],
    *,
    ouverte: Ouverte | None = None,
    fait: str = "",
) -> Response[Any]:
    """Après un geste : la page qui le montre, ou ce qu'en lit le script. `ouverte` : l'inscription qui reste à montrer."""
    if not veut_une_suite(request):
        return _vers(visite, chemin, cookies)
    page = visite.page(visite.t("mes_inscriptions.titre"), CHEMIN, indexable=False)
    billet = await _billet(ouverte, contexte, visite) if ouverte else None
    phrase = visite.t(f"mes_inscriptions.fait.{fait}") if fait else ""
    return rendre_suite(page, _adresse(visite, chemin), phrase, billet, cookies)


def _quand_et_ou(evenement: EvenementVue, langue: Langue) -> dict[str, str]:
    """La date et le lieu en mots, pour qui n'a plus la page sous les yeux."""
    lieu = evenement.lieu
    return {
        "quand": dire_evenement(evenement, langue).date,
        "ou": f"{lieu.nom}, {lieu.commune.nom}" if lieu else "",
    }


def _ordre(billet: Billet) -> tuple[bool, float]:
    """À venir d'abord, la plus proche en tête ; les annulées à la fin."""
    debut = billet.vue.evenement.debut
    return (billet.fini, debut.timestamp() if debut else float("inf"))


async def _cookie(contexte: Contexte, identifiant: UUID) -> Cookie:
    version = (await lectures.versions_des_liens([identifiant])).get(identifiant, 1)
    return cookie_ouvrant(contexte, identifiant, version, "a")


async def _rendre_modification(
    vue: InscriptionVue, saisie: Saisie, erreurs: Sequence[ErreurAffichee], contexte: Contexte, visite: Visite
) -> bytes:
    evenement = await lire_public(vue.evenement.slug, visite.maintenant, contexte.reglages.url)
    return composer(
        "inscription_modifier.html",
        visite.page(visite.t("inscription.modifier_titre"), f"{CHEMIN}/{vue.id}/modifier", indexable=False),
        vue=vue,
        evenement=evenement,
        dit=dire_evenement(evenement, visite.langue),
        formulaire=saisie,
        erreurs=list(erreurs),
        communes=choix_de_communes((await lire_communes()).par_code),
        choix=Choix(DELAI_EFFACEMENT_JOURS),
        compte_arrete=_compte_arrete([vue], visite, "avant"),
    )


def _compte_arrete(vues: Sequence[InscriptionVue], visite: Visite, cle: Literal["avant", "apres"]) -> str:
    """Ce qu'un changement veut dire pour la cuisine, si elle a déjà fixé le nombre de repas de l'un de ces foyers."""
    presences = [
        presence
        for vue in vues
        if vue.annulee_le is None
        for presence in vue.presences
        if presence.statut != "annulee"
    ]
    return phrases.dire_compte_arrete(visite.langue, presences, cle)


def _erreurs(refus: Refus, saisie: Saisie, langue: Langue) -> list[ErreurAffichee]:
    """Le refus, près de ce qui permet d'y répondre."""
    if isinstance(refus, DemandeInvalide):
        return erreurs_affichees(refus.erreurs, saisie, langue)
    if isinstance(refus, MomentComplet):
        return [
            ErreurAffichee("moments", _dire_complet(moment, langue), libelle("moments", langue))
            for moment in refus.precisions["moments"]
        ]
    return [
        ErreurAffichee("formulaire", str(refus.probleme(langue)["detail"]), libelle("formulaire", langue))
    ]


def _dire_complet(moment: dict[str, Any], langue: Langue) -> str:
    nom = moment["titre"] or traduire(langue, f"genres.{moment['genre']}.nom")
    return traduire(langue, "inscription.complet_moment", moment=nom, n=moment["places_restantes"] or 0)


def _a_jour(saisie: Saisie, vue: EvenementVue, refus: Refus) -> Saisie:
    """La date a bougé : la page remontrée dit la nouvelle, et renvoyer le formulaire vaut oui."""
    if isinstance(refus, EvenementModifie):
        return msgspec.structs.replace(saisie, version_vue=str(vue.version))
    return saisie


def _empreinte(request: Requete, contexte: Contexte, slug: str, contenu: bytes) -> str:
    """Le même appareil qui envoie le même formulaire deux fois de suite n'a voulu qu'une inscription."""
    appareil = f"{adresse_de(request)}\x00{request.headers.get('user-agent', '')}\x00{slug}\x00"
    return contexte.clef.empreinte("double-appui", appareil.encode("utf-8", "replace") + contenu)


def _page(corps: bytes, statut: int = 200) -> Response[bytes]:
    return Response(corps, status_code=statut, media_type="text/html", headers={"cache-control": "no-store"})


def _vers(visite: Visite, chemin: str, cookies: Sequence[Cookie] = ()) -> Redirect:
    return Redirect(
        _adresse(visite, chemin),
        status_code=303,
        cookies=list(cookies),
        headers={"cache-control": "no-store"},
    )


def _adresse(visite: Visite, chemin: str) -> str:
    avant, _, ancre = chemin.partition("#")
    return visite.lien(avant) + (f"#{ancre}" if ancre else "")


ROUTES: Final[list[Any]] = [PagesDuFoyer]
