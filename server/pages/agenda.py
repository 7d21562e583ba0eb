"""L'agenda : ce que l'adresse demande, et ce que la page montre. Les filtres sont des liens ordinaires."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Annotated, Final, Literal, get_args
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from server.evenements.regles import ce_week_end, debut_du_jour, jour_valide
from server.evenements.schemas import EvenementBref, Filtres, Format, ThemeVue
from server.lieux.schemas import VueCommune
from server.pages.carte import Carre, Carte, Rond
from server.pages.vues import Page, choix_de_communes, de_commune, dernier_jour
from server.socle import mots
from server.socle.corps import convertir
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.feries import est_ferie
from server.socle.temps import a_paris
from server.socle.textes import Langue, plier, traduire

RAYONS_KM: Final = (5, 10, 20, 30, 50)
RAYON_COURANT_KM: Final = 20
THEME_FAMILLE: Final = "en-famille"
"""Le thème que vise la puce « en famille », s'il existe."""

PREMIERE_ANNEE: Final = 2000
DERNIERE_ANNEE: Final = 2100

MoisDemande = Annotated[str, Meta(pattern=r"^\d{4}-(?:0[1-9]|1[0-2])(?![\s\S])")]


class Demande(msgspec.Struct, frozen=True, kw_only=True):
    """Ce que l'adresse de l'agenda demande, remis en ordre : deux écritures d'une même demande sont égales."""

    filtres: Filtres = Filtres()
    vue: Literal["liste", "mois", "carte"] = "liste"
    mois: MoisDemande | None = None
    curseur: Annotated[str, Meta(max_length=200)] | None = None

    def chemin(self) -> str:
        """L'adresse de cette demande, sans la langue ; toujours écrite pareil."""
        couples = [(nom, _ecrire(getattr(self.filtres, nom))) for nom in Filtres.__struct_fields__]
        if self.vue != "liste":
            couples.append(("vue", self.vue))
        couples += [("mois", self.mois or ""), ("curseur", self.curseur or "")]
        presents = [(nom, valeur) for nom, valeur in couples if valeur]
        return f"/?{urlencode(presents)}" if presents else "/"

    def avec(self, **changements: object) -> "Demande":
        """La même demande, certains filtres changés ; on revient au début de la liste."""
        filtres = msgspec.structs.replace(self.filtres, **changements)
        return msgspec.structs.replace(self, filtres=filtres, curseur=None)

    def en_liste(self) -> "Demande":
        return msgspec.structs.replace(self, vue="liste", mois=None, curseur=None)

    def en_carte(self) -> "Demande":
        return msgspec.structs.replace(self.en_liste(), vue="carte")

    def en_mois(self, mois: str | None = None) -> "Demande":
        return msgspec.structs.replace(self.avec(du=None, au=None), vue="mois", mois=mois)

    @property
    def filtree(self) -> bool:
        """Vrai si autre chose que le temps est filtré."""
        return self.filtres != Filtres(du=self.filtres.du, au=self.filtres.au)


def lire_demande(parametres: Mapping[str, str]) -> Demande:
    """La demande que disent les paramètres ; un champ laissé vide ne filtre pas. Lève `DemandeInvalide`."""
    remplis = {nom: valeur.strip() for nom, valeur in parametres.items() if valeur.strip()}
    brut = {nom: remplis[nom] for nom in Filtres.__struct_fields__ if nom in remplis}
    autres = {nom: remplis[nom] for nom in ("vue", "mois", "curseur") if nom in remplis}
    if "q" in brut:
        brut["q"] = " ".join(brut["q"].split())
    if brut.get("gratuit") == "false":
        del brut["gratuit"]
    if "commune" not in brut:
        brut.pop("rayon_km", None)
    if "commune" in brut:
        brut["commune"] = brut["commune"].upper()
    demande = convertir({"filtres": brut, **autres}, Demande, strict=False)
    erreurs = [
        ErreurDeChamp(nom, "instant")
        for nom in ("du", "au")
        if not _est_un_jour(getattr(demande.filtres, nom))
    ]
    if demande.mois is not None and not PREMIERE_ANNEE <= int(demande.mois[:4]) <= DERNIERE_ANNEE:
        erreurs.append(ErreurDeChamp("mois", "instant"))
    if erreurs:
        raise DemandeInvalide(erreurs)
    if demande.vue != "mois":
        return msgspec.structs.replace(demande, mois=None)
    # Un mois est déjà une période : il dit laquelle, et se montre en entier.
    return demande.en_mois(demande.mois or (demande.filtres.du or "")[:7] or None)


