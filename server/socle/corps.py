"""Corps des demandes : décodés strictement, et refusés avec **tous** les champs à la fois.

msgspec s'arrête à la première erreur. Le chemin heureux reste le sien, d'un seul appel ; en cas de refus seulement,
la demande est parcourue champ par champ pour tout dire d'un coup.
"""

import itertools
import re
import types
from collections.abc import Generator, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from litestar.dto import AbstractDTO
from litestar.dto.data_structures import DTOFieldDefinition
from litestar.exceptions import ClientException
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from server.socle.champs import ANNEES, PHRASES_DES_FORMES
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp

T = TypeVar("T", bound=msgspec.Struct)

ERREURS_DITES_MAX: Final = 50
"""Au-delà, personne ne lit, et le refus pèserait plus que la demande."""


def decoder(octets: bytes, modele: type[T]) -> T:
    """Le corps JSON comme Struct ; `DemandeInvalide` dit tous les champs refusés."""
    try:
        return _exiger_des_instants(msgspec.json.decode(octets, type=modele, strict=True))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    try:
        brut = msgspec.json.decode(octets)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise DemandeInvalide([ErreurDeChamp("", "json")]) from None
    return convertir(brut, modele)


def convertir(brut: Any, modele: type[T], *, strict: bool = True) -> T:
    """Des valeurs simples comme Struct. `strict=False` pour un formulaire, où tout est texte."""
    try:
        return _exiger_des_instants(msgspec.convert(brut, modele, strict=strict))
    except msgspec.ValidationError:
        erreurs = list(itertools.islice(_examiner(brut, modele, "", strict), ERREURS_DITES_MAX))
        raise DemandeInvalide(erreurs or [ErreurDeChamp("", "incompris")]) from None


def _exiger_des_instants(lu: T) -> T:
    """La même demande, si tous ses instants sont d'une année que l'on tient ; lève `DemandeInvalide`."""
    if erreurs := list(itertools.islice(_instants_hors_bornes(lu, ""), ERREURS_DITES_MAX)):
        raise DemandeInvalide(erreurs)
    return lu


def _instants_hors_bornes(lu: Any, chemin: str) -> Generator[ErreurDeChamp, None, None]:
    if isinstance(lu, datetime):
        if lu.year not in ANNEES:
            yield ErreurDeChamp(chemin, "annee", {"debut": ANNEES[0], "fin": ANNEES[-1]})
    elif isinstance(lu, msgspec.Struct):
        for nom, dit in zip(lu.__struct_fields__, lu.__struct_encode_fields__, strict=True):
            yield from _instants_hors_bornes(getattr(lu, nom), f"{chemin}.{dit}" if chemin else dit)
    elif isinstance(lu, list | tuple):
        for rang, element in enumerate(lu):
            yield from _instants_hors_bornes(element, f"{chemin}.{rang}" if chemin else str(rang))


def _examiner(
    brut: Any, modele: type[Any], chemin: str, strict: bool
) -> Generator[ErreurDeChamp, None, None]:
    if not isinstance(brut, Mapping):
        yield ErreurDeChamp(chemin, "objet")
        return
    annotations = get_type_hints(modele, include_extras=True)
    champs = msgspec.structs.fields(modele)
    for champ in champs:
        ici = f"{chemin}.{champ.encode_name}" if chemin else champ.encode_name
        if champ.encode_name not in brut:
            if champ.required:
                yield ErreurDeChamp(ici, "manquant")
            continue
        yield from _examiner_valeur(brut[champ.encode_name], annotations[champ.name], ici, strict)
    if modele.__struct_config__.forbid_unknown_fields:
        connus = {champ.encode_name for champ in champs}
        for cle in brut:
            if cle not in connus:
                nom = str(cle)[:60].encode("ascii", "replace").decode()
                yield ErreurDeChamp(f"{chemin}.{nom}" if chemin else nom, "inconnu")


