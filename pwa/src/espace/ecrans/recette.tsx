import '../../../styles/banquets.css';
import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { api, obtenir, Probleme } from '../../api/client';
import { ChoixDenree } from '../banquets/choix-denree';
import { Confirmer } from '../banquets/confirmer';
import { comparer, Conflit } from '../banquets/conflit';
import { Deplacer } from '../banquets/deplacer';
import { Parts } from '../banquets/editeur-ligne';
import { SERVICES, type Service } from '../banquets/mots';
import { ContenuRecette, type Recette } from '../banquets/recettes';
import { cle, deplacerLigne, ligneDe, platVide, versDemande, type SaisieLigne } from '../banquets/saisie-menu';
import { ChampLong, ChampTexte, Choix, RefusDe } from '../composants/champs';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Bloc, Page, Suite } from '../composants/page';
import { annoncer, oublier, useActe, useChargement } from '../etat';
import { ecrireMilliemes } from '../quantites';
import { langue, t, type Cle } from '../textes';

const lire = (slug: string): Promise<Recette> =>
  obtenir(api.GET('/api/espace/recettes/{slug}', { params: { path: { slug } } }));

/** Une recette du réseau : sa structure la corrige ou la retire, les autres la lisent. */
export default function FicheRecette({ slug }: { slug: string }) {
  const lue = useChargement(`recette/${slug}`, () => lire(slug));
  return (
    <Page titre={lue.valeur?.titre ?? t('recettes.fiche')} retour={['/espace/recettes', t('recettes.titre')]}>
      <Suite de={lue}>
        {(recette) =>
          recette.modifiable ? (
            <Correction key={slug} recette={recette} remplacer={lue.remplacer} />
          ) : (
            <>
              <ContenuRecette recette={recette} />
              <p class="aide">{t('recettes.reservee')}</p>
            </>
          )
        }
      </Suite>
    </Page>
  );
}

interface Saisie {
  titre: string;
  service: Service;
  description: string;
  notes_echelle: string;
  lignes: SaisieLigne[];
}

function depuisRecette(recette: Recette): Saisie {
  return {
    titre: recette.titre,
    service: recette.service as Service,
    description: recette.description,
    notes_echelle: recette.notes_echelle,
    lignes: recette.lignes.map((ligne) => ({
      cle: cle(),
      ingredient: ligne.ingredient,
      nom: ligne.nom,
      unite: ligne.unite as SaisieLigne['unite'],
      adulte: ecrireMilliemes(ligne.adulte_milli, langue),
      enfant: ecrireMilliemes(ligne.enfant_milli, langue),
      propose: null,
      etat: ligne.etat as SaisieLigne['etat'],
      note: ligne.note,
      // Une recette ne dit ni comment cela s'achète, ni la saison : le menu qui la copie le dira.
      dechet: '', rendement: '', vendu_par: 'kg', contenance: '', pas: 1000,
      fiche: { allergenes: [], saison: null, dechet: 0, rendement: 1000 },
    })),
  }; // prettier-ignore
}

/** Les champs tels qu'ils se lisent, pour dire ce qui diffère entre deux personnes. */
function enClair({ titre, service, lignes, description, notes_echelle }: Saisie): Record<string, string> {
  return {
    titre,
    service: t(`services.${service}`),
    lignes: lignes
      .map(({ nom, adulte, enfant, unite, etat, note }) =>
        [
          t('recettes.ligne', { nom, adulte, enfant, unite: t(`unites.${unite}`), etat: t(`etats_denree.${etat}`) }),
          note,
        ]
          .filter(Boolean)
          .join(', '),
      )
      .join('\u202f; '),
    description,
    notes_echelle,
  };
}

