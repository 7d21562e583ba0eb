import { api, obtenir, type Modeles } from '../../api/client';
import { useChargement } from '../etat';
import { t } from '../textes';
import { Icone, type NomIcone } from './icone';
import { Bloc } from './page';

type Pas = Modeles['Pas'];

const OU: Record<Pas['cle'], readonly [NomIcone, adresse: string]> = {
  installation: ['crayon', '/espace/installation'],
  structure: ['reseau', '/espace/reseau'],
  lieu: ['maison', '/espace/creer/lieu'],
  equipe: ['personnes', '/espace/reseau'],
  evenement: ['calendrier', '/espace/creer/evenement'],
};

/** Par quoi commencer, pour qui vient d'arriver ; rien dès que tout est fait. */
export function PremiersPas() {
  const { valeur } = useChargement('premiers-pas', () => obtenir(api.GET('/api/espace/premiers-pas')));
  if (!valeur || valeur.pas.length === 0) return null;
  return (
    <Bloc titre={t('accueil.premiers_pas')}>
      <ul class="taches">
        {valeur.pas.map(({ cle, fait, slug }) => (
          <li key={cle}>
            {fait ? (
              <p class="fait second">
                <Icone nom="coche" />
                <span>
                  <span class="invisible">{t('accueil.pas_fait')} </span>
                  {t(`accueil.pas.${cle}`)}
                </span>
              </p>
            ) : (
              <a href={slug ? `/espace/structures/${slug}` : OU[cle][1]}>
                <Icone nom={OU[cle][0]} />
                <span>{t(`accueil.pas.${cle}`)}</span>
              </a>
            )}
          </li>
        ))}
      </ul>
    </Bloc>
  );
}
