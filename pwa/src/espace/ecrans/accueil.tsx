import { api, obtenir } from '../../api/client';
import { CarteEvenement } from '../composants/cartes';
import { Icone } from '../composants/icone';
import { estLeJour } from '../composants/moments';
import { Bloc, Page, Suite, Vide } from '../composants/page';
import { PremiersPas } from '../composants/premiers-pas';
import { moi, useChargement } from '../etat';
import { nomsDesBrouillons } from '../brouillons';
import { t } from '../textes';

const PROCHAINS = 6;

export default function Accueil() {
  const compte = moi.value;
  const aVenir = useChargement('evenements/a_venir', () =>
    obtenir(api.GET('/api/espace/evenements', { params: { query: { periode: 'a_venir', limite: 20 } } })),
  );
  const brouillons = useChargement('evenements/brouillons', () =>
    obtenir(api.GET('/api/espace/evenements', { params: { query: { statut: 'brouillon', limite: 20 } } })),
  );
  const taches = useChargement('a-faire', () => obtenir(api.GET('/api/espace/a-faire')));
  if (!compte) return null;
  const annonces = aVenir.valeur?.elements.filter(({ statut }) => statut !== 'brouillon') ?? [];
  const cejour = annonces.filter((evenement) => evenement.statut === 'publie' && estLeJour(evenement));
  const gardes = nomsDesBrouillons().filter((nom) => nom.startsWith('evenement:'));

  return (
    <Page
      titre={t('accueil.bonjour', { prenom: compte.prenom })}
      surtitre={
        <p class="second">
          {compte.structures.map(({ slug, nom }, rang) => (
            <span key={slug}>
              {rang > 0 && ' · '}
              <a href={`/espace/structures/${slug}`}>{nom}</a>
            </span>
          ))}
        </p>
      }
      actions={
        (compte.structures.length > 0 || compte.est_operateur) && (
          <a class="bouton plein" href="/espace/creer/evenement">
            <Icone nom="plus" />
            {t('accueil.creer')}
          </a>
        )
      }
    >
      {compte.structures.length === 0 && !compte.est_operateur && (
        <div class="encart">
          <p>{t('accueil.sans_structure')}</p>
        </div>
      )}

      {cejour.map((evenement) => (
        <a key={evenement.slug} class="encart aujourdhui" href={`/espace/evenements/${evenement.slug}/accueil`}>
          <Icone nom="porte" />
          <span>
            <strong>{t('accueil.ce_jour', { titre: evenement.titre })}</strong>
            <br />
            {t('accueil.ouvrir_porte')}
          </span>
        </a>
      ))}

      <PremiersPas />

      <Bloc titre={t('accueil.a_faire')}>
        <Suite de={taches}>
          {({ invitations, appels, courriels_en_echec, messages, commandes_a_annuler }) => {
            const rien =
              invitations.length === 0 &&
              appels.length === 0 &&
              courriels_en_echec.length === 0 &&
              messages.length === 0 &&
              commandes_a_annuler.length === 0 &&
              gardes.length === 0 &&
              (brouillons.valeur?.elements.length ?? 0) === 0;
            if (rien) return <p class="second">{t('accueil.rien_a_faire')}</p>;
            return (
              <ul class="taches">
                {invitations.map(({ slug, titre, structure, structure_nom }) => (
                  <li key={`invitation ${slug} ${structure}`}>
                    <a href={`/espace/evenements/${slug}`}>
                      <Icone nom="reseau" />
                      <span>
                        {t('accueil.invitation', { structure: structure_nom })}
                        <span class="second"> {titre}</span>
                      </span>
                    </a>
                  </li>
                ))}
                {appels.map(({ slug, titre, nombre }) => (
                  <li key={`appels ${slug}`}>
                    <a href={`/espace/evenements/${slug}/appels`}>
                      <Icone nom="telephone" />
                      <span>
                        {t('accueil.appels', { n: nombre })}
                        <span class="second"> {titre}</span>
                      </span>
                    </a>
                  </li>
                ))}
                {messages.map(({ moment, titre, nombre }) => (
                  <li key={`messages ${moment}`}>
                    <a href={`/espace/banquets/${moment}/cuisine`}>
                      <Icone nom="enveloppe" />
                      <span>
                        {t('accueil.messages', { n: nombre })}
                        <span class="second"> {titre}</span>
                      </span>
                    </a>
                  </li>
                ))}
                {commandes_a_annuler.map(({ moment, titre, nombre }) => (
                  <li key={`commandes ${moment}`}>
                    <a href={`/espace/banquets/${moment}/commandes`}>
                      <Icone nom="panier" />
                      <span>
                        {t('accueil.commandes', { n: nombre })}
                        <span class="second"> {titre}</span>
                      </span>
                    </a>
                  </li>
                ))}
                {courriels_en_echec.map(({ slug, titre, nombre }) => (
                  <li key={`courriels ${slug}`}>
                    <a href={slug ? `/espace/evenements/${slug}/courriels` : '/espace/courriels'}>
                      <Icone nom="enveloppe" />
                      <span>
                        {t('accueil.courriels', { n: nombre })}
                        <span class="second"> {titre}</span>
                      </span>
                    </a>
                  </li>
                ))}
                {gardes.includes('evenement:nouveau') && (
                  <li>
                    <a href="/espace/creer/evenement">
                      <Icone nom="crayon" />
                      {t('accueil.reprendre')}
                    </a>
                  </li>
                )}
                {brouillons.valeur?.elements.map(({ slug, titre }) => (
                  <li key={slug}>
                    <a href={`/espace/evenements/${slug}`}>
                      <Icone nom="crayon" />
                      <span>
                        {t('accueil.brouillon')}
                        <span class="second"> {titre}</span>
                      </span>
                    </a>
                  </li>
                ))}
              </ul>
            );
          }}
        </Suite>
      </Bloc>

      {(compte.structures.length > 0 || compte.est_operateur) && (
        <ul class="taches">
          <li>
            <a href="/espace/banquets">
              <Icone nom="couverts" />
              <span>
                {t('accueil.banquets')}
                <span class="second">{t('accueil.banquets_aide')}</span>
              </span>
            </a>
          </li>
        </ul>
      )}

      <Bloc titre={t('accueil.prochains')} actions={<a href="/espace/evenements">{t('accueil.tous')}</a>}>
        <Suite de={aVenir}>
          {() =>
            annonces.length === 0 ? (
              <Vide>
                <p>{t('accueil.aucun')}</p>
              </Vide>
            ) : (
              <div class="cartes">
                {annonces.slice(0, PROCHAINS).map((evenement) => (
                  <CarteEvenement key={evenement.slug} evenement={evenement} />
                ))}
              </div>
            )
          }
        </Suite>
      </Bloc>
    </Page>
  );
}
