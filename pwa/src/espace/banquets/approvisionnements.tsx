import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { Icone } from '../composants/icone';
import { Bloc, Suite, Vide } from '../composants/page';
import { annoncer, oublier, useActe, useChargement, type Chargement } from '../etat';
import { direMontant } from '../montants';
import { couvrir, direBase, type Achat, type Couverture } from '../quantites';
import { langue, t } from '../textes';
import { Cadre } from './cadre';
import { Chiffres } from './chiffres';
import { Confirmer } from './confirmer';
import { DialogueLigne, type Depart } from './ligne';
import { parler, type Parle } from './temps';
import { FAMILLES, direDistance, direLabels, direLocal, direPrix, direQuantite, type Ligne } from './vocabulaire';

type Liste = Modeles['ListeApprovisionnements'];
type Quantites = Modeles['QuantitesVue'];
type Parts = Modeles['Parts'];

/** Ce que le menu demande, ce que l'on a prévu, et ce que cela dit du repas. */
export default function ApprovisionnementsDuBanquet({ moment }: { moment: string }) {
  return (
    <Cadre moment={moment} nom="appros.titre">
      {({ temps }) => <Approvisionnements moment={moment} parle={parler(temps)} />}
    </Cadre>
  );
}

interface Besoins {
  quantites: Quantites;
  arrete: boolean;
}

/** Les quantités du menu pour l'effectif : celui qui est arrêté, sinon celui du moment. */
function useBesoins(moment: string): Chargement<Besoins> {
  return useChargement(`banquet/${moment}/besoins`, async () => {
    const path = { moment };
    const effectif = await obtenir(api.GET('/api/espace/banquets/{moment}/effectif', { params: { path } }));
    const { adultes = 0, enfants = 0 }: Parts = effectif.arret?.parts ?? effectif.parts;
    const quantites = await obtenir(
      api.GET('/api/espace/banquets/{moment}/quantites', { params: { path, query: { adultes, enfants } } }),
    );
    return { quantites, arrete: effectif.arret !== null };
  });
}

function Approvisionnements({ moment, parle }: { moment: string; parle: Parle }) {
  const liste = useChargement<Liste>(`banquet/${moment}/approvisionnements`, () =>
    obtenir(api.GET('/api/espace/banquets/{moment}/approvisionnements', { params: { path: { moment } } })),
  );
  const besoins = useBesoins(moment);
  const [depart, ouvrir] = useState<Depart | null>(null);
  const remplacer = (neuve: Liste) => {
    liste.remplacer(neuve);
    oublier(`banquet/${moment}/comptes`, `banquet/${moment}/commandes`, 'producteur');
  };
  return (
    <Suite de={liste}>
      {({ elements, chiffres }) => {
        const couvertures = couvrir(besoins.valeur?.quantites.lignes ?? [], elements);
        return (
          <>
            <Bloc
              titre={t(`appros.besoins.${parle}`)}
              actions={
                <button type="button" class="bouton petit" onClick={() => ouvrir({ ligne: null, couverture: null })}>
                  <Icone nom="plus" />
                  {t('appros.ajouter')}
                </button>
              }
            >
              <Suite de={besoins}>
                {(valeur) => (
                  <>
                    <PourQui besoins={valeur} parle={parle} />
                    <LesBesoins
                      parle={parle}
                      couvertures={couvertures}
                      ajouter={(couverture) => ouvrir({ ligne: null, couverture })}
                    />
                  </>
                )}
              </Suite>
            </Bloc>
            <Lignes
              moment={moment}
              parle={parle}
              lignes={elements}
              remplacer={remplacer}
              modifier={(ligne) =>
                ouvrir({ ligne, couverture: couvertures.find((c) => c.ingredient === ligne.ingredient) ?? null })
              }
            />
            <Chiffres chiffres={chiffres} />
            <a class="bouton" href={`/api/espace/banquets/${moment}/papiers/achats.csv`} download="">
              <Icone nom="telecharger" />
              {t('appros.exporter')}
            </a>
            {depart && (
              <DialogueLigne moment={moment} depart={depart} fermer={() => ouvrir(null)} remplacer={remplacer} />
            )}
          </>
        );
      }}
    </Suite>
  );
}

function PourQui({ besoins, parle }: { besoins: Besoins; parle: Parle }) {
  const { adultes, enfants } = besoins.quantites;
  return (
    <p class="second">
      {t(besoins.arrete ? 'appros.pour_arrete' : `appros.pour.${parle}`, {
        adultes: t('presences.adultes', { n: adultes }),
        enfants: t('presences.enfants', { n: enfants }),
      })}
    </p>
  );
}

