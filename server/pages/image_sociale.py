"""L'image d'un lien partagé : 1200 × 630, ce qu'il faut savoir d'un coup d'œil sur un téléphone.

Dessinée deux fois plus grand puis réduite : Pillow n'adoucit pas les bords de ses formes. Décision 0011.
"""

import hashlib
import io
from typing import TYPE_CHECKING, Final

import msgspec

from server.evenements.schemas import EvenementBref, EvenementVue
from server.pages.annonce import Annonce, Ardoise, MomentAnnonce, dire_ardoise
from server.pages.dessin import (
    COULEURS,
    COURANT,
    FAMILLES,
    GRAS,
    LAMPIONS,
    POLICES,
    TITRES,
    abreger,
    ecrivable,
    en_lignes,
)
from server.pages.vues import Site
from server.socle.textes import Langue, traduire

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

LARGEUR: Final = 1200
HAUTEUR: Final = 630
TYPE_CONTENU: Final = "image/jpeg"
MODELE: Final = 1
"""À augmenter quand le dessin change : l'adresse des images change avec lui."""

ECHELLE: Final = 2
QUALITE: Final = 82
MARGE: Final = 60
PHOTO: Final = 400
"""Largeur de la photo, à droite."""

CORPS_DU_TITRE: Final = (76, 68, 60, 54, 48, 42, 38, 34)
BANDE: Final = 4
"""Moments montrés ; au-delà, le dernier dit combien il en reste."""


PROCHAINS: Final = 3
"""Rendez-vous montrés par l'image de l'agenda."""


class RendezVous(msgspec.Struct, frozen=True):
    """Une ligne de l'image de l'agenda."""

    ardoise: Ardoise | None
    titre: str
    commune: str


class ApercuAgenda(msgspec.Struct, frozen=True):
    """Ce que montre l'image de l'agenda."""

    reseau: str
    titre: str
    devise: str
    prochains: list[RendezVous]
    alternative: str
    """Ce que dit l'image, pour qui ne la voit pas."""


def dire_apercu(prochains: list[EvenementBref], langue: Langue, site: Site) -> ApercuAgenda:
    """L'image de l'agenda, en mots : les prochains rendez-vous qui ont bien lieu."""
    montres = [e for e in prochains if e.debut is not None and e.statut in ("publie", "reporte")][:PROCHAINS]
    titre = traduire(langue, "agenda.titre")
    return ApercuAgenda(
        reseau=site.reseau,
        titre=titre,
        devise=traduire(langue, "site.devise"),
        prochains=[
            RendezVous(dire_ardoise(langue, e.debut, e.fin), e.titre, e.lieu.commune.nom if e.lieu else "")
            for e in montres
        ],
        alternative=". ".join([site.reseau, titre, *(e.titre for e in montres)]),
    )


def adresse_evenement(vue: EvenementVue, annonce: Annonce) -> str:
    """L'adresse de l'image d'un évènement : elle change avec ce que l'image montre."""
    photo = vue.image.url if vue.image else ""
    return f"/evenements/{vue.slug}/image-{_empreinte(annonce, photo)}.jpg?langue={annonce.langue}"


def adresse_agenda(apercu: ApercuAgenda, langue: Langue) -> str:
    """Celle de l'image de l'agenda."""
    return f"/agenda/image-{_empreinte(apercu)}.jpg?langue={langue}"


def alternative(annonce: Annonce) -> str:
    """Ce que dit l'image d'un évènement, pour qui ne la voit pas."""
    dits = (annonce.etat, annonce.titre, annonce.date, annonce.lieu, annonce.commune, annonce.aussi)
    return ". ".join(dit for dit in dits if dit)


def _empreinte(contenu: Annonce | ApercuAgenda, photo: str = "") -> str:
    octets = msgspec.msgpack.encode((MODELE, contenu, photo))
    return hashlib.blake2b(octets, digest_size=6).hexdigest()


