"""Les papiers de la cuisine : production, courses, allergènes, menu. De la vue de la cuisine à une feuille, sans rien lire.

Ils se composent de ce que lit la cuisine (`VueCuisine`) : ni prix, ni personne n'y a de place, et qui cuisine sans compte
imprime les mêmes que l'équipe.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from server.banquets.achats.reste import Reste, reste_a_trouver
from server.banquets.commandes.phrases import dire_nombre, dire_quantite, en_decimal
from server.banquets.menus.echelle import PlatAEchelle, convives_par_plat
from server.banquets.menus.lectures import ORDRE_ALLERGENES
from server.banquets.menus.schemas import PlatVue
from server.banquets.quantites import Convives
from server.inscriptions.cuisine.schemas import ApprovisionnementDeCuisine, VueCuisine
from server.inscriptions.effectif.couverture import PRINCIPAL
from server.inscriptions.effectif.phrases import dire_besoin
from server.inscriptions.effectif.schemas import AssietteVue, Besoin, BesoinCouvert, CouvertureVue, Parts
from server.pages.carte_du_menu import CarteDuMenu, PlatDeLaCarte, ServiceDeLaCarte
from server.pages.feuilles import Colonne, Feuille, Partie, Tableau
from server.socle import mots
from server.socle.textes import Langue, traduire

SERVICES: Final = ("aperitif", "entree", "plat", "accompagnement", "fromage", "dessert", "boisson", "pain")
REGIMES_DITS: Final = ("vegetalien", "vegetarien", "sans_gluten", "sans_lactose", "halal", "casher")
"""Ce qui se dit sur une carte ; « végétalien » dit aussi « végétarien »."""
MILLIERS: Final = {"g": "kg", "mL": "L"}


# --- Ce qui est commun ----------------------------------------------------------------------------------------------


def dire_en_base(langue: Langue, quantite: int, unite: str) -> str:
    """« 850 g », « 12,5 kg », « 3 pièces » : des unités de base, dites dans la plus grande qui va."""
    if unite == "piece":
        return dire_quantite(langue, quantite * 1000, "piece")
    if quantite >= 1000:
        return f"{dire_nombre(langue, quantite)}{mots.INSECABLE}{MILLIERS[unite]}"
    return f"{quantite}{mots.INSECABLE}{unite}"


def dire_parts(langue: Langue, parts: Parts) -> str:
    """« 150 adultes, 30 enfants (180 assiettes), et 4 tout-petits sans part »."""
    ages = [
        traduire(langue, f"besoins.ages.{age}", n=nombre)
        for age, nombre in (("adulte", parts.adultes), ("enfant", parts.enfants))
    ]
    dit = traduire(langue, "papiers.assiettes", ages=mots.liste(langue, ages), n=parts.assiettes)
    if not parts.tout_petits:
        return dit
    petits = traduire(langue, "besoins.ages.tout_petit", n=parts.tout_petits)
    return traduire(langue, "papiers.sans_part", assiettes=dit, petits=petits)


def dire_effectif(langue: Langue, vue: VueCuisine, maintenant: datetime) -> list[str]:
    """Pour combien, arrêté ou compté, et de quand ; puis ce qui a bougé depuis l'arrêt."""
    arret = vue.effectif.arret
    if arret is None:
        quand = mots.date_heure(langue, maintenant, annee=False)
        return [
            traduire(
                langue, "papiers.effectif_compte", quand=quand, parts=dire_parts(langue, vue.effectif.parts)
            )
        ]
    quand = mots.date_heure(langue, arret.arrete_le, annee=False)
    lignes = [traduire(langue, "papiers.effectif_arrete", quand=quand, parts=dire_parts(langue, arret.parts))]
    depuis = vue.effectif.depuis_l_arret
    if depuis is not None and (depuis.plus or depuis.moins or depuis.besoins):
        lignes.append(depuis.phrase)
    return lignes


