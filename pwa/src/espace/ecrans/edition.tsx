import { useLocation } from 'preact-iso';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { garderBrouillon, lireBrouillon, oublierBrouillon, type Brouillon } from '../brouillons';
import { Case, Cases, ChampLong, ChampTexte, Choix } from '../composants/champs';
import { ChoixLieu, ChoixStructure } from '../composants/choix';
import { direPart, type Coorganisation } from '../composants/evenement-entete';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { ChampImage } from '../composants/image';
import { EditeurMoments } from '../composants/editeur-moments';
import { Mots } from '../composants/mots';
import { Bloc, Page, Suite } from '../composants/page';
import { TexteMisEnForme } from '../composants/texte-mis-en-forme';
import { direMoment } from '../dates';
import { annoncer, moi, oublier, useChargement } from '../etat';
import {
  FORMATS,
  LICENCES,
  MOYENS,
  PARTS,
  depuisEvenement,
  evenementVide,
  versDemande,
  type Choisi,
  type SaisieEvenement,
} from '../saisie-evenement';
import { langue, t } from '../textes';
import { manques } from './manques';

type Evenement = Modeles['EvenementEquipe'];

export function Creation() {
  const structures = moi.value?.structures ?? [];
  const neuf = useMemo(() => evenementVide(structures[0]?.slug ?? ''), []);
  return <Edition enregistre={neuf} evenement={null} />;
}

export default function Modification({ slug }: { slug: string }) {
  const evenement = useChargement(`evenement/${slug}`, () =>
    obtenir(api.GET('/api/espace/evenements/{slug}', { params: { path: { slug } } })),
  );
  // La première lecture reçue fait foi : un rafraîchissement ne remplace pas ce que l'on est en train d'écrire.
  const fige = useRef<Evenement | null>(null);
  if (!evenement.enCours && evenement.valeur && fige.current?.slug !== slug) fige.current = evenement.valeur;
  if (fige.current) return <Edition evenement={fige.current} enregistre={depuisEvenement(fige.current)} />;
  return (
    <Page titre={t('edition.modifier')} retour={[`/espace/evenements/${slug}`, t('evenement.tableau')]}>
      <Suite de={evenement}>{() => null}</Suite>
    </Page>
  );
}