def _est_un_jour(texte: str | None) -> bool:
    if texte is None:
        return True
    try:
        jour_valide(texte)
    except ValueError:
        return False
    return True


def _ecrire(valeur: object) -> str:
    if valeur is None or valeur is False:
        return ""
    return "true" if valeur is True else str(valeur)


# --- ce que la page montre ------------------------------------------------------------------------------------------


class Puce(msgspec.Struct, frozen=True):
    """Un filtre à portée de pouce : un mot, une adresse."""

    mot: str
    lien: str
    active: bool = False


class Case(msgspec.Struct, frozen=True):
    """Un jour du calendrier."""

    jour: str
    numero: int
    du_mois: bool
    aujourd_hui: bool
    nombre: int
    passe: bool
    """Tout ce qu'il y avait ce jour-là a eu lieu."""
    familles: Sequence[str]
    dit: str
    ferie: bool


class Calendrier(msgspec.Struct, frozen=True):
    """Un mois : ses semaines, et ses évènements jour par jour."""

    nom: str
    legende: str
    precedent: str
    suivant: str
    jours: list[tuple[str, str]]
    semaines: list[list[Case]]
    liste: list[tuple[str, str, list[EvenementBref]]]


class Endroit(msgspec.Struct, frozen=True):
    """Un rond de la carte, et sa part de la liste."""

    rond: Rond
    titre: str
    dit: str
    zoom: str | None
    """La même carte, de plus près, quand le rond réunit plusieurs communes."""


class VueCarte(msgspec.Struct, frozen=True):
    """La carte, et la liste rangée par endroit."""

    dessin: Carte
    nom: str
    endroits: list[Endroit]
    carres: list[tuple[Carre, str, str]]
    """Ce que chacun dit, et où il mène."""


class Formulaire(msgspec.Struct, frozen=True, kw_only=True):
    """Le formulaire de recherche : valeurs choisies et choix possibles."""

    q: str
    commune: str
    rayon_km: str
    theme: str
    format: str
    du: str
    au: str
    gratuit: bool
    communes: list[tuple[str, str]]
    rayons: list[tuple[str, str]]
    themes: list[tuple[str, str]]
    formats: list[tuple[str, str]]
    caches: list[tuple[str, str]]
    """Filtres venus d'un lien (structure, cycle, lieu), que le formulaire garde."""


class VueAgenda(msgspec.Struct, frozen=True, kw_only=True):
    """L'agenda, prêt à être rendu."""

    titre: str
    passes: bool
    puces: list[Puce]
    actifs: list[Puce]
    vues: list[Puce]
    sans_filtre: str
    carte: VueCarte | None
    liste: list[tuple[str, list[EvenementBref]]]
    """Mois par mois, chacun sous son nom ; vide pour la vue d'un mois."""
    suite: str | None
    debut: str | None
    autre_temps: Puce | None
    calendrier: Calendrier | None
    formulaire: Formulaire
    vide_titre: str
    vide_phrase: str
    vide_lien: str
    vide_mot: str


