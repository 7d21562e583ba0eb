"""Du fait aux mots : les courriels qui ne dépendent que des comptes."""

from uuid import UUID

from server.comptes.lectures import lire_demande
from server.comptes.regles import code_de, lien_de
from server.notifications.mise_en_page import composer
from server.notifications.schemas import EnvoiAComposer
from server.socle.contexte import Contexte
from server.socle.portes import Courriel


async def composer_connexion(envoi: EnvoiAComposer, contexte: Contexte) -> Courriel | None:
    """Le lien et le code de connexion ; rien si la demande a expiré ou servi entre-temps."""
    demande = UUID(envoi.donnees["demande"])
    valable = await lire_demande(demande, envoi.maintenant)
    if valable is None:
        return None
    code = code_de(contexte.clef, demande)
    return await composer(
        contexte,
        "connexion",
        langue=envoi.langue,
        a=valable.courriel,
        cle=envoi.cle,
        valeurs={
            "prenom": valable.prenom,
            "lien": contexte.url(f"/connexion/{lien_de(contexte.clef, demande)}"),
            "code": f"{code[:3]} {code[3:]}",
            "expire_le": valable.expire_le,
        },
    )
