import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { api, obtenir, Probleme, type Modeles } from '../../api/client';
import { ChampLong, ChampTexte, Choix } from '../composants/champs';
import { Dialogue, poserDialogue } from '../composants/dialogue';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Suite } from '../composants/page';
import { annoncer, moi, oublier, useActe, useChargement, useRepos } from '../etat';
import { ecrireMilliemes } from '../quantites';
import { langue, t } from '../textes';
import { enumerer, nomAllergene, nomRegime, type Service } from './mots';
import { ligneDe, platVide, versDemande, type Denree, type SaisieLigne, type SaisiePlat } from './saisie-menu';

type Breve = Modeles['RecetteBreve'];
export type Recette = Modeles['RecetteVue'];

const fermer = () => poserDialogue(null);

/** Ouvre la bibliothèque du réseau ; la recette choisie est copiée, puis vit sa vie dans ce menu. */
export function ouvrirRecettes(mois: number | null, copier: (plat: SaisiePlat) => void): void {
  poserDialogue(<Bibliotheque mois={mois} copier={copier} />);
}

/** Propose ce plat à tout le réseau. */
export function ouvrirPublication(plat: SaisiePlat): void {
  poserDialogue(<Publication plat={plat} />);
}

function Bibliotheque({ mois, copier }: { mois: number | null; copier: (plat: SaisiePlat) => void }) {
  const [q, chercher] = useState('');
  const [lue, lire] = useState<string | null>(null);
  const repose = useRepos(q.trim());
  return (
    <Dialogue titre={t('recettes.titre')} fermer={fermer}>
      {lue !== null ? (
        <Lecture slug={lue} mois={mois} copier={copier} revenir={() => lire(null)} />
      ) : (
        <>
          <label class="recherche">
            <span class="invisible">{t('recettes.chercher')}</span>
            <Icone nom="loupe" />
            <input
              type="search"
              value={q}
              placeholder={t('recettes.chercher')}
              onInput={(evenement) => chercher(evenement.currentTarget.value)}
            />
          </label>
          <Trouvees q={repose}>
            {(recette) => (
              <button type="button" onClick={() => lire(recette.slug)}>
                <strong>{recette.titre}</strong> <Bref recette={recette} />
              </button>
            )}
          </Trouvees>
        </>
      )}
    </Dialogue>
  );
}

/** Les recettes qui répondent, chacune comme on veut la montrer. */
export function Trouvees({
  q,
  classe = 'resultats',
  children,
}: {
  q: string;
  classe?: 'resultats' | 'lignes';
  children: (recette: Breve) => ComponentChildren;
}) {
  const trouvees = useChargement(`recettes?${q}`, () =>
    obtenir(api.GET('/api/espace/recettes', { params: { query: { q } } })),
  );
  return (
    <Suite de={trouvees}>
      {(recettes) =>
        recettes.length === 0 ? (
          <p class="second">{t(q ? 'recettes.rien' : 'recettes.vide')}</p>
        ) : (
          <ul class={classe} aria-label={t('recettes.titre')}>
            {recettes.map((recette) => (
              <li key={recette.slug}>{children(recette)}</li>
            ))}
          </ul>
        )
      }
    </Suite>
  );
}

export function Bref({ recette }: { recette: Breve }) {
  const { service, structure_nom, allergenes } = recette;
  return (
    <span class="second">
      {[
        t(`services.${service as Service}`),
        structure_nom,
        allergenes.length > 0 ? enumerer(allergenes.map(nomAllergene)) : t('menu.aucun_allergene'),
      ].join(' · ')}
    </span>
  );
}

function Lecture({
  slug,
  mois,
  copier,
  revenir,
}: {
  slug: string;
  mois: number | null;
  copier: (plat: SaisiePlat) => void;
  revenir: () => void;
}) {
  const lue = useChargement(`recette/${slug}`, () =>
    obtenir(api.GET('/api/espace/recettes/{slug}', { params: { path: { slug } } })),
  );
  const { enCours, agir } = useActe();
  const prendre = (recette: Recette) =>
    agir(async () => {
      const { plat, manquent } = await enPlat(recette, mois);
      fermer();
      copier(plat);
      annoncer(
        manquent.length > 0
          ? t('recettes.copiee_sans', { titre: recette.titre, quoi: enumerer(manquent) })
          : t('recettes.copiee', { titre: recette.titre }),
        manquent.length > 0 ? 'refus' : 'fait',
      );
    });
  return (
    <>
      <button type="button" class="bouton petit" onClick={revenir}>
        <Icone nom="fleche" />
        {t('recettes.revenir')}
      </button>
      <Suite de={lue}>
        {(recette) => (
          <>
            <h3>{recette.titre}</h3>
            <ContenuRecette recette={recette} />
            <p class="aide">{t('recettes.copie_aide')}</p>
            <button type="button" class="bouton plein" disabled={enCours} onClick={() => void prendre(recette)}>
              <Icone nom="copie" />
              {t('recettes.copier')}
            </button>
            {recette.modifiable && (
              <a class="bouton" href={`/espace/recettes/${recette.slug}`} onClick={fermer}>
                <Icone nom="crayon" />
                {t('recettes.corriger')}
              </a>
            )}
          </>
        )}
      </Suite>
    </>
  );
}