def composer_agenda(
    demande: Demande,
    page: Page,
    *,
    evenements: Sequence[EvenementBref],
    suivant: str | None,
    communes: Mapping[str, VueCommune],
    depart: VueCommune | None,
    themes: Sequence[ThemeVue],
    noms: Mapping[str, str],
    maintenant: datetime,
    dessin: Carte | None = None,
) -> VueAgenda:
    """Met en mots et en liens ce que la demande a trouvé. `noms` : ceux de la structure, du cycle et du lieu filtrés."""
    langue, aujourd_hui = page.langue, a_paris(maintenant).date()
    passes = est_passee(demande, aujourd_hui)
    en_mois = demande.vue == "mois"
    etalee = hors_du_mois(demande, aujourd_hui)
    vide = _vide(demande, page, aujourd_hui, passes=passes)
    autre_temps = None if en_mois else _autre_temps(demande, page, aujourd_hui, passes=passes)
    if autre_temps is not None and not evenements and autre_temps.lien == vide.lien:
        autre_temps = None
    return VueAgenda(
        titre=titre(langue, demande, aujourd_hui),
        passes=passes,
        puces=_puces(demande, page, communes, depart, themes, maintenant),
        actifs=_actifs(demande, page, communes, themes, noms, maintenant),
        vues=[
            Puce(traduire(langue, f"agenda.{vue}"), page.lien(vers.chemin()), demande.vue == vue)
            for vue, vers in (
                ("liste", etalee.en_liste()),
                ("mois", demande.en_mois(demande.mois or mois_dit(demande, aujourd_hui))),
                ("carte", etalee.en_carte()),
            )
        ],
        sans_filtre=page.lien("/" if demande.vue == "liste" else f"/?vue={demande.vue}"),
        carte=composer_carte(demande, page, dessin) if dessin else None,
        liste=par_mois(langue, evenements) if demande.vue == "liste" else [],
        suite=page.lien(msgspec.structs.replace(demande, curseur=suivant).chemin()) if suivant else None,
        debut=page.lien(msgspec.structs.replace(demande, curseur=None).chemin()) if demande.curseur else None,
        autre_temps=autre_temps,
        calendrier=composer_mois(demande, page, evenements, aujourd_hui) if en_mois else None,
        formulaire=_formulaire(demande, langue, communes, themes),
        vide_titre=traduire(langue, "agenda.vide_titre_passes" if passes else "agenda.vide_titre"),
        vide_phrase=traduire(langue, f"agenda.{_vide_cle(demande, passes=passes)}"),
        vide_lien=vide.lien,
        vide_mot=vide.mot,
    )


def par_mois(langue: Langue, evenements: Sequence[EvenementBref]) -> list[tuple[str, list[EvenementBref]]]:
    """Les évènements sous le nom de leur mois, sans changer leur ordre ; ceux sans date à part."""

    def mois_de(evenement: EvenementBref) -> tuple[int, int] | None:
        debut = evenement.debut and a_paris(evenement.debut)
        return (debut.year, debut.month) if debut else None

    return [
        (nom_du_mois(langue, *mois) if mois else traduire(langue, "evenement.date_a_venir"), list(groupe))
        for mois, groupe in groupby(evenements, key=mois_de)
    ]


def nom_du_mois(langue: Langue, annee: int, mois: int) -> str:
    """« Novembre 2026 »."""
    return _majuscule(f"{mots.mois(langue, mois)} {annee}")


def _vide_cle(demande: Demande, *, passes: bool) -> str:
    if demande.filtree or demande.filtres.du is not None:
        return "vide_filtres"
    return "vide_passes" if passes else "vide_rien"


def _vide(demande: Demande, page: Page, aujourd_hui: date, *, passes: bool) -> Puce:
    """Par où sortir d'un agenda vide."""
    if _vide_cle(demande, passes=passes) == "vide_filtres":
        return Puce(traduire(page.langue, "agenda.sans_filtre"), page.lien(Demande(vue=demande.vue).chemin()))
    return _autre_temps(msgspec.structs.replace(demande, curseur=None), page, aujourd_hui, passes=passes)


def titre(langue: Langue, demande: Demande, aujourd_hui: date) -> str:
    """Le titre de la page : ce qui vient, ce qui a eu lieu, ou un mois."""
    if demande.vue == "mois":
        premier = mois_vise(demande, aujourd_hui)
        return traduire(
            langue, "agenda.titre_mois", mois=mots.mois(langue, premier.month), annee=premier.year
        )
    if est_passee(demande, aujourd_hui):
        return traduire(langue, "agenda.titre_passes")
    return traduire(langue, "agenda.titre_carte" if demande.vue == "carte" else "agenda.titre")


def est_passee(demande: Demande, aujourd_hui: date) -> bool:
    """Vrai si la tranche demandée est tout entière derrière nous."""
    return demande.filtres.au is not None and jour_valide(demande.filtres.au) < aujourd_hui


def passes_depuis(demande: Demande, aujourd_hui: date) -> Demande:
    """La même demande, tournée vers ce qui a eu lieu jusqu'à hier."""
    passee = demande.avec(du=None, au=(aujourd_hui - timedelta(days=1)).isoformat())
    return passee if demande.vue == "carte" else passee.en_liste()


