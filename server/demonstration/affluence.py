"""Qui vient, quand, et ce que chacun fait ensuite : l'affluence d'un évènement, rejouée par les vrais services."""

import base64
import heapq
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import msgspec

from server.comptes.schemas import Auteur
from server.demonstration.calendrier import RendezVous
from server.demonstration.foyers import MESSAGES, PRENOMS, Foyer
from server.evenements.tables import Evenement, Moment, Tarif
from server.inscriptions.regles import DELAI_EFFACEMENT_JOURS
from server.inscriptions.schemas import (
    Accueil,
    ConviveDemande,
    DemandeInscription,
    ModificationInscription,
    PourAutrui,
    PresenceDemande,
    SaisieInscription,
)
from server.inscriptions.services import (
    accueillir,
    annuler_inscription,
    confirmer_courriel,
    inscrire_foyer,
    modifier_inscription,
    saisir_inscription,
)
from server.inscriptions.tables import Presence
from server.socle.base import ecriture
from server.socle.secrets import Clef
from server.socle.textes import en_slug

CONSERVATION: Final = timedelta(days=DELAI_EFFACEMENT_JOURS)
"""Au-delà, les foyers sont effacés : il n'en faut que de quoi dresser un bilan."""

FOYERS_AU_PLUS: Final = 22
FOYERS_D_AUTREFOIS: Final = 9
ATTENTES: Final = 4
"""Foyers qui attendent, quand c'est complet."""

VIENT: Final = {"banquet": 0.88, "reflexion": 0.8, "concert": 0.6}
"""Chance qu'un foyer inscrit vienne à un moment de ce genre."""


class Paquet:
    """Les quatre cents foyers, battus comme des cartes : chacun revient une fois par tour."""

    def __init__(self, foyers: Sequence[Foyer], hasard: Random) -> None:
        self._foyers, self._hasard = foyers, hasard
        self._reste: list[Foyer] = []

    def tirer(self, commune: str | None, convient: Callable[[Foyer], bool]) -> Foyer:
        """Le prochain foyer qui convient ; celui du village s'il y en a un parmi les dix premiers."""
        if len(self._reste) < len(self._foyers) // 4:
            tour = list(self._foyers)
            self._hasard.shuffle(tour)
            self._reste += tour
        bons = [rang for rang, foyer in enumerate(self._reste[:100]) if convient(foyer)]
        choisi = next((rang for rang in bons[:10] if self._reste[rang].commune == commune), bons[0])
        return self._reste.pop(choisi)


class _Place(msgspec.Struct):
    """Un moment où l'on s'inscrit."""

    moment: UUID
    genre: str
    jauge: int | None
    debut: datetime
    tarifs: list[tuple[UUID, str]]
    pris: int = 0

    @property
    def reste(self) -> int:
        return 10_000 if self.jauge is None else self.jauge - self.pris


class _Arrivee(msgspec.Struct, frozen=True):
    """Un foyer s'inscrit ; `nombres` : personnes à chaque moment, zéro s'il n'y vient pas."""

    foyer: Foyer
    nombres: list[int]


class _Suite(msgspec.Struct, frozen=True):
    """Un foyer inscrit se ravise, ou offre une main de plus."""

    inscription: UUID
    annule: bool


