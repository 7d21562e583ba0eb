"""Une base d'essai, aussi grande qu'on veut : toujours la même pour les mêmes nombres.

Écrite en gros, sans passer par les services (cent mille inscriptions, une par une, prendraient l'heure) : les
compteurs de places sont donc tenus ici, et `tablees verifier` doit n'y rien trouver.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import msgspec
from piccolo.table import Table

from server.demonstration.calendrier import horaires
from server.demonstration.contenu import Contenu, EvenementEcrit, lire_contenu
from server.demonstration.decor import Decor, dresser
from server.demonstration.en_nombre import inserer_en_nombre
from server.demonstration.foyers import Foyer, composer_foyers
from server.demonstration.remplissage import Dire
from server.demonstration.usage import CHANTIER, exiger_usage, finir, vider_la_base
from server.evenements.tables import Coorganisation, Evenement, EvenementEtiquette, Moment, Tarif, Theme
from server.inscriptions.regles import courriel_plie, telephone_plie, texte_de_recherche
from server.inscriptions.services import code_accueil
from server.inscriptions.tables import Inscription, Presence
from server.lieux.importation import charger_pays_uzes
from server.lieux.installation import fonder_territoire
from server.lieux.lectures import lire_communes
from server.lieux.tables import Lieu
from server.socle.base import MoteurPostgreSQL, ecriture, moteur_installe
from server.socle.secrets import Clef, hacher
from server.socle.temps import a_paris
from server.socle.textes import en_slug, plier, traduire
from server.structures.tables import Structure

GRAINE: Final = "exemple"
RESEAU: Final = "Base d’essai"
EVENEMENTS_PAR_LOT: Final = 400

PART_A_VENIR: Final = 0.65
JOURS_DEVANT: Final = 365
JOURS_DERRIERE: Final = 540


async def remplir_exemple(
    evenements: int, inscriptions: int, *, clef: Clef, url: str, maintenant: datetime, dire: Dire
) -> None:
    """Remplit une base vide (ou refait une base d'essai) ; lève `BaseReservee` si elle porte autre chose.

    Les inscriptions vont aux évènements à venir : celles d'évènements passés s'effaceraient au premier entretien.
    """
    await exiger_usage("exemple")
    await vider_la_base()
    await fonder_territoire(CHANTIER, "Pays d’Uzès", maintenant, usage="exemple")
    await charger_pays_uzes()
    decor = Decor(lire_contenu(), maintenant, url, clef)
    await dresser(decor)
    chantier = await _Chantier.ouvrir(decor, evenements, inscriptions)
    pour_cent = 0
    for premier in range(0, evenements, EVENEMENTS_PAR_LOT):
        dernier = min(premier + EVENEMENTS_PAR_LOT, evenements)
        lot = await asyncio.to_thread(chantier.preparer, premier, dernier)
        await _ecrire(lot)
        if (fait := 100 * dernier // evenements // 5 * 5) > pour_cent:
            pour_cent = fait
            dire(f"{pour_cent} % : {dernier} évènements, {chantier.inscrites} inscriptions")
    if evenements:
        await _reprendre_le_compte()
    await finir(RESEAU)


@ecriture
async def _ecrire(lot: "_Lot") -> None:
    """Un lot d'évènements et tout ce qui s'y rattache, d'une seule unité."""
    for table, lignes in lot.items():
        await inserer_en_nombre(table, lignes)


@ecriture
async def _reprendre_le_compte() -> None:
    """Les évènements ont reçu leur clé d'ici : PostgreSQL doit savoir où en reprendre le compte."""
    if isinstance(moteur_installe(), MoteurPostgreSQL):
        await Evenement.raw(
            "SELECT setval(pg_get_serial_sequence('evenement', 'id'), (SELECT max(id) FROM evenement))"
        )


_Lot = dict[type[Table], list[dict[str, Any]]]
"""Des lignes par table, dans l'ordre où elles s'écrivent."""


class _Chantier(msgspec.Struct):
    """Ce qui est commun à tous les lots."""

    contenu: Contenu
    maintenant: datetime
    clef: Clef
    structures: dict[str, tuple[int, str]]
    """clé → identifiant, nom"""
    lieux: list[tuple[int, str]]
    """identifiant, « nom commune » """
    foyers: list[Foyer]
    affluences: list[int]
    """Inscriptions de chaque évènement."""
    hasard: Random
    slugs: set[str] = set()
    inscrites: int = 0

    @classmethod
    async def ouvrir(cls, decor: Decor, evenements: int, inscriptions: int) -> "_Chantier":
        structures = {
            li["slug"]: li for li in await Structure.select(Structure.id, Structure.slug, Structure.nom)
        }
        lieux = await Lieu.select(Lieu.id, Lieu.nom, Lieu.commune.nom.as_alias("commune")).order_by(Lieu.id)
        communes = (await lire_communes()).par_code.values()
        await _ecrire_themes({theme for ecrit in decor.contenu.evenements for theme in ecrit.themes})
        hasard = Random(f"{GRAINE}/{evenements}/{inscriptions}")  # noqa: S311
        return cls(
            contenu=decor.contenu,
            maintenant=decor.maintenant,
            clef=decor.clef,
            structures={
                cle: (structures[s]["id"], structures[s]["nom"]) for cle, s in decor.structures.items()
            },
            lieux=[(lieu["id"], f"{lieu['nom']} {lieu['commune']}") for lieu in lieux],
            foyers=composer_foyers(
                sorted((c.code, c.population) for c in communes), decor.contenu.vocabulaire, GRAINE
            ),
            affluences=_repartir(evenements, inscriptions, hasard),
            hasard=hasard,
        )

    def preparer(self, premier: int, dernier: int) -> _Lot:
        """Les lignes des évènements de ces rangs. Ne touche pas à la base."""
        tables = (Evenement, EvenementEtiquette, Coorganisation, Moment, Tarif, Inscription, Presence)
        lot: _Lot = {table: [] for table in tables}
        for rang in range(premier, dernier):
            self._preparer_evenement(lot, rang)
        return lot

    def _preparer_evenement(self, lot: _Lot, rang: int) -> None:
        cle = rang + 1
        hasard, ecrit = self.hasard, self.contenu.evenements[rang % len(self.contenu.evenements)]
        a_venir = rang < PART_A_VENIR * len(self.affluences)
        jours = hasard.randint(2, JOURS_DEVANT) if a_venir else -hasard.randint(1, JOURS_DERRIERE)
        jour = a_paris(self.maintenant).date() + timedelta(days=jours)
        temps = horaires(ecrit, jour)
        lieu, nom_lieu = hasard.choice(self.lieux)
        publie_le = min(temps[0][0], self.maintenant) - timedelta(days=hasard.randint(5, 60))
        moments = [
            {
                "id": self._uuid(),
                "evenement": cle,
                "rang": place,
                "genre": moment.genre,
                "titre": moment.titre,
                "debut": debut,
                "fin": fin,
                "jauge": moment.jauge,
                "pris": 0,
                "sur_inscription": moment.inscription,
                "prix_mode": "tarifs" if moment.tarifs else "gratuit" if moment.libre is None else "libre",
                "prix_conseille_centimes": 100 * moment.libre if moment.libre else None,
            }
            for place, (moment, (debut, fin)) in enumerate(zip(ecrit.moments, temps, strict=True))
        ]
        lot[Evenement].append(
            {
                "id": cle,
                "uid": self._uuid(),
                "slug": self._adresse(f"{en_slug(ecrit.titre)}-{jour}"),
                "version": 2,
                "version_deplacement": 2,
                "statut": "publie",
                "titre": ecrit.titre,
                "recherche": self._recherche(ecrit, nom_lieu),
                "resume": ecrit.resume,
                "description": ecrit.texte,
                "debut": min(debut for debut, _ in temps),
                "fin": max(fin for _, fin in temps),
                "lieu": lieu,
                "en_ligne": ecrit.en_ligne is not None,
                "lien_en_ligne": ecrit.en_ligne,
                "acces": ecrit.acces,
                "venir": ecrit.venir,
                "a_apporter": ecrit.apporter,
                "cree_le": publie_le - timedelta(days=2),
                "publie_le": publie_le,
                "modifie_le": publie_le,
            }
        )
        for position, (structure, part) in enumerate([(ecrit.structure, "porteuse"), *ecrit.parts]):
            lot[Coorganisation].append(
                {"evenement": cle, "structure": self.structures[structure][0], "part": part, "rang": position}
            )
        etiquettes = [("format", f) for f in ecrit.formats] + [("theme", en_slug(t)) for t in ecrit.themes]
        for position, (genre, valeur) in enumerate(etiquettes):
            lot[EvenementEtiquette].append(
                {"evenement": cle, "genre": genre, "valeur": valeur, "rang": position}
            )
        for place, moment in zip(moments, ecrit.moments, strict=True):
            lot[Moment].append(place)
            lot[Tarif] += [
                {
                    "id": self._uuid(),
                    "moment": place["id"],
                    "rang": position,
                    "nom": nom,
                    "montant_centimes": euros * 100,
                }
                for position, (nom, euros) in enumerate(moment.tarifs.items())
            ]
        self._preparer_inscriptions(lot, cle, self.affluences[rang], publie_le, moments)

    def _preparer_inscriptions(
        self, lot: _Lot, cle: int, nombre: int, publie_le: datetime, moments: Sequence[dict[str, Any]]
    ) -> None:
        hasard = self.hasard
        ouverts = [moment for moment in moments if moment["sur_inscription"]]
        attendent: set[UUID] = set()
        duree = (self.maintenant - publie_le).total_seconds()
        for instant in sorted(
            publie_le + timedelta(seconds=int(hasard.random() * duree)) for _ in range(nombre)
        ):
            foyer = hasard.choice(self.foyers)
            inscription = self._inscription(cle, foyer, instant)
            lot[Inscription].append(inscription)
            self.inscrites += 1
            for moment in ouverts if hasard.random() < 0.7 else ouverts[:1]:
                # Dès que quelqu'un attend, ceux d'après attendent aussi : la file ne se double pas.
                tient = moment["jauge"] is None or moment["pris"] + foyer.personnes <= moment["jauge"]
                servi = tient and moment["id"] not in attendent
                if servi:
                    moment["pris"] += foyer.personnes
                else:
                    attendent.add(moment["id"])
                lot[Presence].append(
                    {
                        "inscription": inscription["id"],
                        "moment": moment["id"],
                        "statut": "confirmee" if servi else "en_attente",
                        "adultes": foyer.adultes,
                        "enfants": foyer.enfants,
                        "tout_petits": foyer.tout_petits,
                        "attente_depuis": None if servi else instant,
                    }
                )

    def _inscription(self, cle: int, foyer: Foyer, instant: datetime) -> dict[str, Any]:
        identifiant = self._uuid()
        courriel = f"foyer{self.inscrites}@example.org" if foyer.courriel else None
        telephone = foyer.telephone
        code = code_accueil(self.clef, identifiant)
        return {
            "id": identifiant,
            "evenement": cle,
            "jeton_hache": hacher(identifiant.hex),
            "demande_hachee": hacher(str(identifiant)),
            "prenom": foyer.prenom,
            "recherche": texte_de_recherche(foyer.prenom, courriel, telephone, code),
            "courriel": courriel,
            "courriel_plie": courriel_plie(courriel) if courriel else None,
            "telephone": telephone,
            "telephone_plie": telephone_plie(telephone) if telephone else None,
            "commune": foyer.commune,
            "langue": foyer.langue,
            "besoins": list(foyer.besoins),
            "contributions": list(foyer.contributions),
            "premiere_fois": foyer.premiere_fois,
            "origine": "formulaire" if courriel else "telephone",
            "code_accueil": code,
            "cree_le": instant,
            "modifie_le": instant,
        }

    def _recherche(self, ecrit: EvenementEcrit, nom_lieu: str) -> str:
        """Ce que `q` parcourt, comme l'écrivent les services."""
        noms = [self.structures[cle][1] for cle in (ecrit.structure, *(cle for cle, _ in ecrit.parts))]
        formats = [traduire("fr", f"formats.{valeur}") for valeur in ecrit.formats]
        titres = [moment.titre for moment in ecrit.moments]
        return plier(" ".join((ecrit.titre, ecrit.resume, nom_lieu, *noms, *ecrit.themes, *formats, *titres)))

    def _adresse(self, base: str) -> str:
        slug, rang = base, 2
        while slug in self.slugs:
            slug, rang = f"{base}-{rang}", rang + 1
        self.slugs.add(slug)
        return slug

    def _uuid(self) -> UUID:
        return UUID(int=self.hasard.getrandbits(128), version=4)


@ecriture
async def _ecrire_themes(noms: set[str]) -> None:
    await Theme.insert(*(Theme(slug=en_slug(nom), nom=nom) for nom in sorted(noms)))


def _repartir(evenements: int, inscriptions: int, hasard: Random) -> list[int]:
    """Combien d'inscriptions pour chacun : quelques évènements très courus, beaucoup de tranquilles."""
    affluences = [0] * evenements
    a_venir = max(1, int(PART_A_VENIR * evenements))
    for _ in range(inscriptions if evenements else 0):
        affluences[int(a_venir * hasard.random() ** 1.8)] += 1
    return affluences
