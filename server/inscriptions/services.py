"""Ce que font un foyer et l'équipe avec une inscription. Une fonction par usage ; chacune est une transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from server.evenements.tables import Moment, Tarif
from server.inscriptions import regles
from server.inscriptions.attente import (
    COMPTE,
    VOULU,
    EvenementVerrouille,
    confirmer_presence,
    ecrire_compteurs,
    lire_file,
    marquer_depassees,
    nombre_en_attente,
    nombre_tenu,
    retirer_propositions_perimees,
    servir_la_file,
    verrouiller,
)
from server.inscriptions.erreurs import (
    AucunePlaceProposee,
    DejaUtilise,
    EvenementAnnule,
    EvenementModifie,
    EvenementPasse,
    EvenementSansDate,
    InscriptionAnnulee,
    InscriptionEffacee,
    InscriptionIntrouvable,
    InscriptionsCloses,
    MomentComplet,
)
from server.inscriptions.faits import InscriptionAnnulee as InscriptionAnnuleeDite
from server.inscriptions.faits import InscriptionEnregistree, InscriptionModifiee, LienDemande
from server.inscriptions.lectures import lire_inscription
from server.inscriptions.schemas import (
    Accueil,
    ConviveDemande,
    DemandeInscription,
    InscriptionVue,
    ModificationInscription,
    PourAutrui,
    PresenceDemande,
    SaisieInscription,
)
from server.inscriptions.tables import Appel, Convive, Inscription, Presence
from server.inscriptions.tables import InscriptionEffacee as Effacee
from server.notifications.services import effacer_objet
from server.socle.base import ecriture
from server.socle.champs import exiger_langue
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.faits import publier, renouveler
from server.socle.requetes import Insertion, Preparee
from server.socle.secrets import Clef, egaux, hacher, nouveau_secret

ALPHABET_ACCUEIL = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Sans 0/O, 1/I/L, U/V confondus : un code lu à voix haute."""

ORIGINES_DU_FOYER: Final = ("formulaire", "api")
"""Ce que le foyer a écrit lui-même ; le reste est saisi par l'équipe."""

LIENS_RENVOYES_MAX: Final = 10
"""Liens renvoyés à la fois à une même adresse."""


class Enregistrement(msgspec.Struct, frozen=True):
    """Ce qu'il est advenu d'une demande de création."""

    id: UUID
    nouvelle: bool
    """Faux si la même demande avait déjà été reçue."""


# Le chemin le plus couru de la maison : ses requêtes sont composées une fois.
_DEJA: Final = Preparee(
    lambda identifiant: Inscription.select(Inscription.jeton_hache, Inscription.demande_hachee).where(
        Inscription.id == identifiant
    )
)
_EFFACEE: Final = Preparee(lambda identifiant: Effacee.select(Effacee.id).where(Effacee.id == identifiant))
_MEME_COURRIEL: Final = Preparee(
    lambda courriel, evenement: (
        Inscription.select(Inscription.id)
        .where(
            Inscription.courriel_plie == courriel,
            Inscription.evenement == evenement,
            Inscription.annulee_le.is_null(),
        )
        .limit(1)
    )
)
_MEME_TELEPHONE: Final = Preparee(
    lambda telephone, evenement: (
        Inscription.select(Inscription.id)
        .where(
            Inscription.telephone_plie == telephone,
            Inscription.evenement == evenement,
            Inscription.annulee_le.is_null(),
        )
        .limit(1)
    )
)
_AJOUTER_INSCRIPTION: Final = Insertion(Inscription)
_AJOUTER_PRESENCE: Final = Insertion(Presence)


# --- S'inscrire -----------------------------------------------------------------------------------------------------


@ecriture
async def inscrire_foyer(
    identifiant: UUID,
    demande: DemandeInscription,
    clef: Clef,
    maintenant: datetime,
    *,
    origine: str = "api",
    empreinte: str | None = None,
) -> Enregistrement:
    """Inscrit un foyer. Rejouer la même demande est sans effet ; un refus ne garde rien.

    `empreinte` reconnaît un double appui sur le formulaire sans JavaScript (même appareil, même contenu, 10 minutes).
    """
    # Le verrou d'abord : la même demande, arrivée deux fois à la fois, a pu être servie pendant qu'on l'attendait.
    evenement = await verrouiller(slug=demande.evenement)
    deja = await _deja_recue(identifiant, demande)
    if deja is not None:
        return deja
    if empreinte is not None:
        double = (
            await Inscription.select(Inscription.id)
            .where(
                Inscription.empreinte_envoi == empreinte,
                Inscription.cree_le > maintenant - regles.DOUBLE_APPUI,
                # Annulée entre-temps : la même demande est un retour, pas un second appui.
                Inscription.annulee_le.is_null(),
            )
            .first()
        )
        if double is not None:
            return Enregistrement(double["id"], nouvelle=False)
    if evenement is None:
        raise DemandeInvalide([ErreurDeChamp("evenement", "evenement_inconnu")])
    _exiger_ouvert(evenement, maintenant)
    _exiger_vu(evenement, demande.version_vue)
    await _controler(evenement, demande)
    doublon = await _enregistrer(identifiant, evenement, demande, clef, maintenant, origine, empreinte, None)
    publier(InscriptionEnregistree(identifiant, evenement.id, doublon, maintenant))
    return Enregistrement(identifiant, nouvelle=True)


@ecriture
async def inscrire_et_relire(
    identifiant: UUID, demande: DemandeInscription, clef: Clef, url: str, maintenant: datetime
) -> tuple[InscriptionVue, bool]:
    """Inscrit un foyer ; rend ce qu'il a, et si c'est nouveau.

    Relu dans la même unité : un soir d'ouverture, des lecteurs qui s'en mêlent ralentissent le rédacteur d'un tiers.
    """
    recue = await inscrire_foyer(identifiant, demande, clef, maintenant)
    return await lire_inscription(recue.id, clef, url, maintenant), recue.nouvelle


