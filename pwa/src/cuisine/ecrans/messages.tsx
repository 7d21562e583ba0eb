import { useEffect, useState } from 'preact/hooks';
import type { Montre } from '../ecrans';
import { direInstant } from '../formes';
import { Rien } from '../mots';
import { langue, t } from '../textes';

const LONGUEUR_MAX = 1000;

/** Ce que se disent la cuisine et qui organise. Écrit sans réseau, un message attend et le dit. */
export function Messages({ banquet, vue }: Montre) {
  const { elements } = vue.messages;
  const [texte, ecrire] = useState('');
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

  const envoyer = (): void => {
    const dit = texte.trim();
    if (!dit) return;
    void banquet.ecrire('message', `/messages/${crypto.randomUUID()}`, { texte: dit });
    ecrire('');
  };

  return (
    <>
      {elements.length + attendent.length === 0 && <Rien>{t('messages.aucun')}</Rien>}
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
          <textarea
            id="message-texte"
            aria-describedby="message-aide"
            rows={3}
            maxLength={LONGUEUR_MAX}
            value={texte}
            onInput={(saisie) => ecrire(saisie.currentTarget.value)}
          />
        </div>
        <button type="submit" class="bouton plein grand" disabled={texte.trim() === ''}>
          {t('messages.envoyer')}
        </button>
      </form>
    </>
  );
}
