"""Mise en page des courriels : un texte et un HTML qui disent la même chose.

Pour écrire un courriel, deux gabarits dans `pwa/gabarits/courriels/` et ses phrases dans les textes :

    courriels/<gabarit>.txt    {% extends "courriels/base.txt" %}, bloc `contenu`
    courriels/<gabarit>.html   {% extends "courriels/base.html" %}, blocs `titre` et `contenu` (`apercu` au besoin)
    courriels.<gabarit>.sujet  dans les textes (ou l'argument `sujet`), ses trous remplis par `valeurs`

puis, dans le compositeur :

    await composer(contexte, "confirmation", langue=…, a=…, cle=envoi.cle, valeurs={"prenom": …, "gerer": contexte.url(…)})

Les gabarits reçoivent `valeurs`, plus `reseau` (qui écrit), `site` (l'adresse publique) et les fonctions des textes
(`t`, `date_longue`, `heure`, `montant`…). Les morceaux sont dans `courriels/morceaux.html`, à importer sous `m` :

    {{ m.p("phrase") }}                  un paragraphe
    {{ m.titre("Comment venir") }}       un titre de paragraphe
    {{ m.redaction(texte) }}             ce qu'une équipe a écrit en Markdown (`texte | texte_nu` dans le texte)
    {{ m.bouton("Voir", url) }}          le bouton : un seul par courriel, il dit ce qu'il fait
    {% call m.fiche() %}…{% endcall %}   un cadre de faits, fait de {{ m.ligne("Où", "Foyer rural") }}
    {{ m.avis("Ce qui a changé.") }}     ce qu'il ne faut pas manquer
    {{ m.lien("texte", url) }}           un lien dans une phrase
    {{ m.code("123 456") }}              des chiffres à recopier
    {{ m.petit("Pourquoi vous recevez ceci.") }}

Ni image, ni traceur, ni feuille lointaine : le courriel s'ouvre sans rien demander à personne.
"""

import asyncio
from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from typing import Any

from server.socle.contexte import Contexte
from server.socle.gabarits import rendre
from server.socle.portes import Courriel, PieceJointe
from server.socle.textes import Langue, traduire


async def composer(
    contexte: Contexte,
    gabarit: str,
    *,
    langue: Langue,
    a: str,
    cle: str,
    valeurs: Mapping[str, Any],
    pieces: Sequence[PieceJointe] = (),
    sujet: str | None = None,
    repondre_a: str | None = None,
    entetes: Sequence[tuple[str, str]] = (),
) -> Courriel:
    """Le courriel de ce gabarit, prêt à partir. Rempli à part : personne n'attend ces quelques millisecondes.

    `valeurs` ne lit donc plus la base.
    """
    if sujet is None:
        sujet = traduire(langue, f"courriels.{gabarit}.sujet", **valeurs)
    communes = {"reseau": nom_de_l_expediteur(contexte), "site": contexte.reglages.url, "sujet": sujet}

    def remplir() -> tuple[str, str]:
        return (
            rendre(f"courriels/{gabarit}.txt", langue, **communes, **valeurs).strip() + "\n",
            rendre(f"courriels/{gabarit}.html", langue, **communes, **valeurs),
        )

    texte, html = await asyncio.to_thread(remplir)
    return Courriel(
        a=a,
        sujet=sujet,
        texte=texte,
        html=html,
        cle=cle,
        repondre_a=repondre_a,
        pieces=tuple(pieces),
        entetes=tuple(entetes),
    )


def nom_de_l_expediteur(contexte: Contexte) -> str:
    """Qui écrit, tel que la boîte aux lettres le montre : le nom du réglage `expediteur`, sinon son adresse."""
    nom, adresse = parseaddr(contexte.reglages.expediteur)
    return nom or adresse