function Edition({ enregistre, evenement }: { enregistre: SaisieEvenement; evenement: Evenement | null }) {
  const nom = `evenement:${evenement?.slug ?? 'nouveau'}`;
  const { route } = useLocation();
  const envoi = useEnvoi();
  const [garde, poserGarde] = useState<Brouillon<SaisieEvenement> | null>(() => lireBrouillon(nom));
  const [saisie, ecrire] = useState<SaisieEvenement>(() => garde?.saisie ?? enregistre);
  const [version, changerVersion] = useState(garde ? garde.version : (evenement?.version ?? null));
  const [noteLe, noter] = useState<string | null>(null);
  const change = (morceau: Partial<SaisieEvenement>) => ecrire((avant) => ({ ...avant, ...morceau }));
  const different = useMemo(() => JSON.stringify(saisie) !== JSON.stringify(enregistre), [saisie]);
  const fini = useRef(false);

  useEffect(() => {
    const refus = evenement && manques.get(evenement.slug);
    if (refus) envoi.refuser(refus);
    if (evenement) manques.delete(evenement.slug);
  }, []);

  // Gardé peu après chaque frappe ; et tout de suite si l'onglet disparaît.
  useEffect(() => {
    if (!different) {
      if (!fini.current && garde === null) oublierBrouillon(nom);
      return;
    }
    const garder = () => {
      if (!fini.current && garderBrouillon(nom, saisie, version)) noter(new Date().toISOString());
    };
    const minuterie = setTimeout(garder, 600);
    addEventListener('pagehide', garder);
    return () => {
      clearTimeout(minuterie);
      removeEventListener('pagehide', garder);
      garder();
    };
  }, [saisie, version]);

  const soumettre = () => {
    const { demande, remarques } = versDemande(saisie, version);
    if (remarques.length > 0) {
      const erreurs = remarques.map(({ champ, texte }) => ({ champ, message: t(`remarques.${texte}`) }));
      envoi.refuser({ phrase: t('edition.a_corriger', { n: erreurs.length }), erreurs, code: 'remarques' });
      return;
    }
    void envoi.envoyer(async () => {
      const recu = evenement
        ? await obtenir(
            api.PUT('/api/espace/evenements/{slug}', { params: { path: { slug: evenement.slug } }, body: demande }),
          )
        : await obtenir(api.POST('/api/espace/evenements', { body: demande }));
      fini.current = true;
      oublierBrouillon(nom);
      oublier('evenement', 'a-faire');
      annoncer(t(evenement ? 'edition.enregistre' : 'edition.cree'));
      route(`/espace/evenements/${recu.slug}`);
    });
  };

  const repartir = () => {
    oublierBrouillon(nom);
    poserGarde(null);
    ecrire(enregistre);
    changerVersion(evenement?.version ?? null);
  };

  const structures = moi.value?.structures ?? [];
  // Qui veille sur l'installation organise au nom de n'importe quelle structure ; les autres, au nom des leurs.
  const [porteuse, nommer] = useState<Choisi | null>(() => {
    const slug = saisie.structure;
    const connues = [
      ...structures,
      ...(evenement ? [{ slug: evenement.structure, nom: evenement.structure_nom }] : []),
      ...(evenement?.coorganisations.map((autre) => ({ slug: autre.structure, nom: autre.nom })) ?? []),
    ];
    return slug ? { slug, nom: connues.find((connue) => connue.slug === slug)?.nom ?? slug } : null;
  });
  const options = structures.map(({ slug, nom: titre }) => [slug, titre] as const);
  // Seule la porteuse change de porteuse et touche à la place des autres.
  const porte = evenement?.porte ?? true;
  const annonce = evenement !== null && evenement.statut !== 'brouillon';

  return (
    <Page
      titre={t(evenement ? 'edition.modifier' : 'edition.creer')}
      retour={
        evenement
          ? [`/espace/evenements/${evenement.slug}`, evenement.titre]
          : ['/espace/evenements', t('nav.evenements')]
      }
    >
      {garde && (
        <div class="encart">
          <p>{t('edition.retrouve', { quand: direMoment(garde.garde_le, langue) })}</p>
          <button type="button" class="bouton" onClick={repartir}>
            {t(evenement ? 'edition.repartir' : 'edition.effacer')}
          </button>
        </div>
      )}
      {annonce && <p class="encart discret">{t('edition.deja_annonce')}</p>}
      <Formulaire
        envoi={envoi}
        soumettre={soumettre}
        resume={
          envoi.refus?.code === 'evenement-modifie-ailleurs' && evenement ? (
            <ModifieAilleurs slug={evenement.slug} reprendre={changerVersion} sansRefus={() => envoi.refuser(null)} />
          ) : undefined
        }
        pied={
          <>
            <span class="second" role="status">
              {different ? (noteLe ? t('edition.garde', { quand: direMoment(noteLe, langue) }) : '') : t('edition.a_jour')}
            </span>
            <button type="submit" class="bouton plein" disabled={envoi.enCours}>
              {t(evenement ? 'actes.enregistrer' : 'edition.enregistrer_brouillon')}
            </button>
          </>
        }
      >
        <Bloc titre={t('edition.essentiel')}>
          <ChampTexte
            chemin="titre"
            etiquette={t('edition.titre')}
            obligatoire
            valeur={saisie.titre}
            changer={(titre) => change({ titre })}
            maxLength={160}
          />
          {!porte ? null : moi.value?.est_operateur ? (
            <ChoixStructure
              chemin="structure"
              etiquette={t('edition.structure')}
              choisi={porteuse}
              choisir={(choisie) => {
                nommer(choisie);
                change({ structure: choisie?.slug ?? '' });
              }}
            />
          ) : (
            options.length > 1 && (
              <Choix
                chemin="structure"
                etiquette={t('edition.structure')}
                valeur={saisie.structure}
                changer={(structure) => change({ structure })}
                options={options}
              />
            )
          )}
          <ChampLong
            chemin="resume"
            etiquette={t('edition.resume')}
            aide={t('edition.resume_aide')}
            valeur={saisie.resume}
            changer={(resume) => change({ resume: resume.replace(/\n/g, ' ') })}
            lignes={2}
            maximum={400}
          />
          <Cases
            chemin="formats"
            etiquette={t('edition.formats')}
            valeurs={saisie.formats}
            changer={(formats) => change({ formats })}
            options={FORMATS.map((cle) => [cle, t(`formats.${cle}`)])}
          />
          <Mots
            chemin="themes"
            etiquette={t('edition.themes')}
            aide={t('edition.themes_aide')}
            mots={saisie.themes}
            changer={(themes) => change({ themes })}
            maximum={6}
          />
          <ChoixCycle structure={saisie.structure} valeur={saisie.cycle} changer={(cycle) => change({ cycle })} />
        </Bloc>

        <Bloc titre={t('edition.programme')}>
          <EditeurMoments moments={saisie.moments} changer={(moments) => change({ moments })} />
        </Bloc>

        <Bloc titre={t('edition.ou')}>
          <ChoixLieu
            chemin="lieu"
            etiquette={t('edition.lieu')}
            choisi={saisie.lieu}
            choisir={(lieu) => change({ lieu })}
          />
          <ChoixLieu
            chemin="lieu_repli"
            etiquette={t('edition.lieu_repli')}
            aide={t('edition.lieu_repli_aide')}
            choisi={saisie.lieu_repli}
            choisir={(lieu_repli) => change({ lieu_repli })}
          />
          <Case
            chemin="en_ligne"
            etiquette={t('edition.en_ligne')}
            cochee={saisie.en_ligne}
            changer={(en_ligne) => change({ en_ligne })}
          />
          {saisie.en_ligne && (
            <ChampTexte
              chemin="lien_en_ligne"
              etiquette={t('edition.lien_en_ligne')}
              aide={t('edition.lien_en_ligne_aide')}
              type="url"
              inputMode="url"
              valeur={saisie.lien_en_ligne}
              changer={(lien_en_ligne) => change({ lien_en_ligne })}
            />
          )}
          <ChampLong
            chemin="venir"
            etiquette={t('edition.venir')}
            aide={t('edition.venir_aide')}
            valeur={saisie.venir}
            changer={(venir) => change({ venir })}
          />
          <ChampLong
            chemin="acces"
            etiquette={t('edition.acces')}
            aide={t('edition.acces_aide')}
            valeur={saisie.acces}
            changer={(acces) => change({ acces })}
          />
        </Bloc>

        <Bloc titre={t('edition.presentation')}>
          <TexteMisEnForme
            chemin="description"
            etiquette={t('edition.description')}
            valeur={saisie.description}
            changer={(description) => change({ description })}
          />
          <ChampImage image={saisie.image} changer={(image) => change({ image })} />
          <ChampLong
            chemin="a_apporter"
            etiquette={t('edition.a_apporter')}
            valeur={saisie.a_apporter}
            changer={(a_apporter) => change({ a_apporter })}
          />
        </Bloc>

        <Bloc titre={t('edition.inscriptions')}>
          <ChampTexte
            chemin="cloture_le"
            etiquette={t('edition.cloture')}
            aide={t('edition.cloture_aide')}
            type="datetime-local"
            valeur={saisie.cloture}
            changer={(cloture) => change({ cloture })}
          />
          <ChampTexte
            chemin="taille_max"
            etiquette={t('edition.taille_max')}
            inputMode="numeric"
            valeur={saisie.taille_max}
            changer={(taille_max) => change({ taille_max })}
          />
          <Case
            chemin="attente"
            etiquette={t('edition.attente')}
            aide={t('edition.attente_aide')}
            cochee={saisie.attente}
            changer={(attente) => change({ attente })}
          />
          <Case
            chemin="inscriptions_closes"
            etiquette={t('edition.closes')}
            aide={t('edition.closes_aide')}
            cochee={saisie.inscriptions_closes}
            changer={(inscriptions_closes) => change({ inscriptions_closes })}
          />
        </Bloc>

        <Bloc titre={t('edition.paiement')}>
          <Cases
            chemin="moyens_paiement"
            etiquette={t('edition.moyens')}
            valeurs={saisie.moyens_paiement}
            changer={(moyens_paiement) => change({ moyens_paiement })}
            options={MOYENS.map((cle) => [cle, t(`moyens.${cle}`)])}
          />
          {saisie.moyens_paiement.includes('monnaie_locale') && (
            <ChampTexte
              chemin="monnaie_locale"
              etiquette={t('edition.monnaie')}
              valeur={saisie.monnaie_locale}
              changer={(monnaie_locale) => change({ monnaie_locale })}
              maxLength={80}
            />
          )}
          <ChampLong
            chemin="paiement"
            etiquette={t('edition.paiement_texte')}
            aide={t('edition.paiement_aide')}
            valeur={saisie.paiement}
            changer={(paiement) => change({ paiement })}
            lignes={2}
            maximum={1000}
          />
        </Bloc>

        <Bloc titre={t('edition.ensemble')}>
          <Coorganisations
            liste={saisie.coorganisations}
            ecrites={evenement?.coorganisations ?? []}
            libres={porte ? null : new Set(structures.map(({ slug }) => slug))}
            changer={(coorganisations) => change({ coorganisations })}
          />
          <Choix
            chemin="licence"
            etiquette={t('edition.licence')}
            aide={t('edition.licence_aide')}
            valeur={saisie.licence}
            changer={(licence) => change({ licence })}
            options={LICENCES.map((cle) => [cle, cle])}
          />
        </Bloc>
      </Formulaire>
    </Page>
  );
}

