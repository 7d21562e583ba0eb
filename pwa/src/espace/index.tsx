import { render } from 'preact';
import '../../styles/espace.css';
import { api, obtenir, parlerAuService, quandDeconnecte } from '../api/client';
import { Application } from './application';
import { Echec } from './composants/page';
import { moi } from './etat';
import { garderRetour, reprendreRetour } from './retour';
import { choisirLangue, langue, parler } from './textes';

/** Qui n'est plus connecté se reconnecte et revient ici ; ce qui était tapé est gardé sur l'appareil. */
quandDeconnecte(() => {
  garderRetour();
  location.assign('/connexion');
});

async function demarrer(racine: HTMLElement): Promise<void> {
  // La coquille connaît déjà la langue : les phrases viennent en même temps que le compte.
  const dite = choisirLangue(document.documentElement.lang);
  parlerAuService(dite);
  const compte = obtenir(api.GET('/api/espace/moi'));
  compte.catch(() => {});
  await parler(dite);
  try {
    moi.value = await compte;
    if (moi.value.langue !== langue) {
      await parler(choisirLangue(moi.value.langue));
      parlerAuService(langue);
    }
    reprendreRetour();
    racine.replaceChildren();
    render(<Application />, racine);
  } catch (erreur) {
    racine.replaceChildren();
    render(<Echec erreur={erreur} recommencer={() => location.reload()} />, racine);
  }
}

const racine = document.getElementById('espace');
if (racine) void demarrer(racine);
