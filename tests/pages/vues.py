"""Des annonces à dessiner : l'ordinaire, et de quoi faire déborder une page."""

from msgspec.structs import replace

from server.evenements.schemas import Contact, EvenementVue, PrixVue, StructureBreve
from server.pages.annonce import Annonce, dire_annonce
from server.pages.vues import Site
from tests.flux.vues import une_vue

SITE = Site("https://tablees.exemple.fr", "Les tablées du Pays d’Uzès", "Pays d’Uzès")
CONTACT = Contact("La Fabrique", "bonjour@exemple.fr", "04 66 00 00 00", None)
LIBRE = PrixVue("libre", 1200, None, [])


def une_soiree(**champs: object) -> EvenementVue:
    reflexion, banquet, concert = une_vue().moments
    ordinaires = {
        "resume": "L’eau, la forêt et ceux qui les gardent – puis un banquet à 12 €, œufs et légumes du coin.",
        "venir": "Bus 152, arrêt *Mairie*.",
        "a_apporter": "Votre assiette.",
        "moyens_paiement": ["especes", "cheque"],
        "moments": [reflexion, replace(banquet, prix=LIBRE, niveau="complet"), concert],
    }
    return une_vue(**{**ordinaires, **champs})


def la_pire(mot: str = "anticonstitutionnellement ") -> EvenementVue:
    """Tout ce que l'on peut écrire, aussi long que permis."""
    long = mot * 400
    soiree = une_soiree()
    assert soiree.lieu is not None
    return une_soiree(
        titre=long[:160],
        resume=long[:400],
        venir=long[:2000],
        a_apporter=long[:2000],
        acces=long[:2000],
        statut="annule",
        motif=long[:400],
        moments=[replace(moment, titre=long[:160]) for moment in soiree.moments * 7][:20],
        structures=[StructureBreve("x", long[:80], "hote")] * 31,
        moyens_paiement=["especes", "cheque", "carte", "monnaie_locale"],
        monnaie_locale=long[:80],
        lieu=replace(soiree.lieu, nom=long[:80], adresse=long[:300]),
        formats=["conference_gesticulee", "rencontre_debat", "journee_de_travail", "projection", "banquet"],
        url=f"https://tablees.exemple.fr/evenements/{'a-' * 44}z",
    )


def une_annonce(vue: EvenementVue | None = None, langue: str = "fr", site: Site = SITE) -> Annonce:
    return dire_annonce(vue or une_soiree(), langue, site, CONTACT)
