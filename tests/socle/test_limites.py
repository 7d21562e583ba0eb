"""Les limites de débit : un village n'en rencontre pas, une personne qui insiste si, et personne ne les vide."""

import pytest
from litestar import Request

from server.socle import limites as socle_limites
from server.socle.contexte import adresse_de
from server.socle.erreurs import TropDeDemandes
from server.socle.limites import Limites


def test_un_seau_vide_refuse_puis_se_remplit() -> None:
    limites = Limites()
    for _ in range(12):
        limites.compter("inscription-contact", "nadia@example.org", 0.0)

    with pytest.raises(TropDeDemandes) as refus:
        limites.compter("inscription-contact", "nadia@example.org", 0.0)

    assert refus.value.reprise_s() == 301
    limites.compter("inscription-contact", "nadia@example.org", 301.0)


def test_ce_qui_se_tait_compte_comme_ce_qui_se_refuse() -> None:
    limites = Limites()

    assert [limites.permet("connexion-contact", "nadia", 0.0) for _ in range(7)] == [True] * 5 + [False] * 2
    assert Limites(actives=False).permet("connexion-contact", "nadia")


def test_une_foule_de_seaux_neufs_ne_vide_pas_celui_qu_on_a_epuise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socle_limites, "SEAUX_MAX", 100)
    limites = Limites()
    for _ in range(12):
        limites.compter("inscription-contact", "nadia@example.org", 0.0)

    for rang in range(1000):
        limites.compter("lien-adresse", f"2001:db8:{rang}::", 1.0)

    assert len(limites._seaux) <= 100
    assert not limites.permet("inscription-contact", "nadia@example.org", 1.0)


def test_a_egalite_le_dernier_servi_reste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socle_limites, "SEAUX_MAX", 10)
    limites = Limites()
    for instant in (0.0, 600.0):  # le premier, redevenu plein, sert de nouveau
        limites.compter("lien-adresse", "premier", instant)
    for rang in range(10):
        limites.compter("lien-adresse", f"suivant-{rang}", 600.0)

    assert [cle for _, cle in limites._seaux] == [f"suivant-{rang}" for rang in range(5, 10)]


def test_un_village_de_trois_cents_foyers_s_inscrit_en_une_minute() -> None:
    limites = Limites()
    for foyer in range(300):
        instant = foyer / 5
        for _ in range(15):  # le nom de la commune, lettre à lettre, avec des fautes
            limites.compter("recherche-adresse", "192.0.2.1", instant)
        limites.compter("inscription-adresse", "192.0.2.1", instant)
        limites.compter("liens-adresse", "192.0.2.1", instant)


@pytest.mark.parametrize(
    ("hote", "comptee"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::"),
        ("un:nom:illisible", "un:nom:illisible"),
    ],
)
def test_une_adresse_ipv6_se_compte_par_son_reseau(hote: str, comptee: str) -> None:
    requete: Request[object, object, object] = Request(
        {"type": "http", "client": (hote, 4000), "headers": []}  # type: ignore[arg-type,typeddict-item]
    )

    assert adresse_de(requete) == comptee
