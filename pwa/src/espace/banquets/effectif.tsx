import { useState } from 'preact/hooks';
import { api, obtenir, Probleme, type Modeles } from '../../api/client';
import { Cases, ChampTexte, Choix } from '../composants/champs';
import { Regimes } from '../composants/cuisine';
import { Dialogue } from '../composants/dialogue';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Bloc, Suite } from '../composants/page';
import { direJour, direHeure, versInstant, versSaisie } from '../dates';
import { annoncer, oublier, useActe, useChargement } from '../etat';
import { direPart, ecrirePourCent, lireEntier, lirePourCent } from '../quantites';
import { ALLERGENES, REGIMES, type Age, type Allergene, type Regime } from '../saisie-foyer';
import { langue, nombre, t, type Cle } from '../textes';
import { Cadre } from './cadre';
import { comparer, Conflit } from './conflit';
import { refuser } from './saisie';
import { estDevant, parler, type Temps } from './temps';

type Vue = Modeles['EffectifVue'];
type Parts = Vue['parts'];
type Annonce = Vue['convives_annonces'][number];
type Differences = NonNullable<Vue['depuis_l_arret']>;
type Remplacer = (vue: Vue) => void;

const RYTHME_S = 20;
const GENRES = ['artistes', 'intervenants', 'benevoles', 'equipe'] as const satisfies readonly Annonce['genre'][];
const AGES = ['adulte', 'enfant', 'tout_petit'] as const satisfies readonly Age[];
const PARTS = ['adultes', 'enfants', 'tout_petits'] as const satisfies readonly (keyof Parts)[];

/** « mardi 9 juin 2026, 18 h ». */
function quand(instant: string): string {
  return `${direJour(instant, langue)}, ${direHeure(instant, langue)}`;
}

function assiettes({ adultes, enfants }: Parts): number {
  return adultes + enfants;
}

/** L'effectif d'un banquet : combien mangent, sans dire qui. */
export default function EffectifDuBanquet({ moment }: { moment: string }) {
  return (
    <Cadre moment={moment} nom="effectif.titre">
      {({ organise, temps }) => <Effectif moment={moment} organise={organise} temps={temps} />}
    </Cadre>
  );
}

function Effectif({ moment, organise, temps }: { moment: string; organise: boolean; temps: Temps }) {
  const devant = estDevant(temps);
  const lu = useChargement(
    `banquet/${moment}/effectif`,
    () => obtenir(api.GET('/api/espace/banquets/{moment}/effectif', { params: { path: { moment } } })),
    RYTHME_S,
  );
  return (
    <Suite de={lu}>
      {(vue) => (
        <>
          {devant && <DepuisMaLecture vue={vue} />}
          <LeCompte vue={vue} temps={temps} />
          <Arret vue={vue} organise={organise} temps={temps} remplacer={lu.remplacer} />
          <Besoins vue={vue} temps={temps} />
          <Annonces vue={vue} organise={organise} temps={temps} remplacer={lu.remplacer} />
          {devant && <Prevision vue={vue} />}
          {organise && devant && (
            <Bloc titre={t('effectif.reglages')}>
              <div class="petit-formulaire">
                <Reglages vue={vue} remplacer={lu.remplacer} />
              </div>
            </Bloc>
          )}
        </>
      )}
    </Suite>
  );
}

function aChange({ plus, moins, parts, besoins }: Differences): boolean {
  return plus + moins > 0 || parts.tout_petits !== 0 || besoins.length > 0;
}

/** Ce qui a changé depuis que cette personne a dit « j'ai lu » : lire ne l'efface pas, le dire si. */
function DepuisMaLecture({ vue }: { vue: Vue }) {
  const { enCours, agir } = useActe();
  const depuis = vue.depuis_ma_lecture;
  if (depuis && !aChange(depuis)) return <p class="second">{depuis.phrase}.</p>;
  const lire = () =>
    agir(async () => {
      const params = { path: { moment: vue.moment } };
      await obtenir(api.POST('/api/espace/banquets/{moment}/effectif/lecture', { params }));
      annoncer(t('effectif.lu'));
      // La réponse dit encore ce qui avait changé ; on relit pour repartir de zéro.
      oublier(`banquet/${vue.moment}/effectif`);
    });
  return (
    <div class="encart" role="status">
      {depuis ? (
        <>
          <h2>{t('effectif.change')}</h2>
          <Ecarts differences={depuis} />
        </>
      ) : (
        <p>{t('effectif.jamais_lu')}</p>
      )}
      <button type="button" class="bouton" disabled={enCours} onClick={() => void lire()}>
        <Icone nom="coche" />
        {t('effectif.j_ai_lu')}
      </button>
    </div>
  );
}

