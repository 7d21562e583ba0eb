"""L'affiche d'un évènement, en A4 ou en A3 : à coller sur la porte du café.

Une seule page, toujours. On essaie la mise en page la plus grande, puis de plus petites ; ce qui est vraiment trop long
finit par « … », et le QR mène au reste. `sobre` : ni fond ni photo, pour l'imprimante de la mairie. Décision 0011.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import Final

import msgspec

from server.pages.annonce import Annonce, MomentAnnonce
from server.pages.dessin import (
    COULEURS,
    COURANT,
    FAMILLES,
    GRAS,
    LAMPIONS,
    TITRES,
    abreger,
    ecrivable,
    en_lignes,
)
from server.pages.papier import HAUTEUR, LARGEUR, Format, Papier, mesurer
from server.socle.textes import traduire

TYPE_CONTENU: Final = "application/pdf"
MARGE: Final = 40.0
"""14 mm : aucune imprimante de bureau n'en demande plus."""

UTILE: Final = LARGEUR - 2 * MARGE
PIED: Final = 118.0
QR: Final = 96.0
PAR_RANGEE: Final = 4
MOMENTS_MAX: Final = 8
MOT_COUPE: Final = 24
"""Taille du titre à partir de laquelle un mot plus large que la page se coupe."""

PHOTO_MIN: Final = 150.0
PHOTO_MAX: Final = 250.0
BLANC: Final = 70.0
"""Hauteurs, en points ; `BLANC` : ce que la photo laisse entre les blocs."""

LISIBLE: Final = 12.0
"""Sous cette taille de texte, la photo s'en va pour que le texte soit plus grand."""


class Corps(msgspec.Struct, frozen=True):
    """Un essai de mise en page : taille du titre, du texte, et lignes permises aux textes longs."""

    titre: float
    texte: float
    lignes: int


ESSAIS: Final = tuple(
    Corps(*essai)
    for essai in (
        (58, 15, 8), (52, 14.5, 8), (46, 14, 7), (40, 13.5, 7), (36, 13, 6), (32, 12, 5), (28, 11, 4), (25, 10, 3), (22, 9.5, 2),
        (20, 9, 1),
    )
)  # fmt: skip


class Bloc(msgspec.Struct, frozen=True):
    """Une part de l'affiche : sa hauteur, et de quoi la poser à une hauteur donnée."""

    hauteur: float
    poser: Callable[[Papier, float], None]


class Encres(msgspec.Struct, frozen=True):
    """Les couleurs d'une affiche ; la sobre n'a que du noir."""

    sobre: bool

    def __call__(self, nom: str) -> str:
        return "#000000" if self.sobre else COULEURS[nom]


def composer_affiche(
    annonce: Annonce,
    taille: Format,
    *,
    sobre: bool = False,
    photo: bytes | None = None,
) -> bytes:
    """L'affiche, en PDF d'une page."""
    papier = Papier(
        taille,
        titre=f"{annonce.titre} – {annonce.date}",
        auteur=annonce.reseau,
        sujet=annonce.url,
        langue=annonce.langue,
    )
    encre = Encres(sobre)
    place = HAUTEUR - 78 - MARGE - PIED
    montree = None if sobre else photo
    blocs = _mise_en_page(
        annonce, encre, place - PHOTO_MIN - BLANC if montree else place, lisible=montree is not None
    )
    if blocs is None:
        montree, blocs = None, _mise_en_page(annonce, encre, place, lisible=False)
    if (
        blocs is None
    ):  # la dernière mise en page borne chaque texte : ceci n'arrive pas, et ne doit pas déborder
        blocs = _tenir(_blocs(annonce, encre, ESSAIS[-1]), place)
    libre = place - _somme(blocs)
    if montree is not None:
        hauteur, octets = min(libre - BLANC, PHOTO_MAX), montree
        blocs.insert(0, Bloc(hauteur, lambda p, y: _photo(p, y, hauteur - 16, octets)))
        libre -= hauteur
    _tete(papier, annonce, encre)
    # Ce qui reste de blanc se partage entre les blocs, sans jamais les éparpiller.
    entre = min(22.0, libre / len(blocs))
    y = 78.0 + min(30.0, max(0.0, libre - entre * len(blocs)) / 3)
    for bloc in blocs:
        bloc.poser(papier, y)
        y += bloc.hauteur + entre
    _pied(papier, annonce, encre)
    return papier.finir()


