"""Types des champs reçus : bornes et caractères permis, dits une fois.

Aucun caractère de commande (donc ni NUL, ni retour à la ligne dans une ligne : rien à injecter dans un en-tête),
aucun renversement du sens d'écriture. Les alphabets et les émoticônes sont les bienvenus ; un nom a au moins un
caractère qui se voit.
"""

from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta

from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.textes import langues

_INVISIBLES = (
    r"\u0080-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
)
_BLANCS = (
    r" \u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200d\u202f\u205f-\u2065"
    r"\u206a-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\uffa0"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Espaces, liants, remplissages : permis, mais ils ne se voient pas."""

_JAMAIS = rf"\u0000-\u001f\u007f{_INVISIBLES}"
_LIGNE = rf"^[^{_JAMAIS}]*(?![\s\S])"
_TEXTE = rf"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f{_INVISIBLES}]*(?![\s\S])"
_VISIBLE = rf"^[{_BLANCS}]*[^{_JAMAIS}{_BLANCS}][^{_JAMAIS}]*(?![\s\S])"
_PRENOM = r"^(?![\s\S]*(?:://|[wW]{3}\.|\.[A-Za-z]{2,}/))" + _VISIBLE

LigneBornee = Annotated[str, Meta(pattern=_LIGNE)]
"""Une ligne dont la longueur se dit à côté : `Annotated[LigneBornee, Meta(max_length=120)]` (msgspec refuse deux bornes)."""
TexteBorne = Annotated[str, Meta(pattern=_TEXTE)]
"""Un texte de plusieurs lignes dont la longueur se dit à côté."""

Prenom = Annotated[str, Meta(min_length=1, max_length=80, pattern=_PRENOM)]
"""Un prénom : il est cité dans des courriels à d'autres, donc sans adresse de site."""
Nom = Annotated[str, Meta(min_length=1, max_length=80, pattern=_VISIBLE)]
"""Un nom court : 1 à 80 caractères, une ligne."""
Titre = Annotated[str, Meta(min_length=1, max_length=160, pattern=_VISIBLE)]
Ligne = Annotated[str, Meta(max_length=200, pattern=_LIGNE)]
Resume = Annotated[str, Meta(max_length=400, pattern=_LIGNE)]
Message = Annotated[str, Meta(max_length=2000, pattern=_TEXTE)]
"""Un message : 2 000 caractères, plusieurs lignes."""
Redaction = Annotated[str, Meta(max_length=20000, pattern=_TEXTE)]
"""Un texte long, en Markdown : 20 000 caractères."""
_MORCEAU = rf"[^\s@<>,;:\"'\\()\[\]{_JAMAIS}.]+"
_COURRIEL = rf"^{_MORCEAU}(?:\.{_MORCEAU})*@{_MORCEAU}(?:\.{_MORCEAU})+(?![\s\S])"
Courriel = Annotated[str, Meta(min_length=1, max_length=254, pattern=_COURRIEL)]
"""Une adresse de courriel, sans point au bord ni deux points de suite : aucun serveur ne l'accepterait."""
_TELEPHONE = r"^\+?(?:[ ().\-]*[0-9]){6,}[ ().\-]*(?![\s\S])"
Telephone = Annotated[str, Meta(min_length=6, max_length=24, pattern=_TELEPHONE)]
CodeInsee = Annotated[str, Meta(pattern=r"^(?:[0-9]{2}|2[ABab])[0-9]{3}(?![\s\S])")]
Adresse = Annotated[str, Meta(max_length=300, pattern=_LIGNE)]
Slug = Annotated[str, Meta(min_length=1, max_length=90, pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*(?![\s\S])")]
LienWeb = Annotated[str, Meta(max_length=500, pattern=r"^https?://[^\s\u0000-\u001f\"'<>\\]+(?![\s\S])")]
Jeton = Annotated[str, Meta(min_length=22, max_length=128, pattern=r"^[A-Za-z0-9_-]+(?![\s\S])")]
"""Un secret choisi par le client : au moins 128 bits, en base64url."""
CodeLangue = Annotated[str, Meta(pattern=r"^[a-z]{2}(?![\s\S])")]
"""Une langue, en deux lettres ; le service vérifie qu'elle est livrée (`exiger_langue`)."""
Instant = Annotated[datetime, Meta(tz=True)]
"""Un instant situé, d'une année de `ANNEES` : `corps` le vérifie, msgspec ne borne pas les dates."""
ANNEES: Final = range(1970, 2201)
"""Au-delà, un fuseau ou un délai ajouté sort de ce que tiennent Python et les bases."""
Centimes = Annotated[int, Meta(ge=0, le=100_000)]
"""Un montant par personne, en centimes : 0 à 1 000 €."""

PHRASES_DES_FORMES: Final = {_VISIBLE: "lisible", _PRENOM: "prenom", _COURRIEL: "courriel"}
"""Forme refusée → sa phrase, sous `champs.` ; les autres ont la phrase commune."""


def exiger_langue(code: str) -> str:
    """Cette langue, si l'on a ses textes ; lève `DemandeInvalide`."""
    if code not in langues():
        raise DemandeInvalide([ErreurDeChamp("langue", "choix")])
    return code