function LesBesoins({
  parle,
  couvertures,
  ajouter,
}: {
  parle: Parle;
  couvertures: readonly Couverture<Ligne>[];
  ajouter: (couverture: Couverture<Ligne>) => void;
}) {
  if (couvertures.length === 0) {
    return (
      <Vide>
        <p>{t(`appros.sans_menu.${parle}`)}</p>
      </Vide>
    );
  }
  const aPrevoir = couvertures.filter(({ etat }) => etat === 'manque' || etat === 'a_verifier');
  const reste = couvertures.filter((couverture) => !aPrevoir.includes(couverture));
  const manquent = aPrevoir.filter(({ etat }) => etat === 'manque').length;
  return (
    <>
      <p role="status">
        <strong>{manquent === 0 ? t(`appros.rien_ne_manque.${parle}`) : t(`appros.il_manque_n.${parle}`, { n: manquent })}</strong>
      </p>
      <ParRayon parle={parle} couvertures={aPrevoir} ajouter={ajouter} />
      {reste.length > 0 && aPrevoir.length > 0 ? (
        <details class="plus">
          <summary>{t(`appros.deja_prevues.${parle}`, { n: reste.length })}</summary>
          <ParRayon parle={parle} couvertures={reste} ajouter={ajouter} />
        </details>
      ) : (
        <ParRayon parle={parle} couvertures={reste} ajouter={ajouter} />
      )}
    </>
  );
}