@ecriture
async def saisir_inscription(
    evenement_id: int, saisie: SaisieInscription, compte: int, clef: Clef, maintenant: datetime
) -> Enregistrement:
    """L'équipe inscrit un foyer (téléphone, papier, porte) ; possible après la clôture, jusqu'à la fin.

    Rejouer la même saisie est sans effet, même si l'on n'inscrit plus depuis.
    """
    evenement = await _verrouiller_connu(evenement_id)
    if saisie.id is not None and await _deja_saisie(saisie.id, evenement_id):
        return Enregistrement(saisie.id, nouvelle=False)
    if evenement.statut == "annule":
        raise EvenementAnnule()
    if evenement.debut is None:
        raise EvenementSansDate()
    if evenement.fin is not None and maintenant >= evenement.fin:
        raise EvenementPasse()
    champs = {
        nom: getattr(saisie, nom)
        for nom in saisie.__struct_fields__
        if nom not in ("id", "origine", "malgre_jauge")
    }
    demande = DemandeInscription(evenement=evenement.slug, jeton=nouveau_secret(), **champs)
    if saisie.malgre_jauge and saisie.origine != "porte":
        raise DemandeInvalide([ErreurDeChamp("malgre_jauge", "malgre_jauge")])
    await _controler(evenement, demande, contact_exige=False, malgre_jauge=saisie.malgre_jauge)
    identifiant = saisie.id or uuid4()
    doublon = await _enregistrer(
        identifiant,
        evenement,
        demande,
        clef,
        maintenant,
        saisie.origine,
        None,
        compte,
        malgre_jauge=saisie.malgre_jauge,
    )
    if saisie.origine == "porte":
        for voulue in demande.presences:
            await _marquer_venue(identifiant, voulue.moment, voulue, compte, maintenant)
    else:
        publier(InscriptionEnregistree(identifiant, evenement.id, doublon, maintenant))
    return Enregistrement(identifiant, nouvelle=True)


async def _deja_saisie(identifiant: UUID, evenement: int) -> bool:
    """Vrai si l'équipe a déjà saisi cette inscription à cet évènement. Celle d'un foyer, ou d'ailleurs, n'est pas à elle."""
    ligne = (
        await Inscription.select(Inscription.evenement, Inscription.origine)
        .where(Inscription.id == identifiant)
        .first()
    )
    if ligne is None:
        if await Effacee.exists().where(Effacee.id == identifiant):
            raise InscriptionEffacee()
        return False
    if ligne["evenement"] != evenement or ligne["origine"] in ORIGINES_DU_FOYER:
        raise DejaUtilise()
    return True


async def _deja_recue(identifiant: UUID, demande: DemandeInscription) -> Enregistrement | None:
    ligne = await _DEJA.premiere(identifiant)
    if ligne is None:
        if await _EFFACEE.existe(identifiant):
            raise InscriptionEffacee()
        return None
    if not egaux(ligne["jeton_hache"], hacher(demande.jeton)):
        raise InscriptionIntrouvable()
    if not egaux(ligne["demande_hachee"], empreinte_demande(demande)):
        raise DejaUtilise()
    return Enregistrement(identifiant, nouvelle=False)


def empreinte_demande(demande: DemandeInscription) -> str:
    """Empreinte d'une demande de création : la même demande, écrite dans un autre ordre de clés, a la même."""
    return hashlib.sha256(msgspec.json.encode(demande, order="deterministic")).hexdigest()


def _exiger_ouvert(evenement: EvenementVerrouille, maintenant: datetime) -> None:
    if evenement.statut == "annule":
        raise EvenementAnnule()
    if evenement.debut is None:
        raise EvenementSansDate()
    if evenement.fin is not None and maintenant >= evenement.fin:
        raise EvenementPasse()
    cloture = evenement.cloture
    if evenement.inscriptions_closes or (cloture is not None and maintenant >= cloture):
        raise InscriptionsCloses(cloture_le=cloture.isoformat() if cloture else None)


def _exiger_vu(evenement: EvenementVerrouille, version_vue: object) -> None:
    """La date ou le lieu a bougé depuis ce que la personne a sous les yeux : elle doit redire oui."""
    if isinstance(version_vue, int) and version_vue < evenement.version_deplacement:
        raise EvenementModifie(
            version=evenement.version, debut=evenement.debut.isoformat() if evenement.debut else None
        )


async def _controler(
    evenement: EvenementVerrouille,
    demande: DemandeInscription,
    *,
    contact_exige: bool = True,
    malgre_jauge: bool = False,
) -> None:
    """Tout ce qui, dans une demande, dépend de l'évènement ; toutes les erreurs à la fois."""
    erreurs = await _erreurs_de_presences(evenement, demande.presences, malgre_jauge=malgre_jauge)
    if not any(_personnes(p) for p in demande.presences):
        erreurs.append(ErreurDeChamp("presences", "personne"))
    autrui = demande.pour_autrui
    joignable = demande.courriel or demande.telephone or (autrui and (autrui.courriel or autrui.telephone))
    if contact_exige and not joignable:
        erreurs.append(ErreurDeChamp("courriel", "contact"))
    erreurs += _erreurs_de_convives(evenement, demande)
    if erreurs:
        raise DemandeInvalide(erreurs)