def _examiner_valeur(
    valeur: Any, annotation: Any, chemin: str, strict: bool
) -> Generator[ErreurDeChamp, None, None]:
    modele, element = _modele_dans(annotation), _element_de(annotation)
    if modele is not None and isinstance(valeur, Mapping):
        yield from _examiner(valeur, modele, chemin, strict)
        return
    if element is not None and isinstance(valeur, list | tuple):
        for rang, morceau in enumerate(valeur[:200]):
            yield from _examiner_valeur(morceau, element, f"{chemin}.{rang}", strict)
    try:
        lu = msgspec.convert(valeur, annotation, strict=strict)
        if element is None:  # sinon, déjà dit, élément par élément
            yield from _instants_hors_bornes(lu, chemin)
    except msgspec.ValidationError as erreur:
        if element is not None and isinstance(valeur, list | tuple) and "$[" in str(erreur):
            return  # déjà dit, élément par élément
        yield _traduire(str(erreur), chemin)


def _branches(annotation: Any) -> list[Any]:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        return [b for a in get_args(annotation) for b in _branches(a)]
    return [annotation]


def _modele_dans(annotation: Any) -> type[Any] | None:
    for branche in _branches(annotation):
        if isinstance(branche, type) and issubclass(branche, msgspec.Struct):
            return branche
    return None


def _element_de(annotation: Any) -> Any:
    for branche in _branches(annotation):
        if get_origin(branche) in (list, tuple, set, frozenset):
            return get_args(branche)[0]
    return None


_MOTIFS: list[tuple[re.Pattern[str], str, str]] = [
    (re.compile(r"`(?:str|array|list)` of length >= (\d+)"), "trop_court", "n"),
    (re.compile(r"`str` of length <= (\d+)"), "trop_long", "n"),
    (re.compile(r"`array` of length <= (\d+)"), "trop_nombreux", "n"),
    (re.compile(r"`(?:int|float)` >= (-?[\d.]+)"), "trop_petit", "n"),
    (re.compile(r"`(?:int|float)` <= (-?[\d.]+)"), "trop_grand", "n"),
    (re.compile(r"matching regex"), "forme", ""),
    (re.compile(r"Invalid (?:enum|literal) value|Invalid value"), "choix", ""),
    (re.compile(r"Invalid UUID|`uuid`"), "identifiant", ""),
    (re.compile(r"Invalid RFC3339|`datetime`|`date`|`time`|timezone"), "instant", ""),
    (re.compile(r"Expected `int"), "entier", ""),
    (re.compile(r"Expected `float"), "nombre", ""),
    (re.compile(r"Expected `bool"), "oui_non", ""),
    (re.compile(r"Expected `str"), "texte", ""),
    (re.compile(r"Expected `array"), "liste", ""),
    (re.compile(r"Expected `object"), "objet", ""),
]


def _traduire(message: str, chemin: str) -> ErreurDeChamp:
    for forme, texte in PHRASES_DES_FORMES.items():
        if repr(forme) in message:
            return ErreurDeChamp(chemin, texte)
    for motif, texte, nom in _MOTIFS:
        if trouve := motif.search(message):
            valeurs = {nom: float(trouve[1]) if "." in trouve[1] else int(trouve[1])} if nom else {}
            return ErreurDeChamp(chemin, texte, valeurs)
    return ErreurDeChamp(chemin, "incompris")


class Corps(AbstractDTO[Any]):
    """Lecture du corps d'une route Litestar par `decoder` (Litestar convertirait `"3"` en 3 et ne dirait qu'une erreur)."""

    _modeles: ClassVar[dict[str, type[msgspec.Struct]]] = {}

    def decode_bytes(self, value: bytes) -> Any:
        modele = self._modeles[self.asgi_connection.route_handler.handler_id]
        return decoder(value, modele)

    def decode_builtins(self, value: dict[str, Any]) -> Any:
        raise ClientException("cette route attend du JSON")

    def data_to_encodable_type(self, data: Any) -> Any:
        return data

    @classmethod
    def is_supported_model_type_field(cls, field_definition: FieldDefinition) -> bool:
        return True

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Any = None
    ) -> None:
        modele = field_definition.annotation
        if (
            field_definition.name == "data"
            and isinstance(modele, type)
            and issubclass(modele, msgspec.Struct)
        ):
            cls._modeles[handler_id] = modele

    @classmethod
    def create_openapi_schema(
        cls, field_definition: FieldDefinition, handler_id: str, schema_creator: Any
    ) -> Reference | Schema:
        schema: Reference | Schema = schema_creator.for_field_definition(field_definition)
        return schema

    @classmethod
    def generate_field_definitions(cls, model_type: type[Any]) -> Generator[DTOFieldDefinition, None, None]:
        yield from ()

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:
        return False
