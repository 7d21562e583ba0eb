import { ErrorBoundary, lazy, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { apres, BANQUET, ECRANS } from './banquets/table';
import { Calque } from './composants/dialogue';
import { Icone, type NomIcone } from './composants/icone';
import { Echec, Page } from './composants/page';
import { annonces, enLigne, moi, retirer } from './etat';
import Accueil from './ecrans/accueil';
import { t, type Cle } from './textes';

const Evenements = lazy(() => import('./ecrans/evenements'));
const TableauDeBord = lazy(() => import('./ecrans/evenement'));
const Modification = lazy(() => import('./ecrans/edition'));
const Creation = lazy(() => import('./ecrans/edition').then((module) => module.Creation));
const Inscriptions = lazy(() => import('./ecrans/inscriptions'));
const Saisie = lazy(() => import('./ecrans/saisie'));
const Foyer = lazy(() => import('./ecrans/foyer'));
const Porte = lazy(() => import('./ecrans/porte'));
const Impression = lazy(() => import('./ecrans/impression'));
const Appels = lazy(() => import('./ecrans/appels'));
const Courriels = lazy(() => import('./ecrans/courriels'));
const CourrielsEvenement = lazy(() => import('./ecrans/courriels').then((module) => module.CourrielsEvenement));
const Reseau = lazy(() => import('./ecrans/reseau'));
const FicheLieu = lazy(() => import('./ecrans/lieu'));
const NouveauLieu = lazy(() => import('./ecrans/lieu').then((module) => module.NouveauLieu));
const FicheCycle = lazy(() => import('./ecrans/cycle'));
const NouveauCycle = lazy(() => import('./ecrans/cycle').then((module) => module.NouveauCycle));
const FicheStructure = lazy(() => import('./ecrans/structure'));
const NouvelleStructure = lazy(() => import('./ecrans/structure').then((module) => module.NouvelleStructure));
const MesBanquets = lazy(() => apres(() => import('./ecrans/banquets'), 'intendance'));
const Producteurs = lazy(() => apres(() => import('./ecrans/producteurs'), 'intendance'));
const FicheProducteur = lazy(() => apres(() => import('./ecrans/producteur'), 'intendance'));
const NouveauProducteur = lazy(() =>
  apres(() => import('./ecrans/producteur').then((module) => ({ default: module.NouveauProducteur })), 'intendance'),
);
const Recettes = lazy(() => apres(() => import('./ecrans/recettes'), 'banquets', 'intendance'));
const FicheRecette = lazy(() => apres(() => import('./ecrans/recette'), 'banquets', 'intendance'));
const Moi = lazy(() => import('./ecrans/moi'));
const Installation = lazy(() => import('./ecrans/installation'));

const EVENEMENT = '/espace/evenements/:slug';

export function Application() {
  const [panne, tomber] = useState<unknown>(null);
  return (
    <LocationProvider scope={/^\/espace(?!\/apercu)(\/|$)/}>
      <a class="evitement" href="#contenu">
        {t('nav.contenu')}
      </a>
      <div class="cadre">
        <Navigation />
        <div class="milieu">
          {!enLigne.value && (
            <p class="bandeau" role="status">
              {t('etats.sans_reseau')}
            </p>
          )}
          {panne !== null ? (
            <Page titre={t('etats.panne_titre')}>
              <Echec erreur={panne} recommencer={() => location.reload()} />
            </Page>
          ) : (
            <ErrorBoundary onError={tomber}>
              <Router onRouteChange={() => scrollTo(0, 0)}>
                <Route path="/espace" component={Accueil} />
                <Route path="/espace/evenements" component={Evenements} />
                <Route path="/espace/creer/evenement" component={Creation} />
                <Route path={EVENEMENT} component={TableauDeBord} />
                <Route path={`${EVENEMENT}/modifier`} component={Modification} />
                <Route path={`${EVENEMENT}/inscriptions`} component={Inscriptions} />
                <Route path={`${EVENEMENT}/inscriptions/saisie`} component={Saisie} />
                <Route path={`${EVENEMENT}/inscriptions/:id`} component={Foyer} />
                <Route path={`${EVENEMENT}/accueil`} component={Porte} />
                <Route path={`${EVENEMENT}/impression`} component={Impression} />
                <Route path={`${EVENEMENT}/appels`} component={Appels} />
                <Route path={`${EVENEMENT}/courriels`} component={CourrielsEvenement} />
                <Route path="/espace/banquets" component={MesBanquets} />
                {ECRANS.map(({ chemin, component }) => (
                  <Route<{ moment: string }> key={chemin} path={BANQUET + chemin} component={component} />
                ))}
                <Route path="/espace/courriels" component={Courriels} />
                <Route path="/espace/reseau" component={Reseau} />
                <Route path="/espace/creer/lieu" component={NouveauLieu} />
                <Route path="/espace/lieux/:slug" component={FicheLieu} />
                <Route path="/espace/creer/cycle" component={NouveauCycle} />
                <Route path="/espace/cycles/:slug" component={FicheCycle} />
                <Route path="/espace/creer/structure" component={NouvelleStructure} />
                <Route path="/espace/structures/:slug" component={FicheStructure} />
                <Route path="/espace/producteurs" component={Producteurs} />
                <Route path="/espace/creer/producteur" component={NouveauProducteur} />
                <Route path="/espace/producteurs/:slug" component={FicheProducteur} />
                <Route path="/espace/recettes" component={Recettes} />
                <Route path="/espace/recettes/:slug" component={FicheRecette} />
                <Route path="/espace/moi" component={Moi} />
                <Route path="/espace/installation" component={Installation} />
                <Route default component={Perdu} />
              </Router>
            </ErrorBoundary>
          )}
        </div>
      </div>
      <Annonces />
      <Calque />
    </LocationProvider>
  );
}

const MENU = [
  ['/espace', 'maison', 'nav.accueil'],
  ['/espace/evenements', 'calendrier', 'nav.evenements'],
  ['/espace/reseau', 'reseau', 'nav.reseau'],
  ['/espace/moi', 'personne', 'nav.moi'],
] as const satisfies readonly (readonly [string, NomIcone, Cle])[];

/** En bas sous le pouce, à gauche sur un grand écran. */
function Navigation() {
  const { path } = useLocation();
  return (
    <nav class="menu" aria-label={t('nav.menu')}>
      <a class="marque-tablees" href="/" target="_blank" rel="noopener">
        Tablées <span class="invisible">{t('nav.agenda_public')}</span>
      </a>
      <ul>
        {MENU.map(([adresse, icone, cle]) => {
          const ici = adresse === '/espace' ? path === adresse : path.startsWith(adresse);
          return (
            <li key={adresse}>
              <a href={adresse} aria-current={ici ? 'page' : undefined}>
                <Icone nom={icone} />
                <span>{t(cle)}</span>
              </a>
            </li>
          );
        })}
      </ul>
      <p class="qui">{moi.value?.prenom}</p>
    </nav>
  );
}

function Annonces() {
  return (
    <div class="annonces" role="status" aria-live="polite">
      {annonces.value.map(({ id, texte, genre }) => (
        <div key={id} class={`annonce ${genre}`}>
          <Icone nom={genre === 'fait' ? 'coche' : 'attention'} />
          <span>{texte}</span>
          <button type="button" class="rond nu" onClick={() => retirer(id)} aria-label={t('actes.fermer')}>
            <Icone nom="croix" />
          </button>
        </div>
      ))}
    </div>
  );
}

function Perdu() {
  return (
    <Page titre={t('etats.perdu_titre')}>
      <p>{t('etats.perdu')}</p>
      <a class="bouton" href="/espace">
        {t('nav.accueil')}
      </a>
    </Page>
  );
}
