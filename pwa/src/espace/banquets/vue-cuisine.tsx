import { useEffect, useMemo, useState } from 'preact/hooks';
import '../../../styles/cuisine.css';
import { Ecrans } from '../../cuisine/ecrans';
import { ouvrir, parLEspace } from '../../cuisine/etat';
import { parlerAuService } from '../../cuisine/lecture';
import { parler } from '../../cuisine/textes';
import { garderRetour } from '../retour';
import { langue } from '../textes';
import { Cadre } from './cadre';

/** Ce que voit la cuisine, pour qui a un compte : les mêmes écrans, lus autrement, et rien de gardé sur l'appareil. */
export default function EnCuisine({ moment }: { moment: string }) {
  const [parle, dire] = useState('');
  useEffect(() => {
    void parler(langue).then(() => {
      parlerAuService(langue);
      dire(langue);
    });
  }, [langue]);
  return (
    <Cadre moment={moment} nom="banquet.vue_cuisine">
      {({ organise }) => (parle ? <Vue key={`${moment} ${parle}`} moment={moment} organise={organise} /> : <></>)}
    </Cadre>
  );
}

function seReconnecter(): void {
  garderRetour();
  location.assign('/connexion');
}

function Vue({ moment, organise }: { moment: string; organise: boolean }) {
  const banquet = useMemo(() => ouvrir(moment, parLEspace(moment, organise, seReconnecter)), [moment, organise]);
  useEffect(() => {
    const cesser = banquet.veiller();
    // Rien n'est gardé hors de l'onglet : quitter avec une note qui attend, ou un message commencé, les perdrait.
    const retenir = (depart: BeforeUnloadEvent) => (banquet.gestes.value.length > 0 || banquet.brouillon.value !== '') && depart.preventDefault();
    addEventListener('beforeunload', retenir);
    return () => {
      cesser();
      removeEventListener('beforeunload', retenir);
    };
  }, [banquet]);
  return (
    <div class="dans-l-espace">
      <Ecrans banquet={banquet} dansLEspace />
    </div>
  );
}