async def _erreurs_de_presences(
    evenement: EvenementVerrouille, presences: Sequence[PresenceDemande], *, malgre_jauge: bool = False
) -> list[ErreurDeChamp]:
    erreurs: list[ErreurDeChamp] = []
    vus: set[UUID] = set()
    for rang, presence in enumerate(presences):
        moment = evenement.moments.get(presence.moment)
        ici = f"presences.{rang}"
        if moment is None or not moment.sur_inscription:
            erreurs.append(ErreurDeChamp(f"{ici}.moment", "moment_inconnu"))
        elif presence.moment in vus:
            erreurs.append(ErreurDeChamp(f"{ici}.moment", "moment_double"))
        elif moment.jauge is not None and _personnes(presence) > moment.jauge and not malgre_jauge:
            erreurs.append(ErreurDeChamp(ici, "plus_que_la_jauge", {"n": moment.jauge}))
        vus.add(presence.moment)
        if _personnes(presence) > evenement.taille_max:
            erreurs.append(ErreurDeChamp(ici, "foyer_trop_grand", {"n": evenement.taille_max}))
        if presence.tarif is not None and not await Tarif.exists().where(
            Tarif.id == presence.tarif, Tarif.moment == presence.moment
        ):
            erreurs.append(ErreurDeChamp(f"{ici}.tarif", "tarif_inconnu"))
    return erreurs


def _erreurs_de_convives(evenement: EvenementVerrouille, demande: DemandeInscription) -> list[ErreurDeChamp]:
    erreurs = []
    if not demande.accord_regimes and any(c.regimes or c.allergenes for c in demande.convives):
        erreurs.append(ErreurDeChamp("accord_regimes", "accord_regimes"))
    inscrites = {p.moment: _personnes(p) for p in demande.presences}
    if sum(c.nombre for c in demande.convives) > _assiettes(evenement, inscrites):
        erreurs.append(ErreurDeChamp("convives", "convives_trop_nombreux"))
    return erreurs


def _assiettes(evenement: EvenementVerrouille, inscrites: Mapping[UUID, int]) -> int:
    """Combien un foyer peut décrire de convives : ses personnes au banquet, à défaut au moment où il vient le plus."""
    banquets = [
        nombre
        for moment, nombre in inscrites.items()
        if nombre and moment in evenement.moments and evenement.moments[moment].genre == "banquet"
    ]
    return max(banquets or inscrites.values(), default=0)


async def _enregistrer(
    identifiant: UUID,
    evenement: EvenementVerrouille,
    demande: DemandeInscription,
    clef: Clef,
    maintenant: datetime,
    origine: str,
    empreinte: str | None,
    compte: int | None,
    *,
    malgre_jauge: bool = False,
) -> bool:
    """Écrit l'inscription, ses présences et ses convives ; rend vrai si le contact était déjà inscrit."""
    courriel = regles.courriel_plie(demande.courriel) if demande.courriel else None
    telephone = regles.telephone_plie(demande.telephone) if demande.telephone else None
    doublon = await _contact_deja_inscrit(evenement.id, courriel, telephone)
    code = code_accueil(clef, identifiant)
    autrui = demande.pour_autrui or PourAutrui(prenom="")
    await _AJOUTER_INSCRIPTION(
        id=identifiant,
        evenement=evenement.id,
        jeton_hache=hacher(demande.jeton),
        demande_hachee=empreinte_demande(demande),
        prenom=demande.prenom,
        recherche=regles.texte_de_recherche(demande.prenom, demande.courriel, demande.telephone, code),
        courriel=demande.courriel,
        courriel_plie=courriel,
        telephone=demande.telephone,
        telephone_plie=telephone,
        commune=demande.commune.upper() if demande.commune else None,
        langue=exiger_langue(demande.langue),
        message=demande.message,
        besoins=list(dict.fromkeys(demande.besoins)),
        contributions=list(dict.fromkeys(demande.contributions)),
        premiere_fois=demande.premiere_fois,
        accord_regimes=demande.accord_regimes,
        accepte_attente=demande.accepte_attente,
        tout_ou_rien=demande.tout_ou_rien,
        pour_autrui_prenom=autrui.prenom or None,
        pour_autrui_courriel=autrui.courriel,
        pour_autrui_telephone=autrui.telephone,
        origine=origine,
        saisie_par=compte,
        code_accueil=code,
        doublon=doublon,
        empreinte_envoi=empreinte,
        cree_le=maintenant,
        modifie_le=maintenant,
    )
    voulues = {p.moment: p for p in demande.presences if _personnes(p)}
    await _placer(
        identifiant,
        evenement,
        voulues,
        {},
        maintenant,
        accepte_attente=demande.accepte_attente,
        tout_ou_rien=demande.tout_ou_rien,
        malgre_jauge=malgre_jauge,
    )
    await _ecrire_convives(identifiant, evenement.id, demande.convives, accord=demande.accord_regimes)
    await ecrire_compteurs(evenement)
    return doublon


async def _contact_deja_inscrit(evenement: int, courriel: str | None, telephone: str | None) -> bool:
    if courriel and await _MEME_COURRIEL.existe(courriel, evenement):
        return True
    return bool(telephone) and await _MEME_TELEPHONE.existe(telephone, evenement)


def code_accueil(clef: Clef, identifiant: UUID) -> str:
    """Huit signes lisibles, dérivés de l'inscription ; n'ouvrent rien."""
    nombre = int(clef.empreinte("accueil", identifiant.bytes), 16)
    signes = []
    for _ in range(8):
        nombre, reste = divmod(nombre, len(ALPHABET_ACCUEIL))
        signes.append(ALPHABET_ACCUEIL[reste])
    return "".join(signes)


# --- Placer : le cœur -----------------------------------------------------------------------------------------------


