import { api, obtenir } from '../../api/client';
import { Bloc, Suite, Vide } from '../composants/page';
import { useChargement } from '../etat';
import { t } from '../textes';
import { Cadre } from './cadre';
import { enumerer, nomAllergene, nomRegime, SERVICES, type Menu, type Plat } from './mots';

export default function MenuDuBanquet({ moment }: { moment: string }) {
  const menu = useChargement(`banquet/${moment}/menu`, () =>
    obtenir(api.GET('/api/espace/banquets/{moment}/menu', { params: { path: { moment } } })),
  );
  return (
    <Cadre moment={moment} nom="banquet.menu">
      {() => <Suite de={menu}>{(valeur) => <MenuLu menu={valeur} />}</Suite>}
    </Cadre>
  );
}

function MenuLu({ menu }: { menu: Menu }) {
  if (menu.plats.length === 0) return <Vide>{t('menu.vide')}</Vide>;
  return (
    <>
      {SERVICES.map((service) => {
        const plats = menu.plats.filter((plat) => plat.service === service);
        return (
          plats.length > 0 && (
            <Bloc key={service} titre={t(`services.${service}`)}>
              <ul class="lignes">
                {plats.map((plat) => (
                  <li key={plat.id}>
                    <div>
                      <strong>{plat.nom}</strong>
                      {plat.description && <p class="second">{plat.description}</p>}
                      <Contenu plat={plat} />
                    </div>
                  </li>
                ))}
              </ul>
            </Bloc>
          )
        );
      })}
    </>
  );
}

/** Ce qu'on sait de ce que contient un plat ; « aucun allergène » n'est pas « personne n'a regardé ». */
export function Contenu({ plat }: { plat: Plat }) {
  return (
    <>
      <p class="second">
        <span class={`marque allergenes-${plat.etat_allergenes}`}>
          {t(`menu.allergenes_etat.${plat.etat_allergenes as 'deduits'}`)}
        </span>{' '}
        {plat.etat_allergenes !== 'pas_remplis' &&
          (plat.allergenes.length > 0
            ? t('menu.contient', { quoi: enumerer(plat.allergenes.map(nomAllergene)) })
            : t('menu.aucun_allergene'))}
      </p>
      {plat.regimes.length > 0 && (
        <p class="second">{t('menu.convient', { regimes: enumerer(plat.regimes.map(nomRegime)) })}</p>
      )}
    </>
  );
}