def sous_titre(langue: Langue, vue: VueCuisine) -> str:
    """« Banquet d'automne · samedi 12 décembre à 19 h · Foyer rural, Lussan »."""
    repas = vue.repas
    lieu = f"{repas.lieu.nom}, {repas.lieu.commune.nom}" if repas.lieu else ""
    quand = mots.date_heure(langue, repas.debut) if repas.debut else traduire(langue, "papiers.sans_date")
    return " · ".join(filter(None, (repas.evenement, repas.titre, quand, lieu)))


def avertissements(langue: Langue, vue: VueCuisine) -> list[str]:
    """Un évènement annulé ou reporté se lit en premier."""
    statut = vue.repas.statut
    return [traduire(langue, f"papiers.statut.{statut}")] if statut in ("annule", "reporte") else []


def pied(langue: Langue, maintenant: datetime, vue: VueCuisine) -> str:
    """De quand date ce papier."""
    return traduire(
        langue,
        "papiers.imprime",
        quand=mots.date_heure(langue, maintenant, annee=False),
        version=vue.menu.version,
    )


def plats_en_ordre(plats: Iterable[PlatVue]) -> list[PlatVue]:
    """Dans l'ordre du repas, puis du menu."""
    return sorted(plats, key=lambda plat: SERVICES.index(plat.service))


def dire_allergenes(langue: Langue, plat: PlatVue) -> str:
    """« Contient : lait, œufs » et ce que cela vaut : relu, à relire, ou pas rempli. « Pas rempli » n'est pas « aucun »."""
    if plat.etat_allergenes == "pas_remplis":
        return traduire(langue, "papiers.allergenes.pas_remplis")
    if plat.etat_allergenes == "deduits" and not plat.allergenes:
        return traduire(langue, "papiers.allergenes.aucun_a_confirmer")
    noms = [traduire(langue, f"inscription.allergenes.{code}") for code in plat.allergenes]
    dit = (
        traduire(langue, "papiers.allergenes.contient", quoi=", ".join(noms))
        if noms
        else traduire(langue, "papiers.allergenes.aucun")
    )
    if plat.etat_allergenes == "confirmes":
        return dit
    return traduire(langue, "papiers.allergenes.a_confirmer", dit=dit)


def dire_regimes(langue: Langue, plat: PlatVue) -> str:
    """« végétalien, sans gluten » ; rien si le plat n'a pas été relu."""
    if plat.etat_allergenes != "confirmes":
        return ""
    dits = [
        regime
        for regime in REGIMES_DITS
        if regime in plat.regimes and not (regime == "vegetarien" and "vegetalien" in plat.regimes)
    ]
    return ", ".join(traduire(langue, f"besoins.regimes.{regime}", n=1) for regime in dits)


def convives_des_plats(vue: VueCuisine) -> dict[UUID, Convives]:
    """Combien de convives le menu prévoit pour chaque plat."""
    plats = [PlatAEchelle(plat.id, plat.remplace, plat.part_milliemes, ()) for plat in vue.menu.plats]
    quantites = vue.quantites.quantites
    return convives_par_plat(plats, Convives(quantites.adultes, quantites.enfants))


# --- La feuille de production ---------------------------------------------------------------------------------------


