import { useEffect, useMemo, useState } from 'preact/hooks';
import '../../../styles/cuisine.css';
import { Ecrans } from '../../cuisine/ecrans';
import { ouvrir, parLEspace } from '../../cuisine/etat';
import { parlerAuService } from '../../cuisine/lecture';
import { parler } from '../../cuisine/textes';
import { langue } from '../textes';
import { Cadre } from './cadre';

/** Ce que voit la cuisine, pour qui a un compte : les mêmes écrans, lus autrement, et rien de gardé sur l'appareil. */
export default function EnCuisine({ moment }: { moment: string }) {
  const [parle, parler_] = useState('');
  useEffect(() => {
    void parler(langue).then(() => {
      parlerAuService(langue);
      parler_(langue);
    });
  }, [langue]);
  return (
    <Cadre moment={moment} nom="banquet.vue_cuisine">
      {({ organise }) => (parle ? <Vue key={`${moment} ${parle}`} moment={moment} organise={organise} /> : <></>)}
    </Cadre>
  );
}

function Vue({ moment, organise }: { moment: string; organise: boolean }) {
  const banquet = useMemo(() => ouvrir(moment, parLEspace(moment, organise)), [moment, organise]);
  useEffect(() => banquet.veiller(), [banquet]);
  return (
    <div class="dans-l-espace">
      <Ecrans banquet={banquet} dansLEspace />
    </div>
  );
}