/** « +3, −1 depuis mardi 18 h », puis ligne à ligne. */
function Ecarts({ differences }: { differences: Differences }) {
  const { phrase, parts, besoins, besoins_effaces } = differences;
  const bouges = PARTS.filter((age) => parts[age] !== 0);
  return (
    <>
      <p>
        <strong>{phrase}</strong>
      </p>
      {(bouges.length > 0 || besoins.length > 0) && (
        <ul>
          {bouges.map((age) => (
            <li key={age}>
              {signer(parts[age])} {t(`effectif.de_plus.${age}`, { n: Math.abs(parts[age]) })}
            </li>
          ))}
          {besoins.map((besoin) => (
            <li key={`${besoin.age} ${besoin.regimes.join()} ${besoin.allergenes.join()}`}>
              {direEcart(besoin)}
            </li>
          ))}
        </ul>
      )}
      {besoins_effaces && <p class="second">{t('effectif.besoins_effaces')}</p>}
    </>
  );
}

function signer(n: number): string {
  return n > 0 ? `+${n}` : `−${-n}`;
}

function direEcart({ age, regimes, allergenes, avant, apres }: Differences['besoins'][number]): string {
  const dits = [
    ...regimes.map((cle) => t(`regimes.${cle as Regime}`)),
    ...allergenes.map((cle) => t('effectif.allergie_a', { quoi: t(`allergenes.${cle as Allergene}`) })),
  ].join(', ');
  const qui = t(`ages.${age}`, { n: apres });
  const quoi = dits ? `${qui} (${dits})` : qui;
  return t('effectif.au_lieu_de', { n: apres, quoi, avant });
}

