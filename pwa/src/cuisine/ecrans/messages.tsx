import { useEffect } from 'preact/hooks';
import type { Montre } from '../ecrans';
import { direInstant } from '../formes';
import { messagesRefuses, type Geste } from '../gestes';
import { Rien } from '../mots';
import { langue, t } from '../textes';

const LONGUEUR_MAX = 1000;

/** Ce que se disent la cuisine et qui organise. Écrit sans réseau, un message attend et le dit. */
export function Messages({ banquet, vue }: Montre) {
  const { elements } = vue.messages;
  const { brouillon, repris } = banquet;
  const texte = brouillon.value;
  const attendent = banquet.gestes.value.filter(
    ({ sorte, etat, methode, id }) =>
      sorte === 'message' && etat === 'garde' && methode === 'PUT' && !elements.some((message) => message.id === id),
  );
  // Retiré ici, que le service le sache déjà ou pas.
  const retires = new Set(
    banquet.gestes.value.filter(({ sorte, methode, etat }) => sorte === 'message' && methode === 'DELETE' && etat === 'garde').map(({ id }) => id),
  );
  const dernier = elements.at(-1)?.numero ?? 0;
  const lu = banquet.cote === 'cuisine' ? vue.messages.lu_cuisine : vue.messages.lu_organisation;
  useEffect(() => {
    // Dit une fois par lecture neuve : l'autre côté sait que c'est arrivé jusqu'ici.
    const deja = banquet.gestes.value.some(({ sorte, corps }) => sorte === 'lecture' && Number(corps?.['jusqu_a']) >= dernier);
    if (dernier > lu && !deja) void banquet.ecrire('lecture', '/messages/lus', { jusqu_a: dernier }, 'POST');
  }, [dernier, lu]);

  const refuses = messagesRefuses(banquet.gestes.value);
  // Un refus ailleurs, ou corrigé dans un autre onglet : ce qui est dans la case n'en dépend plus.
  const corrige = refuses.find(({ rang }) => rang === repris.value?.rang);
  const reprendre = (geste: Geste | undefined): void => {
    repris.value = geste ?? null;
    brouillon.value = String(geste?.corps?.['texte'] ?? '');
  };
  useEffect(() => {
    // Jamais par-dessus ce que quelqu'un écrit : les autres attendent dans la liste.
    if (brouillon.value === '' && !corrige) reprendre(refuses[0]);
  }, [refuses.length, corrige?.rang]);

  const envoyer = (): void => {
    const dit = texte.trim();
    if (!dit) return;
    // La case ne se vide qu'une fois la correction gardée.
    if (corrige) return void banquet.corriger(corrige, { texte: dit }).then(() => reprendre(undefined));
    void banquet.ecrire('message', `/messages/${crypto.randomUUID()}`, { texte: dit });
    reprendre(undefined);
  };
  const effacer = (geste: Geste): void => {
    const dansLaCase = geste.rang === corrige?.rang;
    void banquet.jeter(geste).then(() => dansLaCase && reprendre(undefined));
  };

  return (
    <>
      {elements.length + attendent.length + refuses.length === 0 && <Rien>{t('messages.aucun')}</Rien>}
      <ol class="messages">
        {elements.map(({ id, cote, nom, auteur, texte: dit, recu_le, retire }) => (
          <li key={id} class={cote === banquet.cote ? 'message mien' : 'message'}>
            <p class="second">
              <strong>{nom || t(`messages.cotes.${cote}`)}</strong> · {direInstant(recu_le, langue)}
            </p>
            {retire || retires.has(id) ? <p class="second">{t('messages.retire')}</p> : <p class="texte-libre">{dit}</p>}
            {auteur !== '' && auteur === banquet.auteur.value && !retire && !retires.has(id) && (
              <button type="button" class="bouton petit" onClick={() => void banquet.ecrire('message', `/messages/${id}`, null, 'DELETE')}>
                {t('messages.retirer')}
              </button>
            )}
          </li>
        ))}
        {attendent.map(({ id, corps }) => (
          <li key={id} class="message mien en-attente">
            <p class="second">{t('gestes.attend')}</p>
            <p class="texte-libre">{String(corps?.['texte'])}</p>
          </li>
        ))}
        {refuses
          .filter((geste) => geste.rang !== corrige?.rang)
          .map((geste) => (
            <li key={geste.rang} class="message mien refuse">
              <p class="allergie">{t('messages.refuse', { raison: geste.raison ?? '' })}</p>
              <p class="texte-libre">{String(geste.corps?.['texte'])}</p>
              {texte === '' && (
                <button type="button" class="bouton petit" onClick={() => reprendre(geste)}>
                  {t('gestes.corriger')}
                </button>
              )}
              <button type="button" class="bouton petit" onClick={() => effacer(geste)}>
                {t('messages.effacer')}
              </button>
            </li>
          ))}
      </ol>
      <form
        class="ecrire"
        onSubmit={(geste) => {
          geste.preventDefault();
          envoyer();
        }}
      >
        <div class="champ">
          <label for="message-texte">{t(banquet.cote === 'cuisine' ? 'messages.a_qui_organise' : 'messages.a_la_cuisine')}</label>
          <p class="aide" id="message-aide">
            {t('messages.aide')}
          </p>
          {corrige && (
            <p class="refus-champ" id="message-refus" role="alert">
              {t('messages.refuse', { raison: corrige.raison ?? '' })}
            </p>
          )}
          <textarea
            id="message-texte"
            aria-describedby={corrige ? 'message-aide message-refus' : 'message-aide'}
            aria-invalid={corrige ? true : undefined}
            rows={3}
            maxLength={LONGUEUR_MAX}
            value={texte}
            onInput={(saisie) => (brouillon.value = saisie.currentTarget.value)}
          />
        </div>
        <button type="submit" class="bouton plein grand" disabled={texte.trim() === ''}>
          {t('messages.envoyer')}
        </button>
        {corrige && (
          <button type="button" class="bouton" onClick={() => effacer(corrige)}>
            {t('messages.effacer')}
          </button>
        )}
      </form>
    </>
  );
}
