"""Ce que les évènements refusent."""

from typing import Any

from server.socle.erreurs import ActionInterdite, Conflit, Introuvable
from server.socle.textes import Langue, traduire


class EvenementInconnu(Introuvable):
    """Aucun évènement à cette adresse, ou un brouillon que l'on n'a pas à connaître."""


class CycleInconnu(Introuvable):
    """Aucun cycle à cette adresse."""


class ThemeInconnu(Introuvable):
    """Aucun évènement public ne porte ce thème."""


class ImageInconnue(Introuvable):
    """Aucune image sous cette empreinte."""


class GestionInterdite(ActionInterdite):
    """La structure est liée à l'évènement, mais ne l'organise pas."""


class PasMembreDeLaStructure(ActionInterdite):
    """On n'organise qu'au nom d'une structure dont on est membre."""


class ReserveALaPorteuse(ActionInterdite):
    """Seule la structure porteuse change de porteuse, retire une autre structure ou change sa part."""


class InvitationClose(Conflit):
    """La structure a décliné ou s'est retirée : il faut l'inviter à nouveau."""


class PorteuseIndispensable(Conflit):
    """La structure porteuse ne se retire pas : une autre doit porter l'évènement avant."""


class EvenementModifieAilleurs(Conflit):
    """Quelqu'un d'autre a enregistré entre-temps ; `version` dit où l'on en est."""


class TransitionImpossible(Conflit):
    """L'évènement n'est pas dans un état qui permet cela ; `action` et `statut` le disent."""

    def probleme(self, langue: Langue) -> dict[str, Any]:
        statut = self.precisions["statut"]
        detail = traduire(langue, f"problemes.transition-impossible.selon_statut.{statut}")
        return {**super().probleme(langue), "detail": detail}


class ModificationApresAnnulation(Conflit):
    """Un évènement annulé se rétablit avant d'être modifié."""


class EvenementDejaPasse(Conflit):
    """La date, le lieu et les moments d'un évènement passé ne changent plus."""
