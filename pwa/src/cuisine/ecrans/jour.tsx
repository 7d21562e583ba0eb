import { direHeure, direJourBref } from '../../espace/dates';
import { changements, type Changement } from '../changements';
import { alertesDuMenu, estGrave, type AlerteDuMenu } from '../couverture';
import type { Montre } from '../ecrans';
import { direEcarts } from '../formes';
import { Icone } from '../../espace/composants/icone';
import { Alerte, Besoins, Bloc, cleDeBesoin, Coche, direParts, nomAllergene, nomRegime, enumerer } from '../mots';
import { langue, t, type Cle } from '../textes';
import { useHeure } from '../heure';
import { aCetInstant, inquiete } from '../releves';
import type { Besoin, Effectif } from '../vue';

/** « mardi 9 juin à 18 h », court. */
const direQuand = (instant: string) => t('jour.quand', { jour: direJourBref(instant, langue), heure: direHeure(instant, langue) });

/** Ce qu'il faut savoir d'un coup d'œil, à deux mètres : combien, qui n'aurait rien à manger, pour qui, puis le reste. */
export function Jour({ banquet, vue }: Montre) {
  const { effectif } = vue;
  const { parts } = effectif;
  const alertes = alertesDuMenu(vue.couverture);
  return (
    <>
      <section class="effectif-cuisine">
        <p class="enorme">
          <strong>{parts.adultes + parts.enfants}</strong> {t('jour.a_cuisiner', { n: parts.adultes + parts.enfants })}
        </p>
        <p class="par-age">{direParts(parts)}</p>
        {parts.tout_petits > 0 && <p class="second">{t('jour.tout_petits', { n: parts.tout_petits })}</p>}
        <Arret effectif={effectif} />
      </section>
      <Nouveautes banquet={banquet} vue={vue} />
      <Graves banquet={banquet} vue={vue} alertes={alertes.filter(estGrave)} />
      <Bloc titre={t('jour.besoins')} {...(effectif.besoins.length > 0 && { aide: t('jour.besoins_aide') })}>
        {effectif.besoins_effaces ? (
          <p class="second">{t('jour.besoins_effaces')}</p>
        ) : (
          <>
            <ul class="coches">
              {effectif.besoins.map((besoin) => (
                <li key={cleDeBesoin(besoin)}>
                  <Coche
                    cochee={banquet.coches.value.has(cleDeBesoin(besoin))}
                    cocher={(oui) => banquet.cocher(cleDeBesoin(besoin), oui)}
                  >
                    <Besoins besoin={besoin} />
                  </Coche>
                </li>
              ))}
            </ul>
            <p>{t(effectif.besoins.length > 0 ? 'jour.sans_besoin' : 'jour.aucun_besoin', { n: effectif.sans_besoin })}</p>
            {effectif.foyers_a_revoir > 0 && <p class="second">{t('jour.a_revoir', { n: effectif.foyers_a_revoir })}</p>}
          </>
        )}
      </Bloc>
      <ARegarder vue={vue} alertes={alertes.filter((alerte) => !estGrave(alerte))} />
      <Bloc titre={t('jour.autour')}>
        <ul class="lignes">
          <li>
            <strong>{t('jour.prevision')}</strong> {effectif.prevision.phrase}
          </li>
          {effectif.en_attente.adultes + effectif.en_attente.enfants > 0 && (
            <li>{t('jour.en_attente', { n: effectif.en_attente.adultes + effectif.en_attente.enfants })}</li>
          )}
          {effectif.apports > 0 && <li>{t('jour.apports', { n: effectif.apports })}</li>}
        </ul>
      </Bloc>
    </>
  );
}

function Arret({ effectif: { arret, arret_prevu_le, depuis_l_arret } }: { effectif: Effectif }) {
  if (!arret) {
    return <p>{arret_prevu_le ? t('jour.s_arrete', { quand: direQuand(arret_prevu_le) }) : t('jour.pas_arrete')}</p>;
  }
  return (
    <>
      <p>
        {t('jour.arrete', { quand: direQuand(arret.arrete_le), parts: direParts(arret.parts) })}
        {!arret.signature_juste && <strong class="allergie"> {t('jour.signature_fausse')}</strong>}
      </p>
      {depuis_l_arret && (
        <p class={depuis_l_arret.plus + depuis_l_arret.moins > 0 ? 'ecarts bouge' : 'ecarts'}>{depuis_l_arret.phrase}</p>
      )}
      {arret.depasse_tolerance && <Alerte>{t('jour.depasse')}</Alerte>}
    </>
  );
}

/** « Ce qui a changé depuis que vous avez regardé » : comparé ici, sur cet appareil, donc lisible sans réseau. */
function Nouveautes({ banquet, vue }: Montre) {
  const lue = banquet.lue.value;
  const neufs = lue ? changements(lue, vue) : [];
  if (neufs.length === 0) return null;
  const liste = (
    <ul>
      {neufs.map((neuf) => (
        <li key={direChangement(neuf)}>{direChangement(neuf)}</li>
      ))}
    </ul>
  );
  return (
    <section class="nouveautes" aria-label={t('jour.nouveautes')}>
      <h2>{t('jour.nouveautes')}</h2>
      {neufs.length > OUVERTES_MAX ? (
        <details>
          <summary>{t('jour.changements', { n: neufs.length })}</summary>
          {liste}
        </details>
      ) : (
        liste
      )}
      <button type="button" class="bouton plein" onClick={banquet.noterLecture}>
        {t('jour.lu')}
      </button>
    </section>
  );
}

