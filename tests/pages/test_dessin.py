"""Les ateliers : les papiers ne font pas attendre les affiches, et personne ne remplit la file des papiers."""

import asyncio
import threading

from server.pages.dessin import composer_papier, dessiner


async def test_un_papier_demesure_ne_fait_pas_attendre_une_affiche() -> None:
    fini = threading.Event()
    try:
        long = asyncio.create_task(composer_papier(fini.wait, "lien:1"))

        assert await asyncio.wait_for(dessiner(lambda: "affiche"), 10) == "affiche"
        assert not long.done()
    finally:
        fini.set()
    assert await long


async def test_qui_demande_dix_papiers_passe_apres_qui_en_demande_un() -> None:
    lachee, faits = threading.Event(), []

    def papier(nom: str) -> None:
        lachee.wait(10)
        faits.append(nom)

    gourmand = [
        asyncio.create_task(composer_papier(lambda n=n: papier(f"gourmand {n}"), "lien:1")) for n in range(10)
    ]
    await asyncio.sleep(0)
    sobre = asyncio.create_task(composer_papier(lambda: papier("sobre"), "lien:2"))
    await asyncio.sleep(0)
    lachee.set()
    await asyncio.gather(*gourmand, sobre)

    assert faits == ["gourmand 0", "sobre", *(f"gourmand {n}" for n in range(1, 10))]


async def test_un_papier_qui_echoue_laisse_passer_le_suivant() -> None:
    async def rater() -> None:
        await composer_papier(lambda: 1 / 0, "lien:1")

    ratage = asyncio.create_task(rater())
    suivant = asyncio.create_task(composer_papier(lambda: "papier", "lien:1"))

    assert isinstance(await asyncio.gather(ratage, return_exceptions=True), list)
    assert isinstance(ratage.exception(), ZeroDivisionError)
    assert await suivant == "papier"
