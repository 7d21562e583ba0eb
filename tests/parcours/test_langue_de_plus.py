"""Une troisième langue : un fichier de textes de plus, et elle vaut du formulaire au courriel."""

import json
import shutil
from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from server.notifications.expediteur import Expediteur
from server.socle import textes
from server.socle.web import langue_acceptee
from tests.conftest import CourrierRetenu, HorlogeReglable
from tests.fabriques import slug_de, un_evenement
from tests.inscriptions.test_routes import avec, une_demande_json
from tests.parcours.visiteur import Visiteur


def oublier() -> None:
    textes.langues.cache_clear()
    textes._phrases.cache_clear()
    langue_acceptee.cache_clear()


@pytest.fixture
def occitan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[None, None, None]:
    """Un occitan à peine commencé : deux phrases ; le reste se lit en français."""
    dossier = tmp_path / "pwa" / "textes"
    shutil.copytree(textes.PWA / "textes", dossier)
    debut = {
        "inscription": {"titre": "Se marcar"},
        "courriels": {"inscription": {"inscription": {"sujet": "Vòstra inscripcion : {titre}"}}},
    }
    (dossier / "oc.json").write_text(json.dumps(debut), encoding="utf-8")
    monkeypatch.setattr(textes, "PWA", dossier.parent)
    oublier()
    yield
    monkeypatch.undo()
    oublier()


async def test_un_fichier_de_plus_est_une_langue_de_plus(
    occitan: None,
    client: httpx.AsyncClient,
    expediteur: Expediteur,
    courrier: CourrierRetenu,
    horloge: HorlogeReglable,
) -> None:
    evenement = await un_evenement("La mòrga", moments={"banquet": 10})
    adresse = f"/evenements/{await slug_de(evenement)}"

    page = await Visiteur(client, "oc-FR, fr;q=0.5").ouvrir(adresse)
    assert '<html lang="oc"' in page.reponse.text
    assert "Se marcar" in page.texte
    assert "Adultes" in page.texte

    demande = await une_demande_json(evenement, langue="oc")
    assert (await client.put(f"/api/inscriptions/{uuid4()}", json=demande)).status_code == 201
    await expediteur.vider_une_fois(horloge())
    assert courrier.partis[-1].sujet == "Vòstra inscripcion : La mòrga"


async def test_une_langue_sans_textes_est_refusee_et_le_champ_est_nomme(client: httpx.AsyncClient) -> None:
    evenement = await un_evenement(moments={"banquet": 10})
    adresse = f"/api/inscriptions/{uuid4()}"
    bonne = await une_demande_json(evenement)
    for code in ("oc", "FR", "français", ""):
        refus = await client.put(adresse, json=bonne | {"langue": code})
        assert refus.status_code == 422, code
        assert [erreur["champ"] for erreur in refus.json()["erreurs"]] == ["langue"]

    assert (await client.put(adresse, json=bonne)).status_code == 201
    refus = await client.patch(adresse, json={"langue": "oc"}, headers=avec(bonne["jeton"]))
    assert [erreur["champ"] for erreur in refus.json()["erreurs"]] == ["langue"]