def dessiner_evenement(annonce: Annonce, photo: bytes | None = None) -> bytes:
    """L'image d'un évènement, en JPEG. `photo` : celle de l'évènement, s'il en a une."""
    toile = _Toile()
    droite = LARGEUR - MARGE
    toile.guirlande()
    if photo is not None:
        toile.photo(photo, LARGEUR - PHOTO, 0, PHOTO, HAUTEUR)
        droite = LARGEUR - PHOTO - 40
    toile.ligne(MARGE, 52, annonce.reseau, GRAS, 28, "terre", droite - MARGE)

    x, haut = float(MARGE), 112.0
    if annonce.ardoise is not None:
        x += toile.ardoise(MARGE, haut + 4, annonce.ardoise) + 32
    y = haut
    if annonce.etat:
        y = toile.tampon(x, y, annonce.etat, grave=annonce.grave) + 14
    y = toile.titre(x, y, ecrivable(annonce.titre, annonce.genre), droite - x, 240 - (y - haut))
    y = max(y + 14, haut + 188 if annonce.ardoise is not None else 0)
    y = toile.bloc(MARGE, y, annonce.date, GRAS, 36, "encre", droite - MARGE, 2)
    ou = ", ".join(morceau for morceau in (annonce.lieu, annonce.commune, annonce.aussi) if morceau)
    toile.ligne(MARGE, y + 4, ou, COURANT, 34, "pierre", droite - MARGE)
    toile.bande(MARGE, HAUTEUR - MARGE - 84, droite - MARGE, annonce.moments)
    return toile.en_jpeg()


def dessiner_agenda(apercu: ApercuAgenda) -> bytes:
    """L'image de l'agenda : le réseau, et ses trois prochains rendez-vous."""
    toile = _Toile()
    toile.guirlande()
    toile.ligne(MARGE, 56, apercu.titre, GRAS, 30, "terre", LARGEUR - 2 * MARGE)
    y = toile.titre(MARGE, 100, apercu.reseau, LARGEUR - 2 * MARGE, 150)
    if not apercu.prochains:
        toile.bloc(MARGE, y + 30, apercu.devise, COURANT, 40, "pierre", LARGEUR - 2 * MARGE, 4)
    pas = (HAUTEUR - y - 50) // 3
    for rang, rdv in enumerate(apercu.prochains):
        haut = y + 30 + rang * pas
        largeur = toile.ardoise(MARGE, haut, rdv.ardoise, hauteur=100) if rdv.ardoise else 0
        x = MARGE + largeur + 28
        toile.ligne(x, haut + 4, rdv.titre, TITRES, 42, "encre", LARGEUR - MARGE - x)
        toile.ligne(x, haut + 58, rdv.commune, COURANT, 30, "pierre", LARGEUR - MARGE - x)
    return toile.en_jpeg()


