"""Les textes : chaque clé employée existe, dans les deux langues, avec les mêmes trous."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

RACINE = Path(__file__).parents[2]
GABARITS = sorted((RACINE / "pwa" / "gabarits").rglob("*.*"))
LANGUES = sorted(fichier.stem for fichier in (RACINE / "pwa" / "textes").glob("??.json"))
PLURIELS = {"zero", "one", "other"}


def textes(langue: str) -> dict[str, Any]:
    """Les phrases d'une langue, sous leurs clés pointées."""
    plats: dict[str, Any] = {}

    def aplatir(noeud: dict[str, Any], prefixe: str) -> None:
        for cle, valeur in noeud.items():
            if isinstance(valeur, dict) and not valeur.keys() <= PLURIELS:
                aplatir(valeur, f"{prefixe}{cle}.")
            else:
                plats[prefixe + cle] = valeur

    aplatir(json.loads((RACINE / "pwa" / "textes" / f"{langue}.json").read_text(encoding="utf-8")), "")
    return plats


def cles_des_gabarits() -> set[tuple[str, str]]:
    """(gabarit, clé) pour chaque `t('…')` ; une clé composée (`t('a.' ~ x)`) donne son début, suivi d'une étoile."""
    trouvees = set()
    for gabarit in GABARITS:
        source = gabarit.read_text(encoding="utf-8")
        for appel in re.finditer(r"""\bt\(\s*(['"])([\w.-]*)\1(\s*~)?""", source):
            trouvees.add((gabarit.name, appel[2] + ("*" if appel[3] else "")))
        for ternaire in re.finditer(
            r"""\bt\(\s*(['"])[\w.]+\1\s+if\s[^)]*?\selse\s+(['"])([\w.]+)\2""", source
        ):
            trouvees.add((gabarit.name, ternaire[3]))
    return trouvees


def cles_du_code() -> set[tuple[str, str]]:
    """(fichier, clé) pour chaque `traduire(langue, "…")` du serveur."""
    trouvees = set()
    for source in (RACINE / "server").rglob("*.py"):
        for noeud in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if (
                isinstance(noeud, ast.Call)
                and isinstance(noeud.func, ast.Name)
                and noeud.func.id == "traduire"
            ):
                trouvees |= {(source.name, cle) for arg in noeud.args[1:2] for cle in constantes(arg)}
    return trouvees


def constantes(arbre: ast.expr) -> set[str]:
    """Les clés que peut valoir cette expression ; d'une clé composée, le début, suivi d'une étoile."""
    match arbre:
        case ast.Constant(value=str(cle)):
            return {cle}
        case ast.IfExp(body=oui, orelse=non):
            return constantes(oui) | constantes(non)
        case ast.JoinedStr(values=[ast.Constant(value=str(debut)), *_]) if "." in debut:
            return {f"{debut}*"}
    return set()


@pytest.mark.parametrize("langue", LANGUES)
def test_chaque_cle_employee_existe(langue: str) -> None:
    connus = textes(langue)
    employees = cles_des_gabarits() | cles_du_code()

    def existe(cle: str) -> bool:
        return any(connu.startswith(cle[:-1]) for connu in connus) if cle.endswith("*") else cle in connus

    assert len(employees) > 150
    assert sorted((ou, cle) for ou, cle in employees if cle.strip("*") and not existe(cle)) == []


def test_les_langues_disent_les_memes_choses() -> None:
    fr, en = textes("fr"), textes("en")

    assert sorted(fr.keys() ^ en.keys()) == []
    assert [cle for cle in fr if isinstance(fr[cle], dict) != isinstance(en[cle], dict)] == []


def test_une_phrase_a_les_memes_trous_dans_les_deux_langues() -> None:
    # `de` contracte l'article en français (« d’Uzès ») : l'anglais emploie le nom seul.
    equivalents = {"de": "valeur", "nom": "valeur", "commune": "valeur", "nombre": "n"}

    def trous(phrase: Any) -> set[str]:
        formes = phrase.values() if isinstance(phrase, dict) else [phrase]
        return {
            equivalents.get(trou, trou) for forme in formes for trou in re.findall(r"\{(\w+)\}", forme)
        } - {"n"}

    fr, en = textes("fr"), textes("en")
    assert {cle: (fr[cle], en[cle]) for cle in fr if trous(fr[cle]) != trous(en[cle])} == {}


def test_le_francais_est_compose_a_la_francaise() -> None:
    """Espace insécable devant les signes doubles et dans les guillemets, apostrophe courbe, pas d'exclamation."""
    fautes = {
        cle: forme
        for cle, phrase in textes("fr").items()
        for forme in (phrase.values() if isinstance(phrase, dict) else [phrase])
        if re.search(r"[ \u00a0][;:!?]| »|« |\w'\w|!", re.sub(r"https?://\S+|`[^`]*`", "", forme))
    }
    assert fautes == {}
