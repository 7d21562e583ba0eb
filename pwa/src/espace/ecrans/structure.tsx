import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { ChampLong, ChampTexte, Choix, Options } from '../composants/champs';
import { ChoixCommune } from '../composants/choix';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Bloc, Page, Suite } from '../composants/page';
import { annoncer, moi, oublier, useActe, useChargement } from '../etat';
import type { Choisi } from '../saisie-evenement';
import { langue, t } from '../textes';

type Equipe = Modeles['VueStructureEquipe'];
type Structure = Modeles['VueStructure'];
type Role = Modeles['VueMembre']['role'];

const GENRES = [
  'association', 'collectivite', 'tiers_lieu', 'cafe', 'entreprise', 'collectif', 'producteur', 'traiteur',
] as const satisfies readonly Structure['genre'][]; // prettier-ignore

export default function FicheStructure({ slug }: { slug: string }) {
  const fiche = useChargement(`structure/${slug}`, () =>
    obtenir(api.GET('/api/espace/structures/{slug}', { params: { path: { slug } } })),
  );
  return (
    <Page
      titre={fiche.valeur?.structure.nom ?? t('reseau.structures')}
      retour={['/espace/reseau', t('nav.reseau')]}
      actions={
        <a class="bouton" href={`/structures/${slug}`} target="_blank" rel="noopener">
          <Icone nom="oeil" />
          {t('actes.voir_page')}
        </a>
      }
    >
      <Suite de={fiche}>
        {(equipe) => (
          <>
            <Bloc titre={t('structures.membres')}>
              <Membres slug={slug} equipe={equipe} remplacer={fiche.remplacer} />
            </Bloc>
            <Bloc titre={t('structures.fiche')}>
              {equipe.modifiable ? (
                <AvecCommune code={equipe.structure.commune}>
                  {(commune) => <FormulaireStructure key={slug} structure={equipe.structure} commune={commune} />}
                </AvecCommune>
              ) : (
                <p class="encart">{t('structures.reserve')}</p>
              )}
            </Bloc>
          </>
        )}
      </Suite>
    </Page>
  );
}

/** La fiche dit le code de la commune ; on la montre par son nom. */
function AvecCommune({
  code,
  children,
}: {
  code: string | null;
  children: (commune: Choisi | null) => ComponentChildren;
}) {
  const commune = useChargement<Choisi | null>(`commune/${code}`, async () => {
    if (code === null) return null;
    const { nom } = await obtenir(api.GET('/api/communes/{code}', { params: { path: { code } } }));
    return { slug: code, nom };
  });
  return <Suite de={commune}>{children}</Suite>;
}

export function NouvelleStructure() {
  return (
    <Page titre={t('structures.creer')} retour={['/espace/reseau', t('nav.reseau')]}>
      <FormulaireStructure structure={null} commune={null} />
    </Page>
  );
}