class _Toile:
    """Une image en cours. Les nombres sont ceux de l'image finie ; `y` est le haut de ce qu'on pose."""

    def __init__(self) -> None:
        from PIL import Image, ImageDraw

        taille = (LARGEUR * ECHELLE, HAUTEUR * ECHELLE)
        self._image: Image.Image = Image.new("RGB", taille, COULEURS["lin"])
        self._dessin: ImageDraw.ImageDraw = ImageDraw.Draw(self._image)

    def en_jpeg(self) -> bytes:
        sortie = io.BytesIO()
        reduite = self._image.reduce(ECHELLE)
        # Ni progressive ni optimisée : elle s'écrit alors par morceaux, et rend la main entre deux.
        reduite.save(sortie, "JPEG", quality=QUALITE, subsampling=0)
        return sortie.getvalue()

    def _police(self, nom: str, taille: float) -> "FreeTypeFont":
        from PIL import ImageFont

        return ImageFont.truetype(POLICES / f"{nom}.ttf", round(taille * ECHELLE))

    def _rond(self, x: float, y: float, largeur: float, hauteur: float, fond: str, rayon: float = 14) -> None:
        boite = [n * ECHELLE for n in (x, y, x + largeur, y + hauteur)]
        self._dessin.rounded_rectangle(boite, rayon * ECHELLE, fill=COULEURS[fond])

    def _ecrire(
        self, x: float, y: float, texte: str, police: "FreeTypeFont", couleur: str, ancre: str = "la"
    ) -> None:
        self._dessin.text((x * ECHELLE, y * ECHELLE), texte, COULEURS[couleur], police, ancre)

    def ligne(
        self, x: float, y: float, texte: str, nom: str, taille: float, couleur: str, largeur: float
    ) -> float:
        return self.bloc(x, y, texte, nom, taille, couleur, largeur, 1)

    def bloc(
        self,
        x: float,
        y: float,
        texte: str,
        nom: str,
        taille: float,
        couleur: str,
        largeur: float,
        maximum: int,
    ) -> float:
        """Un texte sur quelques lignes ; rend le bas."""
        police = self._police(nom, taille)
        for ligne in en_lignes(ecrivable(texte), police.getlength, largeur * ECHELLE, maximum):
            self._ecrire(x, y, ligne, police, couleur)
            y += taille * 1.25
        return y

    def titre(self, x: float, y: float, texte: str, largeur: float, hauteur: float) -> float:
        """Le titre, aussi grand que la place le permet ; rend le bas."""
        dit = " ".join(ecrivable(texte, "?").split())
        *grandes, petite = CORPS_DU_TITRE
        taille = next((t for t in grandes if self._tient(dit, t, largeur, hauteur)), petite)
        police = self._police(TITRES, taille)
        for ligne in en_lignes(
            dit, police.getlength, largeur * ECHELLE, max(1, int(hauteur // (taille * 1.14)))
        ):
            self._ecrire(x, y, ligne, police, "encre")
            y += taille * 1.14
        return y

    def _tient(self, titre: str, taille: float, largeur: float, hauteur: float) -> bool:
        """Vrai si le titre tient en entier à cette taille, sans mot coupé."""
        mesure = self._police(TITRES, taille).getlength
        if any(mesure(mot) > largeur * ECHELLE for mot in titre.split(" ")):
            return False
        return len(en_lignes(titre, mesure, largeur * ECHELLE, 20)) * taille * 1.14 <= hauteur

    def ardoise(self, x: float, y: float, date: Ardoise, hauteur: float = 156) -> float:
        """La date sur son ardoise ; rend sa largeur."""
        numero = self._police(TITRES, hauteur * 0.46)
        petit = self._police(GRAS, hauteur * 0.19)
        larges = [petit.getlength(date.jour), numero.getlength(date.numero), petit.getlength(date.mois)]
        largeur = max(hauteur, max(larges) / ECHELLE + hauteur * 0.25)
        self._rond(x, y, largeur, hauteur, "ardoise")
        for texte, police, place in (
            (date.jour, petit, 0.19),
            (date.numero, numero, 0.51),
            (date.mois, petit, 0.83),
        ):
            self._ecrire(x + largeur / 2, y + hauteur * place, texte, police, "craie", "mm")
        return largeur

    def tampon(self, x: float, y: float, mot: str, *, grave: bool) -> float:
        police = self._police(GRAS, 30)
        dit = ecrivable(mot).upper()
        self._rond(x, y, police.getlength(dit) / ECHELLE + 40, 50, "grenade" if grave else "ecorce", 10)
        self._ecrire(x + 20, y + 25, dit, police, "nappe", "lm")
        return y + 50

    def bande(self, x: float, y: float, largeur: float, moments: list[MomentAnnonce]) -> None:
        """Les moments, comme les services d'une table."""
        montres = moments[:BANDE]
        if not montres:
            return
        reste = len(moments) - len(montres)
        espace = 14
        case = (largeur - espace * (len(montres) - 1)) / len(montres)
        heures, verbes = self._police(COURANT, 25), self._police(GRAS, 29)
        for rang, moment in enumerate(montres):
            teinte, fond = FAMILLES[moment.famille]
            gauche = x + rang * (case + espace)
            self._rond(gauche, y, case, 84, fond)
            self._rond(gauche, y, 8, 84, teinte, 4)
            dernier = reste > 0 and rang == BANDE - 1
            heure = f"{moment.heure} (+ {reste})" if dernier else moment.heure
            place = (case - 36) * ECHELLE
            for texte, police, hauteur, couleur in (
                (heure, heures, 26, "encre"),
                (moment.note or moment.verbe, verbes, 57, teinte),
            ):
                dit = ecrivable(texte)
                if police.getlength(dit) > place:
                    dit = abreger(dit, police.getlength, place)
                self._ecrire(gauche + 24, y + hauteur, dit, police, couleur, "lm")

    def guirlande(self) -> None:
        """La guirlande de guinguette, en haut."""
        pas = 50
        for rang, x in enumerate(range(0, LARGEUR, pas)):
            boite = [n * ECHELLE for n in (x, -22, x + pas, 16)]
            self._dessin.arc(boite, 0, 180, fill=COULEURS["grege"], width=2 * ECHELLE)
            centre = ((x + pas / 2) * ECHELLE, 20 * ECHELLE)
            self._dessin.circle(centre, 7 * ECHELLE, fill=COULEURS[LAMPIONS[rang % len(LAMPIONS)]])

    def photo(self, octets: bytes, x: int, y: int, largeur: int, hauteur: int) -> None:
        from PIL import Image, ImageOps

        with Image.open(io.BytesIO(octets), formats=("WEBP",)) as image:
            taille = (largeur * ECHELLE, hauteur * ECHELLE)
            cadree = ImageOps.fit(image.convert("RGB"), taille, Image.Resampling.BICUBIC)
        self._image.paste(cadree, (x * ECHELLE, y * ECHELLE))