/** Quelqu'un a enregistré entre-temps : lire sa version, puis choisir, sans rien perdre de la sienne. */
function ModifieAilleurs({
  slug,
  reprendre,
  sansRefus,
}: {
  slug: string;
  reprendre: (version: number) => void;
  sansRefus: () => void;
}) {
  const la = useChargement(`evenement-ailleurs/${slug}`, () =>
    obtenir(api.GET('/api/espace/evenements/{slug}', { params: { path: { slug } } })),
  );
  const boite = useRef<HTMLDivElement>(null);
  useEffect(() => {
    boite.current?.focus();
    boite.current?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <div class="encart refus" role="alert" tabIndex={-1} ref={boite}>
      <p>{t('edition.ailleurs')}</p>
      <Suite de={la}>
        {(evenement) => (
          <>
            {evenement.journal[0] && (
              <p class="second">
                {t('edition.ailleurs_qui', {
                  prenom: evenement.journal[0].prenom ?? t('evenement.quelqu_un'),
                  quand: direMoment(evenement.journal[0].instant, langue),
                })}
              </p>
            )}
            <div class="boutons">
              <a class="bouton" href={`/espace/evenements/${slug}`} target="_blank" rel="noopener">
                <Icone nom="oeil" />
                {t('edition.ailleurs_voir')}
              </a>
              <button
                type="button"
                class="bouton"
                onClick={() => {
                  reprendre(evenement.version);
                  sansRefus();
                }}
              >
                {t('edition.ailleurs_garder')}
              </button>
            </div>
          </>
        )}
      </Suite>
    </div>
  );
}

function ChoixCycle({
  structure,
  valeur,
  changer,
}: {
  structure: string;
  valeur: string;
  changer: (cycle: string) => void;
}) {
  const cycles = useChargement('cycles', () => obtenir(api.GET('/api/espace/cycles')));
  const tous = cycles.valeur ?? [];
  if (tous.length === 0 && !valeur) return null;
  const siens = tous.filter((cycle) => cycle.structure === structure || cycle.slug === valeur);
  return (
    <Choix
      chemin="cycle"
      etiquette={t('edition.cycle')}
      valeur={valeur}
      changer={changer}
      options={[['', t('edition.sans_cycle')], ...siens.map(({ slug, titre }) => [slug, titre] as const)]}
    />
  );
}

/** `libres` : les seules structures dont on peut changer la place, ou toutes si ce n'est pas dit. */
function Coorganisations({
  liste,
  ecrites,
  libres,
  changer,
}: {
  liste: SaisieEvenement['coorganisations'];
  ecrites: readonly Coorganisation[];
  libres: ReadonlySet<string> | null;
  changer: (liste: SaisieEvenement['coorganisations']) => void;
}) {
  const deja = new Map(ecrites.map((ecrite) => [ecrite.structure, ecrite]));
  const figee = (slug: string) => libres !== null && !libres.has(slug) && deja.get(slug);
  const direReponse = (slug: string) => {
    const reponse = deja.get(slug)?.reponse;
    return reponse && reponse !== 'acceptee' && <p class="second">{t(`reponses.${reponse}`)}</p>;
  };
  return (
    <>
      {liste.length > 0 && (
        <ul class="lignes">
          {liste.map((ligne, rang) => {
            const ecrite = figee(ligne.slug);
            return ecrite ? (
              <li key={ligne.slug}>
                <strong>{ligne.nom}</strong> · {direPart(ecrite)}
              </li>
            ) : (
              <li key={ligne.slug}>
                <Choix
                  chemin={`coorganisations.${rang}.part`}
                  etiquette={ligne.nom}
                  valeur={ligne.part}
                  changer={(part) => changer(liste.map((autre, la) => (la === rang ? { ...autre, part } : autre)))}
                  options={PARTS.map((cle) => [cle, t(`parts.${cle}`)])}
                />
                {direReponse(ligne.slug)}
                <button
                  type="button"
                  class="bouton petit"
                  onClick={() => changer(liste.filter((_, la) => la !== rang))}
                  aria-label={t('actes.retirer_quoi', { quoi: ligne.nom })}
                >
                  <Icone nom="corbeille" />
                  {t('actes.retirer')}
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <ChoixStructure
        chemin="coorganisations"
        etiquette={t('edition.coorganisations')}
        aide={t('edition.coorganisations_aide')}
        choisi={null}
        choisir={(choisi) => {
          if (choisi && !liste.some(({ slug }) => slug === choisi.slug)) {
            changer([...liste, { ...choisi, part: 'coorganisatrice' }]);
          }
        }}
      />
    </>
  );
}
