"""Les règles de la liste d'attente, cas par cas puis sous des histoires tirées au hasard."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from server.inscriptions import regles
from server.inscriptions.regles import Attente, Places, admettre, decider_promotions

LUNDI = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
SAMEDI = datetime(2026, 6, 13, 17, 0, tzinfo=UTC)
"""Début du moment, et clôture."""
RACINE = UUID(int=0)
BANQUET, DEBAT = uuid5(RACINE, "banquet"), uuid5(RACINE, "debat")


def un_moment(moment: UUID = BANQUET, *, jauge: int | None = 10, pris: int = 0) -> dict[UUID, Places]:
    return {moment: Places(moment, jauge, pris, SAMEDI)}


def attend(nom: str, nombre: int, *, heures: int = 0, moment: UUID = BANQUET, **plus: object) -> Attente:
    """Un foyer qui attend depuis `heures` heures après lundi."""
    return Attente(
        presence=hash((nom, moment)),
        inscription=uuid5(RACINE, nom),
        moment=moment,
        nombre=nombre,
        depuis=LUNDI + timedelta(hours=heures),
        **plus,  # type: ignore[arg-type]
    )


def promues(moments: dict[UUID, Places], file: list[Attente], maintenant: datetime = LUNDI) -> list[Attente]:
    decision = decider_promotions(moments, file, maintenant, SAMEDI)
    par_presence = {a.presence: a for a in file}
    return [par_presence[p] for p in decision.promues]


def test_les_places_liberees_vont_au_premier_foyer_qui_y_tient_en_entier() -> None:
    grand, petit = attend("grand", 5), attend("petit", 3, heures=1)

    assert promues(un_moment(pris=7), [petit, grand]) == [petit]
    assert promues(un_moment(pris=5), [petit, grand]) == [grand]
    assert promues(un_moment(pris=2), [petit, grand]) == [grand, petit]


def test_un_foyer_n_est_jamais_coupe_en_deux() -> None:
    assert promues(un_moment(pris=8), [attend("quatre", 4)]) == []


def test_une_jauge_baissee_ne_donne_rien_tant_que_cela_ne_tient_pas() -> None:
    assert promues(un_moment(jauge=5, pris=8), [attend("un", 1)]) == []
    assert admettre(un_moment(jauge=5, pris=8), [], {BANQUET: 1}, LUNDI, SAMEDI).servis == frozenset()


def test_sans_jauge_tout_le_monde_tient() -> None:
    assert len(promues(un_moment(jauge=None, pris=4000), [attend("a", 12), attend("b", 12)])) == 2


def test_etre_depasse_se_note_la_premiere_fois() -> None:
    grand, petit = attend("grand", 5), attend("petit", 3, heures=1)

    decision = decider_promotions(un_moment(pris=7), [grand, petit], LUNDI, SAMEDI)

    assert decision.depassees == [grand.presence]


@pytest.mark.parametrize(("heures", "gardees"), [(47, False), (48, True), (100, True)])
def test_un_foyer_depasse_depuis_48_heures_a_les_places_gardees(heures: int, gardees: bool) -> None:
    grand = attend("grand", 5, depassee_depuis=LUNDI)
    petit = attend("petit", 3, heures=1)

    servis = promues(un_moment(pris=7), [grand, petit], LUNDI + timedelta(hours=heures))

    assert servis == ([] if gardees else [petit])


def test_les_places_ne_sont_plus_gardees_24_heures_avant_la_cloture() -> None:
    grand = attend("grand", 5, depassee_depuis=LUNDI)
    petit = attend("petit", 3, heures=1)

    assert promues(un_moment(pris=7), [grand, petit], SAMEDI - timedelta(hours=25)) == []
    assert promues(un_moment(pris=7), [grand, petit], SAMEDI - timedelta(hours=24)) == [petit]


def test_on_ne_garde_pas_de_places_pour_un_foyer_plus_grand_que_la_jauge() -> None:
    trop_grand = attend("grand", 11, depassee_depuis=LUNDI)
    petit = attend("petit", 3, heures=1)

    assert promues(un_moment(pris=7), [trop_grand, petit], LUNDI + timedelta(hours=72)) == [petit]


def test_un_nouveau_venu_ne_passe_pas_devant_un_foyer_qui_tiendrait() -> None:
    file = [attend("deux", 2)]

    assert BANQUET in admettre(un_moment(pris=7), file, {BANQUET: 1}, LUNDI, SAMEDI).refuses


def test_un_nouveau_venu_prend_ce_que_personne_de_la_file_ne_peut_prendre() -> None:
    cinq = attend("cinq", 5)

    admission = admettre(un_moment(pris=7), [cinq], {BANQUET: 3}, LUNDI, SAMEDI)

    assert admission.servis == {BANQUET}
    assert admission.depassees == [cinq.presence]


def test_un_nouveau_venu_n_entame_pas_les_places_gardees() -> None:
    cinq = attend("cinq", 5, depassee_depuis=LUNDI - timedelta(hours=48))

    assert admettre(un_moment(pris=7), [cinq], {BANQUET: 1}, LUNDI, SAMEDI).servis == frozenset()


def test_dans_la_derniere_heure_les_places_vont_a_qui_se_presente() -> None:
    juste_avant = SAMEDI - timedelta(minutes=59)
    file = [attend("deux", 2)]

    assert promues(un_moment(pris=7), file, juste_avant) == []
    assert admettre(un_moment(pris=7), file, {BANQUET: 3}, juste_avant, SAMEDI).servis == {BANQUET}


def test_tous_les_moments_ou_aucun() -> None:
    moments = un_moment(BANQUET, pris=8) | un_moment(DEBAT, pris=10)
    couple = [attend("couple", 2, moment=m, tout_ou_rien=True) for m in (BANQUET, DEBAT)]

    assert promues(moments, couple) == []
    assert len(promues(moments | un_moment(DEBAT, pris=8), couple)) == 2
    assert (
        admettre(moments, [], {BANQUET: 2, DEBAT: 2}, LUNDI, SAMEDI, tout_ou_rien=True).servis == frozenset()
    )
    assert admettre(moments, [], {BANQUET: 2, DEBAT: 2}, LUNDI, SAMEDI).servis == {BANQUET}


def test_un_tous_ou_aucun_bloque_ailleurs_n_empeche_pas_un_nouveau_venu() -> None:
    moments = un_moment(BANQUET, pris=7) | un_moment(DEBAT, pris=10)
    couple = [attend("couple", 2, moment=m, tout_ou_rien=True) for m in (BANQUET, DEBAT)]

    assert admettre(moments, couple, {BANQUET: 2}, LUNDI, SAMEDI).servis == {BANQUET}


@pytest.mark.parametrize(
    ("brut", "plie"),
    [
        ("06 12 34 56 78", "0612345678"),
        ("+33 6 12 34 56 78", "0612345678"),
        ("+33 (0)6 12 34 56 78", "0612345678"),
        ("0033612345678", "0612345678"),
        ("06.12.34.56.78", "0612345678"),
        ("+32 470 12 34 56", "32470123456"),
    ],
)
def test_un_meme_numero_ecrit_autrement_est_le_meme(brut: str, plie: str) -> None:
    assert regles.telephone_plie(brut) == plie


@pytest.mark.parametrize(("nombre", "dit"), [(0, 0), (1, None), (4, None), (5, 5), (40, 40)])
def test_les_petites_cases_se_taisent(nombre: int, dit: int | None) -> None:
    assert regles.taire_petite_case(nombre) == dit


def test_la_limite_de_reponse_ne_depasse_jamais_l_heure_d_arret() -> None:
    assert regles.limite_de_reponse(LUNDI, SAMEDI) == LUNDI + timedelta(hours=4)
    soir = SAMEDI - timedelta(hours=3)
    assert regles.limite_de_reponse(soir, SAMEDI) == SAMEDI - timedelta(hours=1)


# --- Sous des histoires au hasard -----------------------------------------------------------------------------------

ATTENTES = st.lists(
    st.builds(
        lambda rang, nombre, depassee: attend(
            f"foyer-{rang}",
            nombre,
            heures=rang,
            depassee_depuis=None if depassee is None else LUNDI + timedelta(hours=depassee),
        ),
        st.integers(0, 200),
        st.integers(1, 12),
        st.one_of(st.none(), st.integers(0, 200)),
    ),
    max_size=12,
    unique_by=lambda a: a.inscription,
)


@given(file=ATTENTES, jauge=st.integers(1, 40), pris=st.integers(0, 45), heures=st.integers(0, 300))
def test_on_ne_donne_jamais_plus_que_ce_qui_est_libre(
    file: list[Attente], jauge: int, pris: int, heures: int
) -> None:
    donnees = sum(
        a.nombre for a in promues(un_moment(jauge=jauge, pris=pris), file, LUNDI + timedelta(hours=heures))
    )

    assert donnees <= max(0, jauge - pris)


@given(file=ATTENTES, jauge=st.integers(1, 40), pris=st.integers(0, 45), heures=st.integers(0, 300))
def test_personne_n_est_depasse_par_quelqu_un_qui_ne_tient_pas_mieux(
    file: list[Attente], jauge: int, pris: int, heures: int
) -> None:
    servis = promues(un_moment(jauge=jauge, pris=pris), file, LUNDI + timedelta(hours=heures))

    for laisse in (a for a in file if a not in servis):
        for passe in (s for s in servis if s.rang() > laisse.rang()):
            assert passe.nombre < laisse.nombre


@given(file=ATTENTES, jauge=st.integers(1, 40), pris=st.integers(0, 45))
def test_ce_qui_reste_libre_ne_suffit_a_aucun_foyer_en_attente_sauf_si_c_est_garde(
    file: list[Attente], jauge: int, pris: int
) -> None:
    moments = un_moment(jauge=jauge, pris=pris)
    servis = promues(moments, file)
    libres = jauge - pris - sum(a.nombre for a in servis)
    proteges = [
        a for a in file if regles.est_protegee(a, moments[BANQUET], LUNDI, SAMEDI) and a not in servis
    ]

    for a in file:
        if a not in servis and a.nombre <= libres:
            assert any(p.rang() < a.rang() for p in proteges)


class FileAuHasard(RuleBasedStateMachine):
    """Une file qui vit : des foyers arrivent, s'en vont, le temps passe. On vérifie ce que la règle promet."""

    JAUGE = 12

    @initialize()
    def ouvrir(self) -> None:
        self.maintenant = LUNDI
        self.confirmes: dict[str, int] = {}
        self.file: list[Attente] = []
        self.numero = 0

    @property
    def moments(self) -> dict[UUID, Places]:
        return un_moment(jauge=self.JAUGE, pris=sum(self.confirmes.values()))

    @rule(nombre=st.integers(1, 8))
    def arriver(self, nombre: int) -> None:
        self.numero += 1
        nom = f"foyer-{self.numero}"
        admission = admettre(self.moments, self.file, {BANQUET: nombre}, self.maintenant, SAMEDI)
        if BANQUET not in admission.servis:
            self.file.append(
                Attente(
                    self.numero,
                    uuid5(RACINE, nom),
                    BANQUET,
                    nombre,
                    self.maintenant + timedelta(microseconds=self.numero),
                )
            )
            return
        libres = self.moments[BANQUET].libres()
        for a in self.file:
            assert nombre < a.nombre or a.nombre > libres, "un nouveau venu a dépassé un foyer qui tenait"
            assert not regles.est_protegee(a, self.moments[BANQUET], self.maintenant, SAMEDI)
        self.confirmes[nom] = nombre
        self._depasser(admission.depassees)

    @precondition(lambda self: self.confirmes)
    @rule(data=st.data())
    def annuler(self, data: st.DataObject) -> None:
        del self.confirmes[data.draw(st.sampled_from(sorted(self.confirmes)))]
        self._promouvoir()

    @rule(heures=st.integers(1, 30))
    def attendre(self, heures: int) -> None:
        self.maintenant = min(self.maintenant + timedelta(hours=heures), SAMEDI - timedelta(hours=2))
        self._promouvoir()

    def _promouvoir(self) -> None:
        avant = dict(self.confirmes)
        decision = decider_promotions(self.moments, self.file, self.maintenant, SAMEDI)
        par_presence = {a.presence: a for a in self.file}
        for presence in decision.promues:
            a = par_presence[presence]
            self.confirmes[f"foyer-{presence}"] = a.nombre
            self.file.remove(a)
        self._depasser(decision.depassees)
        assert avant.items() <= self.confirmes.items(), "une place confirmée s'est perdue"

    def _depasser(self, presences: list[int]) -> None:
        import msgspec

        self.file = [
            msgspec.structs.replace(a, depassee_depuis=a.depassee_depuis or self.maintenant)
            if a.presence in presences
            else a
            for a in self.file
        ]

    @invariant()
    def jamais_une_place_de_trop(self) -> None:
        if hasattr(self, "confirmes"):
            assert sum(self.confirmes.values()) <= self.JAUGE