async def _placer(
    identifiant: UUID,
    evenement: EvenementVerrouille,
    voulues: Mapping[UUID, PresenceDemande],
    actuelles: Mapping[UUID, Mapping[str, Any]],
    maintenant: datetime,
    *,
    accepte_attente: bool,
    tout_ou_rien: bool,
    malgre_jauge: bool = False,
) -> None:
    """Donne à chaque moment voulu ce qui tient ; met le reste en attente, ou refuse tout.

    `malgre_jauge` : la personne est à la porte et l'équipe la fait entrer, même en dépassant la jauge.
    `actuelles` : les présences déjà confirmées ou en attente, que la demande agrandit. Ce qui est confirmé le reste.
    """
    manques = {m: _personnes(p) - _deja_obtenues(actuelles.get(m)) for m, p in voulues.items()}
    # La file de tous les moments : un « tous ou aucun » ne se juge pas sur un seul.
    file = [a for a in await lire_file(evenement.id) if a.inscription != identifiant]
    neuf_en_bloc = tout_ou_rien and not any(a["statut"] == "confirmee" for a in actuelles.values())
    admission = (
        regles.faire_entrer(file, voulues)
        if malgre_jauge
        else regles.admettre(
            evenement.places(), file, manques, maintenant, evenement.cloture, tout_ou_rien=neuf_en_bloc
        )
    )
    if admission.refuses and not (accepte_attente and evenement.attente):
        raise MomentComplet(
            moments=[
                {
                    "moment": str(m),
                    "titre": evenement.moments[m].titre,
                    "genre": evenement.moments[m].genre,
                    "places_restantes": max(0, int(evenement.moments[m].places().libres()))
                    if evenement.moments[m].jauge is not None
                    else None,
                }
                for m in voulues
                if m in admission.refuses
            ],
            attente_possible=evenement.attente,
        )
    await marquer_depassees(admission.depassees, maintenant)
    for moment, voulue in voulues.items():
        servi, actuelle = moment in admission.servis, actuelles.get(moment)
        if servi:
            evenement.moments[moment].pris += manques[moment]
        elif actuelle is not None:
            # Ce qui est confirmé reste ; une place seulement proposée retourne à la file.
            evenement.moments[moment].pris -= _deja_obtenues(actuelle) - _confirmees(actuelle)
        await _ecrire_presence(identifiant, voulue, actuelle, maintenant, servi=servi)


def _deja_obtenues(actuelle: Mapping[str, Any] | None) -> int:
    """Places que le foyer tient déjà à ce moment."""
    return nombre_tenu(actuelle) if actuelle is not None else 0


def _confirmees(actuelle: Mapping[str, Any]) -> int:
    """Personnes confirmées à ce moment."""
    return regles.total(*(actuelle[nom] for nom in COMPTE)) if actuelle["statut"] == "confirmee" else 0


async def _ecrire_presence(
    identifiant: UUID,
    voulue: PresenceDemande,
    actuelle: Mapping[str, Any] | None,
    maintenant: datetime,
    *,
    servi: bool,
) -> None:
    nombres = {nom: getattr(voulue, nom) for nom in COMPTE}
    attente = None if servi else maintenant
    if actuelle is None:
        await _AJOUTER_PRESENCE(
            inscription=identifiant,
            moment=voulue.moment,
            statut="confirmee" if servi else "en_attente",
            tarif=voulue.tarif,
            attente_depuis=attente,
            **nombres,
        )
        return
    garde_sa_place = actuelle["statut"] == "confirmee" and not servi
    valeurs: dict[Any, Any] = {
        Presence.tarif: voulue.tarif,
        Presence.attente_depuis: attente,
        Presence.depassee_depuis: None,
        Presence.proposee_jusqu_au: None,
    }
    for nom in COMPTE:
        valeurs[getattr(Presence, f"voulu_{nom}")] = nombres[nom] if garde_sa_place else None
        if not garde_sa_place:
            valeurs[getattr(Presence, nom)] = nombres[nom]
    if not garde_sa_place:
        valeurs[Presence.statut] = "confirmee" if servi else "en_attente"
    await Presence.update(valeurs).where(Presence.id == actuelle["id"])


def _personnes(presence: PresenceDemande | Accueil) -> int:
    return regles.total(presence.adultes or 0, presence.enfants or 0, presence.tout_petits or 0)


async def _ecrire_convives(
    identifiant: UUID, evenement: int, convives: Sequence[ConviveDemande], *, accord: bool
) -> None:
    if not accord or not convives:
        return
    await Convive.insert(
        *(
            Convive(
                inscription=identifiant,
                nombre=c.nombre,
                age=c.age,
                regimes=sorted(set(c.regimes)),
                allergenes=sorted(set(c.allergenes)),
            )
            for c in convives
        )
    )
    if any(c.regimes or c.allergenes for c in convives):
        # L'évènement est verrouillé : deux foyers n'ont jamais le même numéro d'assiette. Un foyer garde le sien.
        await Inscription.raw(
            "UPDATE inscription SET assiette = (SELECT COALESCE(MAX(assiette), 0) + 1 FROM inscription "
            "WHERE evenement = {}) WHERE id = {} AND assiette IS NULL",
            evenement,
            identifiant,
        )


async def _oublier_les_convives(identifiant: UUID) -> None:
    """Plus rien ne justifie de garder régimes et allergies, ni qu'il y en ait eu."""
    await Convive.delete().where(Convive.inscription == identifiant)
    await Inscription.update({Inscription.assiette: None}).where(Inscription.id == identifiant)


# --- Changer --------------------------------------------------------------------------------------------------------


