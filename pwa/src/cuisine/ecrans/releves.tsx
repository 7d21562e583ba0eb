import { useState } from 'preact/hooks';
import { Icone } from '../../espace/composants/icone';
import { direHeure } from '../../espace/dates';
import type { Montre } from '../ecrans';
import { direBase, direDegres, direInstant, direReste, lireDegres, taper } from '../formes';
import { useHeure } from '../heure';
import { Bloc, DireVerdict, Rien } from '../mots';
import { aCetInstant, juger, seSuit, type Genre } from '../releves';
import { langue, t } from '../textes';
import type { MesureVue, PeseeVue, ReleveVue } from '../vue';

const GENRES: readonly Genre[] = ['chaud', 'froid', 'refroidissement', 'remise'];
const PESEES = ['preparation', 'non_servi', 'assiettes'] as const;
const TOUCHES = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'virgule', '0', 'effacer'] as const;
const VIRGULE = ',';

/** Températures et restes pesés. Le verdict se dit aussitôt, réseau ou pas ; le service redira le même. */
export function Releves(montre: Montre) {
  return (
    <>
      <p class="second">{t('releves.bonne_pratique')}</p>
      <Temperatures {...montre} />
      <Pesees {...montre} />
    </>
  );
}

// --- Les températures -----------------------------------------------------------------------------------------------

interface Suivi extends Pick<ReleveVue, 'id' | 'genre' | 'sujet' | 'plat' | 'mesures'> {
  /** Vrai si une de ses mesures attend encore le réseau. */
  attend: boolean;
}

/** Ce que le service sait, et ce qui a été mesuré ici sans qu'il le sache encore : une seule liste. */
export function suivis({ banquet, vue }: Montre): Suivi[] {
  const series = new Map<string, Suivi>(
    vue.temperatures.map(({ id, genre, sujet, plat, mesures }) => [id, { id, genre, sujet, plat, mesures: [...mesures], attend: false }]),
  );
  const connues = new Set(vue.temperatures.flatMap(({ mesures }) => mesures.map(({ id }) => id)));
  for (const { id, sorte, etat, corps } of banquet.gestes.value) {
    if (sorte !== 'temperature' || etat !== 'garde' || !corps || connues.has(id)) continue;
    const dite = corps as { genre: Genre; sujet: string; plat: string | null; suite_de: string | null; dixiemes: number; prise_le: string; corrige: string | null; annule: boolean };
    const serie = series.get(dite.suite_de ?? '') ?? [...series.values()].find(({ mesures }) => mesures.some((m) => m.id === dite.corrige));
    const mesure: MesureVue = { id, dixiemes: dite.dixiemes, prise_le: dite.prise_le, nom: '', corrige: dite.corrige, remplacee: false, annule: dite.annule };
    if (!serie) {
      series.set(id, { id, genre: dite.genre, sujet: dite.sujet, plat: dite.plat, mesures: [mesure], attend: true });
      continue;
    }
    serie.attend = true;
    serie.mesures = [...serie.mesures.map((m) => (m.id === dite.corrige ? { ...m, remplacee: true } : m)), mesure];
  }
  return [...series.values()];
}

/** Les mesures qui comptent : ni remplacées, ni annulées. */
const valables = (mesures: readonly MesureVue[]) => mesures.filter(({ remplacee, annule }) => !remplacee && !annule);

function Temperatures(montre: Montre) {
  const { banquet, vue } = montre;
  const [suite, suivre] = useState<Suivi | null>(null);
  const heure = useHeure(banquet, 1000);
  const tous = suivis(montre).filter(({ mesures }) => valables(mesures).length > 0);
  const enCours = tous.filter(({ genre, mesures }) => juger(genre, valables(mesures)).verdict === 'en_cours');
  const finis = tous.filter((serie) => !enCours.includes(serie));
  return (
    <>
      {enCours.length > 0 && (
        <Bloc titre={t('releves.en_cours')}>
          <ul class="series">
            {enCours.map((serie) => (
              <li key={serie.id} class="serie">
                <Serie serie={serie} heure={heure} banquet={banquet} />
                <button type="button" class="bouton grand" onClick={() => suivre(serie)}>
                  <Icone nom="thermometre" />
                  {t('releves.mesurer_encore')}
                </button>
              </li>
            ))}
          </ul>
        </Bloc>
      )}
      <Bloc titre={suite ? t('releves.suite', { sujet: suite.sujet }) : t('releves.mesurer')}>
        <Saisie key={suite?.id ?? ''} banquet={banquet} vue={vue} suite={suite} fini={() => suivre(null)} />
      </Bloc>
      <Bloc titre={t('releves.faits')}>
        {finis.length === 0 ? (
          <Rien>{t('releves.aucun')}</Rien>
        ) : (
          <ul class="series">
            {[...finis].reverse().map((serie) => (
              <li key={serie.id} class="serie">
                <Serie serie={serie} heure={heure} banquet={banquet} />
              </li>
            ))}
          </ul>
        )}
      </Bloc>
    </>
  );
}