/** Le compte : ce que la cuisine prépare. Aucune prévision ne s'y mêle. */
function LeCompte({ vue, temps }: { vue: Vue; temps: Temps }) {
  const { parts, inscrits, annonces, en_attente, foyers, sans_besoin, apports } = vue;
  const devant = estDevant(temps);
  const lignes = [
    ['en_tout', parts],
    ['inscrits', inscrits],
    ['annonces', annonces],
    ['en_attente', en_attente],
  ] as const;
  return (
    <Bloc titre={t(`effectif.compte.${parler(temps)}`)}>
      <p class="grand-nombre">
        <strong>{nombre(assiettes(parts))}</strong> {t('effectif.assiettes', { n: assiettes(parts) })}
      </p>
      <table class="nombres effectif">
        <caption class="invisible">{t('effectif.d_ou')}</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="invisible">{t('effectif.d_ou')}</span>
            </th>
            {PARTS.map((age) => (
              <th key={age} scope="col">
                {t(`effectif.par_age.${age}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lignes.map(([nom, nombres]) => (
            <tr key={nom} class={`d-ou-${nom}`}>
              <th scope="row">{t(`effectif.lignes.${nom}`)}</th>
              {PARTS.map((age) => (
                <td key={age}>{nombre(nombres[age])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="puces-texte">
        <li>{t('effectif.foyers', { n: foyers })}</li>
        {devant && assiettes(en_attente) > 0 && <li>{t('effectif.attente_hors_compte')}</li>}
        {parts.tout_petits > 0 && <li>{t('effectif.tout_petits')}</li>}
        {devant && sans_besoin > 0 && <li>{t('effectif.sans_besoin', { n: sans_besoin })}</li>}
        {devant && apports > 0 && <li>{t('effectif.apports', { n: apports })}</li>}
      </ul>
    </Bloc>
  );
}

/** Combien viendront sans doute : à part, avec son incertitude, et sans un nombre qui se prendrait pour le compte. */
function Prevision({ vue: { prevision, parts } }: { vue: Vue }) {
  return (
    <Bloc titre={t('effectif.prevision')}>
      <p>{prevision.phrase}</p>
      <p class="second">{t('effectif.prevision_a_part', { n: assiettes(parts) })}</p>
    </Bloc>
  );
}

function Arret({
  vue,
  organise,
  temps,
  remplacer,
}: {
  vue: Vue;
  organise: boolean;
  temps: Temps;
  remplacer: Remplacer;
}) {
  const devant = estDevant(temps);
  const [confirmer, demander] = useState<'arreter' | 'rouvrir' | null>(null);
  const { enCours, agir } = useActe();
  const { arret, depuis_l_arret, moment } = vue;
  const adresse = '/api/espace/banquets/{moment}/effectif/arret';
  const params = { path: { moment } };
  const faire = (quoi: 'arreter' | 'rouvrir') =>
    agir(async () => {
      remplacer(await obtenir(quoi === 'arreter' ? api.POST(adresse, { params }) : api.DELETE(adresse, { params })));
      annoncer(t(quoi === 'arreter' ? 'effectif.est_arrete' : 'effectif.est_rouvert'));
      demander(null);
    });
  return (
    <Bloc titre={t('effectif.arret')}>
      {arret ? (
        <>
          <p>
            {t(arret.a_l_heure_dite ? 'effectif.arrete_a_l_heure' : 'effectif.arrete_le', {
              quand: quand(arret.arrete_le),
              n: assiettes(arret.parts),
            })}
          </p>
          {depuis_l_arret && (
            <div class={arret.depasse_tolerance ? 'encart refus' : 'encart'} role="status">
              <Ecarts differences={depuis_l_arret} />
              {arret.depasse_tolerance && (
                <p>
                  <strong>{t(devant ? 'effectif.depasse' : 'effectif.depassait', { part: direPart(vue.tolerance_milliemes, langue) })}</strong>
                </p>
              )}
            </div>
          )}
          <p class={arret.signature_juste ? 'second' : 'attention'}>
            {t(arret.signature_juste ? 'effectif.signature' : 'effectif.signature_fausse')}{' '}
            <span class="code adresse">{arret.signature.slice(0, 16)}</span>
          </p>
          {organise && devant && (
            <button type="button" class="bouton" onClick={() => demander('rouvrir')}>
              <Icone nom="annuler" />
              {t('effectif.rouvrir')}
            </button>
          )}
        </>
      ) : !devant ? (
        <p>{t('effectif.jamais_arrete')}</p>
      ) : (
        <>
          <p>
            {vue.arret_prevu_le
              ? t('effectif.prevu_le', { quand: quand(vue.arret_prevu_le) })
              : t('effectif.pas_prevu')}{' '}
            {t('effectif.tolerance_dite', { part: direPart(vue.tolerance_milliemes, langue) })}
          </p>
          {organise ? (
            <button type="button" class="bouton plein" onClick={() => demander('arreter')}>
              {t('effectif.arreter')}
            </button>
          ) : (
            <p class="second">{t('effectif.arret_reserve')}</p>
          )}
        </>
      )}
      {confirmer && (
        <Dialogue titre={t(confirmer === 'arreter' ? 'effectif.arreter' : 'effectif.rouvrir')} fermer={() => demander(null)}>
          {confirmer === 'arreter' ? (
            <>
              <p>{t('effectif.arreter_phrase', { n: assiettes(vue.parts) })}</p>
              <ul class="puces-texte">
                <li>{t('effectif.arreter_foyers')}</li>
                <li>{t('effectif.arreter_ecarts')}</li>
                <li>{t('effectif.arreter_rouvrir')}</li>
              </ul>
            </>
          ) : (
            <p>{t('effectif.rouvrir_phrase')}</p>
          )}
          <div class="pied">
            <button type="button" class="bouton" onClick={() => demander(null)}>
              {t('actes.renoncer')}
            </button>
            <button type="button" class="bouton plein" disabled={enCours} onClick={() => void faire(confirmer)}>
              {t(confirmer === 'arreter' ? 'effectif.arreter' : 'effectif.rouvrir')}
            </button>
          </div>
        </Dialogue>
      )}
    </Bloc>
  );
}

function Besoins({ vue, temps }: { vue: Vue; temps: Temps }) {
  const devant = estDevant(temps);
  const { besoins, besoins_effaces, besoins_en_trop, foyers_a_revoir, par_regime, par_allergene } = vue;
  const totaux = [
    ...Object.entries(par_allergene).map(
      ([cle, n]) => [t('effectif.allergie_a', { quoi: t(`allergenes.${cle as Allergene}`) }), n] as const,
    ),
    ...Object.entries(par_regime).map(([cle, n]) => [t(`regimes.${cle as Regime}`), n] as const),
  ];
  return (
    <Bloc titre={t('effectif.besoins')}>
      {besoins_effaces && <p class="encart discret">{t('effectif.besoins_effaces')}</p>}
      {besoins.length === 0 ? (
        !besoins_effaces && (
          <p class="second">{t(devant ? 'effectif.besoins_vide' : 'effectif.besoins_plus_gardes')}</p>
        )
      ) : (
        <>
          <p class="second">{t('effectif.besoins_ensemble')}</p>
          <ul class="lignes nombres-lignes">
            {besoins.map((ligne) => (
              <li key={`${ligne.age} ${ligne.regimes.join()} ${ligne.allergenes.join()}`}>
                <Regimes ligne={ligne} />
              </li>
            ))}
          </ul>
          <details class="plus">
            <summary>{t('effectif.totaux')}</summary>
            <p class="second">{t('effectif.totaux_aide')}</p>
            <ul class="lignes">
              {totaux.map(([quoi, n]) => (
                <li key={quoi}>
                  <span>{quoi}</span>
                  <strong>{nombre(n)}</strong>
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
      {devant && foyers_a_revoir > 0 && (
        <div class="encart">
          <p>{t('effectif.a_revoir', { n: foyers_a_revoir })}</p>
          <ul>
            {besoins_en_trop.map((ligne) => (
              <li key={`${ligne.age} ${ligne.regimes.join()} ${ligne.allergenes.join()}`}>
                {ligne.nombre} <Regimes ligne={ligne} sansNombre />
              </li>
            ))}
          </ul>
        </div>
      )}
    </Bloc>
  );
}

// --- Convives annoncés ------------------------------------------------------------------------------------------------

function Annonces({
  vue,
  organise,
  temps,
  remplacer,
}: {
  vue: Vue;
  organise: boolean;
  temps: Temps;
  remplacer: Remplacer;
}) {
  const aAnnoncer = organise && estDevant(temps);
  const [ouverte, ouvrir] = useState<Annonce | 'nouvelle' | null>(null);
  const { enCours, agir } = useActe();
  const retirer = (identifiant: string) =>
    agir(async () => {
      const params = { path: { moment: vue.moment, identifiant } };
      remplacer(await obtenir(api.DELETE('/api/espace/banquets/{moment}/effectif/annonces/{identifiant}', { params })));
      annoncer(t('effectif.annonce_retiree'));
    });
  if (!estDevant(temps) && vue.convives_annonces.length === 0) return null;
  return (
    <Bloc
      titre={t('effectif.annonces')}
      actions={
        aAnnoncer && (
          <button type="button" class="bouton petit" onClick={() => ouvrir('nouvelle')}>
            <Icone nom="plus" />
            {t('effectif.annoncer')}
          </button>
        )
      }
    >
      <p class="second">{t(`effectif.annonces_aide.${parler(temps)}`)}</p>
      {vue.convives_annonces.length > 0 && (
        <ul class="lignes">
          {vue.convives_annonces.map((annonce) => (
            <li key={annonce.id}>
              <span>
                <strong>{t(`effectif.genres.${annonce.genre}`)}</strong>
                {t('presences.deux_points')} {annonce.nombre}{' '}
                <Regimes ligne={annonce} sansNombre />
              </span>
              {aAnnoncer && (
                <span class="boutons">
                  <button
                    type="button"
                    class="bouton petit"
                    aria-label={t('effectif.corriger_quoi', { quoi: t(`effectif.genres.${annonce.genre}`) })}
                    onClick={() => ouvrir(annonce)}
                  >
                    {t('actes.modifier')}
                  </button>
                  <button
                    type="button"
                    class="bouton petit"
                    disabled={enCours}
                    aria-label={t('actes.retirer_quoi', { quoi: t(`effectif.genres.${annonce.genre}`) })}
                    onClick={() => void retirer(annonce.id)}
                  >
                    {t('actes.retirer')}
                  </button>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {ouverte && (
        <DialogueAnnonce
          moment={vue.moment}
          annonce={ouverte === 'nouvelle' ? null : ouverte}
          fermer={() => ouvrir(null)}
          remplacer={remplacer}
        />
      )}
    </Bloc>
  );
}

function DialogueAnnonce({
  moment,
  annonce,
  fermer,
  remplacer,
}: {
  moment: string;
  annonce: Annonce | null;
  fermer: () => void;
  remplacer: Remplacer;
}) {
  const envoi = useEnvoi();
  // Choisi une fois : refaire l'envoi, quand la réponse s'est perdue, n'annonce pas deux fois les mêmes gens.
  const [identifiant] = useState(() => annonce?.id ?? crypto.randomUUID());
  const [genre, choisirGenre] = useState<Annonce['genre']>(annonce?.genre ?? 'artistes');
  const [combien, compter] = useState(String(annonce?.nombre ?? ''));
  const [age, choisirAge] = useState<Age>(annonce?.age ?? 'adulte');
  const [regimes, choisirRegimes] = useState<Regime[]>((annonce?.regimes ?? []) as Regime[]);
  const [allergenes, choisirAllergenes] = useState<Allergene[]>((annonce?.allergenes ?? []) as Allergene[]);
  const soumettre = () => {
    const n = lireEntier(combien);
    if (n === undefined || n === null) return envoi.refuser(refuser(['nombre', t('saisie.entier')]));
    void envoi.envoyer(async () => {
      const params = { path: { moment, identifiant } };
      const body = { genre, nombre: n, age, regimes, allergenes };
      remplacer(await obtenir(api.PUT('/api/espace/banquets/{moment}/effectif/annonces/{identifiant}', { params, body })));
      annoncer(t('effectif.annonce_gardee'));
      fermer();
    });
  };
  return (
    <Dialogue titre={t(annonce ? 'effectif.corriger' : 'effectif.annoncer')} fermer={fermer}>
      <Formulaire
        prefixe="annonce"
        envoi={envoi}
        soumettre={soumettre}
        pied={
          <button type="submit" class="bouton plein" disabled={envoi.enCours}>
            {t('actes.enregistrer')}
          </button>
        }
      >
        <div class="cote-a-cote">
          <Choix
            chemin="genre"
            etiquette={t('effectif.qui')}
            valeur={genre}
            changer={choisirGenre}
            options={GENRES.map((nom) => [nom, t(`effectif.genres.${nom}`)])}
          />
          <ChampTexte
            chemin="nombre"
            etiquette={t('effectif.combien')}
            inputMode="numeric"
            autocomplete="off"
            obligatoire
            valeur={combien}
            changer={compter}
          />
        </div>
        <Choix
          chemin="age"
          etiquette={t('effectif.age')}
          valeur={age}
          changer={choisirAge}
          options={AGES.map((nom) => [nom, t(`ages.${nom}`, { n: 2 })])}
        />
        <Cases
          chemin="regimes"
          etiquette={t('effectif.regimes')}
          aide={t('effectif.memes_besoins')}
          valeurs={regimes}
          changer={choisirRegimes}
          options={REGIMES.map((nom) => [nom, t(`regimes.${nom}`)])}
        />
        <Cases
          chemin="allergenes"
          etiquette={t('effectif.allergies')}
          valeurs={allergenes}
          changer={choisirAllergenes}
          options={ALLERGENES.map((nom) => [nom, t(`allergenes.${nom}`)])}
        />
      </Formulaire>
    </Dialogue>
  );
}

// --- Réglages -----------------------------------------------------------------------------------------------------------

interface SaisieReglages {
  arret: string;
  tolerance: string;
  absents: string;
  passage: string;
}

function depuisReglages(vue: Vue): SaisieReglages {
  return {
    arret: versSaisie(vue.arret_prevu_le),
    tolerance: ecrirePourCent(vue.tolerance_milliemes, langue),
    absents: ecrirePourCent(vue.absents_milliemes, langue),
    passage: ecrirePourCent(vue.passage_milliemes, langue),
  };
}

/** Les réglages en textes : ce que deux personnes comparent. */
function direReglages(saisie: SaisieReglages): Record<string, string> {
  const instant = versInstant(saisie.arret);
  const part = (ecrite: string) => (ecrite === '' ? '' : `${ecrite}\u00a0%`);
  return {
    arret_le: instant ? quand(instant) : saisie.arret,
    tolerance: part(saisie.tolerance),
    absents: part(saisie.absents),
    passage: part(saisie.passage),
  };
}

function Reglages({ vue, remplacer }: { vue: Vue; remplacer: Remplacer }) {
  const envoi = useEnvoi();
  const lus = depuisReglages(vue);
  // Tant que rien n'est tapé, l'écran suit ce qui est enregistré ; ce que l'on tape ne s'efface pas sous les doigts.
  const [tapes, taper] = useState<Partial<SaisieReglages>>({});
  // Ceux que l'on lisait en commençant à taper : si quelqu'un les change ensuite, on ne les remplace pas sans le voir.
  const [version, partirDe] = useState<number | null>(null);
  const [autre, lireAutre] = useState<Vue | null>(null);
  const { arret, tolerance, absents, passage } = { ...lus, ...tapes };
  const changer = (morceau: Partial<SaisieReglages>) => {
    if (version === null) partirDe(vue.version_reglages);
    taper((avant) => ({ ...avant, ...morceau }));
  };
  const repartir = () => {
    taper({});
    partirDe(null);
    lireAutre(null);
  };
  const soumettre = (sur = version ?? vue.version_reglages) => {
    const parts = [
      ['tolerance_milliemes', lirePourCent(tolerance)],
      ['absents_milliemes', lirePourCent(absents)],
      ['passage_milliemes', lirePourCent(passage)],
    ] as const;
    const arret_le = versInstant(arret);
    const refus = [
      ...(arret !== '' && arret_le === null ? [['arret_le', t('saisie.date')] as const] : []),
      ...parts.filter(([, n]) => typeof n !== 'number').map(([champ]) => [champ, t('saisie.pour_cent')] as const),
    ];
    if (refus.length > 0) return envoi.refuser(refuser(...refus));
    void envoi.envoyer(async () => {
      const [tolerance_milliemes, absents_milliemes, passage_milliemes] = parts.map(([, n]) => n ?? 0) as [
        number, number, number,
      ]; // prettier-ignore
      const body = { version: sur, arret_le, tolerance_milliemes, absents_milliemes, passage_milliemes };
      const params = { path: { moment: vue.moment } };
      try {
        remplacer(await obtenir(api.PUT('/api/espace/banquets/{moment}/effectif/reglages', { params, body })));
      } catch (erreur) {
        if (erreur instanceof Probleme && erreur.code === 'banquet-modifie') {
          const neuve = await obtenir(api.GET('/api/espace/banquets/{moment}/effectif', { params }));
          lireAutre(neuve);
          // Ce que l'on n'a pas tapé suit ce qui vient d'être enregistré : il n'y a rien à choisir.
          remplacer(neuve);
        }
        throw erreur;
      }
      repartir();
      annoncer(t('effectif.reglages_gardes'));
    });
  };
  const conflit = envoi.refus?.code === 'banquet-modifie' && autre && (
    <Conflit
      phrase={envoi.refus.phrase}
      differences={comparer(
        direReglages(depuisReglages(autre)),
        direReglages({ arret, tolerance, absents, passage }),
        (champ) => t(`effectif.${champ}` as Cle),
      )}
      garder={() => {
        partirDe(autre.version_reglages);
        soumettre(autre.version_reglages);
      }}
      reprendre={() => {
        repartir();
        envoi.refuser(null);
        remplacer(autre);
      }}
    />
  );
  return (
    <Formulaire
      prefixe="reglages"
      envoi={envoi}
      soumettre={() => soumettre()}
      resume={conflit || undefined}
      pied={
        <button type="submit" class="bouton" disabled={envoi.enCours}>
          {t('effectif.regler')}
        </button>
      }
    >
      <ChampTexte
        chemin="arret_le"
        etiquette={t('effectif.arret_le')}
        aide={t('effectif.arret_le_aide')}
        type="datetime-local"
        valeur={arret}
        changer={(arret) => changer({ arret })}
      />
      <ChampTexte
        chemin="tolerance_milliemes"
        etiquette={t('effectif.tolerance')}
        aide={t('effectif.tolerance_aide')}
        inputMode="decimal"
        suffixe="%"
        valeur={tolerance}
        changer={(tolerance) => changer({ tolerance })}
      />
      <div class="cote-a-cote">
        <ChampTexte
          chemin="absents_milliemes"
          etiquette={t('effectif.absents')}
          inputMode="decimal"
          suffixe="%"
          valeur={absents}
          changer={(absents) => changer({ absents })}
        />
        <ChampTexte
          chemin="passage_milliemes"
          etiquette={t('effectif.passage')}
          inputMode="decimal"
          suffixe="%"
          valeur={passage}
          changer={(passage) => changer({ passage })}
        />
      </div>
    </Formulaire>
  );
}