def feuille_de_production(
    vue: VueCuisine,
    couverture: CouvertureVue,
    assiettes: Sequence[AssietteVue],
    langue: Langue,
    maintenant: datetime,
    auteur: str = "",
) -> Feuille:
    """Plat par plat : pour combien, avec quoi, ce qui ne se multiplie pas, à quoi faire attention ; puis, sur une page à
    part que l'on garde au service, les assiettes par code."""
    plats = plats_en_ordre(vue.menu.plats)
    convives = convives_des_plats(vue)
    a_part = [plat for plat in plats if plat.cueillette]
    parties = [*_besoins(vue, couverture, langue)]
    parties += [_plat(plat, vue, convives[plat.id], langue) for plat in plats if not plat.cueillette]
    parties += [_plat(plat, vue, convives[plat.id], langue, cueillette=True) for plat in a_part]
    if not plats:
        parties.append(Partie(phrases=[traduire(langue, "papiers.sans_menu")]))
    if vue.menu.notes:
        parties.append(
            Partie(titre=traduire(langue, "papiers.production.notes"), phrases=vue.menu.notes.splitlines())
        )
    parties += _assiettes(assiettes, langue)
    marge = dire_nombre(langue, vue.menu.marge_milliemes * 100)
    return Feuille(
        titre=traduire(langue, "papiers.production.titre"),
        sous_titre=sous_titre(langue, vue),
        en_tete=[
            *avertissements(langue, vue),
            *dire_effectif(langue, vue, maintenant),
            traduire(langue, "papiers.production.marge", marge=marge),
        ],
        parties=parties,
        pied=pied(langue, maintenant, vue),
        auteur=auteur,
        langue=langue,
    )


def _besoins(vue: VueCuisine, couverture: CouvertureVue, langue: Langue) -> list[Partie]:
    """Les besoins pris ensemble, et ce que le menu n'a pas pour eux."""
    titre = traduire(langue, "papiers.production.besoins")
    effectif = vue.effectif
    if effectif.besoins_effaces:
        return [Partie(titre=titre, phrases=[traduire(langue, "papiers.production.besoins_effaces")])]
    trop_peu = [
        traduire(langue, "couverture.variante", n=une.demandees, nom=une.nom, prevues=une.prevues)
        for une in couverture.variantes
        if une.demandees > une.prevues
    ]
    if not couverture.besoins:
        return [Partie(titre=titre, phrases=[traduire(langue, "papiers.production.sans_besoin")])]
    colonnes = [
        Colonne(traduire(langue, "papiers.production.besoin"), 4, gras=True),
        Colonne(traduire(langue, "papiers.production.plat_principal"), 4),
        Colonne(traduire(langue, "papiers.production.rien_pour"), 3),
    ]
    noms = {plat.id: plat.nom for plat in vue.menu.plats}
    lignes = [_besoin(couvert, noms, langue) for couvert in couverture.besoins]
    return [
        Partie(
            titre=titre,
            phrases=trop_peu,
            tableau=Tableau(colonnes=colonnes, lignes=lignes, a_cocher=True),
        )
    ]


def _besoin(couvert: BesoinCouvert, noms: dict[UUID, str], langue: Langue) -> list[str]:
    """Un besoin, le plat principal qui lui va, et les services où rien ne lui va."""
    dit = couvert.dit
    if couvert.hors_compte:
        dit += f" ({traduire(langue, 'papiers.production.hors_compte')})"
    principal = ""
    for service in couvert.services:
        if service.service == PRINCIPAL:
            plats = ", ".join(noms[plat] for plat in service.plats)
            principal = traduire(langue, f"papiers.production.convenance.{service.convenance}", plats=plats)
    rien = [
        traduire(langue, f"papiers.services.{service.service}").lower()
        for service in couvert.services
        if service.convenance == "non" and service.service != PRINCIPAL
    ]
    return [dit, principal, ", ".join(rien)]


def _assiettes(assiettes: Sequence[AssietteVue], langue: Langue) -> list[Partie]:
    """Chaque assiette à part, par son code : ce qu'on y pose, et les services où rien ne lui va."""
    if not assiettes:
        return []
    colonnes = [
        Colonne(traduire(langue, "papiers.production.code"), 1.5, gras=True),
        Colonne(traduire(langue, "papiers.production.besoin"), 3, gras=True),
        Colonne(traduire(langue, "papiers.production.a_poser"), 5),
        Colonne(traduire(langue, "papiers.production.rien_pour"), 2.5),
    ]
    return [
        Partie(
            titre=traduire(langue, "papiers.production.assiettes"),
            phrases=[traduire(langue, "papiers.production.assiettes_aide")],
            tableau=Tableau(
                colonnes=colonnes, lignes=[_assiette(une, langue) for une in assiettes], a_cocher=True
            ),
            nouvelle_page=True,
        )
    ]