function Serie({ serie, heure, banquet }: { serie: Suivi; heure: number; banquet: Montre['banquet'] }) {
  const comptent = valables(serie.mesures);
  const juge = juger(serie.genre, comptent);
  const verdict = aCetInstant(juge.verdict, juge.au_plus_tard, heure);
  const derniere = comptent.at(-1);
  const court = juge.verdict === 'en_cours' && juge.au_plus_tard !== null;
  return (
    <div>
      <p class="serie-tete">
        <strong>{serie.sujet}</strong> <span class="second">{t(`releves.genres.${serie.genre}`)}</span>
      </p>
      {verdict && <DireVerdict verdict={verdict} />}
      {court && juge.au_plus_tard && (
        <p class="minuterie">
          <strong>{direReste(Date.parse(juge.au_plus_tard) - heure)}</strong>{' '}
          {t('releves.au_plus_tard', { quand: direHeure(juge.au_plus_tard, langue) })}
        </p>
      )}
      <ol class="mesures">
        {serie.mesures.map((mesure) => (
          <li key={mesure.id} class={mesure.remplacee || mesure.annule ? 'remplacee' : ''}>
            <strong>{direDegres(mesure.dixiemes, langue)}</strong> {direInstant(mesure.prise_le, langue)}
            {mesure.nom && <span class="second"> · {mesure.nom}</span>}
            {(mesure.remplacee || mesure.annule) && <span class="second"> · {t('releves.annulee')}</span>}
          </li>
        ))}
      </ol>
      {serie.attend && <p class="second">{t('gestes.attend')}</p>}
      {derniere && (
        <button
          type="button"
          class="bouton petit"
          onClick={() =>
            void banquet.ecrire('temperature', `/temperatures/${crypto.randomUUID()}`, {
              genre: serie.genre,
              sujet: serie.sujet,
              plat: serie.plat,
              suite_de: derniere.id === serie.id ? null : serie.id,
              dixiemes: derniere.dixiemes,
              prise_le: derniere.prise_le,
              corrige: derniere.id,
              annule: true,
            })
          }
        >
          {t('releves.annuler')}
        </button>
      )}
    </div>
  );
}

function Saisie({ banquet, vue, suite, fini }: Montre & { suite: Suivi | null; fini: () => void }) {
  const [genre, choisir] = useState<Genre>(suite?.genre ?? 'chaud');
  const [sujet, nommer] = useState(suite?.sujet ?? '');
  const [saisie, poser] = useState('');
  const [dite, dire] = useState('');
  const dixiemes = lireDegres(saisie);
  const nu = sujet.trim();
  const avant = suite ? valables(suite.mesures) : [];
  const neuve = dixiemes === null ? null : { dixiemes, prise_le: new Date(banquet.heure()).toISOString() };
  const juge = neuve && juger(genre, [...avant, neuve]);
  const plat = vue.menu.plats.find(({ nom }) => nom === nu)?.id ?? null;

  const noter = (): void => {
    if (!neuve || !nu || !juge?.verdict) return;
    void banquet.ecrire('temperature', `/temperatures/${crypto.randomUUID()}`, {
      genre,
      sujet: nu,
      plat: suite ? suite.plat : plat,
      suite_de: suite?.id ?? null,
      ...neuve,
    });
    dire(t('releves.note', { sujet: nu, degres: direDegres(neuve.dixiemes, langue), verdict: t(`releves.verdicts.${juge.verdict}`) }));
    poser('');
    if (suite) fini();
  };

  return (
    <form
      class="mesure"
      onSubmit={(geste) => {
        geste.preventDefault();
        noter();
      }}
    >
      <div class="mesure-quoi">
        {suite ? (
          <button type="button" class="bouton petit" onClick={fini}>
            {t('releves.autre')}
          </button>
        ) : (
          <>
            <fieldset>
              <legend>{t('releves.quoi')}</legend>
              <div class="choix-genre">
                {GENRES.map((valeur) => (
                  <label key={valeur} class="puce">
                    <input type="radio" name="genre-mesure" value={valeur} checked={genre === valeur} onChange={() => choisir(valeur)} />
                    <span>{t(`releves.genres.${valeur}`)}</span>
                  </label>
                ))}
              </div>
              <p class="aide">{t(`releves.aides.${genre}`)}</p>
            </fieldset>
            <div class="champ">
              <label for="mesure-sujet">{t('releves.sujet')}</label>
              <p class="aide" id="mesure-aide">
                {t('releves.sujet_aide')}
              </p>
              <input
                id="mesure-sujet"
                list="mesure-plats"
                aria-describedby="mesure-aide"
                autocomplete="off"
                maxLength={120}
                value={sujet}
                onInput={(frappe) => nommer(frappe.currentTarget.value)}
              />
              <datalist id="mesure-plats">
                {vue.menu.plats.map(({ id, nom }) => (
                  <option key={id} value={nom} />
                ))}
              </datalist>
            </div>
          </>
        )}
        {seSuit(genre) && !suite && <p class="second">{t('releves.minuterie')}</p>}
      </div>
      <div class="mesure-combien">
        <Pave saisie={saisie} poser={poser} />
        <p class="verdict-aussitot" aria-live="polite">
          {juge?.verdict ? <DireVerdict verdict={juge.verdict} /> : <span class="second">{dite || t('releves.taper')}</span>}
        </p>
        <button type="submit" class="bouton plein grand" disabled={dixiemes === null || !nu}>
          {t('releves.noter')}
        </button>
      </div>
    </form>
  );
}