def _puces(
    demande: Demande,
    page: Page,
    communes: Mapping[str, VueCommune],
    depart: VueCommune | None,
    themes: Sequence[ThemeVue],
    maintenant: datetime,
) -> list[Puce]:
    """Les filtres les plus utiles ; une puce active s'enlève d'un appui."""
    langue, filtres = page.langue, demande.filtres
    puces = []

    def ajouter(mot: str, **changements: object) -> None:
        active = all(getattr(filtres, nom) == valeur for nom, valeur in changements.items())
        vers = demande.avec(**(dict.fromkeys(changements) if active else changements))
        puces.append(Puce(mot, page.lien(vers.chemin()), active))

    if demande.vue != "mois":
        week_end = _week_end(maintenant)
        # Le dernier soir d'un week-end, c'est déjà du suivant qu'il s'agit.
        loin = date.fromisoformat(week_end["du"]) - a_paris(maintenant).date() > timedelta(days=4)
        mot = traduire(langue, "agenda.week_end_prochain" if loin else "agenda.ce_week_end")
        ajouter(mot, **week_end)
    centre = communes.get(filtres.commune or "") or depart
    if centre is not None:
        mot = _dire_rayon(langue, "agenda.moins_de_commune", RAYON_COURANT_KM, centre.nom)
        ajouter(mot, commune=centre.code, rayon_km=RAYON_COURANT_KM)
    ajouter(traduire(langue, "agenda.gratuit"), gratuit=True)
    if any(theme.slug == THEME_FAMILLE for theme in themes):
        ajouter(traduire(langue, "agenda.en_famille"), theme=THEME_FAMILLE)
    return puces


def _week_end(maintenant: datetime) -> dict[str, str]:
    premier, dernier = ce_week_end(maintenant)
    return {"du": premier.isoformat(), "au": dernier.isoformat()}


def _dire_rayon(langue: Langue, cle: str, km: int, commune: str) -> str:
    return traduire(langue, cle, km=km, commune=commune, valeur=commune, de=de_commune(langue, commune))


def _actifs(
    demande: Demande,
    page: Page,
    communes: Mapping[str, VueCommune],
    themes: Sequence[ThemeVue],
    noms: Mapping[str, str],
    maintenant: datetime,
) -> list[Puce]:
    """Les filtres choisis, chacun avec de quoi l'enlever ; le week-end, sa puce le dit déjà, la première de toutes."""
    langue, filtres = page.langue, demande.filtres
    actifs = []

    def ajouter(mot: str, *champs: str) -> None:
        actifs.append(Puce(mot, page.lien(demande.avec(**dict.fromkeys(champs)).chemin())))

    def dire(cle: str, valeur: str) -> str:
        return traduire(langue, f"agenda.filtre.{cle}", valeur=valeur)

    if filtres.q:
        ajouter(dire("q", filtres.q), "q")
    if filtres.commune:
        commune = communes.get(filtres.commune)
        nom = commune.nom if commune else filtres.commune
        rayon = filtres.rayon_km
        mot = _dire_rayon(langue, "agenda.filtre.rayon", rayon, nom) if rayon else dire("commune", nom)
        ajouter(mot, "commune", "rayon_km")
    if filtres.theme:
        ajouter(
            dire("theme", next((t.nom for t in themes if t.slug == filtres.theme), filtres.theme)), "theme"
        )
    if filtres.format:
        ajouter(traduire(langue, f"formats.{filtres.format}"), "format")
    jours = {nom: valeur for nom in ("du", "au") if (valeur := getattr(filtres, nom))}
    if demande.vue == "mois" or jours != _week_end(maintenant):
        for nom, valeur in jours.items():
            ajouter(dire(nom, _jour_dit(langue, valeur)), nom)
    for nom in ("structure", "cycle", "lieu"):
        if valeur := getattr(filtres, nom):
            ajouter(dire(nom, noms.get(nom, valeur)), nom)
    if filtres.gratuit:
        ajouter(traduire(langue, "agenda.gratuit"), "gratuit")
    return actifs


def _jour_dit(langue: Langue, jour: str) -> str:
    return mots.date_longue(langue, debut_du_jour(jour_valide(jour)))


