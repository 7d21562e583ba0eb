import { useEffect } from 'preact/hooks';
import { direQuandOu, useEvenement } from '../composants/evenement-entete';
import { Icone } from '../composants/icone';
import { nomDuMoment } from '../composants/moments';
import { Page, Suite } from '../composants/page';
import { direMoment } from '../dates';
import { useChargement } from '../etat';
import { momentsOuverts, total } from '../saisie-foyer';
import { langue, t } from '../textes';
import { lireToutes } from './porte';

/** La liste de la porte sur papier : des noms, des nombres, des cases ; ni adresse ni téléphone, le papier se perd. */
export default function Impression({ slug }: { slug: string }) {
  const evenement = useEvenement(slug);
  const liste = useChargement(`evenement/${slug}/porte`, () => lireToutes(slug));
  const prete = evenement.valeur !== undefined && liste.valeur !== undefined && !liste.enCours;
  useEffect(() => {
    if (prete) setTimeout(() => print(), 100);
  }, [prete]);
  return (
    <Page
      titre={evenement.valeur?.titre ?? t('inscriptions.imprimer')}
      retour={[`/espace/evenements/${slug}/inscriptions`, t('evenement.inscriptions')]}
      surtitre={evenement.valeur && <p class="second">{direQuandOu(evenement.valeur)}</p>}
      actions={
        <button type="button" class="bouton plein" disabled={!prete} onClick={() => print()}>
          <Icone nom="imprimer" />
          {t('inscriptions.imprimer')}
        </button>
      }
      large
    >
      <Suite de={evenement}>
        {({ moments }) => (
          <Suite de={liste}>
            {(inscriptions) => {
              const ouverts = momentsOuverts(moments);
              const lignes = inscriptions
                .filter(({ annulee_le }) => !annulee_le)
                .sort((a, b) => a.prenom.localeCompare(b.prenom, langue));
              return (
                <>
                  <p class="second">
                    {t('inscriptions.imprime_le', { quand: direMoment(new Date().toISOString(), langue) })}
                  </p>
                  <div class="defile-large" role="region" tabIndex={0} aria-label={t('evenement.inscriptions')}>
                    <table class="impression">
                      <thead>
                        <tr>
                          <th scope="col">{t('foyer.prenom')}</th>
                          <th scope="col">{t('foyer.code')}</th>
                          {ouverts.map((moment) => (
                            <th key={moment.id} scope="col">
                              {nomDuMoment(moment)}
                            </th>
                          ))}
                        </tr>
                      </thead>
                      <tbody>
                        {lignes.map((inscription) => (
                          <tr key={inscription.id}>
                            <th scope="row">
                              {inscription.prenom} <span class="second">{inscription.commune_nom}</span>
                            </th>
                            <td class="code">{inscription.code_accueil}</td>
                            {ouverts.map((moment) => {
                              const presence = inscription.presences.find(
                                (p) => p.moment === moment.id && p.statut !== 'annulee',
                              );
                              return (
                                <td key={moment.id}>
                                  {presence && (
                                    <>
                                      {presence.statut === 'confirmee' && <span aria-hidden="true">☐ </span>}
                                      {total(presence)}
                                      {presence.statut === 'en_attente' &&
                                        ` ${t('presences.court.en_attente', { rang: presence.rang_attente ?? 0 })}`}
                                    </>
                                  )}
                                </td>
                              );
                            })}
                          </tr>
                        ))}
                      </tbody>
                    </table>
                  </div>
                </>
              );
            }}
          </Suite>
        )}
      </Suite>
    </Page>
  );
}