@ecriture
async def modifier_inscription(
    identifiant: UUID, changement: ModificationInscription, maintenant: datetime, *, equipe: bool = False
) -> None:
    """Change une inscription. Baisser rend des places à la file ; agrandir garde ce qui est confirmé.

    Le foyer peut changer jusqu'à la clôture ; l'équipe, jusqu'à la fin de l'évènement.
    """
    ligne, evenement = await _charger(identifiant)
    if ligne["annulee_le"] is not None:
        raise InscriptionAnnulee()
    if evenement.statut == "annule":
        raise EvenementAnnule()
    _exiger_vu(evenement, changement.version_vue)
    if not equipe:
        if changement.presences is not msgspec.UNSET or changement.convives is not msgspec.UNSET:
            _exiger_ouvert(evenement, maintenant)
    elif evenement.fin is not None and maintenant >= evenement.fin:
        raise EvenementPasse()
    await _changer_fiche(identifiant, ligne, changement, maintenant, equipe=equipe)
    if changement.presences is not msgspec.UNSET:
        await _changer_presences(identifiant, evenement, ligne, changement, changement.presences, maintenant)
    if changement.convives is not msgspec.UNSET:
        await _exiger_des_convives_inscrits(identifiant, evenement, changement.convives)
    publier(InscriptionModifiee(identifiant, evenement.id, maintenant))


async def _changer_fiche(
    identifiant: UUID,
    ligne: Mapping[str, Any],
    changement: ModificationInscription,
    maintenant: datetime,
    *,
    equipe: bool,
) -> None:
    """Ce qui, dans l'inscription, ne touche pas aux places."""
    simples = (
        "prenom",
        "courriel",
        "telephone",
        "commune",
        "message",
        "premiere_fois",
        "accepte_attente",
        "langue",
    )
    voulu = {nom: getattr(changement, nom) for nom in (*simples, "tout_ou_rien", "contributions", "besoins")}
    valeurs: dict[str, Any] = {nom: valeur for nom, valeur in voulu.items() if valeur is not msgspec.UNSET}
    if "langue" in valeurs:
        exiger_langue(valeurs["langue"])
    apres = {**ligne, **valeurs}
    joignable = any(
        apres[nom] for nom in ("courriel", "telephone", "pour_autrui_courriel", "pour_autrui_telephone")
    )
    if not equipe and not joignable:
        raise DemandeInvalide([ErreurDeChamp("courriel", "contact")])
    if valeurs.get("commune"):
        valeurs["commune"] = valeurs["commune"].upper()
    for nom in ("contributions", "besoins"):
        if nom in valeurs:
            valeurs[nom] = list(dict.fromkeys(valeurs[nom]))
    courriel, telephone = apres["courriel"], apres["telephone"]
    valeurs["courriel_plie"] = regles.courriel_plie(courriel) if courriel else None
    valeurs["telephone_plie"] = regles.telephone_plie(telephone) if telephone else None
    if valeurs["courriel_plie"] != ligne["courriel_plie"]:
        valeurs["courriel_confirme_le"] = None
        if ligne["courriel_plie"] is not None:
            # L'ancienne adresse était peut-être celle d'un inconnu : ce qu'elle a reçu n'ouvre plus rien.
            valeurs["version_liens"] = ligne["version_liens"] + 1
        if equipe and (ligne["courriel_plie"] or ligne["origine"] in ORIGINES_DU_FOYER):
            # Le lien part à l'adresse que l'équipe vient d'écrire : ce que le foyer a dit de sa santé ne doit pas
            # s'y lire. Ce que l'équipe avait noté elle-même, au téléphone, elle le connaît déjà.
            valeurs["accord_regimes"] = False
            await _oublier_les_convives(identifiant)
    valeurs["recherche"] = regles.texte_de_recherche(
        apres["prenom"], courriel, telephone, ligne["code_accueil"]
    )
    await _changer_convives(identifiant, ligne, changement, valeurs)
    valeurs["modifie_le"] = maintenant
    await Inscription.update({getattr(Inscription, nom): valeur for nom, valeur in valeurs.items()}).where(
        Inscription.id == identifiant
    )


async def _changer_convives(
    identifiant: UUID, ligne: Mapping[str, Any], changement: ModificationInscription, valeurs: dict[str, Any]
) -> None:
    accord = valeurs.get("accord_regimes", ligne["accord_regimes"])
    if changement.accord_regimes is not msgspec.UNSET:
        valeurs["accord_regimes"] = accord = changement.accord_regimes
    if changement.convives is not msgspec.UNSET:
        if not accord and any(c.regimes or c.allergenes for c in changement.convives):
            raise DemandeInvalide([ErreurDeChamp("accord_regimes", "accord_regimes")])
        await Convive.delete().where(Convive.inscription == identifiant)
        await _ecrire_convives(identifiant, ligne["evenement"], changement.convives, accord=accord)
    if not accord:
        await _oublier_les_convives(identifiant)


async def _exiger_des_convives_inscrits(
    identifiant: UUID, evenement: EvenementVerrouille, convives: Sequence[ConviveDemande]
) -> None:
    """Autant d'assiettes décrites que de personnes inscrites, au plus : la cuisine compte dessus."""
    lignes = await Presence.select().where(Presence.inscription == identifiant, Presence.statut != "annulee")
    voulues = {
        ligne["moment"]: regles.total(
            *(ligne[nom] for nom in (COMPTE if ligne["voulu_adultes"] is None else VOULU))
        )
        for ligne in lignes
    }
    if sum(c.nombre for c in convives) > _assiettes(evenement, voulues):
        raise DemandeInvalide([ErreurDeChamp("convives", "convives_trop_nombreux")])