TestFileAuHasard = FileAuHasard.TestCase
TestFileAuHasard.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


# --- Appeler --------------------------------------------------------------------------------------------------------

ANNULE, REPORTE, MODIFIE = (
    {"motif": f"evenement_{quoi}", **details}
    for quoi, details in (
        ("annule", {}),
        ("reporte", {"ancien_debut": "a"}),
        ("modifie", {"ancien_debut": "b"}),
    )
)
OBTENUE, PERIMEE = {"motif": "place_obtenue"}, {"motif": "proposition_perimee"}
SANS_DEBAT, SANS_CONCERT = ({"motif": "moment_retire", "titre": titre} for titre in ("Débat", "Concert"))


@pytest.mark.parametrize(
    ("avant", "neuve", "a_dire"),
    [
        ([], ANNULE, [ANNULE]),
        ([REPORTE, OBTENUE, SANS_DEBAT], ANNULE, [ANNULE]),
        ([ANNULE], {"motif": "evenement_retabli"}, [{"motif": "evenement_retabli"}]),
        ([REPORTE], MODIFIE, [MODIFIE | {"ancien_debut": "a"}]),
        ([REPORTE], OBTENUE, [REPORTE, OBTENUE]),
        ([REPORTE, OBTENUE], PERIMEE, [REPORTE, PERIMEE]),
        ([SANS_DEBAT], SANS_CONCERT, [SANS_DEBAT, SANS_CONCERT]),
        ([SANS_DEBAT], REPORTE, [SANS_DEBAT, REPORTE]),
    ],
)
def test_un_seul_appel_dit_l_etat_present_et_rien_de_dementi(
    avant: list[regles.Nouvelle], neuve: regles.Nouvelle, a_dire: list[regles.Nouvelle]
) -> None:
    assert regles.joindre_appels(avant, neuve) == a_dire
