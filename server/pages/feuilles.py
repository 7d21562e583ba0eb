"""Les papiers de la cuisine, en PDF : des titres, des phrases, des tableaux qui passent d'une page à l'autre.

Pur : une `Feuille` entre, des octets sortent. Le texte se choisit et se cherche ; tout est en noir, l'imprimante de la mairie
n'a souvent que cela. ReportLab compose (Platypus), dans nos fontes. Décision 0015.
"""

import io
import itertools
from collections.abc import Sequence
from html import escape
from typing import Any, Final, Literal

import msgspec

from server.pages.dessin import COULEURS, COURANT, GRAS, TITRES, ecrivable
from server.pages.papier import preparer
from server.socle.textes import Langue, traduire

TYPE_CONTENU: Final = "application/pdf"
MARGE: Final = 40.0
"""14 mm : aucune imprimante de bureau n'en demande plus."""

CORPS: Final[dict[str, float]] = {"normal": 10.0, "grand": 15.0}
Taille = Literal["normal", "grand"]
Alignement = Literal["gauche", "droite", "centre"]


class Colonne(msgspec.Struct, frozen=True):
    """Une colonne : son titre, sa part de la largeur, de quel côté elle s'appuie."""

    titre: str
    part: float
    aligne: Alignement = "gauche"
    gras: bool = False


class Tableau(msgspec.Struct, frozen=True, kw_only=True):
    """Un tableau ; ses titres de colonnes reviennent à chaque page, et une ligne n'est coupée que si elle n'y tient pas."""

    colonnes: Sequence[Colonne]
    lignes: Sequence[Sequence[str]]
    total: Sequence[str] = ()
    """Une dernière ligne, en gras ; vide s'il n'y en a pas."""
    a_cocher: bool = False
    """Une case vide devant chaque ligne."""
    a_la_main: int = 0
    """Lignes vides ajoutées à la fin, assez hautes pour y écrire."""


class Partie(msgspec.Struct, frozen=True, kw_only=True):
    """Un titre, des phrases, puis peut-être un tableau ; le titre ne reste jamais seul au bas d'une page."""

    titre: str = ""
    phrases: Sequence[str] = ()
    tableau: Tableau | None = None
    nouvelle_page: bool = False


class Feuille(msgspec.Struct, frozen=True, kw_only=True):
    """Un papier entier."""

    titre: str
    sous_titre: str = ""
    en_tete: Sequence[str] = ()
    """Lignes en gras, encadrées : ce qu'il faut avoir lu avant le reste."""
    parties: Sequence[Partie]
    pied: str = ""
    """De quand date ce papier, et d'où il vient."""
    auteur: str = ""
    langue: Langue = "fr"
    taille: Taille = "normal"
    paysage: bool = False


def composer_feuille(feuille: Feuille) -> bytes:
    """Le papier, en PDF A4 ; les mêmes octets pour la même feuille."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    preparer()
    sortie = io.BytesIO()
    largeur, hauteur = landscape(A4) if feuille.paysage else A4
    document = BaseDocTemplate(
        sortie,
        pagesize=(largeur, hauteur),
        title=ecrivable(feuille.titre),
        author=ecrivable(feuille.auteur),
        subject=ecrivable(feuille.sous_titre),
        creator="Tablées",
        lang=feuille.langue,
        invariant=1,
        displayDocTitle=True,
    )
    cadre = Frame(MARGE, MARGE + 14, largeur - 2 * MARGE, hauteur - 2 * MARGE - 14, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("feuille", [cadre]))
    styles = _Styles(feuille.taille)
    flots = _tete(feuille, styles, largeur - 2 * MARGE)
    for partie in feuille.parties:
        flots += _partie(partie, styles, largeur - 2 * MARGE)
    document.build(flots, canvasmaker=_toile_numerotee(feuille, largeur))
    return sortie.getvalue()


class _Styles:
    """Les styles de paragraphe d'une taille."""

    def __init__(self, taille: Taille) -> None:
        from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
        from reportlab.lib.styles import ParagraphStyle

        self.corps = CORPS[taille]
        cotes = {"gauche": TA_LEFT, "droite": TA_RIGHT, "centre": TA_CENTER}

        def style(nom: str, police: str, facteur: float, **autres: Any) -> Any:
            grandeur = self.corps * facteur
            return ParagraphStyle(
                nom,
                fontName=police,
                fontSize=grandeur,
                leading=grandeur * 1.28,
                textColor="black",
                splitLongWords=True,
                **autres,
            )

        self.titre = style("titre", TITRES, 2.2, spaceAfter=self.corps * 0.2)
        self.sous_titre = style("sous-titre", COURANT, 1.2, spaceAfter=self.corps * 0.8)
        self.partie = style("partie", TITRES, 1.4, spaceBefore=self.corps * 1.4, spaceAfter=self.corps * 0.4)
        self.phrase = style("phrase", COURANT, 1.0, spaceAfter=self.corps * 0.3)
        self.en_tete = style("en-tete", GRAS, 1.1)
        self.cellules = {
            (aligne, gras): style(f"cellule-{aligne}-{gras}", GRAS if gras else COURANT, 1.0, alignment=cote)
            for aligne, cote in cotes.items()
            for gras in (False, True)
        }


def paragraphe(texte: str, style: Any) -> Any:
    """Un paragraphe de Platypus ; le texte est échappé, et réduit à ce que nos fontes savent écrire."""
    from reportlab.platypus import Paragraph

    return Paragraph(escape(ecrivable(texte), quote=False).replace("\n", "<br/>"), style)


