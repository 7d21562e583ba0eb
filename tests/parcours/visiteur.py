"""Un visiteur sans JavaScript : il ouvre des pages, remplit des formulaires, touche des boutons, garde ses cookies."""

from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

import httpx

VIDES = {"input", "br", "img", "meta", "link", "hr", "use", "path", "source"}


class Formulaire:
    """Un formulaire tel qu'un navigateur l'enverrait, champs cochés et remplis d'avance compris."""

    def __init__(self, action: str, methode: str) -> None:
        self.action, self.methode = action, methode
        self.champs: list[tuple[str, str]] = []
        self.cases: list[tuple[str, str]] = []
        self.noms: set[str] = set()

    def remplir(self, **valeurs: str) -> "Formulaire":
        for nom, valeur in valeurs.items():
            reel = nom.replace("__", ".")
            assert reel in self.noms, f"pas de champ « {reel} » dans ce formulaire"
            self.champs = [couple for couple in self.champs if couple[0] != reel] + [(reel, valeur)]
        return self

    def cocher(self, nom: str, *valeurs: str) -> "Formulaire":
        for valeur in valeurs:
            assert (nom, valeur) in self.cases, f"pas de case « {nom} = {valeur} »"
            self.champs.append((nom, valeur))
        return self

    def decocher(self, nom: str, *valeurs: str) -> "Formulaire":
        self.champs = [c for c in self.champs if c[0] != nom or (valeurs and c[1] not in valeurs)]
        return self


class _Lecteur(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.formulaires: list[Formulaire] = []
        self.liens: list[tuple[str, str]] = []
        self.texte: list[str] = []
        self.titres: list[str] = []
        self._ouvert: Formulaire | None = None
        self._choix: str | None = None
        self._zone: tuple[str, list[str]] | None = None
        self._lien: str | None = None
        self._tait = 0
        self._titre = False

    def handle_starttag(self, tag: str, attributs: list[tuple[str, str | None]]) -> None:
        a = {nom: valeur or "" for nom, valeur in attributs}
        if tag in ("script", "style"):
            self._tait += 1
        elif tag == "form":
            self._ouvert = Formulaire(a.get("action", ""), a.get("method", "get").lower())
            self.formulaires.append(self._ouvert)
        elif tag == "a" and "href" in a:
            self._lien = a["href"]
            self.liens.append((a["href"], ""))
        elif tag == "h1":
            self._titre = True
            self.titres.append("")
        elif self._ouvert is not None:
            self._champ(tag, a)

    def _champ(self, tag: str, a: dict[str, str]) -> None:
        assert self._ouvert is not None
        nom = a.get("name", "")
        if tag == "input" and nom:
            self._ouvert.noms.add(nom)
            if a.get("type") in ("checkbox", "radio"):
                self._ouvert.cases.append((nom, a.get("value", "on")))
                if "checked" in a:
                    self._ouvert.champs.append((nom, a.get("value", "on")))
            else:
                self._ouvert.champs.append((nom, a.get("value", "")))
        elif tag == "select" and nom:
            self._choix = nom
            self._ouvert.noms.add(nom)
        elif tag == "option" and self._choix:
            self._ouvert.cases.append((self._choix, a.get("value", "")))
            if "selected" in a:
                self._ouvert.champs.append((self._choix, a.get("value", "")))
        elif tag == "textarea" and nom:
            self._ouvert.noms.add(nom)
            self._zone = (nom, [])

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._tait -= 1
        elif tag == "form":
            self._ouvert = None
        elif tag == "select":
            self._choix = None
        elif tag == "a":
            self._lien = None
        elif tag == "h1":
            self._titre = False
        elif tag == "textarea" and self._zone and self._ouvert:
            self._ouvert.champs.append((self._zone[0], "".join(self._zone[1]).removeprefix("\n")))
            self._zone = None

    def handle_data(self, data: str) -> None:
        if self._zone:
            self._zone[1].append(data)
        if not self._tait:
            self.texte.append(data)
            if self._titre:
                self.titres[-1] += data
            if self._lien is not None:
                href, mot = self.liens[-1]
                self.liens[-1] = (href, mot + data)


class Page:
    """Une page lue."""

    def __init__(self, reponse: httpx.Response) -> None:
        self.reponse = reponse
        self.adresse = str(reponse.url)
        lecteur = _Lecteur()
        lecteur.feed(reponse.text)
        self.formulaires, self.liens = lecteur.formulaires, lecteur.liens
        self.titre = " ".join(lecteur.titres[0].split()) if lecteur.titres else ""
        self.texte = " ".join("".join(lecteur.texte).split())

    def formulaire(self, fin_d_action: str) -> Formulaire:
        trouves = [f for f in self.formulaires if f.action.split("?")[0].endswith(fin_d_action)]
        assert trouves, (
            f"aucun formulaire vers …{fin_d_action} ; il y a {[f.action for f in self.formulaires]}"
        )
        return trouves[0]


class Visiteur:
    """Un appareil : ses cookies, sa langue, et la page qu'il regarde."""

    def __init__(self, client: httpx.AsyncClient, langue: str = "fr") -> None:
        self._client = client
        self._cookies = httpx.Cookies()
        self._entetes = {"accept": "text/html,application/xhtml+xml", "accept-language": langue}

    async def ouvrir(self, adresse: str) -> Page:
        return await self._suivre(await self._demander("GET", adresse))

    async def envoyer(self, page: Page, formulaire: Formulaire) -> Page:
        adresse = urljoin(page.adresse, formulaire.action)
        if formulaire.methode == "get":
            return await self.ouvrir(adresse.split("?")[0] + "?" + urlencode(formulaire.champs))
        entetes = {"content-type": "application/x-www-form-urlencoded", "origin": "http://localhost:8000"}
        return await self._suivre(
            await self._demander("POST", adresse, content=urlencode(formulaire.champs), headers=entetes)
        )

    async def _demander(
        self, methode: str, adresse: str, *, content: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Avec les cookies de cet appareil, et d'aucun autre."""
        self._client.cookies = self._cookies
        reponse = await self._client.request(
            methode, adresse, content=content, headers=self._entetes | (headers or {})
        )
        self._cookies = self._client.cookies
        self._client.cookies = httpx.Cookies()
        return reponse

    async def _suivre(self, reponse: httpx.Response) -> Page:
        for _ in range(5):
            if reponse.status_code not in (301, 302, 303, 307, 308):
                return Page(reponse)
            suite = urljoin(str(reponse.url), reponse.headers["location"])
            reponse = await self._demander("GET", suite)
        raise AssertionError("trop de redirections")
