// Les places exactes, demandées à part : la page, elle, ne dit que « places », « dernières places » ou « complet ».

interface PlacesMoment {
  moment: string;
  places_restantes: number | null;
  niveau: string;
}

/** Remplace les mots de la page par le compte exact ; sans réponse, les mots restent. */
export async function montrerPlaces(slug: string, mots: DOMStringMap): Promise<void> {
  const { placesUne, placesPlusieurs, placesAucune } = mots;
  if (!placesUne || !placesPlusieurs || !placesAucune) return;
  try {
    const reponse = await fetch(`/api/evenements/${encodeURIComponent(slug)}/places`);
    if (!reponse.ok) return;
    const { moments } = (await reponse.json()) as { moments: PlacesMoment[] };
    for (const { moment, places_restantes: restantes, niveau } of moments) {
      if (restantes === null) continue;
      const mot = restantes === 0 ? placesAucune : restantes === 1 ? placesUne : placesPlusieurs;
      for (const element of document.querySelectorAll(`[data-places="${CSS.escape(moment)}"]`)) {
        element.className = `niveau ${niveau}`;
        element.textContent = mot.replace('{n}', String(restantes));
      }
    }
  } catch {
    // Sans réseau, les mots de la page suffisent.
  }
}
