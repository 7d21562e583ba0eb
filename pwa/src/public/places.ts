// Les places exactes, demandées à part : la page, elle, ne dit que « places », « dernières places » ou « complet ».

import { direPlaces } from './formulaire';

interface PlacesMoment {
  moment: string;
  places_restantes: number | null;
  niveau: string;
}

/** Remplace les mots de la page par le compte exact, et le donne au formulaire ; sans réponse, les mots restent. */
export async function montrerPlaces(slug: string, mots: DOMStringMap): Promise<void> {
  try {
    const reponse = await fetch(`/api/evenements/${encodeURIComponent(slug)}/places`);
    if (!reponse.ok) return;
    const { moments } = (await reponse.json()) as { moments: PlacesMoment[] };
    for (const { moment, places_restantes: restantes, niveau } of moments) {
      if (restantes === null) continue;
      for (const element of document.querySelectorAll(`[data-places="${CSS.escape(moment)}"]`)) {
        element.className = `niveau ${niveau}`;
        element.textContent = direPlaces(mots, restantes);
      }
      for (const champ of document.querySelectorAll<HTMLElement>(`[name=moments][value="${CSS.escape(moment)}"]`)) {
        champ.dataset['restantes'] = String(restantes);
      }
    }
  } catch {
    // Sans réseau, les mots de la page suffisent.
  }
}