async def _changer_presences(
    identifiant: UUID,
    evenement: EvenementVerrouille,
    ligne: Mapping[str, Any],
    changement: ModificationInscription,
    presences: Sequence[PresenceDemande],
    maintenant: datetime,
) -> None:
    erreurs = await _erreurs_de_presences(evenement, presences)
    voulues = {p.moment: p for p in presences if _personnes(p)}
    if not voulues and not erreurs:
        erreurs.append(ErreurDeChamp("presences", "personne"))
    if erreurs:
        raise DemandeInvalide(erreurs)
    lignes = await Presence.select().where(Presence.inscription == identifiant)
    toutes = {p["moment"]: p for p in lignes if p["moment"] in evenement.moments}
    a_placer: dict[UUID, PresenceDemande] = {}
    for moment, presence in toutes.items():
        if moment not in voulues:
            await _annuler_presence(evenement, presence)
        elif presence["statut"] == "annulee" or _agrandit(presence, voulues[moment]):
            a_placer[moment] = voulues[moment]
        else:
            await _reduire(evenement, presence, voulues[moment])
    a_placer |= {m: p for m, p in voulues.items() if m not in toutes}
    # Les places rendues vont d'abord à qui attend ; ensuite seulement, ce que ce foyer demande en plus.
    await servir_la_file(evenement, maintenant)
    reglage = changement.accepte_attente
    accepte = bool(ligne["accepte_attente"]) if reglage is msgspec.UNSET else reglage
    tout_ou_rien = changement.tout_ou_rien
    await _placer(
        identifiant,
        evenement,
        a_placer,
        {m: toutes[m] for m in a_placer if m in toutes},
        maintenant,
        accepte_attente=accepte,
        tout_ou_rien=bool(ligne["tout_ou_rien"]) if tout_ou_rien is msgspec.UNSET else tout_ou_rien,
    )
    await servir_la_file(evenement, maintenant)
    await ecrire_compteurs(evenement)


def _agrandit(actuelle: Mapping[str, Any], voulue: PresenceDemande) -> bool:
    """Vrai si la demande veut plus de personnes que le foyer n'en tient, ou n'en attend."""
    voulu = _personnes(voulue)
    ici = regles.total(*(actuelle[nom] for nom in COMPTE))
    return voulu > ici + (nombre_en_attente(actuelle) if actuelle["statut"] == "confirmee" else 0)


async def _reduire(
    evenement: EvenementVerrouille, actuelle: Mapping[str, Any], voulue: PresenceDemande
) -> None:
    """Moins de personnes, ou autant autrement réparties ; le rang dans la file est gardé."""
    avant = nombre_tenu(actuelle)
    nombres = {nom: getattr(voulue, nom) for nom in COMPTE}
    ici = regles.total(*(actuelle[nom] for nom in COMPTE))
    encore_en_plus = actuelle["statut"] == "confirmee" and _personnes(voulue) > ici
    valeurs: dict[Any, Any] = {Presence.tarif: voulue.tarif}
    apres = dict(actuelle)
    if encore_en_plus:
        apres |= {f"voulu_{nom}": nombres[nom] for nom in COMPTE}
    else:
        apres |= nombres
        if actuelle["statut"] == "confirmee":
            apres |= dict.fromkeys(VOULU)
            apres |= {"attente_depuis": None, "depassee_depuis": None, "proposee_jusqu_au": None}
    for nom in (
        *COMPTE,
        *(f"voulu_{n}" for n in COMPTE),
        "attente_depuis",
        "depassee_depuis",
        "proposee_jusqu_au",
    ):
        valeurs[getattr(Presence, nom)] = apres[nom]
    await Presence.update(valeurs).where(Presence.id == actuelle["id"])
    evenement.moments[actuelle["moment"]].pris += nombre_tenu(apres) - avant


async def _annuler_presence(evenement: EvenementVerrouille, presence: Mapping[str, Any]) -> None:
    if presence["statut"] == "annulee":
        return
    evenement.moments[presence["moment"]].pris -= nombre_tenu(presence)
    await Presence.update(_ANNULEE).where(Presence.id == presence["id"])


_SANS_ATTENTE: Final[dict[Any, Any]] = {
    Presence.attente_depuis: None,
    Presence.depassee_depuis: None,
    Presence.proposee_jusqu_au: None,
    Presence.voulu_adultes: None,
    Presence.voulu_enfants: None,
    Presence.voulu_tout_petits: None,
}
_ANNULEE: Final[dict[Any, Any]] = {Presence.statut: "annulee", **_SANS_ATTENTE}


# --- Annuler, accepter, confirmer -----------------------------------------------------------------------------------


@ecriture
async def annuler_inscription(identifiant: UUID, maintenant: datetime) -> None:
    """Annule tout ; les places vont à la file. Annuler deux fois est sans effet."""
    ligne, evenement = await _charger(identifiant)
    if ligne["annulee_le"] is not None:
        return
    if evenement.fin is not None and maintenant >= evenement.fin:
        raise EvenementPasse()
    await _rendre_tout(identifiant, evenement, maintenant)
    # Plus rien à leur dire ; les appels faits restent.
    await oublier_appels(identifiant)
    await _oublier_les_convives(identifiant)  # plus de repas
    await Inscription.update(
        {
            Inscription.annulee_le: maintenant,
            Inscription.modifie_le: maintenant,
            Inscription.accord_regimes: False,
        }
    ).where(Inscription.id == identifiant)
    publier(InscriptionAnnuleeDite(identifiant, evenement.id, maintenant))


async def _rendre_tout(identifiant: UUID, evenement: EvenementVerrouille, maintenant: datetime) -> None:
    for presence in await Presence.select().where(Presence.inscription == identifiant):
        if presence["moment"] in evenement.moments:
            await _annuler_presence(evenement, presence)
    await servir_la_file(evenement, maintenant)
    await ecrire_compteurs(evenement)


