import { render } from 'preact';
import '../../styles/espace.css';
import '../../styles/cuisine.css';
import { Application } from './application';
import { parlerAuService } from './lecture';
import { langue, parler } from './textes';

// Le même service worker que les pages publiques ; il garde la cuisine dans une réserve à elle (décision 0018).
if ('serviceWorker' in navigator) navigator.serviceWorker.register('/sw.js').catch(() => {});

const racine = document.getElementById('cuisine');
if (racine) {
  void parler(document.documentElement.lang).then(() => {
    parlerAuService(langue);
    racine.replaceChildren();
    render(<Application />, racine);
  });
}
