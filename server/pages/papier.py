"""Une feuille de papier en PDF : du vrai texte, balisé (titre, paragraphes, figures), dans nos fontes.

On y pose les choses de haut en bas, dans l'ordre où elles se lisent. ReportLab dessine ; il ne sait pas encore baliser,
alors l'arbre de structure (ISO 32000-1, 14.7 et 14.8) est tenu ici. Décision 0011.
"""

import functools
import io
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final, Literal

from server.pages.dessin import COURANT, GRAS, POLICES, TITRES, Mesure
from server.socle.textes import Langue

LARGEUR: Final = 595.28
HAUTEUR: Final = 841.89
"""Un A4, en points. Un A3 est le même, agrandi."""

Format = Literal["a4", "a3"]
FACTEURS: Final[dict[Format, float]] = {"a4": 1.0, "a3": 2**0.5}

Role = Literal["H1", "P", "Figure"]


@functools.cache
def preparer() -> None:
    """Charge les fontes, une fois par processus."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for nom in (TITRES, COURANT, GRAS):
        pdfmetrics.registerFont(TTFont(nom, str(POLICES / f"{nom}.ttf")))


def mesurer(police: str, taille: float) -> Mesure:
    """Ce que mesure un texte dans cette fonte, en points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    preparer()
    return lambda texte: float(stringWidth(texte, police, taille))


def dessiner_guirlande(toile: Any, x: float, y: float, largeur: float, fil: str, lampions: list[str]) -> None:
    """Un fil et ses lampions sur une toile de ReportLab, `y` compté depuis le bas."""
    pas = largeur / round(largeur / 30)
    toile.setStrokeColor(fil)
    toile.setLineWidth(0.8)
    for rang in range(round(largeur / pas)):
        gauche = x + rang * pas
        toile.bezier(gauche, y, gauche + pas / 3, y - 8, gauche + 2 * pas / 3, y - 8, gauche + pas, y)
        if lampions:
            toile.setFillColor(lampions[rang % len(lampions)])
            toile.circle(gauche + pas / 2, y - 9, 3.2, stroke=0, fill=1)