/** Une recette telle qu'on la lit : de qui elle vient, ses denrées par part, ce qu'elle contient, comment on fait. */
export function ContenuRecette({ recette }: { recette: Recette }) {
  return (
    <>
      <p class="second">
        {t('recettes.de', { structure: recette.structure_nom, licence: recette.licence })}{' '}
        {recette.derivee_de &&
          t('recettes.derivee_de', {
            titre: recette.derivee_de.titre,
            structure: recette.derivee_de.structure_nom,
          })}
      </p>
      <ul class="puces-texte">
        {recette.lignes.map((ligne, rang) => (
          <li key={`${ligne.ingredient} ${rang}`}>
            {t('recettes.ligne', {
              nom: ligne.nom,
              adulte: ecrireMilliemes(ligne.adulte_milli, langue),
              enfant: ecrireMilliemes(ligne.enfant_milli, langue),
              unite: t(`unites.${ligne.unite as 'g'}`),
              etat: t(`etats_denree.${ligne.etat as 'cuit'}`),
            })}
          </li>
        ))}
      </ul>
      <p class="second">
        {recette.allergenes.length > 0
          ? t('menu.contient', { quoi: enumerer(recette.allergenes.map(nomAllergene)) })
          : t('menu.aucun_allergene')}{' '}
        {recette.regimes.length > 0 && t('menu.convient', { regimes: enumerer(recette.regimes.map(nomRegime)) })}
      </p>
      {recette.description && <p class="texte-libre">{recette.description}</p>}
      {recette.notes_echelle && <p class="texte-libre second">{recette.notes_echelle}</p>}
    </>
  );
}

/** Le plat copié de cette recette : chaque denrée avec sa fiche, sa saison, ses allergènes d'aujourd'hui. */
async function enPlat(recette: Recette, mois: number | null): Promise<{ plat: SaisiePlat; manquent: string[] }> {
  const slugs = [...new Set(recette.lignes.map(({ ingredient }) => ingredient))];
  const fiches = new Map<string, Denree>();
  await Promise.all(
    slugs.map(async (slug) => {
      try {
        fiches.set(slug, await obtenir(api.GET('/api/espace/ingredients/{slug}', { params: { path: { slug } } })));
      } catch (erreur) {
        // La denrée d'une autre structure : on copie le reste, et on le dit.
        if (!(erreur instanceof Probleme) || erreur.statut !== 404) throw erreur;
      }
    }),
  );
  const lignes = recette.lignes.flatMap((ligne): SaisieLigne[] => {
    const fiche = fiches.get(ligne.ingredient);
    if (!fiche) return [];
    return [
      {
        ...ligneDe(fiche, mois),
        adulte: ecrireMilliemes(ligne.adulte_milli, langue),
        enfant: ecrireMilliemes(ligne.enfant_milli, langue),
        propose: null,
        etat: ligne.etat as SaisieLigne['etat'],
        note: ligne.note,
      },
    ];
  });
  const manquent = recette.lignes.filter(({ ingredient }) => !fiches.has(ingredient)).map(({ nom }) => nom);
  const plat: SaisiePlat = {
    ...platVide(recette.service as Service),
    nom: recette.titre,
    recette: recette.slug,
    notes_echelle: recette.notes_echelle,
    lignes,
  };
  return { plat, manquent };
}

function Publication({ plat }: { plat: SaisiePlat }) {
  const structures = moi.value?.structures ?? [];
  const [structure, choisir] = useState(structures[0]?.slug ?? '');
  const [titre, nommer] = useState(plat.nom);
  const [description, decrire] = useState('');
  const envoi = useEnvoi();
  const soumettre = () => {
    const { demande, remarques } = versDemande({ plats: [plat], marge: '0', menu_public: false, notes: '' }, 1);
    const lignes = demande.plats[0]?.lignes ?? [];
    if (remarques.some(({ champ }) => champ.includes('.lignes.')) || lignes.length === 0) {
      envoi.refuser({ phrase: t('recettes.a_finir'), erreurs: [], code: 'remarques' });
      return;
    }
    void envoi.envoyer(async () => {
      await obtenir(
        api.POST('/api/espace/recettes', {
          body: {
            structure,
            titre: titre.trim(),
            service: plat.service,
            description,
            notes_echelle: plat.notes_echelle,
            derivee_de: plat.recette || null,
            lignes: lignes.map(({ ingredient, adulte_milli, enfant_milli, etat, note }) => ({
              ingredient, adulte_milli, enfant_milli, etat, note,
            })), // prettier-ignore
          },
        }),
      );
      oublier('recettes');
      fermer();
      annoncer(t('recettes.publiee'));
    });
  };
  return (
    <Dialogue titre={t('recettes.publier')} fermer={fermer}>
      <p>{t('recettes.licence')}</p>
      {plat.recette && <p class="second">{t('recettes.derivera')}</p>}
      <Formulaire
        prefixe="recette"
        envoi={envoi}
        soumettre={soumettre}
        pied={
          <>
            <button type="button" class="bouton" onClick={fermer}>
              {t('actes.renoncer')}
            </button>
            <button type="submit" class="bouton plein" disabled={envoi.enCours}>
              {t('recettes.publier_bouton')}
            </button>
          </>
        }
      >
        {structures.length > 1 && (
          <Choix
            chemin="structure"
            etiquette={t('recettes.structure')}
            valeur={structure}
            changer={choisir}
            options={structures.map(({ slug, nom }) => [slug, nom])}
          />
        )}
        <ChampTexte
          chemin="titre"
          etiquette={t('recettes.titre_champ')}
          obligatoire
          valeur={titre}
          changer={nommer}
          maxLength={160}
        />
        <ChampLong
          chemin="description"
          etiquette={t('recettes.comment')}
          valeur={description}
          changer={decrire}
          lignes={5}
          maximum={8000}
        />
      </Formulaire>
    </Dialogue>
  );
}
