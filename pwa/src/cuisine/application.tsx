import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { direJour, direPlage } from '../espace/dates';
import { Ecrans } from './ecrans';
import { lireListe, ouvrir, parLeLien } from './etat';
import { direInstant } from './formes';
import { langue, t } from './textes';

const BANQUET = /^\/cuisine\/banquets\/([0-9a-f-]{36})\/?$/;

/** Sans compte : un banquet si l'adresse le dit, sinon ceux que cet appareil ouvre. */
export function Application() {
  const moment = BANQUET.exec(location.pathname)?.[1];
  return moment ? <UnBanquet moment={moment} /> : <Banquets />;
}

function UnBanquet({ moment }: { moment: string }) {
  const banquet = useMemo(() => ouvrir(moment, parLeLien(moment)), [moment]);
  useEffect(() => banquet.veiller(), [banquet]);
  return <Ecrans banquet={banquet} retour={{ adresse: '/cuisine', mot: t('banquets.titre') }} />;
}

function Banquets() {
  const liste = useMemo(lireListe, []);
  const relu = useSignal(false);
  useEffect(() => {
    const lire = () => void liste.lire().then(() => (relu.value = true));
    const revenir = () => document.visibilityState === 'visible' && lire();
    lire();
    document.addEventListener('visibilitychange', revenir);
    addEventListener('online', revenir);
    return () => {
      document.removeEventListener('visibilitychange', revenir);
      removeEventListener('online', revenir);
    };
  }, [liste]);
  const banquets = liste.banquets.value;
  return (
    <main class="page banquets">
      <h1>{t('banquets.titre')}</h1>
      {liste.reseau.value === 'hors' && (
        <p class="bandeau" role="status">
          {liste.lue_le.value ? t('reseau.hors', { quand: direInstant(liste.lue_le.value, langue) }) : t('reseau.hors_rien')}
        </p>
      )}
      {banquets === null && <p class="patience">{t('reseau.lecture')}</p>}
      {banquets !== null && banquets.length === 0 && liste.reseau.value !== 'hors' && (
        <div class="encart">
          <p>
            <strong>{t('banquets.aucun')}</strong>
          </p>
          <p>{t('banquets.aucun_aide')}</p>
        </div>
      )}
      <ul class="cartes">
        {banquets?.map(({ moment, titre, debut, expire_le }) => (
          <li key={moment} class="carte">
            <h2>
              <a class="carte-lien" href={`/cuisine/banquets/${moment}`}>
                {titre}
              </a>
            </h2>
            {debut && (
              <p>
                {direJour(debut, langue)}, {direPlage(debut, null, langue)}
              </p>
            )}
            <p class="second">{t('banquets.expire', { quand: direInstant(expire_le, langue) })}</p>
          </li>
        ))}
      </ul>
    </main>
  );
}