/** Les denrées d'un même rayon ensemble, par leur nom : on les retrouve, et l'on fait ses courses dans cet ordre. */
function ParRayon({
  parle,
  couvertures,
  ajouter,
}: {
  parle: Parle;
  couvertures: readonly Couverture<Ligne>[];
  ajouter: (couverture: Couverture<Ligne>) => void;
}) {
  return FAMILLES.map((famille) => {
    const siennes = couvertures.filter((couverture) => couverture.famille === famille);
    return (
      siennes.length > 0 && (
        <div key={famille}>
          <h3>{t(`familles_achat.${famille}`)}</h3>
          <ul class="lignes besoins">
            {siennes.map((couverture) => (
              <li key={couverture.ingredient}>
                <div class="quoi">
                  <strong>{couverture.nom}</strong> <EtatDuBesoin couverture={couverture} parle={parle} />
                  <p class="second">
                    {direBesoin(couverture, parle)}
                    {couverture.lignes.length > 0 &&
                      ` ${t(`appros.prevu.${parle}`, {
                        quoi: couverture.lignes.map((l) => direQuantite(l.quantite_milliemes, l.vendu_par)).join(' + '),
                      })}`}
                  </p>
                </div>
                {parle !== 'annule' && couverture.a_acheter.length > 0 && (
                  <button
                    type="button"
                    class="bouton petit"
                    aria-label={t(`appros.ajouter_quoi.${parle}`, { quoi: couverture.nom })}
                    onClick={() => ajouter(couverture)}
                  >
                    <Icone nom="plus" />
                    {t(`appros.prevoir.${parle}`)}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </div>
      )
    );
  });
}

function direAchats(achats: readonly Achat[]): string {
  return achats.map(({ quantite_milliemes, vendu_par }) => direQuantite(quantite_milliemes, vendu_par)).join(' + ');
}

function direEnBase(quantite: number, unite: string): string {
  return unite === 'piece' ? direQuantite(quantite * 1000, 'piece') : direBase(quantite, unite, langue);
}

/** « Le menu demande 4,3 kg. Cela s’achète : 8 bottes. » : ce qu'il faut, puis comment cela s'achète. */
function direBesoin({ besoin, unite, achats }: Couverture<Ligne>, parle: Parle): string {
  const nu = direEnBase(besoin, unite);
  const achat = direAchats(achats);
  return achat === nu || parle !== 'a_venir' ? t(`appros.il_faut.${parle}`, { besoin: nu }) : t('appros.il_faut_achat', { besoin: nu, achat });
}

function EtatDuBesoin({ couverture, parle }: { couverture: Couverture<Ligne>; parle: Parle }) {
  const { etat, ecart, a_acheter, unite } = couverture;
  const quoi = etat === 'manque' ? direAchats(a_acheter) : direEnBase(ecart, unite);
  return (
    <span class={`etat-besoin ${etat}`}>
      <Icone nom={etat === 'couvert' ? 'coche' : 'attention'} />
      {t(parle !== 'a_venir' && etat === 'manque' ? 'appros.manquait' : `appros.etats.${etat}`, { quoi })}
    </span>
  );
}

// --- Les lignes -----------------------------------------------------------------------------------------------------------

function Lignes({
  moment,
  parle,
  lignes,
  remplacer,
  modifier,
}: {
  moment: string;
  parle: Parle;
  lignes: readonly Ligne[];
  remplacer: (liste: Liste) => void;
  modifier: (ligne: Ligne) => void;
}) {
  const [aRetirer, demander] = useState<Ligne | null>(null);
  const { enCours, agir } = useActe();
  const retirer = (ligne: Ligne) =>
    agir(async () => {
      const params = { path: { moment, cle: ligne.id } };
      remplacer(await obtenir(api.DELETE('/api/espace/banquets/{moment}/approvisionnements/{cle}', { params })));
      annoncer(t('appros.retiree', { quoi: ligne.description }));
      demander(null);
    });
  const parOrigine = new Map<string, Ligne[]>();
  for (const ligne of lignes) {
    const origine = ligne.producteur_nom ?? t('appros.sans_producteur');
    parOrigine.set(origine, [...(parOrigine.get(origine) ?? []), ligne]);
  }
  return (
    <Bloc titre={t(`appros.prevus.${parle}`)}>
      {lignes.length === 0 && (
        <Vide>
          <p>{t(`appros.vide.${parle}`)}</p>
        </Vide>
      )}
      {[...parOrigine].map(([origine, siennes]) => (
        <div key={origine}>
          <h3>
            {siennes[0]?.producteur ? <a href={`/espace/producteurs/${siennes[0].producteur}`}>{origine}</a> : origine}
            {typeof siennes[0]?.distance_km === 'number' && (
              <span class="second"> {direDistance(siennes[0].distance_km)}</span>
            )}
          </h3>
          <ul class="lignes">
            {siennes.map((ligne) => (
              <li key={ligne.id}>
                <div class="quoi">
                  <strong>{ligne.description}</strong>{' '}
                  {ligne.genre !== 'achat' && <span class="marque">{t(`appros.genres.${ligne.genre}`)}</span>}{' '}
                  {ligne.classe && <span class="pastille publie">{t(`classes.${ligne.classe}`)}</span>}
                  <p class="second">{decrire(ligne)}</p>
                  <Remarques ligne={ligne} />
                </div>
                <span class="boutons">
                  <button
                    type="button"
                    class="bouton petit"
                    aria-label={t('appros.modifier_quoi', { quoi: ligne.description })}
                    onClick={() => modifier(ligne)}
                  >
                    {t('actes.modifier')}
                  </button>
                  <button
                    type="button"
                    class="bouton petit"
                    aria-label={t('actes.retirer_quoi', { quoi: ligne.description })}
                    onClick={() => demander(ligne)}
                  >
                    {t('actes.retirer')}
                  </button>
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {aRetirer && (
        <Confirmer
          titre={t('appros.retirer')}
          acte={t('appros.retirer')}
          enCours={enCours}
          danger
          faire={() => void retirer(aRetirer)}
          fermer={() => demander(null)}
        >
          <p>{t('appros.retirer_phrase', { quoi: aRetirer.description })}</p>
        </Confirmer>
      )}
    </Bloc>
  );
}

/** « 12 bottes · 2,50 € HT la botte, soit 30 € · bio, circuit court · local : moins de 30 km ». */
function decrire(ligne: Ligne): string {
  const { prix_centimes, valeur_centimes, vendu_par, genre } = ligne;
  const prix =
    prix_centimes !== null && valeur_centimes !== null
      ? t('appros.prix_soit', { prix: direPrix(prix_centimes, vendu_par), total: direMontant(valeur_centimes, langue) })
      : genre === 'achat' && t('appros.sans_prix');
  return [
    direQuantite(ligne.quantite_milliemes, vendu_par),
    prix,
    direLabels(ligne.labels),
    ligne.local && direLocal(ligne.local),
    ligne.de_saison === true && t('appros.de_saison'),
    ligne.de_saison === false && t('appros.hors_saison'),
    ligne.identifie_par && t('appros.identifie_par', { qui: ligne.identifie_par }),
    ligne.note,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Ce qui se montre mais ne compte pas, et pourquoi. */
function Remarques({ ligne }: { ligne: Ligne }) {
  const { etat_bio, producteur } = ligne;
  if (etat_bio === null || etat_bio === 'valable') return null;
  return (
    <p class="attention">
      {t(`appros.bio.${etat_bio}`)}{' '}
      {producteur && <a href={`/espace/producteurs/${producteur}`}>{t('appros.voir_fiche')}</a>}
    </p>
  );
}
