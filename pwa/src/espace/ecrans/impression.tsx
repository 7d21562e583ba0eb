import { useState } from 'preact/hooks';
import type { Modeles } from '../../api/client';
import { Case } from '../composants/champs';
import { direQuandOu, useEvenement } from '../composants/evenement-entete';
import { Icone } from '../composants/icone';
import { nomDuMoment } from '../composants/moments';
import { Page, Suite } from '../composants/page';
import { direMoment } from '../dates';
import { useChargement } from '../etat';
import { direAges, direRang } from '../issue';
import { additionner, momentsOuverts, total, type Nombres } from '../saisie-foyer';
import { langue, t } from '../textes';
import { lireToutes } from './porte';

type Presence = Modeles['PresenceEquipe'];

/** Lignes vides au bas de la liste, pour qui vient sans s'être inscrit. */
const LIGNES_VIDES = 8;

/** La liste de la porte sur papier : des noms, des âges, des cases. Les téléphones à la demande : le papier se perd. */
export default function Impression({ slug }: { slug: string }) {
  const evenement = useEvenement(slug);
  const liste = useChargement(`evenement/${slug}/porte`, () => lireToutes(slug));
  const prete = evenement.valeur !== undefined && liste.valeur !== undefined && !liste.enCours;
  const [telephones, montrer] = useState(false);
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
              const fixes = telephones ? 3 : 2;
              const lignes = inscriptions
                .filter(({ annulee_le }) => !annulee_le)
                .sort((a, b) => a.prenom.localeCompare(b.prenom, langue));
              return (
                <>
                  <div class="a-l-ecran">
                    <Case
                      chemin="telephones"
                      etiquette={t('inscriptions.avec_telephones')}
                      aide={t('inscriptions.avec_telephones_aide')}
                      cochee={telephones}
                      changer={montrer}
                    />
                  </div>
                  <p class="second">
                    {t('inscriptions.imprime_le', { quand: direMoment(new Date().toISOString(), langue) })}
                  </p>
                  <div class="defile-large" role="region" tabIndex={0} aria-label={t('evenement.inscriptions')}>
                    <table class="impression">
                      <thead>
                        <tr>
                          <th scope="col">{t('foyer.prenom')}</th>
                          {telephones && <th scope="col">{t('foyer.telephone')}</th>}
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
                            {telephones && (
                              <td class="numero">{inscription.telephone ?? inscription.pour_autrui?.telephone}</td>
                            )}
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
                                      <Compte nombres={presence} />
                                      {presence.statut === 'en_attente' &&
                                        `, ${t('presences.court.en_attente', { rang: direRang(presence) })}`}
                                    </>
                                  )}
                                </td>
                              );
                            })}
                          </tr>
                        ))}
                      </tbody>
                      <tbody class="totaux">
                        <tr>
                          <th scope="row" colSpan={fixes}>
                            {t('inscriptions.totaux')}
                          </th>
                          {ouverts.map((moment) => (
                            <td key={moment.id}>
                              <Total presences={lignes.flatMap(({ presences }) => presences)} moment={moment.id} />
                            </td>
                          ))}
                        </tr>
                      </tbody>
                      <tbody class="vides">
                        <tr>
                          <th scope="rowgroup" colSpan={fixes + ouverts.length}>
                            {t('inscriptions.sans_inscription')}
                          </th>
                        </tr>
                        {Array.from({ length: LIGNES_VIDES }, (_, rang) => (
                          <tr key={rang}>
                            <td colSpan={fixes} />
                            {ouverts.map((moment) => (
                              <td key={moment.id}>
                                <span aria-hidden="true">☐</span>
                              </td>
                            ))}
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

/** « 2 adultes » ; « 3 : 2 adultes, 1 enfant ». */
function Compte({ nombres }: { nombres: Nombres }) {
  const ages = direAges(nombres);
  return <>{ages.includes(',') ? `${total(nombres)}${t('presences.deux_points')} ${ages}` : ages || '0'}</>;
}

function Total({ presences, moment }: { presences: readonly Presence[]; moment: string }) {
  const ici = presences.filter((presence) => presence.moment === moment);
  const confirmees = additionner(ici.filter(({ statut }) => statut === 'confirmee'));
  const attendent = total(additionner(ici.filter(({ statut }) => statut === 'en_attente')));
  return (
    <>
      <Compte nombres={confirmees} />
      {attendent > 0 && `, ${t('inscriptions.en_attente', { n: attendent })}`}
    </>
  );
}