class Papier:
    """Une feuille en cours. `y` se compte depuis le haut."""

    def __init__(self, taille: Format, *, titre: str, auteur: str, sujet: str, langue: Langue) -> None:
        from reportlab.pdfgen.canvas import Canvas

        preparer()
        facteur = FACTEURS[taille]
        self._sortie = io.BytesIO()
        # `invariant` : les mêmes octets pour la même affiche, donc le même ETag d'un processus à l'autre.
        self._toile: Any = Canvas(
            self._sortie,
            pagesize=(LARGEUR * facteur, HAUTEUR * facteur),
            pageCompression=1,
            invariant=1,
            lang=langue,
            initialFontName=COURANT,
        )
        self._toile.setTitle(titre)
        self._toile.setAuthor(auteur)
        self._toile.setSubject(sujet)
        self._toile.setCreator("Tablées")
        self._toile.setViewerPreference("DisplayDocTitle", "true")
        self._toile.scale(facteur, facteur)
        self._facteur = facteur
        self._roles: list[tuple[Role, str]] = []
        self._dans_un_role = False

    # --- structure ---

    @contextmanager
    def role(self, role: Role, alternative: str = "") -> Generator[None, None, None]:
        """Ce qui se pose là-dedans est un titre, un paragraphe ou une figure ; hors de là, c'est du décor."""
        self._toile._code.append(f"/{role} <</MCID {len(self._roles)}>> BDC")
        self._roles.append((role, alternative))
        self._dans_un_role = True
        yield
        self._dans_un_role = False
        self._toile._code.append("EMC")

    @contextmanager
    def _dessin(self) -> Generator[Any, None, None]:
        """Un trait de dessin ; décor s'il n'est dans aucun rôle."""
        if not self._dans_un_role:
            self._toile._code.append("/Artifact BMC")
        yield self._toile
        if not self._dans_un_role:
            self._toile._code.append("EMC")

    def finir(self) -> bytes:
        """Les octets du document."""
        self._toile.showPage()
        self._baliser()
        self._toile.save()
        return self._sortie.getvalue()

    def _baliser(self) -> None:
        from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString

        document = self._toile._doc
        page = document.Pages.pages[0]
        page_ref = document.Reference(page)
        racine = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        racine_ref = document.Reference(racine)
        tout = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName("Document"), "P": racine_ref})
        tout_ref = document.Reference(tout)
        elements = []
        for rang, (role, alternative) in enumerate(self._roles):
            element = {
                "Type": PDFName("StructElem"),
                "S": PDFName(role),
                "P": tout_ref,
                "Pg": page_ref,
                "K": rang,
            }
            if alternative:
                element["Alt"] = PDFString(alternative)
            elements.append(document.Reference(PDFDictionary(element)))
        tout.dict["K"] = PDFArray(elements)
        racine.dict["K"] = tout_ref
        racine.dict["ParentTree"] = document.Reference(
            PDFDictionary({"Nums": PDFArray([0, PDFArray(elements)])})
        )
        racine.dict["ParentTreeNextKey"] = 1
        document.Catalog.StructTreeRoot = racine
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        # ReportLab n'écrit que les clés qu'il connaît.
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents"]
        page.StructParents = 0

    # --- dessin ---

    def texte(self, x: float, y: float, ligne: str, police: str, taille: float, couleur: str) -> None:
        """Une ligne ; `y` est sa ligne de base."""
        with self._dessin() as toile:
            toile.setFillColor(couleur)
            toile.setFont(police, taille)
            toile.drawString(x, HAUTEUR - y, ligne)

    def texte_centre(self, x: float, y: float, ligne: str, police: str, taille: float, couleur: str) -> None:
        self.texte(x - mesurer(police, taille)(ligne) / 2, y, ligne, police, taille, couleur)

    def rond(
        self,
        x: float,
        y: float,
        largeur: float,
        hauteur: float,
        *,
        fond: str = "",
        trait: str = "",
        rayon: float = 7,
    ) -> None:
        """Un rectangle aux coins ronds, plein ou au trait."""
        with self._dessin() as toile:
            if fond:
                toile.setFillColor(fond)
            if trait:
                toile.setStrokeColor(trait)
                toile.setLineWidth(1)
            toile.roundRect(
                x, HAUTEUR - y - hauteur, largeur, hauteur, rayon, stroke=bool(trait), fill=bool(fond)
            )

    def filet(self, x: float, y: float, largeur: float, couleur: str) -> None:
        with self._dessin() as toile:
            toile.setStrokeColor(couleur)
            toile.setLineWidth(0.7)
            toile.line(x, HAUTEUR - y, x + largeur, HAUTEUR - y)

    def guirlande(self, x: float, y: float, largeur: float, fil: str, lampions: list[str]) -> None:
        """Un fil et ses lampions, d'un bord à l'autre."""
        with self._dessin() as toile:
            dessiner_guirlande(toile, x, HAUTEUR - y, largeur, fil, lampions)

    def qr(self, x: float, y: float, cote: float, adresse: str, couleur: str) -> None:
        """Le QR d'une adresse, en carrés pleins, cliquable."""
        import segno

        lignes = [list(ligne) for ligne in segno.make(adresse, error="m", micro=False).matrix]
        pas = cote / len(lignes)
        with self._dessin() as toile:
            toile.setFillColor(couleur)
            trace = toile.beginPath()
            for rang, ligne in enumerate(lignes):
                for colonne, noir in enumerate(ligne):
                    if noir:
                        trace.rect(x + colonne * pas, HAUTEUR - y - (rang + 1) * pas, pas, pas)
            toile.drawPath(trace, stroke=0, fill=1)
        cadre = [n * self._facteur for n in (x, HAUTEUR - y - cote, x + cote, HAUTEUR - y)]
        self._toile.linkURL(adresse, tuple(cadre))

    def photo(self, x: float, y: float, largeur: float, hauteur: float, octets: bytes) -> None:
        """Une photo en WebP, recadrée aux proportions voulues, à 200 points par pouce d'un A4 au plus."""
        from PIL import Image, ImageOps
        from reportlab.lib.utils import ImageReader

        with Image.open(io.BytesIO(octets), formats=("WEBP",)) as image:
            plus = min(1.0, image.width / (largeur * 200 / 72))
            taille = (max(1, round(largeur * 200 / 72 * plus)), max(1, round(hauteur * 200 / 72 * plus)))
            cadree = ImageOps.fit(image.convert("RGB"), taille)
        jpeg = io.BytesIO()
        cadree.save(jpeg, "JPEG", quality=82)
        with self._dessin() as toile:
            toile.drawImage(ImageReader(jpeg), x, HAUTEUR - y - hauteur, largeur, hauteur)