def _autre_temps(demande: Demande, page: Page, aujourd_hui: date, *, passes: bool) -> Puce:
    if passes:
        return Puce(
            traduire(page.langue, "agenda.a_venir"), page.lien(demande.avec(du=None, au=None).chemin())
        )
    return Puce(
        traduire(page.langue, "agenda.passes"), page.lien(passes_depuis(demande, aujourd_hui).chemin())
    )


def _formulaire(
    demande: Demande, langue: Langue, communes: Mapping[str, VueCommune], themes: Sequence[ThemeVue]
) -> Formulaire:
    filtres = demande.filtres
    caches = [(nom, valeur) for nom in ("structure", "cycle", "lieu") if (valeur := getattr(filtres, nom))]
    if demande.vue != "liste":
        caches.append(("vue", demande.vue))
    if demande.mois:
        caches.append(("mois", demande.mois))
    return Formulaire(
        q=filtres.q or "",
        commune=filtres.commune or "",
        rayon_km=str(filtres.rayon_km or ""),
        theme=filtres.theme or "",
        format=filtres.format or "",
        du=filtres.du or "",
        au=filtres.au or "",
        gratuit=bool(filtres.gratuit),
        communes=choix_de_communes(communes),
        rayons=[(str(km), traduire(langue, "agenda.champ.km", n=km)) for km in _rayons(filtres.rayon_km)],
        themes=[(theme.slug, theme.nom) for theme in sorted(themes, key=lambda t: plier(t.nom))],
        formats=[(genre, traduire(langue, f"formats.{genre}")) for genre in get_args(Format)],
        caches=caches,
    )


def _rayons(choisi: int | None) -> list[int]:
    return sorted({*RAYONS_KM, *([choisi] if choisi else [])})


# --- la carte -------------------------------------------------------------------------------------------------------


def composer_carte(demande: Demande, page: Page, dessin: Carte) -> VueCarte:
    """Ce que la carte dit, et où elle mène : chaque rond à sa part de la liste, chaque carré à une fiche."""
    langue = page.langue
    titres = [mots.liste(langue, list(rond.communes)) for rond in dessin.ronds]
    endroits = []
    for rond, titre_court in zip(dessin.ronds, titres, strict=True):
        lieu = rond.evenements[0].lieu
        # Deux ronds dans une même commune : le lieu les distingue.
        titre = f"{lieu.nom}, {titre_court}" if lieu and titres.count(titre_court) > 1 else titre_court
        dit = traduire(langue, "carte.rond", n=rond.nombre, ou=titre)
        endroits.append(Endroit(rond, titre, dit, _zoomer(demande, page, rond)))
    return VueCarte(
        dessin,
        traduire(
            langue, "carte.nom", n=sum(rond.nombre for rond in dessin.ronds), territoire=page.site.territoire
        ),
        endroits,
        [
            (
                carre,
                traduire(langue, "carte.lieux", n=carre.autres + 1, lieu=carre.nom),
                page.lien(carre.chemin),
            )
            for carre in dessin.carres
        ],
    )


def _zoomer(demande: Demande, page: Page, rond: Rond) -> str | None:
    """L'adresse de la carte autour de ce rond ; rien quand il n'y a qu'une commune, ou pas de plus près."""
    if len(rond.communes) < 2:
        return None
    # Le filtre mesure entre centres de communes : un lieu peut être à quelques kilomètres du sien.
    km = next((km for km in RAYONS_KM if km >= rond.etendue_km + 3), None)
    actuel = demande.filtres.rayon_km if demande.filtres.commune else None
    if km is None or (actuel is not None and km >= actuel):
        return None
    return page.lien(demande.avec(commune=rond.code, rayon_km=km).chemin())


# --- le mois --------------------------------------------------------------------------------------------------------


def mois_vise(demande: Demande, aujourd_hui: date) -> date:
    """Le premier jour du mois demandé ; celui-ci à défaut."""
    if demande.mois is None:
        return aujourd_hui.replace(day=1)
    annee, mois = demande.mois.split("-")
    return date(int(annee), int(mois), 1)