class Affluence:
    """Les inscriptions d'un évènement, dans l'ordre du temps."""

    def __init__(
        self, rendez_vous: RendezVous, equipe: Sequence[Auteur], clef: Clef, maintenant: datetime, hasard: Random
    ) -> None:
        self._rendez_vous, self._equipe, self._clef = rendez_vous, equipe, clef
        self._maintenant, self._hasard = maintenant, hasard
        self._evenement, self._slug = 0, ""
        self._places: list[_Place] = []
        self._gestes: list[tuple[datetime, int, _Arrivee | _Suite]] = []
        self._depots = 0

    async def prevoir(self, slug: str, paquet: Paquet, commune: str | None) -> None:
        """Choisit qui viendra, à quoi, et quand."""
        ligne = await Evenement.select(Evenement.id, Evenement.cloture_le).where(Evenement.slug == slug).first()
        assert ligne is not None
        self._evenement, self._slug = ligne["id"], slug
        self._places = await _lire_places(ligne["id"])
        publie_le = self._rendez_vous.publie_le
        assert publie_le is not None
        fin = min(ligne["cloture_le"] or self._rendez_vous.debut, self._rendez_vous.debut, self._maintenant)
        fin -= timedelta(minutes=20)
        if not self._places or fin - publie_le < timedelta(hours=6):
            return
        arrivees = self._choisir(paquet, commune)
        instants = sorted(self._instant(publie_le, fin) for _ in arrivees)
        for instant, arrivee in zip(instants, arrivees, strict=True):
            self._deposer(instant, arrivee)

    def _deposer(self, instant: datetime, geste: _Arrivee | _Suite) -> None:
        self._depots += 1
        heapq.heappush(self._gestes, (instant, self._depots, geste))

    def _instant(self, debut: datetime, fin: datetime) -> datetime:
        """Un instant où l'on s'inscrit : souvent après l'annonce, souvent avant la fin, jamais la nuit."""
        duree = (fin - debut).total_seconds()
        while True:
            instant = debut + timedelta(seconds=int(60 + self._hasard.betavariate(0.6, 0.8) * (duree - 60)))
            if 5 <= instant.hour <= 20:
                return instant

    # --- qui ---

    def _choisir(self, paquet: Paquet, commune: str | None) -> list[_Arrivee]:
        role = self._rendez_vous.role
        if role == "complet":
            return self._remplir(paquet, commune)
        combien = self._combien()
        arrivees: list[_Arrivee] = []
        deja: set[str] = set()
        while len(arrivees) < combien:
            foyer = paquet.tirer(commune, lambda f: f.telephone not in deja and f.courriel not in deja)
            nombres = self._nombres(foyer)
            if role == "dernieres" and not self._laisse_des_places(nombres):
                break
            deja |= {contact for contact in (foyer.courriel, foyer.telephone) if contact}
            self._compter(nombres)
            arrivees.append(_Arrivee(foyer, nombres))
            if self._hasard.random() < 0.025:
                # Le même foyer, une seconde fois, sans y penser.
                arrivees.append(_Arrivee(foyer, nombres))
        return arrivees

    def _remplir(self, paquet: Paquet, commune: str | None) -> list[_Arrivee]:
        """Remplit tout à fait le moment le plus petit, puis met quelques foyers en attente."""
        petite = min(self._places, key=lambda place: place.reste)
        arrivees = []
        while petite.reste > 0:
            reste = petite.reste
            foyer = paquet.tirer(commune, lambda f, reste=reste: f.personnes <= reste)  # type: ignore[misc]
            nombres = [foyer.personnes if p is petite else n for p, n in zip(self._places, self._nombres(foyer), strict=True)]
            self._compter(nombres)
            arrivees.append(_Arrivee(foyer, nombres))
        for _ in range(ATTENTES):
            foyer = paquet.tirer(commune, lambda f: f.personnes > 1)
            arrivees.append(_Arrivee(foyer, [foyer.personnes if p is petite else 0 for p in self._places]))
        return arrivees

    def _combien(self) -> int:
        """Combien de foyers se sont inscrits ; un évènement lointain en a encore peu."""
        rendez_vous = self._rendez_vous
        if rendez_vous.role == "dernieres":
            return 80
        assert rendez_vous.publie_le is not None
        jauge = min(min(place.jauge or 60, 60) for place in self._places)
        duree = rendez_vous.debut - rendez_vous.publie_le
        avance = min(1.0, (self._maintenant - rendez_vous.publie_le) / duree)
        ancien = rendez_vous.fin < self._maintenant - CONSERVATION
        plafond = FOYERS_D_AUTREFOIS if ancien else FOYERS_AU_PLUS
        return max(1, min(plafond, round(jauge * rendez_vous.ecrit.taux / 2.2 * avance**1.3)))

    def _nombres(self, foyer: Foyer) -> list[int]:
        """Combien viennent à chaque moment : tous le plus souvent, parfois les seuls adultes, parfois personne."""
        nombres = []
        for place in self._places:
            nombre = foyer.personnes if self._hasard.random() < 0.9 else foyer.adultes
            vient = self._hasard.random() < VIENT.get(place.genre, 0.8) and nombre <= place.reste
            nombres.append(nombre if vient else 0)
        if not any(nombres):
            large = max(range(len(nombres)), key=lambda rang: self._places[rang].reste)
            nombres[large] = foyer.personnes
        return nombres

    def _compter(self, nombres: Sequence[int]) -> None:
        for place, nombre in zip(self._places, nombres, strict=True):
            place.pris += nombre

    def _laisse_des_places(self, nombres: Sequence[int]) -> bool:
        """Vrai tant qu'aucun moment n'en est à ses dernières places, et que ce foyer ne prend pas la toute dernière."""
        couples = [(place, n) for place, n in zip(self._places, nombres, strict=True) if place.jauge]
        proches = any(place.reste <= max(1, (place.jauge or 0) // 10) for place, _ in couples)
        return not proches and all(n < place.reste for place, n in couples)

    # --- quoi ---

    @ecriture
    async def jouer(self, jusqu_au: datetime | None = None) -> None:
        """Joue, dans l'ordre, ce qui se passe avant cet instant (tout, s'il n'y en a pas)."""
        while self._gestes and (jusqu_au is None or self._gestes[0][0] < jusqu_au):
            instant, _, geste = heapq.heappop(self._gestes)
            if isinstance(geste, _Suite):
                await self._se_raviser(geste, instant)
                continue
            identifiant = await self._inscrire(geste, instant)
            await self._prevoir_la_suite(identifiant, geste.foyer, instant)

    async def _inscrire(self, arrivee: _Arrivee, instant: datetime) -> UUID:
        """Par le formulaire ; par l'équipe, au téléphone ou d'après un papier, pour qui n'a pas de courriel."""
        foyer, hasard = arrivee.foyer, self._hasard
        communs: dict[str, Any] = {
            "prenom": foyer.prenom,
            "presences": [
                _presence(foyer, place, nombre)
                for place, nombre in zip(self._places, arrivee.nombres, strict=True)
                if nombre
            ],
            "courriel": foyer.courriel,
            "telephone": foyer.telephone,
            "commune": foyer.commune,
            "accord_regimes": foyer.mange_autrement,
            "convives": [ConviveDemande("adulte", 1, list(foyer.regimes), list(foyer.allergenes))]
            if foyer.mange_autrement
            else [],
            "contributions": list(foyer.contributions),
            "besoins": list(foyer.besoins),
            "message": hasard.choice(MESSAGES) if hasard.random() < 0.1 else None,
            "premiere_fois": foyer.premiere_fois,
            "accepte_attente": True,
            "tout_ou_rien": hasard.random() < 0.06,
            "langue": foyer.langue,
        }
        if foyer.courriel is None:
            saisie = SaisieInscription(origine=hasard.choice(("telephone", "telephone", "papier")), **communs)
            compte = hasard.choice(self._equipe).compte
            return await saisir_inscription(self._evenement, saisie, compte, self._clef, instant)
        identifiant = UUID(int=hasard.getrandbits(128), version=4)
        demande = DemandeInscription(
            evenement=self._slug,
            jeton=base64.urlsafe_b64encode(hasard.randbytes(24)).decode(),
            pour_autrui=_relais(hasard) if hasard.random() < 0.03 else None,
            **communs,
        )
        await inscrire_foyer(identifiant, demande, self._clef, instant, origine="formulaire")
        return identifiant

    async def _prevoir_la_suite(self, identifiant: UUID, foyer: Foyer, instant: datetime) -> None:
        hasard = self._hasard
        if foyer.courriel and hasard.random() < 0.75:
            await confirmer_courriel(identifiant, instant + timedelta(minutes=hasard.randint(2, 9)))
        role, a_venir = self._rendez_vous.role, self._rendez_vous.debut > self._maintenant
        sort = hasard.random()
        if sort > 0.09 or (role == "complet" and a_venir) or role in ("dernieres", "annule", "sans_date"):
            return
        limite = min(self._maintenant, self._rendez_vous.debut - timedelta(hours=30))
        if limite - instant > timedelta(days=1):
            self._deposer(self._instant(instant, limite), _Suite(identifiant, annule=sort < 0.055))

    async def _se_raviser(self, suite: _Suite, instant: datetime) -> None:
        if suite.annule:
            await annuler_inscription(suite.inscription, instant)
            return
        changement = ModificationInscription(contributions=["rangement", "vaisselle"])
        await modifier_inscription(suite.inscription, changement, instant)

    @ecriture
    async def pointer(self) -> None:
        """À la porte : qui est venu au repas (sinon au premier moment), et quelqu'un qui passait par là."""
        ancien = self._rendez_vous.fin < self._maintenant - CONSERVATION
        if not self._places or (ancien and self._hasard.random() < 0.5):
            return
        place = next((p for p in self._places if p.genre == "banquet"), self._places[0])
        lignes = await Presence.select(
            Presence.inscription, Presence.adultes, Presence.enfants, Presence.tout_petits
        ).where(Presence.moment == place.moment, Presence.statut == "confirmee").order_by(Presence.id)
        compte = self._equipe[-1].compte
        for rang, ligne in enumerate(lignes):
            if self._hasard.random() < 0.84:
                venus = Accueil(place.moment, ligne["adultes"], ligne["enfants"], ligne["tout_petits"])
                instant = place.debut + timedelta(minutes=rang % 35 - 12)
                await accueillir(ligne["inscription"], venus, compte, instant)
        if self._rendez_vous.role == "ordinaire" and not ancien:
            passage = SaisieInscription(
                origine="porte",
                prenom=self._hasard.choice(PRENOMS),
                presences=[PresenceDemande(place.moment, self._hasard.choice((1, 1, 2)))],
            )
            instant = place.debut + timedelta(minutes=8)
            await saisir_inscription(self._evenement, passage, compte, self._clef, instant)


async def _lire_places(evenement: int) -> list[_Place]:
    moments = (
        await Moment.select(Moment.id, Moment.genre, Moment.jauge, Moment.debut)
        .where(Moment.evenement == evenement, Moment.sur_inscription.eq(True))
        .order_by(Moment.rang)
    )
    tarifs = (
        await Tarif.select(Tarif.id, Tarif.moment, Tarif.nom)
        .where(Tarif.moment.evenement == evenement)
        .order_by(Tarif.rang)
    )
    siens = {m["id"]: [(t["id"], t["nom"]) for t in tarifs if t["moment"] == m["id"]] for m in moments}
    return [_Place(m["id"], m["genre"], m["jauge"], m["debut"], siens[m["id"]]) for m in moments]


def _presence(foyer: Foyer, place: _Place, nombre: int) -> PresenceDemande:
    tous = nombre == foyer.personnes
    tarif = None
    if place.tarifs:
        solidaire = next((cle for cle, nom in place.tarifs if nom == "Solidaire"), None)
        tarif = solidaire if solidaire and foyer.adultes == 1 else place.tarifs[0][0]
    enfants, tout_petits = (foyer.enfants, foyer.tout_petits) if tous else (0, 0)
    return PresenceDemande(place.moment, foyer.adultes, enfants, tout_petits, tarif)


def _relais(hasard: Random) -> PourAutrui:
    """Qui inscrit quelqu'un d'autre : une voisine, un fils, une travailleuse sociale."""
    prenom = hasard.choice(PRENOMS)
    return PourAutrui(prenom, f"{en_slug(prenom)}.relais@example.org")