def _assiette(assiette: AssietteVue, langue: Langue) -> list[str]:
    dit = dire_besoin(langue, Besoin(assiette.age, assiette.regimes, assiette.allergenes, assiette.nombre))
    if assiette.a_revoir:
        dit += f" ({traduire(langue, 'papiers.production.hors_compte')})"
    poses = [
        traduire(langue, f"papiers.production.convenance.{servi.convenance}", plats=servi.nom)
        for servi in assiette.plats
        if servi.plat is not None
    ]
    rien = [
        traduire(langue, f"papiers.services.{servi.service}").lower()
        for servi in assiette.plats
        if servi.plat is None
    ]
    code = (
        traduire(langue, f"papiers.production.annonces.{assiette.genre}") if assiette.genre else assiette.code
    )
    return [code, dit, ", ".join(poses), ", ".join(rien)]


def _plat(
    plat: PlatVue, vue: VueCuisine, convives: Convives, langue: Langue, *, cueillette: bool = False
) -> Partie:
    noms = {autre.id: autre.nom for autre in vue.menu.plats}
    quantites = vue.quantites.quantites
    notes: dict[tuple[str, int, int, str], list[str]] = {}
    for ligne in plat.lignes:
        if ligne.note:
            cle = (ligne.ingredient, ligne.adulte_milli, ligne.enfant_milli, ligne.etat)
            notes.setdefault(cle, []).append(ligne.note)
    service = traduire(langue, f"papiers.services.{plat.service}")
    phrases = [
        traduire(
            langue,
            "papiers.production.pour",
            parts=dire_parts(langue, Parts(convives.adultes, convives.enfants)),
        )
    ]
    if plat.remplace in noms:
        phrases.append(traduire(langue, "papiers.production.variante", nom=noms[plat.remplace]))
    if cueillette:
        phrases.append(traduire(langue, f"papiers.production.{_etat_de_la_cueillette(plat, vue)}"))
    phrases.append(dire_allergenes(langue, plat))
    regimes = dire_regimes(langue, plat)
    if regimes:
        phrases.append(traduire(langue, "papiers.convient", regimes=regimes))
    if plat.notes_echelle:
        phrases.append(traduire(langue, "papiers.production.echelle", note=plat.notes_echelle))
    lignes = [
        [
            quantite.nom,
            dire_en_base(langue, pourquoi.avec_marge, quantite.unite),
            _part(langue, pourquoi.adulte_milli, quantite.unite),
            _part(langue, pourquoi.enfant_milli, quantite.unite),
            " ".join(
                filter(
                    None,
                    (
                        traduire(langue, "papiers.production.cuit") if pourquoi.etat == "cuit" else "",
                        *notes.get(
                            (
                                quantite.ingredient,
                                pourquoi.adulte_milli,
                                pourquoi.enfant_milli,
                                pourquoi.etat,
                            ),
                            (),
                        ),
                    ),
                )
            ),
        ]
        for quantite in quantites.lignes
        for pourquoi in quantite.pourquoi
        if pourquoi.plat == plat.id
    ]
    if not lignes:
        phrases.append(traduire(langue, "papiers.production.sans_ingredient"))
    colonnes = [
        Colonne(traduire(langue, "papiers.production.denree"), 4),
        Colonne(traduire(langue, "papiers.production.a_peser"), 2, "droite", gras=True),
        Colonne(traduire(langue, "papiers.production.par_adulte"), 1.6, "droite"),
        Colonne(traduire(langue, "papiers.production.par_enfant"), 1.6, "droite"),
        Colonne(traduire(langue, "papiers.production.note"), 3),
    ]
    titre = traduire(
        langue, f"papiers.production.{'plat_a_part' if cueillette else 'plat'}", service=service, nom=plat.nom
    )
    return Partie(
        titre=titre,
        phrases=phrases,
        tableau=Tableau(colonnes=colonnes, lignes=lignes, a_cocher=True) if lignes else None,
    )