@ecriture
async def accepter_place(identifiant: UUID, maintenant: datetime) -> None:
    """Le foyer confirme les places qui lui sont proposées."""
    ligne, evenement = await _charger(identifiant)
    if ligne["annulee_le"] is not None:
        raise InscriptionAnnulee()
    if evenement.statut == "annule":
        raise EvenementAnnule()
    if evenement.fin is not None and maintenant >= evenement.fin:
        raise EvenementPasse()
    proposees = await Presence.select(Presence.id, Presence.moment).where(
        Presence.inscription == identifiant, Presence.proposee_jusqu_au > maintenant
    )
    if not proposees:
        raise AucunePlaceProposee()
    for presence in proposees:
        await confirmer_presence(presence["id"])
    await Inscription.update({Inscription.modifie_le: maintenant}).where(Inscription.id == identifiant)
    renouveler(f"places:{evenement.id}")
    publier(InscriptionModifiee(identifiant, evenement.id, maintenant))


@ecriture
async def laisser_place(identifiant: UUID, maintenant: datetime) -> None:
    """Le foyer renonce aux places proposées : ce qu'il attendait à ces moments est annulé, le reste est gardé."""
    _, evenement = await _charger(identifiant)
    lignes = await Presence.select().where(
        Presence.inscription == identifiant, Presence.proposee_jusqu_au.is_not_null()
    )
    if not lignes:
        raise AucunePlaceProposee()
    for ligne in lignes:
        if ligne["statut"] == "en_attente":
            await _annuler_presence(evenement, ligne)
            continue
        evenement.moments[ligne["moment"]].pris -= nombre_en_attente(ligne)
        await Presence.update(_SANS_ATTENTE).where(Presence.id == ligne["id"])
    await Inscription.update({Inscription.modifie_le: maintenant}).where(Inscription.id == identifiant)
    await servir_la_file(evenement, maintenant)
    await ecrire_compteurs(evenement)


@ecriture
async def redemander_liens(courriel: str, maintenant: datetime) -> None:
    """Renvoie ses liens à qui les a perdus ; rien ne dit si l'adresse est connue."""
    plie = regles.courriel_plie(courriel)
    lignes = (
        await Inscription.select(Inscription.id, Inscription.evenement)
        .where(
            Inscription.courriel_plie == plie,
            Inscription.annulee_le.is_null(),
            (Inscription.evenement.fin > maintenant) | Inscription.evenement.fin.is_null(),
        )
        .order_by(Inscription.cree_le, ascending=False)
        .limit(LIENS_RENVOYES_MAX)
    )
    for ligne in lignes:
        publier(LienDemande(ligne["id"], ligne["evenement"], maintenant))


@ecriture
async def confirmer_courriel(identifiant: UUID, maintenant: datetime) -> None:
    """La personne a ouvert le lien reçu et l'a dit : l'adresse est bien la sienne."""
    await Inscription.update({Inscription.courriel_confirme_le: maintenant}).where(
        Inscription.id == identifiant, Inscription.courriel_confirme_le.is_null()
    )


@ecriture
async def renvoyer_lien(identifiant: UUID, maintenant: datetime) -> None:
    """Fait repartir le courriel qui ouvre l'inscription."""
    evenement = await Inscription.select(Inscription.evenement).where(Inscription.id == identifiant).first()
    if evenement is None:
        raise InscriptionIntrouvable()
    publier(LienDemande(identifiant, evenement["evenement"], maintenant))


async def inscrire_appel(
    identifiant: UUID, evenement: int, nouvelle: regles.Nouvelle, maintenant: datetime
) -> None:
    """Fait appeler un foyer. Tant qu'on ne l'a pas appelé, il n'a qu'une ligne, qui dit l'état présent ; sa note reste."""
    en_attente = (
        await Appel.select(Appel.motif, Appel.details, Appel.note)
        .where(Appel.inscription == identifiant, Appel.fait_le.is_null())
        .order_by(Appel.cree_le, Appel.id)
    )
    avant = [
        n for ligne in en_attente for n in regles.nouvelles(ligne["motif"], json.loads(ligne["details"]))
    ]
    *aussi, derniere = regles.joindre_appels(avant, nouvelle)
    await oublier_appels(identifiant)
    await Appel.insert(
        Appel(
            evenement=evenement,
            inscription=identifiant,
            motif=derniere.pop("motif"),
            details=json.dumps(derniere | ({"aussi": aussi} if aussi else {})),
            note=" ".join(filter(None, (ligne["note"] for ligne in en_attente))),
            cree_le=maintenant,
        )
    )


async def oublier_appels(identifiant: UUID) -> None:
    """Efface ce qui restait à dire à un foyer de vive voix."""
    await Appel.delete().where(Appel.inscription == identifiant, Appel.fait_le.is_null())


@ecriture
async def noter_appel(appel: int, fait: bool, note: str, compte: int, maintenant: datetime) -> None:
    """Note qu'une personne a été appelée (ou pas encore). Un appel fait reste fait si un plus récent dit déjà tout."""
    ligne = await Appel.select(Appel.inscription).where(Appel.id == appel).first()
    if ligne is None or (
        not fait
        and await Appel.exists().where(
            Appel.inscription == ligne["inscription"], Appel.fait_le.is_null(), Appel.id != appel
        )
    ):
        return
    await Appel.update(
        {
            Appel.fait_le: maintenant if fait else None,
            Appel.fait_par: compte if fait else None,
            Appel.note: note,
        }
    ).where(Appel.id == appel)


@ecriture
async def revoquer_liens(identifiant: UUID) -> None:
    """Tous les liens envoyés pour cette inscription cessent de marcher."""
    await Inscription.update({Inscription.version_liens: Inscription.version_liens + 1}).where(
        Inscription.id == identifiant
    )


@ecriture
async def changer_adresse_agenda(identifiant: UUID) -> None:
    """L'agenda de cette inscription change d'adresse ; l'ancienne ne mène plus à rien."""
    await Inscription.update({Inscription.version_agenda: Inscription.version_agenda + 1}).where(
        Inscription.id == identifiant
    )