/** Un changement, en une phrase ; celle que dit aussi le lecteur d'écran. */
export function direChangement(neuf: Changement): string {
  switch (neuf.genre) {
    case 'parts':
      return t('changements.parts', {
        ecarts: direEcarts([neuf.adultes, neuf.enfants]),
        detail: [
          neuf.adultes && `${direEcarts([neuf.adultes])} ${t('ages.adulte', { n: Math.abs(neuf.adultes) })}`,
          neuf.enfants && `${direEcarts([neuf.enfants])} ${t('ages.enfant', { n: Math.abs(neuf.enfants) })}`,
        ]
          .filter(Boolean)
          .join(', '),
      });
    case 'besoin':
      return t('changements.besoin', { quoi: direBesoin(neuf.besoin, neuf.apres), avant: neuf.avant, apres: neuf.apres });
    case 'arrete':
      return t('changements.arrete', { quand: direQuand(neuf.le) });
    case 'rouvert':
      return t('changements.rouvert');
    case 'commande':
      return t('changements.commande', {
        qui: neuf.qui ?? t('courses.sans_fournisseur'),
        etat: t(`courses.etats.${neuf.etat}`),
      });
    case 'messages':
      return t('changements.messages', { n: neuf.nombre });
    default:
      return t(`changements.${neuf.genre}`, { nom: neuf.nom });
  }
}

function direBesoin({ age, regimes, allergenes }: Besoin, nombre: number): string {
  const qui = t(`ages.${age as 'adulte'}`, { n: nombre });
  const dits = regimes.length > 0 ? `${qui} (${regimes.map(nomRegime).join(', ')})` : qui;
  return allergenes.length > 0 ? `${dits} ${t('jour.allergie', { quoi: enumerer(allergenes.map(nomAllergene)) })}` : dits;
}

/** Ce qui ne peut pas attendre qu'on ouvre le bon onglet : une température à reprendre, quelqu'un sans rien à manger. */
function Graves({ banquet, vue, alertes }: Montre & { alertes: readonly AlerteDuMenu[] }) {
  const heure = useHeure(banquet, 10_000);
  const tardifs = vue.temperatures.filter(({ verdict, au_plus_tard }) => inquiete(aCetInstant(verdict, au_plus_tard, heure)));
  if (tardifs.length + alertes.length === 0) return null;
  return (
    <div class="alertes">
      {alertes.map((alerte) => (
        <Pliee key={alerte.sorte} alerte={alerte} grave />
      ))}
      {tardifs.length > 0 && (
        <Alerte icone="thermometre">
          <a href="#releves">{t('jour.temperatures', { n: tardifs.length, quoi: enumerer(tardifs.map(({ sujet }) => sujet)) })}</a>
        </Alerte>
      )}
    </div>
  );
}

/** Ce qui demande un coup d'œil avant le service, après ce que la cuisine vient chercher. */
function ARegarder({ vue, alertes }: Pick<Montre, 'vue'> & { alertes: readonly AlerteDuMenu[] }) {
  const aRelire = vue.menu.plats.filter(({ etat_allergenes }) => etat_allergenes !== 'confirmes').length;
  if (alertes.length + aRelire === 0) return null;
  return (
    <Bloc titre={t('jour.a_regarder')}>
      <div class="alertes">
        {alertes.map((alerte) => (
          <Pliee key={alerte.sorte} alerte={alerte} />
        ))}
        {aRelire > 0 && (
          <Alerte douce>
            <a href="#menu">{t('jour.a_relire', { n: aRelire })}</a>
          </Alerte>
        )}
      </div>
    </Bloc>
  );
}

/** Au-delà, même le grave se plie : les régimes ne doivent pas partir sous l'écran. */
const OUVERTES_MAX = 3;

/** Une sorte d'alerte en une ligne, le détail dessous. */
function Pliee({ alerte: { sorte, nombre, services, phrases }, grave = false }: { alerte: AlerteDuMenu; grave?: boolean }) {
  const quoi = enumerer(services.map((service) => t(`services.${service}` as Cle).toLowerCase()));
  return (
    <details class={grave ? 'alerte-cuisine' : 'alerte-cuisine douce'} open={grave && phrases.length <= OUVERTES_MAX}>
      <summary>
        <Icone nom="attention" />
        <span>{t(`jour.alertes.${sorte}`, { n: nombre, quoi })}</span>
      </summary>
      <ul>
        {phrases.map((phrase) => (
          <li key={phrase}>{phrase}</li>
        ))}
      </ul>
      <a href="#assiettes">{t('jour.voir_assiettes')}</a>
    </details>
  );
}
