"""Ce qu'une inscription peut se voir refuser."""

from server.socle.erreurs import Conflit, Disparu, Introuvable


class InscriptionIntrouvable(Introuvable):
    """Pas d'inscription ici, ou pas avec ce secret : la réponse est la même."""


class InscriptionEffacee(Disparu):
    """Elle a existé ; le foyer l'a effacée, ou le délai est passé."""


class MomentComplet(Conflit):
    """Plus assez de places, et le foyer n'accepte pas d'attendre. `moments` les nomme avec ce qui reste."""


class InscriptionsCloses(Conflit):
    """L'heure de clôture est passée, ou l'équipe a fermé les inscriptions."""


class EvenementAnnule(Conflit):
    pass


class EvenementSansDate(Conflit):
    """Reporté à une date à venir : on ne s'inscrit pas encore."""


class EvenementPasse(Conflit):
    pass


class EvenementModifie(Conflit):
    """La date ou le lieu a changé depuis ce que la personne a vu ; la nouvelle version est donnée."""


class DejaUtilise(Conflit):
    """Cet identifiant sert déjà à une autre demande."""


class InscriptionAnnulee(Conflit):
    """Elle a été annulée : on se réinscrit plutôt que de la changer."""


class AucunePlaceProposee(Conflit):
    """Aucune place n'attend de réponse, ou le délai est passé."""


class AppelIntrouvable(Introuvable):
    pass