def _part(langue: Langue, milli: int, unite: str) -> str:
    """Une part de la recette, sans l'arrondir : « 200 g », « 0,25 pièce »."""
    if unite == "piece":
        return dire_quantite(langue, milli, "piece")
    return f"{dire_nombre(langue, milli)}{mots.INSECABLE}{unite}"


def _etat_de_la_cueillette(plat: PlatVue, vue: VueCuisine) -> str:
    """Reconnue par quelqu'un, ou non ; qui, ce papier ne le dit pas."""
    cueillies = [a for a in vue.approvisionnements if a.plat == plat.id and a.genre == "cueillette"]
    if not cueillies:
        return "cueillette_sans_ligne"
    return "cueillette_reconnue" if all(a.identifiee for a in cueillies) else "cueillette_a_reconnaitre"


def production_en_lignes(vue: VueCuisine, langue: Langue) -> list[list[object]]:
    """Les quantités de chaque plat, pour qui calculera."""
    lignes: list[list[object]] = [
        [traduire(langue, f"papiers.csv.{nom}") for nom in
         ("service", "plat", "denree", "quantite", "unite", "adultes", "enfants", "part_adulte", "part_enfant", "etat")]
    ]  # fmt: skip
    lignes += [
        [
            traduire(langue, f"papiers.services.{plat.service}"),
            plat.nom,
            quantite.nom,
            pourquoi.avec_marge,
            quantite.unite,
            pourquoi.adultes,
            pourquoi.enfants,
            en_decimal(langue, pourquoi.adulte_milli, 3),
            en_decimal(langue, pourquoi.enfant_milli, 3),
            pourquoi.etat,
        ]
        for plat in plats_en_ordre(vue.menu.plats)
        for quantite in vue.quantites.quantites.lignes
        for pourquoi in quantite.pourquoi
        if pourquoi.plat == plat.id
    ]
    return lignes


# --- Les courses ----------------------------------------------------------------------------------------------------


def feuille_de_courses(vue: VueCuisine, langue: Langue, maintenant: datetime, auteur: str = "") -> Feuille:
    """Ce qu'on va chercher, fournisseur par fournisseur, puis ce dont personne n'a encore la charge."""
    parties = []
    for fournisseur, lignes in _par_fournisseur(vue.approvisionnements, langue):
        colonnes = [
            Colonne(traduire(langue, "papiers.courses.quoi"), 5),
            Colonne(traduire(langue, "papiers.courses.combien"), 2, "droite", gras=True),
            Colonne(traduire(langue, "papiers.courses.comment"), 2),
            Colonne(traduire(langue, "papiers.production.note"), 3),
        ]
        cases = [
            [
                ligne.description
                + (f" ({traduire(langue, 'commandes.page.bio')})" if _est_bio(ligne) else ""),
                dire_quantite(langue, ligne.quantite_milliemes, ligne.vendu_par),
                "" if ligne.genre == "achat" else traduire(langue, f"papiers.genres.{ligne.genre}"),
                ligne.note,
            ]
            for ligne in lignes
        ]
        parties.append(
            Partie(titre=fournisseur, tableau=Tableau(colonnes=colonnes, lignes=cases, a_cocher=True))
        )
    restes = reste_a_trouver(vue.quantites.quantites.lignes, vue.approvisionnements)
    if not vue.menu.plats:
        parties.append(Partie(phrases=[traduire(langue, "papiers.sans_menu")]))
    elif not vue.quantites.quantites.adultes + vue.quantites.quantites.enfants:
        parties.append(Partie(phrases=[traduire(langue, "papiers.courses.personne_comptee")]))
    else:
        parties.append(_restes(restes, langue))
    return Feuille(
        titre=traduire(langue, "papiers.courses.titre"),
        sous_titre=sous_titre(langue, vue),
        en_tete=[*avertissements(langue, vue), *dire_effectif(langue, vue, maintenant)],
        parties=parties,
        pied=pied(langue, maintenant, vue),
        auteur=auteur,
        langue=langue,
    )


