import { useRef, useState } from 'preact/hooks';
import { chercher, convives, differer, normaliser, regrouper, type Groupe, type Ligne } from '../assiettes';
import type { Montre } from '../ecrans';
import { Coche, Demande, enumerer, Rien } from '../mots';
import { t, type Cle } from '../textes';
import type { Assiettes as Lues, PlatServi } from '../vue';

/** Au-delà, les groupes s'ouvrent un à un : la liste tient sous le pouce, et un grand repas ne dessine pas tout. */
const TOUT_MONTRER = 12;
/** Ce qu'une recherche encore courte montre. */
const TROUVEES_MAX = 12;

const nommer = ({ code, genre }: Ligne): string => code || t(`assiettes.annonces.${genre ?? 'equipe'}` as Cle);
const direService = (service: PlatServi['service']): string => t(`services.${service}` as Cle);

/** Qui mange autre chose : un code, sans nom, et ce que l'on pose devant. Le même code est sur le billet du foyer. */
export function Assiettes({ banquet, vue }: Montre) {
  const [saisie, ecrire] = useState('');
  const [dite, dire] = useState('');
  const champ = useRef<HTMLInputElement>(null);
  const lues = banquet.assiettes.value;
  if (!lues) return <p class="patience">{t(banquet.reseau.value === 'hors' ? 'assiettes.pas_gardees' : 'reseau.lecture')}</p>;
  const groupes = regrouper(lues.assiettes, vue.effectif.convives_annonces ?? []);
  const lignes = groupes.flatMap((groupe) => groupe.lignes);
  if (lignes.length === 0) return <Rien>{t('assiettes.aucune')}</Rien>;
  const faites = banquet.coches.value;
  const servies = convives(lignes.filter(({ cle }) => faites.has(cle)));
  const cherche = normaliser(saisie) !== '';
  const trouvees = chercher(groupes, saisie, nommer);
  const [seule] = trouvees.filter(({ ligne }, _, toutes) => toutes.length === 1 || normaliser(ligne.code) === normaliser(saisie));

  /** Entrée sert l'assiette que le code désigne, sans jamais l'annuler ; le code suivant se tape par-dessus. */
  const servir = (): void => {
    if (!seule) return;
    const { cle } = seule.ligne;
    dire(t(faites.has(cle) ? 'assiettes.deja' : 'assiettes.servie', { code: nommer(seule.ligne) }));
    banquet.cocher(cle, true);
    champ.current?.select();
  };

  return (
    <>
      <form
        class="recherche-assiettes"
        role="search"
        onSubmit={(geste) => {
          geste.preventDefault();
          servir();
        }}
      >
        <label for="code-assiette">{t('assiettes.code')}</label>
        <p class="servies">{t('assiettes.compte', { servies, restent: convives(lignes) - servies })}</p>
        <input
          id="code-assiette"
          ref={champ}
          type="search"
          value={saisie}
          placeholder="27a"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="done"
          aria-describedby="assiettes-etat"
          onInput={(geste) => {
            ecrire(geste.currentTarget.value);
            dire('');
          }}
        />
        <p id="assiettes-etat" class="second" role="status">
          {dite || (cherche && (trouvees.length === 0 ? t('assiettes.inconnue', { code: saisie.trim() }) : t('assiettes.trouvees', { n: trouvees.length })))}
        </p>
      </form>
      {cherche ? (
        <ul class="coches trouvees">
          {trouvees.slice(0, TROUVEES_MAX).map(({ ligne, groupe }) => (
            <li key={ligne.cle}>
              <UneLigne banquet={banquet} ligne={ligne} groupe={groupe} />
              <CeQuOnPose groupe={groupe} lues={lues} vue={vue} />
            </li>
          ))}
        </ul>
      ) : (
        <>
          <p class="second">{t('assiettes.aide')}</p>
          {groupes.map((groupe) => (
            <UnGroupe
              key={`${groupe.regimes.join()}:${groupe.allergenes.join()}`}
              banquet={banquet}
              vue={vue}
              groupe={groupe}
              lues={lues}
              ouvert={lignes.length <= TOUT_MONTRER}
            />
          ))}
          {servies > 0 && (
            <details>
              <summary>{t('assiettes.suivant')}</summary>
              <p>{t('assiettes.suivant_aide')}</p>
              <button type="button" class="bouton" onClick={() => banquet.cocher(lignes.map(({ cle }) => cle), false)}>
                {t('assiettes.recommencer')}
              </button>
            </details>
          )}
        </>
      )}
    </>
  );
}