function Correction({ recette, remplacer }: { recette: Recette; remplacer: (recette: Recette) => void }) {
  const { slug } = recette;
  const envoi = useEnvoi();
  // La première lecture fait foi : un rafraîchissement ne remplace pas ce que l'on est en train d'écrire.
  const [lue, partirDe] = useState(recette);
  const [saisie, ecrire] = useState(() => depuisRecette(recette));
  const [autre, lireAutre] = useState<Recette | null>(null);
  const changer = (morceau: Partial<Saisie>) => ecrire((avant) => ({ ...avant, ...morceau }));
  const reprendre = (recue: Recette) => {
    partirDe(recue);
    ecrire(depuisRecette(recue));
    lireAutre(null);
    remplacer(recue);
  };
  const lireSi = async (erreur: unknown) => {
    if (erreur instanceof Probleme && erreur.code === 'recette-modifiee') lireAutre(await lire(slug));
  };
  const soumettre = (version = lue.version) => {
    const plat = { ...platVide(saisie.service), nom: saisie.titre, lignes: saisie.lignes };
    const { demande, remarques } = versDemande({ plats: [plat], marge: '0', menu_public: false, notes: '' }, 1);
    const lignes = demande.plats[0]?.lignes ?? [];
    if (remarques.length > 0 || lignes.length === 0) {
      const erreurs = remarques.map(({ champ, texte }) => ({
        champ: champ.replace(/^plats\.0\./, '').replace(/^nom$/, 'titre'),
        message: t(texte === 'nom' ? 'recettes.sans_titre' : `menu.remarques.${texte}`),
      }));
      const phrase = lignes.length === 0 ? t('recettes.sans_denree') : t('edition.a_corriger', { n: erreurs.length });
      return envoi.refuser({ phrase, erreurs, code: 'remarques' });
    }
    return void envoi.envoyer(async () => {
      try {
        const recue = await obtenir(
          api.PUT('/api/espace/recettes/{slug}', {
            params: { path: { slug } },
            body: {
              structure: lue.structure,
              titre: saisie.titre.trim(),
              service: saisie.service,
              description: saisie.description,
              notes_echelle: saisie.notes_echelle,
              version,
              lignes: lignes.map(({ ingredient, adulte_milli, enfant_milli, etat, note }) => ({
                ingredient, adulte_milli, enfant_milli, etat, note,
              })), // prettier-ignore
            },
          }),
        );
        reprendre(recue);
      } catch (erreur) {
        await lireSi(erreur);
        throw erreur;
      }
      oublier('recettes');
      annoncer(t('recettes.corrigee'));
    });
  };
  const conflit = autre && (
    <Conflit
      phrase={t('recettes.modifiee')}
      differences={comparer(enClair(depuisRecette(autre)), enClair(saisie), (champ) => t(`recettes.champs.${champ}` as Cle))}
      garder={() => {
        partirDe(autre);
        lireAutre(null);
        soumettre(autre.version);
      }}
      reprendre={() => {
        reprendre(autre);
        envoi.refuser(null);
      }}
    />
  );
  return (
    <>
      <p class="second">
        {t('recettes.de', { structure: lue.structure_nom, licence: lue.licence })}{' '}
        {lue.derivee_de &&
          t('recettes.derivee_de', { titre: lue.derivee_de.titre, structure: lue.derivee_de.structure_nom })}{' '}
        {t('recettes.copies_intactes')}
      </p>
      <Formulaire
        envoi={envoi}
        soumettre={() => soumettre()}
        resume={conflit || undefined}
        pied={
          <button type="submit" class="bouton plein" disabled={envoi.enCours || autre !== null}>
            {t('actes.enregistrer')}
          </button>
        }
      >
        <div class="cote-a-cote">
          <ChampTexte
            chemin="titre"
            etiquette={t('recettes.titre_champ')}
            obligatoire
            valeur={saisie.titre}
            changer={(titre) => changer({ titre })}
            maxLength={160}
          />
          <Choix
            chemin="service"
            etiquette={t('menu.service')}
            valeur={saisie.service}
            changer={(service) => changer({ service })}
            options={SERVICES.map((service) => [service, t(`services.${service}`)])}
          />
        </div>
        <Bloc titre={t('recettes.champs.lignes')}>
          <ul class="lignes-denrees">
            {saisie.lignes.map((ligne, n) => (
              <Ligne key={ligne.cle} n={n} ligne={ligne} saisie={saisie} changer={changer} />
            ))}
          </ul>
          <ChoixDenree
            chemin="denree"
            mois={null}
            choisir={(denree) => changer({ lignes: [...saisie.lignes, ligneDe(denree, null)] })}
          />
        </Bloc>
        <ChampLong
          chemin="description"
          etiquette={t('recettes.comment')}
          valeur={saisie.description}
          changer={(description) => changer({ description })}
          lignes={5}
          maximum={8000}
        />
        <ChampLong
          chemin="notes_echelle"
          etiquette={t('menu.notes_echelle')}
          aide={t('menu.notes_echelle_aide')}
          valeur={saisie.notes_echelle}
          changer={(notes_echelle) => changer({ notes_echelle })}
          lignes={2}
          maximum={2000}
        />
      </Formulaire>
      <Retrait recette={lue} lireSi={lireSi} />
    </>
  );
}

