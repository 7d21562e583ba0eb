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
from server.demonstration.contenu import Vocabulaire
from server.demonstration.foyers import Foyer
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

FOYERS_AU_PLUS: Final = 24
FOYERS_D_AUTREFOIS: Final = 8
INSCRIPTIONS_D_AUTREFOIS: Final = 0.5
"""Part des évènements d'alors où l'on s'inscrivait ici : le réseau s'y est mis peu à peu."""
ATTENTES: Final = 4
"""Foyers qui attendent, quand c'est complet."""

VIENT: Final = {"banquet": 0.88, "reflexion": 0.8, "concert": 0.6}
"""Chance qu'un foyer inscrit vienne à un moment de ce genre."""


class Paquet:
    """Des foyers battus comme des cartes : chacun revient une fois par tour."""

    def __init__(self, foyers: Sequence[Foyer], hasard: Random) -> None:
        self._foyers, self._hasard = foyers, hasard
        self._reste: list[Foyer] = []
        self._tires: set[Foyer] = set()

    def tirer(self, commune: str | None, convient: Callable[[Foyer], bool]) -> Foyer:
        """Le prochain foyer qui convient ; celui du village s'il y en a un parmi les dix premiers."""
        if len(self._reste) < 30:
            self._reste += self._hasard.sample(self._foyers, len(self._foyers))
        bons = [rang for rang, foyer in enumerate(self._reste[:100]) if convient(foyer)]
        choisi = next((rang for rang in bons[:10] if self._reste[rang].commune == commune), bons[0])
        foyer = self._reste.pop(choisi)
        self._tires.add(foyer)
        return foyer

    def rendre(self, foyer: Foyer) -> None:
        """Remet sur le paquet un foyer qui, finalement, ne s'est pas inscrit."""
        self._reste.insert(0, foyer)
        self._tires.discard(foyer)

    def jamais_tires(self) -> list[Foyer]:
        """Ceux que le hasard a laissés de côté."""
        return [foyer for foyer in self._foyers if foyer not in self._tires]


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
        self,
        rendez_vous: RendezVous,
        equipe: Sequence[Auteur],
        *,
        mots: Vocabulaire,
        clef: Clef,
        maintenant: datetime,
        hasard: Random,
    ) -> None:
        self._rendez_vous, self._equipe, self._mots, self._clef = rendez_vous, equipe, mots, clef
        self._maintenant, self._hasard = maintenant, hasard
        self._evenement, self._slug = 0, ""
        self._places: list[_Place] = []
        self._gestes: list[tuple[datetime, int, _Arrivee | _Suite]] = []
        self._depots = 0

    async def prevoir(self, slug: str, paquet: Paquet, commune: str | None) -> None:
        """Choisit qui viendra, à quoi, et quand."""
        ligne = (
            await Evenement.select(Evenement.id, Evenement.cloture_le).where(Evenement.slug == slug).first()
        )
        assert ligne is not None
        self._evenement, self._slug = ligne["id"], slug
        self._places = await _lire_places(ligne["id"])
        publie_le = self._rendez_vous.publie_le
        assert publie_le is not None
        fin = min(ligne["cloture_le"] or self._rendez_vous.debut, self._rendez_vous.debut, self._maintenant)
        if self._rendez_vous.role in ("annule", "sans_date"):
            fin = min(fin, self._rendez_vous.change_le or fin)
        fin -= timedelta(minutes=20)
        sans_inscrits = self._est_ancien and self._hasard.random() > INSCRIPTIONS_D_AUTREFOIS
        if not self._places or sans_inscrits or fin - publie_le < timedelta(hours=6):
            self._places = []
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

    @property
    def _est_ancien(self) -> bool:
        return self._rendez_vous.fin <= self._maintenant - CONSERVATION

    # --- qui ---

    def _choisir(self, paquet: Paquet, commune: str | None) -> list[_Arrivee]:
        role = self._rendez_vous.role
        if role == "complet" and not self._est_ancien:
            return self._remplir(paquet, commune)
        combien = self._combien()
        arrivees: list[_Arrivee] = []
        deja: set[str | None] = set()
        while len(arrivees) < combien:
            foyer = paquet.tirer(commune, lambda f: deja.isdisjoint((f.courriel, f.telephone)))
            nombres = self._nombres(foyer)
            if role == "dernieres" and not self._laisse_des_places(nombres):
                paquet.rendre(foyer)
                break
            deja.update({foyer.courriel, foyer.telephone} - {None})
            self._compter(nombres)
            arrivees.append(_Arrivee(foyer, nombres))
            if self._hasard.random() < 0.025:
                # Le même foyer, une seconde fois, sans y penser.
                arrivees.append(_Arrivee(foyer, nombres))
        return arrivees

    def _remplir(self, paquet: Paquet, commune: str | None) -> list[_Arrivee]:
        """Remplit tout à fait le moment le plus demandé, puis met quelques foyers en attente."""
        bornees = [place for place in self._places if place.jauge]
        vise = next((place for place in bornees if place.genre == "banquet"), bornees[0])
        arrivees = []
        while vise.reste > 0:
            reste = vise.reste
            foyer = paquet.tirer(commune, lambda f, reste=reste: f.personnes <= reste)  # type: ignore[misc]
            arrivees.append(self._venir_a(vise, foyer))
        en_trop = [paquet.tirer(commune, lambda f: f.personnes > 1) for _ in range(ATTENTES)]
        return arrivees + [self._venir_a(vise, foyer) for foyer in en_trop]

    def _venir_a(self, vise: _Place, foyer: Foyer) -> _Arrivee:
        """Ce foyer vient tout entier à ce moment, et comme il veut aux autres."""
        couples = list(zip(self._places, self._nombres(foyer), strict=True))
        nombres = [foyer.personnes if place is vise else nombre for place, nombre in couples]
        self._compter(nombres)
        return _Arrivee(foyer, nombres)

    def _combien(self) -> int:
        """Combien de foyers se sont inscrits ; un évènement lointain en a encore peu."""
        rendez_vous = self._rendez_vous
        if rendez_vous.role == "dernieres":
            return 80
        assert rendez_vous.publie_le is not None
        jauge = min(min(place.jauge or 60, 60) for place in self._places)
        duree = rendez_vous.debut - rendez_vous.publie_le
        avance = min(1.0, (self._maintenant - rendez_vous.publie_le) / duree)
        plafond = FOYERS_D_AUTREFOIS if self._est_ancien else FOYERS_AU_PLUS
        voulus = round(jauge * rendez_vous.ecrit.taux / 2 * float(avance**0.8))
        return max(1, min(plafond, voulus))

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

    @ecriture
    async def ajouter(self, foyer: Foyer) -> None:
        """Un foyer de plus, ces derniers jours, là où il y a de la place."""
        libres = [foyer.personnes if place.reste > foyer.personnes else 0 for place in self._places]
        await self._inscrire(
            _Arrivee(foyer, libres), self._maintenant - timedelta(hours=self._hasard.randint(2, 40))
        )
        self._compter(libres)

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
            "message": hasard.choice(self._mots.messages) if hasard.random() < 0.1 else None,
            "premiere_fois": foyer.premiere_fois,
            "accepte_attente": True,
            "tout_ou_rien": hasard.random() < 0.06,
            "langue": foyer.langue,
        }
        if foyer.courriel is None:
            saisie = SaisieInscription(origine=hasard.choice(("telephone", "telephone", "papier")), **communs)
            compte = hasard.choice(self._equipe).compte
            return (await saisir_inscription(self._evenement, saisie, compte, self._clef, instant)).id
        identifiant = UUID(int=hasard.getrandbits(128), version=4)
        demande = DemandeInscription(
            evenement=self._slug,
            jeton=base64.urlsafe_b64encode(hasard.randbytes(24)).decode(),
            pour_autrui=_relais(self._mots, hasard) if hasard.random() < 0.03 else None,
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
        if not self._places or self._hasard.random() < 0.3:
            return
        place = next((p for p in self._places if p.genre == "banquet"), self._places[0])
        lignes = (
            await Presence.select(
                Presence.inscription, Presence.adultes, Presence.enfants, Presence.tout_petits
            )
            .where(Presence.moment == place.moment, Presence.statut == "confirmee")
            .order_by(Presence.id)
        )
        compte = self._equipe[-1].compte
        for rang, ligne in enumerate(lignes):
            if self._hasard.random() < 0.84:
                venus = Accueil(place.moment, ligne["adultes"], ligne["enfants"], ligne["tout_petits"])
                instant = place.debut + timedelta(minutes=rang % 35 - 12)
                await accueillir(ligne["inscription"], venus, compte, instant)
        if self._rendez_vous.role == "ordinaire" and not self._est_ancien:
            passage = SaisieInscription(
                origine="porte",
                prenom=self._hasard.choice(self._mots.prenoms),
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


def _relais(mots: Vocabulaire, hasard: Random) -> PourAutrui:
    """Qui inscrit quelqu'un d'autre : une voisine, un fils, une travailleuse sociale."""
    prenom = hasard.choice(mots.prenoms)
    return PourAutrui(prenom, f"{en_slug(prenom)}.relais@example.org")