def composer_mois(
    demande: Demande, page: Page, evenements: Sequence[EvenementBref], aujourd_hui: date
) -> Calendrier:
    """Le calendrier d'un mois : ce qui dure plusieurs jours paraît chacun d'eux, et n'est décrit qu'une fois."""
    langue, premier = page.langue, mois_vise(demande, aujourd_hui)
    par_jour: dict[date, list[EvenementBref]] = {}
    premiers: dict[date, list[EvenementBref]] = {}
    for evenement in evenements:
        jours = [
            jour for jour in jours_de(evenement) if (jour.year, jour.month) == (premier.year, premier.month)
        ]
        for jour in jours:
            par_jour.setdefault(jour, []).append(evenement)
        if jours:
            premiers.setdefault(jours[0], []).append(evenement)

    def case(jour: date) -> Case:
        ici = par_jour.get(jour, [])
        # Un jour sans carte à lui (suite d'un évènement long) mène à la carte du premier jour.
        ancre = jour if jour in premiers or not ici else min(j for j, es in premiers.items() if ici[0] in es)
        familles = list(dict.fromkeys(famille(moment.genre) for e in ici for moment in e.moments))
        date_dite = mots.date_longue(langue, debut_du_jour(jour), annee=False)
        passe = bool(ici) and (jour < aujourd_hui or all(e.statut == "termine" for e in ici))
        cle = "agenda.jour_passe" if passe else "agenda.jour_avec"
        return Case(
            ancre.isoformat(),
            jour.day,
            jour.month == premier.month,
            jour == aujourd_hui,
            len(ici),
            passe,
            familles,
            traduire(langue, cle, n=len(ici), date=date_dite) if ici else "",
            est_ferie(jour),
        )

    semaines = calendar.Calendar().monthdatescalendar(premier.year, premier.month)
    return Calendrier(
        nom=nom_du_mois(langue, premier.year, premier.month),
        legende=traduire(
            langue, "agenda.calendrier_du_mois", mois=mots.mois(langue, premier.month), annee=premier.year
        ),
        precedent=page.lien(demande.en_mois(_mois_ecrit(premier - timedelta(days=1))).chemin()),
        suivant=page.lien(demande.en_mois(_mois_ecrit(premier + timedelta(days=31))).chemin()),
        jours=[
            (mots.jour_court(langue, d), mots.jour(langue, d))
            for d in (debut_du_jour(j) for j in semaines[0])
        ],
        semaines=[[case(jour) for jour in semaine] for semaine in semaines],
        liste=[
            (
                _majuscule(mots.date_longue(langue, debut_du_jour(jour), annee=False)),
                jour.isoformat(),
                premiers[jour],
            )
            for jour in sorted(premiers)
        ],
    )


def jours_de(evenement: EvenementBref) -> list[date]:
    """Les jours d'un évènement, à Paris."""
    if evenement.debut is None:
        return []
    debut = a_paris(evenement.debut).date()
    dernier = dernier_jour(evenement.debut, evenement.fin).date()
    return [debut + timedelta(days=n) for n in range((dernier - debut).days + 1)]


def famille(genre: str) -> str:
    """La teinte d'un moment, comme dans les gabarits."""
    return {"banquet": "manger", "concert": "danser", "jeu": "danser"}.get(genre, "reflechir")


def mois_dit(demande: Demande, aujourd_hui: date) -> str | None:
    """Le mois que visent les jours filtrés, pour passer au calendrier sans s'en éloigner ; `None` : celui-ci."""
    jour = demande.filtres.du or (demande.filtres.au if est_passee(demande, aujourd_hui) else None)
    return jour[:7] if jour and jour[:7] != _mois_ecrit(aujourd_hui) else None


def hors_du_mois(demande: Demande, aujourd_hui: date) -> Demande:
    """La même période dite par ses jours, pour quitter le calendrier sans en changer ; ce mois-ci est ce qui vient."""
    premier = mois_vise(demande, aujourd_hui)
    if demande.vue != "mois" or premier == aujourd_hui.replace(day=1):
        return demande
    dernier = premier.replace(day=calendar.monthrange(premier.year, premier.month)[1])
    return demande.avec(du=premier.isoformat(), au=dernier.isoformat())


def _mois_ecrit(jour: date) -> str:
    return f"{jour.year:04}-{jour.month:02}"


def _majuscule(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