def _restes(restes: Sequence[Reste], langue: Langue) -> Partie:
    titre = traduire(langue, "papiers.courses.sans_personne")
    if not restes:
        return Partie(titre=titre, phrases=[traduire(langue, "papiers.courses.tout_couvert")])
    colonnes = [
        Colonne(traduire(langue, "papiers.courses.quoi"), 4),
        Colonne(traduire(langue, "papiers.courses.a_acheter"), 2, "droite", gras=True),
        Colonne(traduire(langue, "papiers.courses.besoin"), 2, "droite"),
        Colonne(traduire(langue, "papiers.courses.deja"), 2, "droite"),
        Colonne(traduire(langue, "papiers.production.note"), 3),
    ]
    lignes = [
        [
            reste.nom,
            " + ".join(
                dire_quantite(langue, achat.quantite_milliemes, achat.vendu_par) for achat in reste.a_acheter
            ),
            dire_en_base(langue, reste.besoin, reste.unite),
            dire_en_base(langue, reste.fourni, reste.unite) if reste.fourni else "",
            traduire(langue, "papiers.courses.a_verifier", n=reste.a_verifier) if reste.a_verifier else "",
        ]
        for reste in restes
    ]
    return Partie(titre=titre, tableau=Tableau(colonnes=colonnes, lignes=lignes, a_cocher=True))


def _est_bio(ligne: ApprovisionnementDeCuisine) -> bool:
    return "BIO" in ligne.labels and ligne.etat_bio == "valable"


def _par_fournisseur(
    lignes: Sequence[ApprovisionnementDeCuisine], langue: Langue
) -> list[tuple[str, list[ApprovisionnementDeCuisine]]]:
    """Par nom de fournisseur ; à la fin, ce qui vient de personnes, que ce papier ne nomme pas."""
    groupes: dict[str, list[ApprovisionnementDeCuisine]] = {}
    for ligne in sorted(lignes, key=lambda une: (une.fournisseur is None, une.fournisseur or "")):
        nom = ligne.fournisseur or traduire(langue, "papiers.courses.sans_fournisseur")
        groupes.setdefault(nom, []).append(ligne)
    return list(groupes.items())


def courses_en_lignes(vue: VueCuisine, langue: Langue) -> list[list[object]]:
    """Les courses, pour qui calculera : ce qui est prévu, puis ce qui reste à trouver."""
    lignes: list[list[object]] = [
        [traduire(langue, f"papiers.csv.{nom}") for nom in ("fournisseur", "denree", "quantite", "unite", "comment", "note")]
    ]  # fmt: skip
    lignes += [
        [
            fournisseur,
            ligne.description,
            en_decimal(langue, ligne.quantite_milliemes, 3),
            traduire(langue, f"papiers.unites.{ligne.vendu_par}"),
            traduire(langue, f"papiers.genres.{ligne.genre}"),
            ligne.note,
        ]
        for fournisseur, siennes in _par_fournisseur(vue.approvisionnements, langue)
        for ligne in siennes
    ]
    lignes += [
        [
            traduire(langue, "papiers.courses.sans_personne"),
            reste.nom,
            en_decimal(langue, achat.quantite_milliemes, 3),
            traduire(langue, f"papiers.unites.{achat.vendu_par}"),
            "",
            traduire(langue, "papiers.courses.a_verifier", n=reste.a_verifier) if reste.a_verifier else "",
        ]
        for reste in reste_a_trouver(vue.quantites.quantites.lignes, vue.approvisionnements)
        for achat in reste.a_acheter
    ]
    return lignes