def _mise_en_page(annonce: Annonce, encre: Encres, place: float, *, lisible: bool) -> list[Bloc] | None:
    """La plus grande mise en page qui tient ; `lisible` : nulle plutôt qu'en petit."""
    for corps in ESSAIS:
        if lisible and corps.texte < LISIBLE:
            return None
        if _somme(blocs := _blocs(annonce, encre, corps)) <= place:
            return blocs
    return None


def _somme(blocs: Sequence[Bloc]) -> float:
    return sum(bloc.hauteur for bloc in blocs)


def _tenir(blocs: list[Bloc], place: float) -> list[Bloc]:
    """Les premiers blocs qui tiennent : l'essentiel est en tête."""
    gardes: list[Bloc] = []
    for bloc in blocs:
        if _somme(gardes) + bloc.hauteur <= place:
            gardes.append(bloc)
    return gardes


def _blocs(annonce: Annonce, encre: Encres, corps: Corps) -> list[Bloc]:
    """Ce que dit l'affiche, de haut en bas, dans cette mise en page."""
    texte = corps.texte
    blocs = []
    if annonce.etat:
        blocs.append(_etat(annonce, encre, texte))
    blocs.append(_titre(annonce, encre, corps))
    blocs.append(_quand_et_ou(annonce, encre, corps))
    if annonce.resume:
        blocs.append(_texte(annonce.resume, COURANT, texte * 1.08, encre("encre"), corps.lignes, apres=8))
    if annonce.moments:
        blocs.append(_bande(annonce, encre, corps))
    if annonce.prix:
        phrases = annonce.prix if not annonce.paiement else f"{annonce.prix}. {annonce.paiement}"
        blocs.append(_texte(phrases, GRAS, texte * 1.05, encre("encre"), max(2, corps.lignes // 3), apres=6))
    for cle, contenu in (
        ("comment_venir", annonce.venir),
        ("a_apporter", annonce.a_apporter),
        ("acces", annonce.acces),
    ):
        if contenu:
            nom = traduire(annonce.langue, f"evenement.{cle}")
            en_une = " ".join(contenu.split("\n"))
            blocs.append(
                _texte(
                    f"{nom} – {en_une}",
                    COURANT,
                    texte * 0.9,
                    encre("encre"),
                    max(1, corps.lignes // 2),
                    apres=4,
                )
            )
    return blocs


# --- les blocs ------------------------------------------------------------------------------------------------------


def _texte(contenu: str, police: str, taille: float, couleur: str, maximum: int, *, apres: float) -> Bloc:
    lignes = en_lignes(ecrivable(contenu), mesurer(police, taille), UTILE, maximum)

    def poser(papier: Papier, y: float) -> None:
        with papier.role("P"):
            _ecrire(papier, MARGE, y, lignes, police, taille, couleur)

    return Bloc(len(lignes) * taille * 1.3 + apres, poser)


def _ecrire(
    papier: Papier, x: float, y: float, lignes: Sequence[str], police: str, taille: float, couleur: str
) -> float:
    """Pose des lignes ; rend le bas."""
    for ligne in lignes:
        papier.texte(x, y + taille, ligne, police, taille, couleur)
        y += taille * 1.3
    return y


def _titre(annonce: Annonce, encre: Encres, corps: Corps) -> Bloc:
    """Le genre, en petit, et le titre : il se lit à dix pas, et n'a pas de mot coupé s'il peut l'éviter."""
    taille = corps.titre
    titre = ecrivable(annonce.titre, ecrivable(annonce.genre, "?"))
    mesure = mesurer(TITRES, taille)
    genre = en_lignes(ecrivable(annonce.genre), mesurer(GRAS, corps.texte), UTILE, 1)
    decale = len(genre) * corps.texte * 1.3
    lignes = en_lignes(titre, mesure, UTILE, 5)
    coupe = taille > MOT_COUPE and any(mesure(mot) > UTILE for mot in titre.split(" "))

    def poser(papier: Papier, y: float) -> None:
        if genre:
            with papier.role("P"):
                _ecrire(papier, MARGE, y, genre, GRAS, corps.texte, encre("terre"))
        with papier.role("H1"):
            for rang, ligne in enumerate(lignes):
                papier.texte(
                    MARGE, y + decale + taille * (1 + rang * 1.12), ligne, TITRES, taille, encre("encre")
                )

    # Infinie, cette mise en page n'est pas retenue : la suivante, plus petite, le sera.
    return Bloc(inf if coupe else decale + len(lignes) * taille * 1.12 + 14, poser)


def _etat(annonce: Annonce, encre: Encres, taille: float) -> Bloc:
    mot = ecrivable(annonce.etat).upper()
    gros = taille * 1.5
    large = mesurer(GRAS, gros)(mot) + 28
    phrases = en_lignes(ecrivable(" ".join(annonce.alertes)), mesurer(GRAS, taille), UTILE, 3)
    couleur = encre("grenade" if annonce.grave else "ecorce")

    def poser(papier: Papier, y: float) -> None:
        papier.rond(MARGE, y, large, gros * 1.5, trait=couleur, fond="" if encre.sobre else couleur)
        with papier.role("P"):
            papier.texte(
                MARGE + 14, y + gros * 1.1, mot, GRAS, gros, couleur if encre.sobre else COULEURS["nappe"]
            )
            _ecrire(papier, MARGE, y + gros * 1.5 + 6, phrases, GRAS, taille, couleur)

    return Bloc(gros * 1.5 + 6 + len(phrases) * taille * 1.3 + 12, poser)


def _quand_et_ou(annonce: Annonce, encre: Encres, corps: Corps) -> Bloc:
    """L'ardoise, et à côté la date en toutes lettres et le lieu."""
    cote = max(62.0, corps.titre * 1.7)
    date = annonce.ardoise
    petit, numero = cote * 0.18, cote * 0.46
    large = 0.0
    if date is not None:
        dits = [
            mesurer(GRAS, petit)(date.jour),
            mesurer(TITRES, numero)(date.numero),
            mesurer(GRAS, petit)(date.mois),
        ]
        large = max(cote, max(dits) + cote * 0.24) + 16
    place = UTILE - large
    grand = corps.texte * 1.4
    quand = en_lignes(ecrivable(annonce.date), mesurer(GRAS, grand), place, 2)
    ou = ", ".join(morceau for morceau in (annonce.lieu, annonce.commune, annonce.aussi) if morceau)
    lieu = en_lignes(ecrivable(ou), mesurer(COURANT, grand), place, 2)
    adresse = en_lignes(ecrivable(annonce.adresse), mesurer(COURANT, corps.texte), place, 1)
    texte = (len(quand) + len(lieu)) * grand * 1.3 + len(adresse) * corps.texte * 1.3
    hauteur = max(cote if date else 0.0, texte)

    def poser(papier: Papier, y: float) -> None:
        if date is not None:
            trait = encre("ardoise")
            couleur = trait if encre.sobre else COULEURS["craie"]
            papier.rond(MARGE, y, large - 16, cote, trait=trait, fond="" if encre.sobre else trait)
            milieu = MARGE + (large - 16) / 2
            with papier.role("P"):
                papier.texte_centre(milieu, y + cote * 0.25, date.jour, GRAS, petit, couleur)
                papier.texte_centre(milieu, y + cote * 0.66, date.numero, TITRES, numero, couleur)
                papier.texte_centre(milieu, y + cote * 0.89, date.mois, GRAS, petit, couleur)
        bas = y + (hauteur - texte) / 2
        with papier.role("P"):
            bas = _ecrire(papier, MARGE + large, bas, quand, GRAS, grand, encre("encre"))
        with papier.role("P"):
            bas = _ecrire(papier, MARGE + large, bas, lieu, COURANT, grand, encre("encre"))
            _ecrire(papier, MARGE + large, bas, adresse, COURANT, corps.texte, encre("pierre"))

    return Bloc(hauteur + 12, poser)


def _bande(annonce: Annonce, encre: Encres, corps: Corps) -> Bloc:
    """La bande des moments : une case par moment, quatre au plus par rangée."""
    moments = annonce.moments[:MOMENTS_MAX]
    reste = len(annonce.moments) - len(moments)
    rangees = 1 if len(moments) <= PAR_RANGEE else 2
    par_rangee = -(-len(moments) // rangees)
    espace = 8.0
    large = (UTILE - espace * (par_rangee - 1)) / par_rangee
    cases = [_case(moment, large, encre, corps) for moment in moments]
    groupes = [cases[n : n + par_rangee] for n in range(0, len(cases), par_rangee)]
    hauteurs = [max(case.hauteur for case in groupe) for groupe in groupes]
    suite = traduire(annonce.langue, "faire_savoir.autres_moments", n=reste) if reste else ""
    petit = corps.texte * 0.9

    def poser(papier: Papier, y: float) -> None:
        rang = 0
        for groupe, hauteur in zip(groupes, hauteurs, strict=True):
            for colonne, case in enumerate(groupe):
                gauche = MARGE + colonne * (large + espace)
                teinte, fond = FAMILLES[moments[rang].famille]
                if encre.sobre:
                    papier.rond(gauche, y, large, hauteur, trait="#000000", rayon=5)
                else:
                    papier.rond(gauche, y, large, hauteur, fond=COULEURS[fond], rayon=5)
                    papier.rond(gauche, y, 5, hauteur, fond=COULEURS[teinte], rayon=2.5)
                with papier.role("P"):
                    case.ecrire(papier, gauche, y)
                rang += 1
            y += hauteur + espace
        if suite:
            with papier.role("P"):
                _ecrire(papier, MARGE, y, [suite], COURANT, petit, encre("encre"))

    bas = petit * 1.3 if suite else 0.0
    return Bloc(sum(hauteurs) + espace * len(hauteurs) + bas + 6, poser)


class _Case(msgspec.Struct, frozen=True):
    hauteur: float
    ecrire: Callable[[Papier, float, float], None]


def _case(moment: MomentAnnonce, large: float, encre: Encres, corps: Corps) -> _Case:
    """Un moment : son heure, son verbe, de quoi il s'agit, son prix."""
    place = large - 22
    t = corps.texte
    teinte, _ = FAMILLES[moment.famille]
    couleur = encre(teinte)
    morceaux = [
        (en_lignes(ecrivable(dit), mesurer(police, taille), place, maximum), police, taille, encres)
        for dit, police, taille, encres, maximum in (
            (moment.heure, COURANT, t, encre("encre"), 1),
            (moment.verbe, GRAS, t * 1.2, couleur, 1),
            (moment.titre, COURANT, t * 0.82, encre("encre"), min(3, corps.lignes)),
            (moment.prix, COURANT, t * 0.82, encre("encre"), 2),
            (moment.note, GRAS, t * 0.9, couleur, 1),
        )
        if dit
    ]

    def ecrire(papier: Papier, x: float, y: float) -> None:
        y += 7
        for lignes, police, taille, encres in morceaux:
            y = _ecrire(papier, x + 14, y, lignes, police, taille, encres)

    return _Case(14 + sum(len(lignes) * taille * 1.3 for lignes, _, taille, _ in morceaux), ecrire)


def _photo(papier: Papier, y: float, hauteur: float, octets: bytes) -> None:
    # Décor : ce qu'elle montre est décrit sur la page, l'affiche n'a pas besoin d'elle pour être comprise.
    papier.photo(MARGE, y, UTILE, hauteur, octets)


# --- la tête et le pied ---------------------------------------------------------------------------------------------


def _tete(papier: Papier, annonce: Annonce, encre: Encres) -> None:
    lampions = [] if encre.sobre else [COULEURS[nom] for nom in LAMPIONS]
    papier.guirlande(MARGE, 28, UTILE, encre("pierre"), lampions)
    mesure = mesurer(GRAS, 14)
    reseau = ecrivable(annonce.reseau, "Tablées")
    with papier.role("P"):
        ligne = reseau if mesure(reseau) <= UTILE else abreger(reseau, mesure, UTILE)
        papier.texte(MARGE, 64, ligne, GRAS, 14, encre("terre"))


def _pied(papier: Papier, annonce: Annonce, encre: Encres) -> None:
    """Qui organise, où en savoir plus, et le QR qui y mène."""
    haut = HAUTEUR - MARGE - PIED
    large = UTILE - QR - 24
    papier.filet(MARGE, haut, UTILE, encre("pierre"))
    y = haut + 10
    adresse = annonce.url.split("://", 1)[-1]
    for dit, police, taille, maximum in (
        (traduire(annonce.langue, "faire_savoir.savoir_plus"), GRAS, 12.0, 1),
        (adresse, COURANT, 10.5, 2),
        (annonce.qui, COURANT, 10.5, 2),
        (annonce.joindre, COURANT, 10.5, 1),
    ):
        if dit:
            lignes = en_lignes(ecrivable(dit), mesurer(police, taille), large, maximum)
            with papier.role("P"):
                y = _ecrire(papier, MARGE, y, lignes, police, taille, encre("encre")) + 2
    with papier.role("Figure", traduire(annonce.langue, "faire_savoir.qr", url=annonce.url)):
        papier.qr(LARGEUR - MARGE - QR, haut + 10, QR, annonce.url, encre("encre"))
    with papier.role("P"):
        papier.texte(MARGE, HAUTEUR - MARGE + 2, ecrivable(annonce.licence), COURANT, 8, encre("pierre"))