# --- Effacer --------------------------------------------------------------------------------------------------------


@ecriture
async def effacer_inscription(identifiant: UUID, maintenant: datetime) -> None:
    """Efface tout ce qui concerne ce foyer ; il n'en reste que le fait qu'elle a existé (410)."""
    _, evenement = await _charger(identifiant)
    await _rendre_tout(identifiant, evenement, maintenant)
    await effacer_lignes([identifiant], maintenant)


@ecriture
async def retirer_abus(evenement_id: int, inscriptions: Sequence[UUID], maintenant: datetime) -> list[UUID]:
    """Retire d'un coup des inscriptions abusives, sans rien envoyer ; rend celles qui l'ont été. La file avance."""
    evenement = await _verrouiller_connu(evenement_id)
    lignes = await Inscription.select(Inscription.id).where(
        Inscription.evenement == evenement_id, Inscription.id.is_in(list(inscriptions))
    )
    for ligne in lignes:
        for presence in await Presence.select().where(Presence.inscription == ligne["id"]):
            if presence["moment"] in evenement.moments:
                await _annuler_presence(evenement, presence)
    retirees = [ligne["id"] for ligne in lignes]
    await effacer_lignes(retirees, maintenant)
    await servir_la_file(evenement, maintenant)
    await ecrire_compteurs(evenement)
    return retirees


async def effacer_lignes(identifiants: Sequence[UUID], maintenant: datetime) -> None:
    """Efface les lignes, leurs envois, et garde de quoi répondre 410. Les compteurs sont l'affaire de l'appelant."""
    if not identifiants:
        return
    for identifiant in identifiants:
        await effacer_objet(f"inscription:{identifiant}")
    await Inscription.delete().where(Inscription.id.is_in(list(identifiants)))
    await Effacee.insert(*(Effacee(id=i, effacee_le=maintenant) for i in identifiants))


# --- Accueillir -----------------------------------------------------------------------------------------------------


@ecriture
async def accueillir(identifiant: UUID, accueil: Accueil, compte: int, maintenant: datetime) -> None:
    """Marque qui est venu à un moment (ou efface la marque). Ne change pas les places tenues."""
    _, evenement = await _charger(identifiant)
    if accueil.moment not in evenement.moments:
        raise DemandeInvalide([ErreurDeChamp("moment", "moment_inconnu")])
    await _marquer_venue(identifiant, accueil.moment, accueil, compte, maintenant)


async def _marquer_venue(
    identifiant: UUID, moment: UUID, nombres: Accueil | PresenceDemande, compte: int, maintenant: datetime
) -> None:
    efface = nombres.adultes is None and nombres.enfants is None and nombres.tout_petits is None
    valeurs: dict[Any, Any] = {
        Presence.venue_adultes: None if efface else nombres.adultes or 0,
        Presence.venue_enfants: None if efface else nombres.enfants or 0,
        Presence.venue_tout_petits: None if efface else nombres.tout_petits or 0,
        Presence.venue_le: None if efface else maintenant,
        Presence.venue_par: None if efface else compte,
    }
    touchees = (
        await Presence.update(valeurs)
        .where(Presence.inscription == identifiant, Presence.moment == moment)
        .returning(Presence.id)
    )
    if not touchees:
        raise DemandeInvalide([ErreurDeChamp("moment", "moment_sans_presence")])


# --- Ce que le reste de la maison fait arriver ----------------------------------------------------------------------


async def servir_apres_changement(evenement_id: int, maintenant: datetime) -> None:
    """Une jauge montée, une date retrouvée, un évènement rétabli : la file avance. Dans l'unité de l'appelant."""
    evenement = await verrouiller(evenement=evenement_id)
    if evenement is not None:
        await servir_la_file(evenement, maintenant)
        await ecrire_compteurs(evenement)


async def retirer_presences(moment: UUID) -> list[UUID]:
    """Un moment quitte le programme : ses présences sont annulées, sans toucher au reste. Rend les foyers concernés.

    Un foyer qui n'avait que ce moment reste inscrit, sans présence : l'équipe le voit, et il peut choisir autre chose.
    """
    lignes = (
        await Presence.update(_ANNULEE)
        .where(Presence.moment == moment, Presence.statut != "annulee")
        .returning(Presence.inscription)
    )
    await Moment.update({Moment.pris: 0}).where(Moment.id == moment)
    return [ligne["inscription"] for ligne in lignes]


@ecriture
async def tenir_la_file(evenement_id: int, maintenant: datetime) -> None:
    """Rend les places proposées sans réponse et sert la suite ; appelé par l'entretien."""
    evenement = await verrouiller(evenement=evenement_id)
    if evenement is None:
        return
    await retirer_propositions_perimees(evenement, maintenant)
    await servir_la_file(evenement, maintenant)
    await ecrire_compteurs(evenement)


async def _charger(identifiant: UUID) -> tuple[dict[str, Any], EvenementVerrouille]:
    """L'inscription et son évènement verrouillé ; relue après le verrou, car elle a pu changer en l'attendant."""
    ligne = await Inscription.select(Inscription.evenement).where(Inscription.id == identifiant).first()
    if ligne is None:
        if await Effacee.exists().where(Effacee.id == identifiant):
            raise InscriptionEffacee()
        raise InscriptionIntrouvable()
    evenement = await _verrouiller_connu(ligne["evenement"])
    ligne = await Inscription.select().where(Inscription.id == identifiant).first()
    if ligne is None:
        raise InscriptionEffacee()
    return ligne, evenement


async def _verrouiller_connu(evenement_id: int) -> EvenementVerrouille:
    evenement = await verrouiller(evenement=evenement_id)
    if evenement is None:
        raise InscriptionIntrouvable()
    return evenement
