import { useEffect, useState } from 'preact/hooks';
import type { Banquet } from './etat';

/** L'heure du service, relue à ce rythme : pour ce qui se compte à rebours. */
export function useHeure(banquet: Banquet, rythme_ms: number): number {
  const [heure, poser] = useState(banquet.heure);
  useEffect(() => {
    const minuterie = setInterval(() => poser(banquet.heure()), rythme_ms);
    return () => clearInterval(minuterie);
  }, [banquet, rythme_ms]);
  return heure;
}
