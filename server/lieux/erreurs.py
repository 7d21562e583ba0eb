"""Ce que les lieux refusent.

Introuvable
├── CommuneInconnue          pas de commune de ce code dans le territoire
├── LieuInconnu              aucun lieu à cette adresse
└── InstallationAFaire       cette base n'a pas encore son réseau
ActionInterdite
├── ReserveAuxMembres        décrire un lieu revient aux membres d'une structure
├── LieuGereParUneStructure  ses membres seuls corrigent la fiche
└── InstallationReservee     le contact et les mentions légales reviennent à qui veille sur l'installation
Conflit
└── InstallationDejaFaite    cette base a déjà son réseau et son territoire
"""

from server.socle.erreurs import ActionInterdite, Conflit, Introuvable


class CommuneInconnue(Introuvable):
    """Cette commune n'est pas dans le territoire."""


class LieuInconnu(Introuvable):
    """Aucun lieu à cette adresse."""


class InstallationAFaire(Introuvable):
    """Cette base n'a pas encore son réseau : `tablees initialiser`."""


class ReserveAuxMembres(ActionInterdite):
    """Il faut être membre d'une structure du réseau."""


class LieuGereParUneStructure(ActionInterdite):
    """Une structure gère ce lieu : ses membres seuls changent sa fiche."""


class InstallationReservee(ActionInterdite):
    """Seules les personnes qui veillent sur l'installation changent ce qu'elle dit d'elle-même."""


class InstallationDejaFaite(Conflit):
    """Cette base a déjà son réseau, son territoire, sa première structure."""