def _tete(feuille: Feuille, styles: _Styles, largeur: float) -> list[Any]:
    from reportlab.platypus import Spacer, Table

    flots = [paragraphe(feuille.titre, styles.titre)]
    if feuille.sous_titre:
        flots.append(paragraphe(feuille.sous_titre, styles.sous_titre))
    if feuille.en_tete:
        cases = [[paragraphe(ligne, styles.en_tete)] for ligne in feuille.en_tete]
        flots.append(
            Table(cases, colWidths=[largeur], splitInRow=1, style=[("BOX", (0, 0), (-1, -1), 1, "black")])
        )
        flots.append(Spacer(1, styles.corps * 0.6))
    return flots


def _partie(partie: Partie, styles: _Styles, largeur: float) -> list[Any]:
    from reportlab.platypus import CondPageBreak, PageBreak, Spacer

    flots: list[Any] = [PageBreak()] if partie.nouvelle_page else []
    # Un titre et ses premières lignes : sous cette hauteur, la suite attend la page suivante.
    flots.append(CondPageBreak(styles.corps * 9))
    if partie.titre:
        flots.append(paragraphe(partie.titre, styles.partie))
    flots += [paragraphe(phrase, styles.phrase) for phrase in partie.phrases]
    if partie.tableau is not None:
        flots += [_tableau(partie.tableau, styles, largeur), Spacer(1, styles.corps * 0.6)]
    return flots


def _tableau(tableau: Tableau, styles: _Styles, largeur: float) -> Any:
    from reportlab.platypus import Table

    parts = [colonne.part for colonne in tableau.colonnes]
    case = styles.corps * 1.6 if tableau.a_cocher else 0.0
    largeurs = [(largeur - case) * part / sum(parts) for part in parts]
    tetes = [paragraphe(colonne.titre, styles.cellules[colonne.aligne, True]) for colonne in tableau.colonnes]
    lignes = [_ligne(ligne, tableau.colonnes, styles) for ligne in tableau.lignes]
    vides = [[""] * len(tableau.colonnes) for _ in range(tableau.a_la_main)]
    lignes += vides
    if tableau.total:
        lignes.append(_ligne(tableau.total, tableau.colonnes, styles, gras=True))
    rangs = [tetes, *lignes]
    filet = COULEURS["pierre"]
    style: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 1.2, "black"),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, filet),
        ("TOPPADDING", (0, 0), (-1, -1), styles.corps * 0.25),
        ("BOTTOMPADDING", (0, 0), (-1, -1), styles.corps * 0.35),
        ("LEFTPADDING", (0, 0), (-1, -1), styles.corps * 0.3),
        ("RIGHTPADDING", (0, 0), (-1, -1), styles.corps * 0.3),
    ]
    hauteurs: list[float | None] = [None] * (1 + len(lignes))
    if vides:
        premiere = 1 + len(tableau.lignes)
        derniere = premiere + len(vides) - 1
        hauteurs[premiere : derniere + 1] = [styles.corps * 2.8] * len(vides)
        style.append(("INNERGRID", (0, premiere), (-1, derniere), 0.4, filet))
    decalage = 1 if tableau.a_cocher else 0
    for rang, (avant, colonne) in enumerate(itertools.pairwise(tableau.colonnes), 1):
        if (avant.aligne, colonne.aligne) == ("droite", "gauche"):
            # Sans quoi les deux textes se touchent.
            style.append(("LEFTPADDING", (rang + decalage, 0), (rang + decalage, -1), styles.corps * 1.5))
    if tableau.total:
        style.append(("LINEABOVE", (0, -1), (-1, -1), 1.2, "black"))
    if tableau.a_cocher:
        from reportlab.platypus import Table as Grille

        cote = styles.corps * 0.95
        carre = Grille(
            [[""]], colWidths=[cote], rowHeights=[cote], style=[("BOX", (0, 0), (-1, -1), 0.9, "black")]
        )
        dernier = len(tableau.lignes)
        rangs = [[carre if 0 < n <= dernier else "", *rang] for n, rang in enumerate(rangs)]
        largeurs = [case, *largeurs]
    return Table(
        rangs,
        colWidths=largeurs,
        rowHeights=hauteurs,
        repeatRows=1,
        style=style,
        splitInRow=1,
        hAlign="LEFT",
    )


def _ligne(
    cases: Sequence[str], colonnes: Sequence[Colonne], styles: _Styles, *, gras: bool = False
) -> list[Any]:
    return [
        paragraphe(case, styles.cellules[colonne.aligne, gras or colonne.gras])
        for case, colonne in zip(cases, colonnes, strict=True)
    ]


def _toile_numerotee(feuille: Feuille, largeur: float) -> type:
    """Une toile qui attend la fin pour dire « page 2 sur 5 »."""
    from reportlab.pdfgen.canvas import Canvas

    class Toile(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **reglages: Any) -> None:
            super().__init__(*args, **{**reglages, "initialFontName": COURANT})
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 — le nom que la bibliothèque appelle
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for rang, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self.setFont(COURANT, 8)
                self.setFillColor("black")
                self.drawString(MARGE, MARGE - 8, ecrivable(feuille.pied))
                numero = traduire(feuille.langue, "papiers.page", n=rang, total=len(self._pages))
                self.drawRightString(largeur - MARGE, MARGE - 8, numero)
                super().showPage()
            super().save()

    return Toile