function Ligne({
  n,
  ligne,
  saisie: { lignes },
  changer,
}: {
  n: number;
  ligne: SaisieLigne;
  saisie: Saisie;
  changer: (morceau: Partial<Saisie>) => void;
}) {
  const modifier = (morceau: Partial<SaisieLigne>) =>
    changer({ lignes: lignes.map((autre) => (autre.cle === ligne.cle ? { ...autre, ...morceau } : autre)) });
  const deplacer = (sens: -1 | 1) => {
    const apres = deplacerLigne(lignes, ligne.cle, sens);
    return apres && (() => changer({ lignes: apres }));
  };
  return (
    <li class="ligne-denree" data-ou={ligne.nom}>
      <div class="ligne-tete">
        <h3>{ligne.nom}</h3>
        <span class="boutons">
          {lignes.length > 1 && (
            <Deplacer
              quoi={ligne.nom}
              rang={n + 1}
              total={lignes.length}
              monter={deplacer(-1)}
              descendre={deplacer(1)}
              nu
            />
          )}
          <button
            type="button"
            class="rond"
            onClick={() => changer({ lignes: lignes.filter((autre) => autre.cle !== ligne.cle) })}
            aria-label={t('actes.retirer_quoi', { quoi: ligne.nom })}
          >
            <Icone nom="corbeille" />
          </button>
        </span>
      </div>
      <RefusDe chemin={`lignes.${n}.ingredient`} />
      <Parts chemin={`lignes.${n}`} ligne={ligne} changer={modifier} />
      <ChampTexte
        chemin={`lignes.${n}.note`}
        etiquette={t('menu.note_denree')}
        valeur={ligne.note}
        changer={(note) => modifier({ note })}
        maxLength={200}
      />
    </li>
  );
}

function Retrait({ recette, lireSi }: { recette: Recette; lireSi: (erreur: unknown) => Promise<void> }) {
  const [confirmer, demander] = useState(false);
  const { enCours, agir } = useActe();
  const { route } = useLocation();
  const { slug, titre, version, derivees } = recette;
  const retirer = () =>
    agir(async () => {
      try {
        await obtenir(
          api.DELETE('/api/espace/recettes/{slug}', { params: { path: { slug }, query: { version } } }),
        );
      } catch (erreur) {
        demander(false);
        await lireSi(erreur);
        throw erreur;
      }
      oublier('recette');
      annoncer(t('recettes.retiree', { titre }));
      route('/espace/recettes');
    });
  return (
    <Bloc titre={t('recettes.retirer')}>
      {derivees > 0 ? (
        <p>{t('recettes.citee', { n: derivees })}</p>
      ) : (
        <button type="button" class="bouton danger" onClick={() => demander(true)}>
          <Icone nom="corbeille" />
          {t('recettes.retirer')}
        </button>
      )}
      {confirmer && (
        <Confirmer
          titre={t('recettes.retirer')}
          acte={t('recettes.retirer')}
          enCours={enCours}
          danger
          faire={() => void retirer()}
          fermer={() => demander(false)}
        >
          <p>{t('recettes.retirer_phrase', { titre })}</p>
        </Confirmer>
      )}
    </Bloc>
  );
}