# --- Les allergènes -------------------------------------------------------------------------------------------------


def feuille_des_allergenes(
    vue: VueCuisine, langue: Langue, maintenant: datetime, auteur: str = ""
) -> Feuille:
    """À afficher : chaque plat et ce qu'il contient, puis chacun des quatorze et les plats où il est."""
    plats = plats_en_ordre(vue.menu.plats)
    en_tete = [*avertissements(langue, vue), traduire(langue, "papiers.allergenes.demandez")]
    if not plats:
        return _feuille_affichee(vue, langue, maintenant, auteur, en_tete, [
            Partie(phrases=[traduire(langue, "papiers.sans_menu")])
        ])  # fmt: skip
    par_plat = Tableau(
        colonnes=[
            Colonne(traduire(langue, "papiers.allergenes.plat"), 3, gras=True),
            Colonne(traduire(langue, "papiers.allergenes.ce_qu_il_contient"), 5),
        ],
        lignes=[
            [
                _nomme(langue, plat),
                dire_allergenes(langue, plat),
            ]
            for plat in plats
        ],
    )
    inconnus = [plat.nom for plat in plats if plat.etat_allergenes == "pas_remplis"]
    par_allergene = Tableau(
        colonnes=[
            Colonne(traduire(langue, "papiers.allergenes.allergene"), 2, gras=True),
            Colonne(traduire(langue, "papiers.allergenes.dans"), 6),
        ],
        lignes=[
            [
                traduire(langue, f"inscription.allergenes.{code}").capitalize(),
                _ou_est(langue, code, plats, inconnus),
            ]
            for code in ORDRE_ALLERGENES
        ],
    )
    return _feuille_affichee(
        vue,
        langue,
        maintenant,
        auteur,
        en_tete,
        [
            Partie(titre=traduire(langue, "papiers.allergenes.plat_par_plat"), tableau=par_plat),
            Partie(
                titre=traduire(langue, "papiers.allergenes.les_quatorze"),
                tableau=par_allergene,
                nouvelle_page=True,
            ),
        ],
    )


def _feuille_affichee(
    vue: VueCuisine,
    langue: Langue,
    maintenant: datetime,
    auteur: str,
    en_tete: list[str],
    parties: list[Partie],
) -> Feuille:
    return Feuille(
        titre=traduire(langue, "papiers.allergenes.titre"),
        sous_titre=sous_titre(langue, vue),
        en_tete=en_tete,
        parties=parties,
        pied=pied(langue, maintenant, vue),
        auteur=auteur,
        langue=langue,
        taille="grand",
    )


def _nomme(langue: Langue, plat: PlatVue) -> str:
    """Le nom d'un plat ; une cueillette se dit à côté."""
    if not plat.cueillette:
        return plat.nom
    return traduire(langue, "papiers.allergenes.cueilli", nom=plat.nom)


def _ou_est(langue: Langue, code: str, plats: Sequence[PlatVue], inconnus: Sequence[str]) -> str:
    """Les plats qui en contiennent ; ceux dont on ne sait rien ne passent pas pour sûrs."""
    relus = [plat.nom for plat in plats if code in plat.allergenes and plat.etat_allergenes == "confirmes"]
    deduits = [plat.nom for plat in plats if code in plat.allergenes and plat.etat_allergenes == "deduits"]
    a_verifier = sum(plat.etat_allergenes != "confirmes" for plat in plats)
    if not relus and not deduits:
        # Qui ne lit que sa ligne ne doit pas croire sûr ce que personne n'a relu.
        cle = "rien_de_connu" if a_verifier else "aucun_plat"
        return traduire(langue, f"papiers.allergenes.{cle}", n=a_verifier)
    dits = [", ".join(relus)] if relus else []
    if deduits:
        dits.append(traduire(langue, "papiers.allergenes.a_confirmer", dit=", ".join(deduits)))
    if inconnus:
        dits.append(traduire(langue, "papiers.allergenes.pas_su", plats=", ".join(inconnus)))
    return "\n".join(dits)