interface Posee extends Pick<Montre, 'vue'> {
  groupe: Groupe;
  lues: Lues;
}

function UnGroupe({ banquet, vue, groupe, lues, ouvert }: Montre & Posee & { ouvert: boolean }) {
  const [montre, montrer] = useState(ouvert);
  const { lignes } = groupe;
  const total = convives(lignes);
  const servies = convives(lignes.filter(({ cle }) => banquet.coches.value.has(cle)));
  return (
    <details class={servies === total ? 'groupe-assiettes servi' : 'groupe-assiettes'} open={montre} onToggle={(geste) => montrer(geste.currentTarget.open)}>
      <summary>
        <h2>
          <DireGroupe groupe={groupe} />
        </h2>
        <span class="servies">{t('assiettes.servies_sur', { n: servies, total })}</span>
      </summary>
      {montre && (
        <>
          <CeQuOnPose groupe={groupe} lues={lues} vue={vue} />
          <ul class="coches codes">
            {lignes.map((ligne) => (
              <li key={ligne.cle}>
                <UneLigne banquet={banquet} ligne={ligne} />
              </li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}

function DireGroupe({ groupe: { regimes, allergenes } }: { groupe: Groupe }) {
  if (regimes.length + allergenes.length === 0) return <>{t('assiettes.sans_besoin')}</>;
  return <Demande regimes={regimes} allergenes={allergenes} />;
}

/** Un code, et tout à côté de quoi le cocher. Avec son groupe, la ligne dit aussi ce qu'elle demande. */
function UneLigne({ banquet, ligne, groupe }: Pick<Montre, 'banquet'> & { ligne: Ligne; groupe?: Groupe }) {
  return (
    <Coche cochee={banquet.coches.value.has(ligne.cle)} cocher={(oui) => banquet.cocher(ligne.cle, oui)}>
      <strong class="code-assiette">{nommer(ligne)}</strong>{' '}
      <span class="qui">
        {ligne.nombre} {t(`ages.${ligne.age}` as Cle, { n: ligne.nombre })}
      </span>
      {groupe && (
        <span class="ligne">
          <DireGroupe groupe={groupe} />
        </span>
      )}
      {ligne.a_revoir && <span class="precisions attention-cuisine">{t('assiettes.a_revoir')}</span>}
    </Coche>
  );
}

/** D'abord ce qui change de l'assiette de tout le monde ; l'assiette entière se déplie. */
function CeQuOnPose({ groupe: { plats }, lues, vue }: Posee) {
  if (plats.length === 0) return null;
  const entiere = (
    <ul class="poses">
      {plats.map(({ service, plat, nom, convenance }) => (
        <li key={`${service}${plat}`} class={plat === null ? 'allergie' : ''}>
          {t('assiettes.plat', { service: direService(service), nom: plat === null ? t('assiettes.rien') : nom })}
          {plat !== null && convenance === 'a_confirmer' && ` ${t('assiettes.a_confirmer')}`}
        </li>
      ))}
    </ul>
  );
  // Composées pour un autre menu que celui qu'on a : rien à comparer.
  if (lues.version !== vue.menu.version) return entiere;
  const { a_la_place, sans, rien, a_confirmer } = differer(plats, vue.menu.plats);
  return (
    <>
      <ul class="poses">
        {a_la_place.map(({ nom, de }) => (
          <li key={nom}>
            <strong>{t('assiettes.a_la_place', { nom, de })}</strong>
          </li>
        ))}
        {sans.length > 0 && <li>{t('assiettes.ne_pas_poser', { quoi: enumerer(sans) })}</li>}
        {rien.length > 0 && <li class="allergie">{t('assiettes.rien_pour', { quoi: enumerer(rien.map(direService)) })}</li>}
        {a_confirmer.length > 0 && <li class="attention-cuisine">{t('assiettes.a_confirmer_pour', { quoi: enumerer(a_confirmer) })}</li>}
        {a_la_place.length + sans.length + rien.length === 0 && <li>{t('assiettes.comme_tous')}</li>}
      </ul>
      <details class="entiere">
        <summary>{t('assiettes.entiere')}</summary>
        {entiere}
      </details>
    </>
  );
}