/** Un pavé que l'on tape du bout d'un doigt mouillé, sans que le clavier du téléphone couvre l'écran. */
function Pave({ saisie, poser }: { saisie: string; poser: (saisie: string) => void }) {
  return (
    <div class="pave" role="group" aria-label={t('releves.temperature')}>
      <div class="affichage">
        <button type="button" class="touche signe" onClick={() => poser(taper(saisie, 'signe'))} aria-label={t('releves.signe')}>
          ±
        </button>
        <output class="degres" aria-label={t('releves.temperature')}>
          {saisie.replace('-', '−') || '–'} <span>°C</span>
        </output>
      </div>
      {TOUCHES.map((touche) => (
        <button
          key={touche}
          type="button"
          class="touche"
          aria-label={touche === 'effacer' ? t('releves.effacer') : touche === 'virgule' ? t('releves.virgule') : undefined}
          onClick={() => poser(taper(saisie, touche === 'virgule' ? VIRGULE : touche))}
        >
          {touche === 'effacer' ? '⌫' : touche === 'virgule' ? VIRGULE : touche}
        </button>
      ))}
    </div>
  );
}

// --- Les pesées -----------------------------------------------------------------------------------------------------

function Pesees({ banquet, vue }: Montre) {
  const { pesees } = vue;
  const [genre, choisir] = useState<PeseeVue['genre']>('non_servi');
  const [saisie, poser] = useState('');
  const lu = /^(\d{1,5})(?:[.,](\d{1,3}))?$/.exec(saisie.replace(/[\s\u00a0\u202f]/g, ''));
  const grammes = lu ? Number(lu[1]) * 1000 + Number((lu[2] ?? '').padEnd(3, '0')) : 0;
  const attendent = banquet.gestes.value.filter(
    ({ sorte, etat, methode, id }) =>
      sorte === 'pesee' && etat === 'garde' && methode === 'PUT' && !pesees.elements.some((pesee) => pesee.id === id),
  );
  const retirees = new Set(
    banquet.gestes.value.filter(({ sorte, methode, etat }) => sorte === 'pesee' && methode === 'DELETE' && etat === 'garde').map(({ id }) => id),
  );
  return (
    <Bloc titre={t('pesees.titre')} aide={t('pesees.aide')}>
      <form
        class="pesee"
        onSubmit={(geste) => {
          geste.preventDefault();
          if (grammes <= 0 || grammes > 10_000_000) return;
          void banquet.ecrire('pesee', `/pesees/${crypto.randomUUID()}`, { genre, grammes });
          poser('');
        }}
      >
        <fieldset>
          <legend>{t('pesees.quoi')}</legend>
          <div class="choix-genre">
            {PESEES.map((valeur) => (
              <label key={valeur} class="puce">
                <input type="radio" name="genre-pesee" value={valeur} checked={genre === valeur} onChange={() => choisir(valeur)} />
                <span>{t(`pesees.genres.${valeur}`)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <div class="champ">
          <label for="pesee-kg">{t('pesees.kg')}</label>
          <input id="pesee-kg" inputmode="decimal" autocomplete="off" value={saisie} onInput={(frappe) => poser(frappe.currentTarget.value)} />
        </div>
        <button type="submit" class="bouton plein grand" disabled={grammes <= 0 || grammes > 10_000_000}>
          {t('pesees.noter')}
        </button>
      </form>
      {pesees.elements.length + attendent.length > 0 && (
        <ul class="lignes">
          {pesees.elements
            .filter(({ id }) => !retirees.has(id))
            .map(({ id, genre: sorte, grammes: poids, nom }) => (
              <li key={id}>
                <span>
                  <strong>{direBase(poids, 'g', langue)}</strong> {t(`pesees.genres.${sorte}`)} <span class="second">{nom}</span>
                </span>
                <button type="button" class="bouton petit" onClick={() => void banquet.ecrire('pesee', `/pesees/${id}`, null, 'DELETE')}>
                  {t('pesees.retirer')}
                </button>
              </li>
            ))}
          {attendent.map(({ id, corps }) => (
            <li key={id}>
              <span>
                <strong>{direBase(Number(corps?.['grammes']), 'g', langue)}</strong>{' '}
                {t(`pesees.genres.${String(corps?.['genre']) as PeseeVue['genre']}`)}{' '}
                <span class="second">{t('gestes.attend')}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {pesees.grammes > 0 && pesees.par_convive_g !== null && (
        <p>
          {t(`pesees.par_convive_${pesees.source_convives}`, {
            total: direBase(pesees.grammes, 'g', langue),
            chacun: direBase(pesees.par_convive_g, 'g', langue),
            n: pesees.convives,
          })}
        </p>
      )}
    </Bloc>
  );
}