# --- La carte du menu -----------------------------------------------------------------------------------------------


def carte_du_menu(vue: VueCuisine, langue: Langue, auteur: str = "", *, sobre: bool = False) -> CarteDuMenu:
    """La carte à poser sur les tables : les plats, d'où ils viennent, ce qu'ils contiennent."""
    noms = {plat.id: plat.nom for plat in vue.menu.plats}
    services = [
        ServiceDeLaCarte(
            traduire(langue, f"papiers.services.{service}"),
            [_plat_de_la_carte(plat, vue, noms, langue) for plat in plats],
        )
        for service in SERVICES
        if (plats := [plat for plat in vue.menu.plats if plat.service == service])
    ]
    repas = vue.repas
    quand = mots.date_longue(langue, repas.debut) if repas.debut else ""
    lieu = f"{repas.lieu.nom}, {repas.lieu.commune.nom}" if repas.lieu else ""
    fin = "papiers.carte.allergies" if services else "papiers.sans_menu"
    return CarteDuMenu(
        titre=repas.titre or repas.evenement,
        sous_titre=" · ".join(filter(None, (repas.evenement if repas.titre else "", quand, lieu))),
        services=services,
        pied=[*avertissements(langue, vue), traduire(langue, fin)],
        auteur=auteur,
        langue=langue,
        sobre=sobre,
    )


def _plat_de_la_carte(plat: PlatVue, vue: VueCuisine, noms: dict[UUID, str], langue: Langue) -> PlatDeLaCarte:
    mentions = []
    if plat.remplace in noms:
        mentions.append(traduire(langue, "papiers.carte.a_la_place", nom=noms[plat.remplace]))
    if regimes := dire_regimes(langue, plat):
        mentions.append(regimes)
    mentions.append(_allergenes_de_la_carte(plat, langue))
    if plat.cueillette:
        mentions.append(traduire(langue, "papiers.carte.cueillette"))
    return PlatDeLaCarte(
        nom=plat.nom,
        description=plat.description,
        provenance=_provenance(plat, vue, langue),
        mentions=mentions,
    )


def _allergenes_de_la_carte(plat: PlatVue, langue: Langue) -> str:
    """Court, pour la table : ce qui n'est pas relu se demande en cuisine."""
    if plat.etat_allergenes == "pas_remplis" or (plat.etat_allergenes == "deduits" and not plat.allergenes):
        return traduire(langue, "papiers.carte.a_demander")
    dit = dire_allergenes(langue, msgspec.structs.replace(plat, etat_allergenes="confirmes"))
    if plat.etat_allergenes == "confirmes":
        return dit
    return traduire(langue, "papiers.carte.a_confirmer", dit=dit)


def _provenance(plat: PlatVue, vue: VueCuisine, langue: Langue) -> str:
    """« potiron bio (Ferme du Vallon), pain (Four de Lussan) » : ce qui a un fournisseur, dans l'ordre de la recette."""
    par_denree: dict[str, list[ApprovisionnementDeCuisine]] = {}
    for une in vue.approvisionnements:
        if une.ingredient is not None and une.fournisseur is not None:
            par_denree.setdefault(une.ingredient, []).append(une)
    dites = []
    for ligne in plat.lignes:
        siennes = par_denree.get(ligne.ingredient, [])
        if not siennes:
            continue
        fournisseurs = ", ".join(dict.fromkeys(une.fournisseur or "" for une in siennes))
        cle = "bio" if all(_est_bio(une) for une in siennes) else "simple"
        dites.append(
            traduire(
                langue,
                f"papiers.carte.provenance_{cle}",
                denree=ligne.nom[:1].lower() + ligne.nom[1:],
                fournisseur=fournisseurs,
            )
        )
    if not dites:
        return ""
    return traduire(langue, "papiers.carte.provenance", dit=", ".join(dict.fromkeys(dites)))