function Membres({
  slug,
  equipe,
  remplacer,
}: {
  slug: string;
  equipe: Equipe;
  remplacer: (equipe: Equipe) => void;
}) {
  const { enCours, agir } = useActe();
  const { route } = useLocation();
  const changer = (membre: number, role: Role) =>
    agir(async () => {
      const params = { path: { slug, membre } };
      remplacer(
        await obtenir(api.PATCH('/api/espace/structures/{slug}/membres/{membre}', { params, body: { role } })),
      );
      annoncer(t('structures.role_change'));
    });
  const retirer = (membre: Modeles['VueMembre']) =>
    agir(async () => {
      const params = { path: { slug, membre: membre.id } };
      await obtenir(api.DELETE('/api/espace/structures/{slug}/membres/{membre}', { params }));
      oublier('structure');
      if (membre.est_moi) {
        if (moi.value) {
          moi.value = { ...moi.value, structures: moi.value.structures.filter((mienne) => mienne.slug !== slug) };
        }
        route('/espace/reseau');
      } else {
        remplacer({ ...equipe, membres: equipe.membres.filter(({ id }) => id !== membre.id) });
      }
      annoncer(t('structures.membre_retire', { prenom: membre.prenom }));
    });
  return (
    <>
      <ul class="lignes membres">
        {equipe.membres.map((membre) => (
          <li key={membre.id}>
            <span>
              <strong>{membre.prenom}</strong> {membre.est_moi && <span class="second">{t('structures.moi')}</span>}
              <br />
              <span class="second adresse">{membre.courriel}</span>
            </span>
            {equipe.modifiable ? (
              <Choix<Role>
                chemin={`role-${membre.id}`}
                etiquette={t('structures.role')}
                valeur={membre.role}
                changer={(role) => void changer(membre.id, role)}
                options={(['membre', 'responsable'] as const).map((role) => [role, t(`roles.${role}`)])}
              />
            ) : (
              <span class="second">{t(`roles.${membre.role}`)}</span>
            )}
            {(equipe.modifiable || membre.est_moi) && (
              <button
                type="button"
                class="bouton petit"
                disabled={enCours}
                onClick={() => void retirer(membre)}
                aria-label={t('actes.retirer_quoi', { quoi: membre.prenom })}
              >
                {t(membre.est_moi ? 'structures.quitter' : 'actes.retirer')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {equipe.modifiable && <Ajout slug={slug} remplacer={remplacer} />}
    </>
  );
}

function Ajout({ slug, remplacer }: { slug: string; remplacer: (equipe: Equipe) => void }) {
  const envoi = useEnvoi();
  const [prenom, nommer] = useState('');
  const [courriel, adresser] = useState('');
  const [role, choisir] = useState<Role>('membre');
  return (
    <details class="plus">
      <summary>{t('structures.ajouter_membre')}</summary>
      <Formulaire
        prefixe="membre"
        envoi={envoi}
        soumettre={() =>
          void envoi.envoyer(async () => {
            const body = { prenom: prenom.trim(), courriel: courriel.trim(), role, langue };
            remplacer(
              await obtenir(
                api.POST('/api/espace/structures/{slug}/membres', { params: { path: { slug } }, body }),
              ),
            );
            annoncer(t('structures.membre_ajoute', { prenom }));
            nommer('');
            adresser('');
          })
        }
        pied={
          <button type="submit" class="bouton plein" disabled={envoi.enCours}>
            {t('structures.ajouter')}
          </button>
        }
      >
        <ChampTexte
          chemin="prenom"
          etiquette={t('foyer.prenom')}
          obligatoire
          autocomplete="off"
          valeur={prenom}
          changer={nommer}
          maxLength={80}
        />
        <ChampTexte
          chemin="courriel"
          etiquette={t('foyer.courriel')}
          aide={t('structures.courriel_aide')}
          obligatoire
          type="email"
          autocomplete="off"
          valeur={courriel}
          changer={adresser}
        />
        <Options
          chemin="role"
          etiquette={t('structures.role')}
          valeur={role}
          changer={choisir}
          options={(['membre', 'responsable'] as const).map((nom) => [nom, t(`roles.${nom}`)])}
        />
      </Formulaire>
    </details>
  );
}

interface Saisie {
  nom: string;
  genre: Structure['genre'];
  description: string;
  site: string;
  courriel: string;
  telephone: string;
  commune: Choisi | null;
}

function FormulaireStructure({ structure, commune }: { structure: Structure | null; commune: Choisi | null }) {
  const envoi = useEnvoi();
  const { route } = useLocation();
  const [saisie, ecrire] = useState<Saisie>({
    nom: structure?.nom ?? '',
    genre: structure?.genre ?? 'association',
    description: structure?.description ?? '',
    site: structure?.site ?? '',
    courriel: structure?.courriel ?? '',
    telephone: structure?.telephone ?? '',
    commune,
  });
  const changer = (morceau: Partial<Saisie>) => ecrire((avant) => ({ ...avant, ...morceau }));
  const soumettre = () =>
    void envoi.envoyer(async () => {
      const body = {
        nom: saisie.nom.trim(),
        genre: saisie.genre,
        college: structure && structure.genre === saisie.genre ? structure.college : null,
        description: saisie.description,
        site: saisie.site.trim() || null,
        courriel: saisie.courriel.trim() || null,
        telephone: saisie.telephone.trim() || null,
        commune: saisie.commune?.slug ?? null,
      };
      if (structure) {
        const params = { path: { slug: structure.slug } };
        await obtenir(api.PUT('/api/espace/structures/{slug}', { params, body }));
        annoncer(t('structures.enregistree'));
      } else {
        const { structure: creee } = await obtenir(
          api.POST('/api/espace/structures', { body: { ...body, responsable: null } }),
        );
        moi.value = await obtenir(api.GET('/api/espace/moi'));
        annoncer(t('structures.enregistree'));
        route(`/espace/structures/${creee.slug}`);
      }
      oublier('structure');
    });
  return (
    <Formulaire
      envoi={envoi}
      soumettre={soumettre}
      pied={
        <button type="submit" class="bouton plein" disabled={envoi.enCours}>
          {t('actes.enregistrer')}
        </button>
      }
    >
      <ChampTexte
        chemin="nom"
        etiquette={t('structures.nom')}
        obligatoire
        valeur={saisie.nom}
        changer={(nom) => changer({ nom })}
        maxLength={160}
      />
      <Choix
        chemin="genre"
        etiquette={t('structures.genre')}
        valeur={saisie.genre}
        changer={(genre) => changer({ genre })}
        options={GENRES.map((genre) => [genre, t(`genres_structure.${genre}`)])}
      />
      <ChampLong
        chemin="description"
        etiquette={t('structures.description')}
        valeur={saisie.description}
        changer={(description) => changer({ description })}
        lignes={4}
        maximum={8000}
      />
      <ChoixCommune
        chemin="commune"
        etiquette={t('lieux.commune')}
        choisi={saisie.commune}
        choisir={(commune) => changer({ commune })}
      />
      <ChampTexte
        chemin="site"
        etiquette={t('structures.site')}
        type="url"
        inputMode="url"
        valeur={saisie.site}
        changer={(site) => changer({ site })}
      />
      <div class="cote-a-cote">
        <ChampTexte
          chemin="courriel"
          etiquette={t('structures.courriel')}
          aide={t('structures.courriel_public')}
          type="email"
          valeur={saisie.courriel}
          changer={(courriel) => changer({ courriel })}
        />
        <ChampTexte
          chemin="telephone"
          etiquette={t('foyer.telephone')}
          type="tel"
          valeur={saisie.telephone}
          changer={(telephone) => changer({ telephone })}
        />
      </div>
    </Formulaire>
  );
}
