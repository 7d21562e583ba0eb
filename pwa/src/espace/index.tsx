import { render } from 'preact';
import '../../styles/espace.css';

const racine = document.getElementById('espace');
if (racine) render(<main />, racine);
